// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_LAYER_H
#define LMU_TOOLS_FOREIGN_KERAS_LAYER_H

#include "tools/foreign/hdf5.h"
#include "tools/foreign/keras_group.h"
#include "tools/foreign/keras_layers.h"

/**
   @file
   One layer of Keras: what its configuration says, and its variables.
*/

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
