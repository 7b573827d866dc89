// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_WEIGHT_FILE_H
#define LMU_CORE_NN_SETUP_WEIGHT_FILE_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/setup/file.h" // For lmu_file_read()
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/safetensors.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Networks in files, in the format of doc/weights.md: safetensors with the
   graph as metadata.

   Files are not trusted: every size is checked before anything is allocated,
   and every value must be finite.
*/

/**
   Read a network from bytes.

   @param graph Set to a new graph, or to null on error.
   @return LMU_BAD_FILE if it is not safetensors, LMU_BAD_MODEL if it is but
   not a network of ours, LMU_TOO_LARGE, or LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_weights_parse(LmuGraph**  graph,
                  const void* data,
                  size_t      n_bytes,
                  LmuError*   error);

/**
   Read layers alone, from keys and texts as in a file's metadata.

   The keys are `layers`, `layers.0.type` and so on.  As there are no tensors to
   tell which biases there are, `layers.0.bias` is a switch that does, true
   except of memories, and so is `layers.0.hidden.bias` of a hidden cell, true.

   @param graph Set to a new graph whose first layer has no inputs yet, and
   which has no room for parameters, or to null on error.
   @param pairs Keys and texts, at most LMU_MAX_METADATA.
   @return LMU_BAD_MODEL or LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_weights_read_layers(LmuGraph**     graph,
                        const LmuPair* pairs,
                        uint32_t       n_pairs,
                        LmuError*      error);

/// Do both, texts name the file
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_weights_load(LmuGraph** graph, const char* path, LmuError* error);

/**
   Write a network to bytes: weights as float32, a stored Ad and Bd as float64.

   The same graph gives the same bytes.

   @param data Set to bytes for free(), or to null on error.
   @param n_bytes Set to their number.
   @param graph Graph that passes lmu_graph_check().
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_weights_write(uint8_t**       data,
                  size_t*         n_bytes,
                  const LmuGraph* graph,
                  LmuError*       error);

/**
   Write a network to a file, by way of a temporary one, so that a file is
   there whole or not at all.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_weights_save(const LmuGraph* graph, const char* path, LmuError* error);

#endif // LMU_CORE_NN_SETUP_WEIGHT_FILE_H
