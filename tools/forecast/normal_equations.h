// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FORECAST_NORMAL_EQUATIONS_H
#define LMU_TOOLS_FORECAST_NORMAL_EQUATIONS_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Least squares from sums, whose size does not depend on the number of frames.

   With R the sum of x x^T over frames, p that of x times a target, and e that
   of the target's square, all in float64, weights w of a target have the error
   e - 2 w . p + w . R w.  The best ones solve (S R S + ridge) v = S p, w = S v,
   where S makes the diagonal of S R S one, so that the scale of x does not
   matter: the same as core/dsp/rt/learner.h, but forgetting nothing.
*/

/// Frames that are added at once
#define LMU_NORMAL_EQUATIONS_FRAMES 16U

/// Sums of some frames, they own the heap
typedef struct {
  const LmuKernels* kernels;
  uint32_t          n_features;
  uint32_t          n_targets;
  uint32_t          stride;     ///< Features, padded with zeros for kernels
  uint64_t          n_frames;   ///< Frames that were added
  double*           covariance; ///< R, its upper half, [stride][stride]
  double*           products;   ///< p, [n_targets][stride]
  double*           energies;   ///< e, [n_targets]
} LmuNormalEquations;

/// Begin with sums of nothing, free them with lmu_normal_equations_reset()
LMU_SETUP void
lmu_normal_equations_init(LmuNormalEquations* equations,
                          uint32_t            n_features,
                          uint32_t            n_targets);

/// Free what lmu_normal_equations_init() set
LMU_SETUP void
lmu_normal_equations_reset(LmuNormalEquations* equations);

/**
   Add frames.

   @param features x, aligned as lmu_allocate_aligned() does it, with zeros
   behind n_features, [LMU_NORMAL_EQUATIONS_FRAMES][stride].
   @param targets [LMU_NORMAL_EQUATIONS_FRAMES][n_targets].
*/
LMU_SETUP void
lmu_normal_equations_step(LmuNormalEquations* equations,
                          const double*       features,
                          const double*       targets);

/**
   Write the best weights for all targets, as float32 holds them.

   A feature that was always zero gets a weight of zero.

   @param weights Set to w, [n_targets][n_features].
   @param equations Sums.
   @param ridge What is added to the diagonal of ones, above zero.
*/
LMU_SETUP void
lmu_normal_equations_weights(double*                   weights,
                             const LmuNormalEquations* equations,
                             double                    ridge);

/// Return the energy of what weights make of x, w . R w
LMU_SETUP double
lmu_normal_equations_power(const LmuNormalEquations* equations,
                           const double*             weights);

/// Return what weights and a target have in common, w . p
LMU_SETUP double
lmu_normal_equations_product(const LmuNormalEquations* equations,
                             uint32_t                  target,
                             const double*             weights);

/// Return e over the energy of the error of some weights [dB], at most 140,
/// where rounding takes over
LMU_SETUP double
lmu_normal_equations_gain_db(const LmuNormalEquations* equations,
                             uint32_t                  target,
                             const double*             weights);

#endif // LMU_TOOLS_FORECAST_NORMAL_EQUATIONS_H
