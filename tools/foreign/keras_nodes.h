// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_NODES_H
#define LMU_TOOLS_FOREIGN_KERAS_NODES_H

#include "core/base/attributes.h"
#include "core/nn/rt/limits.h"
#include "tools/foreign/keras_value.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What feeds a layer of a Functional model, in the forms of Keras 2 and 3.
*/

/// Names of layers that feed one
typedef struct {
  uint32_t    count;
  const char* names[LMU_MAX_SOURCES];
} LmuKerasNames;

/**
   Read the names of all layers that feed one, in their order.

   @param nodes Its "inbound_nodes": calls of the layer, none for an input.
   @return Whether it is called once at most, on no more than LMU_MAX_SOURCES
   tensors.
*/
LMU_SETUP bool
lmu_keras_names_read(LmuKerasNames* names, const json_t* nodes);

/**
   Find what a layer is called with beside its inputs, as an initial state is.

   @param nodes Its "inbound_nodes".
   @return The first keyword whose value is neither none nor false, which lives
   as long as `nodes`, or null if there is none.
*/
LMU_SETUP const char*
lmu_keras_nodes_keyword(const json_t* nodes);

#endif // LMU_TOOLS_FOREIGN_KERAS_NODES_H
