// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_NETWORK_GROWTH_H
#define LMU_TOOLS_NETWORK_GROWTH_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"

#include <stdint.h>

/**
   Return how much a memory that feeds itself grows a frame without input.

   This is the spectral radius of its linear part, Ad and recurrent_kernel.

   @param layer Index of an LMU.
   @return Factor a frame, or zero if it could not be found in reasonable time.
*/
LMU_SETUP double
lmu_memory_growth(const LmuGraph* graph, uint32_t layer);

#endif // LMU_TOOLS_NETWORK_GROWTH_H
