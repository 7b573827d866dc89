// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_LAYER_H
#define LMU_TOOLS_FOREIGN_KERAS_LAYER_H

#include "tools/foreign/hdf5.h"
#include "tools/foreign/keras_layers.h"
#include "tools/foreign/keras_legacy.h"

/**
   @file
   One layer of Keras: what its configuration says, and its variables.
*/

/// How to read the variables of a layer
typedef struct {
  LmuKerasPlace place;
  char group[LMU_KERAS_GROUP_SIZE];  ///< Variables of the memory or the Dense
  char hidden[LMU_KERAS_GROUP_SIZE]; ///< Variables of the hidden cell
  LmuKerasLegacy legacy;     ///< Where they are by name, or its root is null
  bool           has_kernel; ///< Else the memory's kernel is an identity
  bool           has_theta;  ///< Whether 1/theta was trained
  bool           has_hidden; ///< Else the hidden cell's kernel is an identity
} LmuKerasPlan;

/**
   Read what a layer is.

   @param layer Set to the layer without its weights.  Its `n_inputs` must be
   set before.
   @param plan Set to what else is needed to read its variables.
   @param place For messages, the file and the layer.
   @param logits Whether a softmax is left out.
   @return LMU_EXIT_BAD_INPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_layer_init(LmuLayer*            layer,
                     LmuKerasPlan*        plan,
                     const LmuKerasPlace* place,
                     const LmuKerasLayer* source,
                     bool                 logits);

/**
   Read the variables of a layer.

   @param graph Graph with room for its parameters.
   @param layer Index of the layer.
   @param plan What lmu_keras_layer_init() set, and the root of a file that has
   its variables by name; or none of both for a Dense layer that changes
   nothing.
   @return LMU_EXIT_BAD_INPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_layer_read(LmuGraph*           graph,
                     uint32_t            layer,
                     const LmuKerasPlan* plan,
                     const LmuHdf5*      hdf5);

#endif // LMU_TOOLS_FOREIGN_KERAS_LAYER_H
