// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_TORCH_H
#define LMU_TOOLS_FOREIGN_TORCH_H

#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Reading the state dict of the paper's cell in PyTorch.

   Names are those of the package pytorch-lmu: e_x, e_h, e_m, W_x, W_h, W_m, and
   A and B, after any common prefix such as "cell."; one Linear layer may
   follow, with "weight" and "bias" after a prefix of its own.  Whole numbers
   without a shape, which count batches and steps, are left out.
*/

/// A state dict, and how to read it
typedef struct {
  const char*    path;       ///< Where it comes from, for messages
  const uint8_t* data;       ///< Safetensors, which must outlive the reading
  size_t         n_bytes;    ///< Its size
  double         theta;      ///< Window [frames], or zero to find it from A
  LmuActivation  activation; ///< Of the hidden cell
  bool           stored;     ///< Whether to keep A and B as they are
  bool           found;      ///< Set if theta was found from A
} LmuTorchFile;

/**
   Read the layers of a state dict.

   @param graph Graph to write layers to, it owns their weights.
   @return LMU_EXIT_BAD_INPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_torch_load(LmuGraph* graph, LmuFailure* error, LmuTorchFile* file);

#endif // LMU_TOOLS_FOREIGN_TORCH_H
