// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_SOURCES_H
#define LMU_CORE_NN_SETUP_SOURCES_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"

#include <stdint.h>

/**
   @file
   What layers take and add: the network's input, or layers before.
*/

/// Return how many sources a layer takes, one if it lists none
LMU_SETUP uint32_t
lmu_layer_n_sources(const LmuLayer* layer);

/// Return a source that a layer takes, by default the layer before
LMU_SETUP uint32_t
lmu_layer_source(const LmuGraph* graph, uint32_t layer, uint32_t index);

/// Return how wide a source is, which is no later layer
LMU_SETUP uint32_t
lmu_source_width(const LmuGraph* graph, uint32_t source);

/**
   Check what a layer takes, and set n_inputs to its width.

   @param graph Graph, whose layers before this one have been checked.
   @return LMU_BAD_MODEL or LMU_TOO_LARGE on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_sources_check(LmuGraph* graph, uint32_t layer, LmuError* error);

/// Check what is added to the output of a layer, whose width is known
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_adds_check(const LmuGraph* graph, uint32_t layer, LmuError* error);

/**
   Give each layer's output a slot that no other has while somebody needs it.

   @param slots Set to slots, [n_layers].
   @return Number of slots, two for a row of layers.
*/
LMU_SETUP uint32_t
lmu_sources_assign(const LmuGraph* graph, uint32_t slots[LMU_MAX_LAYERS]);

#endif // LMU_CORE_NN_SETUP_SOURCES_H
