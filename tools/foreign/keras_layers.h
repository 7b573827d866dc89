// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_LAYERS_H
#define LMU_TOOLS_FOREIGN_KERAS_LAYERS_H

#include "tools/foreign/keras_value.h"

/**
   @file
   The layers of a Keras model that do something when it runs, in a row.
*/

/// Greatest number of layers of a Keras model
#define LMU_MAX_KERAS_LAYERS 64U

/// Greatest length of the name of a group, with its terminator
#define LMU_KERAS_GROUP_SIZE 128U

/// One layer, pointing into the configuration
typedef struct {
  const char*   class_name;
  const char*   name;
  const json_t* config;
  const json_t* node;               ///< What the layer is fed with, or null
  char group[LMU_KERAS_GROUP_SIZE]; ///< Where the HDF5 file has its variables
} LmuKerasLayer;

/// All layers
typedef struct {
  uint32_t      n_inputs; ///< Width of the first one's input
  uint32_t      n_layers; ///< Number of layers
  LmuKerasLayer layers[LMU_MAX_KERAS_LAYERS]; ///< In order, [n_layers]
} LmuKerasLayers;

/**
   Read the order of layers, leaving out those that do nothing when it runs.

   @param layers Set to the layers, which point into `model`.
   @param path File, for messages.
   @param model What model.to_json() returns.
   @return LMU_EXIT_BAD_INPUT if this is not a Sequential or Functional model
   with all layers in a row.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_layers_init(LmuKerasLayers* layers,
                      LmuFailure*     error,
                      const char*     path,
                      const json_t*   model);

#endif // LMU_TOOLS_FOREIGN_KERAS_LAYERS_H
