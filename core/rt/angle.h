// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_RT_ANGLE_H
#define LMU_CORE_RT_ANGLE_H

#include "core/attributes.h"
#include "core/rt/modes.h"
#include "core/rt/taps.h"

#include <stdint.h>

/**
   @file
   Small mathematics of a tap: no library call, so its time is known.
*/

/// Return the square root of a number from 0 to 1, to single precision
LMU_RT static inline double
square_root(const double x)
{
  return (double)__builtin_sqrtf((float)x);
}

/// Inverse products of the distances of six rows from each other
static const double lmu_lagrange_scale[LMU_TAP_POINTS] =
  {-1.0 / 120.0, 1.0 / 24.0, -1.0 / 12.0, 1.0 / 12.0, -1.0 / 24.0, 1.0 / 120.0};

/// Set the weights of a quintic through six rows, read `t` after the third
LMU_RT static inline void
lagrange(const double t, float weights[LMU_TAP_POINTS])
{
  for (uint32_t i = 0U; i < LMU_TAP_POINTS; ++i) {
    double product = lmu_lagrange_scale[i];
    for (uint32_t j = 0U; j < LMU_TAP_POINTS; ++j) {
      product *= (j == i) ? 1.0 : (t + 2.0) - j;
    }
    weights[i] = (float)product;
  }
}

/**
   Set the weights of the first block of modes, i exp(-i pi (2k + 1) r).

   @param r Place in the window, from 0 (now) to 1.
   @param re Set to real parts, [LMU_LANES].
   @param im Set to imaginary parts, [LMU_LANES].
   @param step Set to what turns one block into the next, real and imaginary.
*/
LMU_RT void
lmu_angles(double r, float* re, float* im, float step[2]);

#endif // LMU_CORE_RT_ANGLE_H
