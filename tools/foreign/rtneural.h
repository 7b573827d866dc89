// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_RTNEURAL_H
#define LMU_TOOLS_FOREIGN_RTNEURAL_H

#include "core/nn/setup/graph.h"
#include "tools/foreign/json_value.h"

#include <jansson.h>

#include <stdbool.h>

/**
   @file
   Networks in the JSON of RTNeural, which AIDA-X plays too.

   "in_shape" ends with the number of inputs.  Each of "layers" has a "type", a
   "shape" that ends with its units, and "weights" in the order and orientation
   of Keras.  An LSTM and a GRU have tanh and sigmoid, whatever "activation"
   they have; a GRU resets after its product.

   AIDA-X plays out_gain (f(in_gain x) + in_skip in_gain x), both gains in dB
   and in_skip 0 or 1.  The weights of the first and of the last layer take that
   in. Of more than one input all but the first are controls.

   Source: the readers of RTNeural and of aidadsp-lv2.
*/

/**
   Read a network.

   @param graph Graph to write layers to, it owns their weights.
   @param place The file.
   @param logits Whether a softmax of the last layer is left out.
   @return LMU_EXIT_BAD_INPUT on error, and for layers that do not run here.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_rtneural_load(LmuGraph*           graph,
                  const LmuJsonPlace* place,
                  const json_t*       model,
                  bool                logits);

#endif // LMU_TOOLS_FOREIGN_RTNEURAL_H
