// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_LAYERS_H
#define LMU_TOOLS_FOREIGN_KERAS_LAYERS_H

#include "core/nn/rt/limits.h"
#include "tools/foreign/keras_value.h"

/**
   @file
   The layers of a Keras model, each behind all that feed it.
*/

/// Greatest number of layers of a Keras model
#define LMU_MAX_KERAS_LAYERS 64U

/// Greatest length of the name of a group, with its terminator
#define LMU_KERAS_GROUP_SIZE 128U

/// What a layer does when the model runs
typedef enum {
  LMU_KERAS_IDLE,        ///< Nothing, an input too
  LMU_KERAS_LAYER,       ///< It has parameters
  LMU_KERAS_CONCATENATE, ///< It puts what it takes one behind the other
  LMU_KERAS_ADD,         ///< It sums what it takes
  LMU_KERAS_AFFINE,      ///< It scales each number and adds to it
  LMU_KERAS_ACTIVATION,  ///< It is a function of each number
} LmuKerasKind;

/// One layer, pointing into the configuration
typedef struct {
  LmuKerasKind  kind;
  const char*   class_name;
  const char*   name;
  const json_t* config;
  const json_t* node;      ///< What the layer is fed with, or null
  uint32_t      n_sources; ///< Zero if it is fed from outside
  uint32_t      sources[LMU_MAX_SOURCES]; ///< Layers before, [n_sources]
  char group[LMU_KERAS_GROUP_SIZE]; ///< Where the HDF5 file has its variables
} LmuKerasLayer;

/// All layers
typedef struct {
  uint32_t      n_inputs; ///< Width of the first one's input
  uint32_t      n_layers; ///< Number of layers, 1 or more
  LmuKerasLayer layers[LMU_MAX_KERAS_LAYERS]; ///< In order, [n_layers]
} LmuKerasLayers;

/**
   Read layers and their order.

   @param layers Set to the layers, which point into `model`.
   @param path File, for messages.
   @param model What model.to_json() returns.
   @return LMU_EXIT_BAD_INPUT if this is not a Sequential or Functional model
   of one input and one output.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_layers_init(LmuKerasLayers* layers,
                      LmuFailure*     error,
                      const char*     path,
                      const json_t*   model);

#endif // LMU_TOOLS_FOREIGN_KERAS_LAYERS_H
