// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_PATHS_H
#define LMU_TOOLS_FOREIGN_KERAS_PATHS_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "tools/foreign/keras_group.h"
#include "tools/foreign/keras_layers.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   From layers of Keras, which may have several inputs, to layers of a graph.

   What a layer of Keras puts out is a list of layers of the graph: Concatenate
   makes a longer list, and Dropout and the like leave it as it is.  Add becomes
   a sum at the output of the layer before it, or of a Dense layer that changes
   nothing.  So do an activation that is a layer, and one that scales and adds.
*/

/// What a layer of Keras puts out
typedef struct {
  uint32_t count;
  uint32_t sources[LMU_MAX_SOURCES]; ///< Layers, or LMU_SOURCE_INPUT
  bool     last; ///< Whether Keras keeps the last frame alone
} LmuKerasOutput;

/// Graph that grows, and what there is of it
typedef struct {
  LmuFailure*           error;
  const char*           path;   ///< File, for messages
  LmuGraph*             graph;  ///< Its n_inputs is set
  LmuKerasPlan*         plans;  ///< Of the graph's layers
  const LmuKerasLayers* layers; ///< All layers, in order
  LmuKerasOutput        outputs[LMU_MAX_KERAS_LAYERS]; ///< Of those so far
} LmuKerasPaths;

/**
   Begin a layer of the graph that takes what a layer of Keras does.

   @return The layer, or null if there would be too many of them or of its
   inputs, and then the error is set.
*/
LMU_SETUP LmuLayer*
lmu_keras_paths_begin(LmuKerasPaths* paths, uint32_t index);

/**
   Follow a layer of Keras that is none of the graph: an input, one that does
   nothing, Concatenate, Add, an activation, or one that scales and adds.

   @return LMU_EXIT_BAD_INPUT if it cannot be.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_paths_follow(LmuKerasPaths* paths, uint32_t index);

/// Have the graph end with what the last layer of Keras puts out
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_paths_end(LmuKerasPaths* paths);

#endif // LMU_TOOLS_FOREIGN_KERAS_PATHS_H
