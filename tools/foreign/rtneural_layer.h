// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_RTNEURAL_LAYER_H
#define LMU_TOOLS_FOREIGN_RTNEURAL_LAYER_H

#include "core/nn/setup/graph.h"
#include "tools/foreign/json_value.h"

#include <jansson.h>

#include <stdbool.h>

/**
   @file
   One layer in the JSON of RTNeural.
*/

/**
   Append a Dense layer that changes nothing.

   @param weights The one of this layer is set to null.
   @return The layer, or null if there is no room for one more.
*/
LMU_SETUP LmuLayer*
lmu_rtneural_layer_pass(LmuGraph*     graph,
                        const json_t* weights[LMU_MAX_LAYERS],
                        uint32_t      units);

/**
   Read what a layer is, and append it to a graph.

   An activation goes into the Dense layer before it, or becomes one that
   changes nothing else.

   @param graph Graph, with n_inputs and the layers before.
   @param weights Set to the weights of each layer that is appended.
   @param place The layer.
   @param logits Whether to leave out a softmax.
   @return LMU_EXIT_BAD_INPUT on error, and for a kind that does not run here.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_rtneural_layer_add(LmuGraph*           graph,
                       const json_t*       weights[LMU_MAX_LAYERS],
                       const LmuJsonPlace* place,
                       const json_t*       source,
                       bool                logits);

/**
   Read the weights of a layer that has room for them.

   @param weights List of arrays, or null for a layer that changes nothing.
   @param file The file.
   @return LMU_EXIT_BAD_INPUT if they do not fit.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_rtneural_layer_read(const LmuGraph*     graph,
                        uint32_t            layer,
                        const json_t*       weights,
                        const LmuJsonPlace* file);

#endif // LMU_TOOLS_FOREIGN_RTNEURAL_LAYER_H
