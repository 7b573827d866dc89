// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_END_FEATURES_H
#define LMU_TRAIN_END_FEATURES_H

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   What a memory holds at the end of sequences, as features to train on.

   A memory that hears the input alone is linear and fixed, so what it holds at
   the end of a sequence is one product that is taken once, not a walk through
   all frames at each update: the parallel form of Chilkuri and Eliasmith,
   "Parallelizing Legendre Memory Unit training", ICML 2021, equation 26.

   Coefficients of high order are small and resemble each other.  Features are
   coefficients made orthonormal in their order (Gram and Schmidt, by the
   Cholesky factor of what they have in common), so white noise gives features
   that are white: all learn as fast, and a distance between features is that
   between the sequences, as far as the memory sees.
*/

/// From sequences to features, owned by the heap
typedef struct {
  LmuArena arena;
  uint32_t order;    ///< Number of features
  uint32_t n_frames; ///< Of each sequence
  double*  factor;   ///< U in features = U^-T m, [order][order]
  float*   rows;     ///< Features of a one in each frame, [n_frames][order]
} LmuEndFeatures;

/**
   Make features of a memory.

   @param features Set to new ones, or to null on error.
   @param layer Layer with a memory of one channel.
   @param n_frames Frames of sequences, 1 or more.
   @return What lmu_discretise() does.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_end_features_new(LmuEndFeatures** features,
                     const LmuLayer*  layer,
                     uint32_t         n_frames);

/// Free features, or do nothing if they are null
LMU_SETUP void
lmu_end_features_free(LmuEndFeatures* features);

/**
   Find the features of a sequence.

   @param sequence What is written to the memory, [n_frames].
   @param result Set to features, [order].
*/
LMU_SETUP void
lmu_end_features_find(const LmuEndFeatures* features,
                      const float*          sequence,
                      float*                result);

/**
   Turn a kernel for features into one for the memory's coefficients.

   @param kernel For features, set to that for what the memory holds, as the
   paper scales it, [order][n_units].
   @return LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_end_features_fold(const LmuEndFeatures* features,
                      double*               kernel,
                      uint32_t              n_units);

#endif // LMU_TRAIN_END_FEATURES_H
