// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_KERAS_H
#define LMU_TOOLS_KERAS_H

#include "core/setup/graph.h"
#include "tools/failure.h"

#include <stdbool.h>

/**
   @file
   Reading networks that keras-lmu trained.
*/

/// A file of Keras, and how to read it
typedef struct {
  const char* path;   ///< NAME.keras, or an HDF5 file of weights
  const char* config; ///< File of model.to_json(), null to look in the archive
  bool        logits; ///< Whether to leave out a softmax at the end
} LmuKerasFile;

/**
   Read the layers of a model.

   A memory without kernel gets one that changes nothing, and so does a layer
   that puts out memory and input without hidden cell.

   @param graph Graph to write layers to, it owns their weights.
   @return LMU_EXIT_BAD_INPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_load(LmuGraph* graph, LmuFailure* error, const LmuKerasFile* file);

#endif // LMU_TOOLS_KERAS_H
