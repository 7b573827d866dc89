// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_INITIALISE_H
#define LMU_TRAIN_INITIALISE_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"

#include <stdint.h>

/**
   @file
   The values that training starts from.

   Kernels are uniform, of a variance that keeps that of what they multiply;
   what a cell writes back to its memory starts small, and what memory writes to
   itself at zero, as in the paper (section 4: e_m = 0).
*/

/// Set all values of a graph that training changes, the same for the same seed
LMU_SETUP void
lmu_initialise(LmuGraph* graph, uint64_t seed);

#endif // LMU_TRAIN_INITIALISE_H
