// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_SEQUENCE_RECIPE_H
#define LMU_TRAIN_SEQUENCE_RECIPE_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Networks for sequences of which no more is known than their size.

   A linear memory of the input, and Dense layers that look at it: the parallel
   form of Chilkuri, Eliasmith, "Parallelizing Legendre Memory Unit Training",
   ICML 2021.  If only the end of a sequence is asked for, one window is as long
   as it; else windows of three lengths, as one is always wrong.
*/

/// Number of sizes: 0 is the smallest
#define LMU_N_SEQUENCE_SIZES 4U

/// A network that is asked for
typedef struct {
  uint32_t n_inputs;
  uint32_t n_outputs;
  uint32_t n_frames; ///< Of a sequence
  bool     is_last;  ///< Whether only the last frame is asked for
  uint32_t size;     ///< Less than LMU_N_SEQUENCE_SIZES
} LmuSequenceRecipe;

/// Return a graph whose values are zero, or null if memory is short
LMU_SETUP LmuGraph*
lmu_sequence_recipe_graph(const LmuSequenceRecipe* recipe);

#endif // LMU_TRAIN_SEQUENCE_RECIPE_H
