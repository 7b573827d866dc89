// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_PREDICTOR_H
#define LMU_CORE_DSP_SETUP_PREDICTOR_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Predictors of the next sample, from the newest samples one by one and from
   Legendre coefficients of a window.

   Coefficients tell what the window holds at low frequencies, which a few
   samples cannot; samples tell the rest.  Weights are found by least squares
   over stretches of sound, with nothing assumed outside of them: with R the sum
   of x x^T and p that of x u, where x are the features and u is what comes
   next, (S R S + ridge) v = S p and w = S v, where S makes the diagonal of S R
   S one.

   A memory is linear, so features and weights together are one filter of
   `reach` past samples, which is what comes out.  The memory is the one of
   lmu_discretise() by zero-order hold, cut off at the end of its window.
*/

/// What a predictor looks at
typedef struct {
  uint32_t n_taps; ///< Newest samples, one or more
  uint32_t order;  ///< Legendre coefficients, one or more
  uint32_t theta;  ///< Window [frames]
  double   ridge;  ///< Of a diagonal of ones
} LmuPredictorSpec;

/// Features of predictors, constant, owns the heap
typedef struct LmuPredictorPlanImpl LmuPredictorPlan;

/**
   Sound to learn from, latest sample first.

   The values to predict are sound[0], sound[-1], to sound[1 - n_frames], and
   what is used to predict goes to sound[reach].  As least squares do not care
   which way time runs, an array in usual order is sound that runs backwards.
*/
typedef struct {
  const double* sound;    ///< First value to predict
  size_t        n_frames; ///< Number of values to predict
} LmuStretch;

/**
   Make a plan.

   @param plan Set to a new plan, or to null on error.
   @return LMU_BAD_ORDER, LMU_BAD_THETA, LMU_BAD_VALUE, or LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_predictor_plan_new(LmuPredictorPlan** plan, const LmuPredictorSpec* spec);

/// Free a plan, or do nothing if it is null
LMU_SETUP void
lmu_predictor_plan_free(LmuPredictorPlan* plan);

/// Return how many past samples a predictor uses
LMU_SETUP size_t
lmu_predictor_reach(const LmuPredictorPlan* plan);

/**
   Find the predictor of some sound.

   Takes reach (n_frames + reach (order + n_taps)) multiplications.

   @param weights Set to what each past sample counts, newest first, [reach].
   @param stretches Sound, [n_stretches].
   @return LMU_NO_MEMORY, or LMU_DIVERGED if numbers are not finite.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_predictor_solve(const LmuPredictorPlan* plan,
                    double*                 weights,
                    const LmuStretch*       stretches,
                    size_t                  n_stretches);

#endif // LMU_CORE_DSP_SETUP_PREDICTOR_H
