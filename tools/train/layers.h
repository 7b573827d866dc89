// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_LAYERS_H
#define LMU_TOOLS_TRAIN_LAYERS_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"

#include <stdint.h>

/**
   @file
   Networks that people write: a list of layers in JSON, in the words that files
   with trained networks have as metadata (doc/weights.md).
*/

/// What is not in the list
typedef struct {
  uint32_t n_inputs;     ///< Of the network
  uint32_t n_conditions; ///< Of these, the last ones
  uint32_t seed;         ///< Of the values that training starts from
} LmuLayersSpec;

/**
   Make a network of a list of layers, with values that training starts from.

   @param graph Set to a new graph, or to null on error.
   @param given A file, or the list itself if it starts with [ or {.
   @return LMU_EXIT_BAD_INPUT if it is none, whose text names layer and key.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_layers_read(LmuGraph**           graph,
                LmuFailure*          error,
                const char*          given,
                const LmuLayersSpec* spec);

#endif // LMU_TOOLS_TRAIN_LAYERS_H
