// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_RTNEURAL_GAINS_H
#define LMU_TOOLS_FOREIGN_RTNEURAL_GAINS_H

#include "core/nn/setup/graph.h"
#include "tools/foreign/json_value.h"

#include <jansson.h>

#include <stdbool.h>

/**
   @file
   What AIDA-X does around a network: y = out (f(in x) + skip in x), where of
   more than one input x is the first.
*/

/// Gains around a network, and whether its input goes past it
typedef struct {
  double in;   ///< Factor
  double out;  ///< Factor
  bool   skip; ///< Whether the input, times `in`, is added
} LmuRtneuralGains;

/**
   Read the gains, and give a graph the layers and sources that they need.

   @param graph Graph with all layers, before it has room for parameters.
   @param weights The one of a layer that is appended is set to null.
   @return LMU_EXIT_BAD_INPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_rtneural_gains_read(LmuRtneuralGains*   gains,
                        LmuGraph*           graph,
                        const json_t*       weights[LMU_MAX_LAYERS],
                        const LmuJsonPlace* place,
                        const json_t*       model);

/// Scale the weights of a graph, all of which are set
LMU_SETUP void
lmu_rtneural_gains_apply(const LmuRtneuralGains* gains, const LmuGraph* graph);

#endif // LMU_TOOLS_FOREIGN_RTNEURAL_GAINS_H
