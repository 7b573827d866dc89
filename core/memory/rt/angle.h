// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_ANGLE_H
#define LMU_CORE_MEMORY_RT_ANGLE_H

#include "core/base/attributes.h"
#include "core/math/rt/complex.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/taps.h"

#include <stdint.h>

/**
   @file
   Small mathematics of a tap: no library call, so its time is known.  In a
   header, so that each kind of CPU gets its own.
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

/// Return exp(-i pi r / 4) by its power series, to 1e-15 for r from 0 to 1
LMU_RT static inline LmuComplex
turn_eighth(const double r)
{
  const double x  = r * 0.78539816339744830962;
  const double x2 = x * x;

  const double re =
    1.0 -
    (x2 / 2.0) *
      (1.0 - (x2 / 12.0) *
               (1.0 - (x2 / 30.0) *
                        (1.0 - (x2 / 56.0) *
                                 (1.0 - (x2 / 90.0) *
                                          (1.0 - (x2 / 132.0) *
                                                   (1.0 - (x2 / 182.0)))))));
  const double im =
    x * (1.0 - (x2 / 6.0) *
                 (1.0 - (x2 / 20.0) *
                          (1.0 - (x2 / 42.0) *
                                   (1.0 - (x2 / 72.0) *
                                            (1.0 - (x2 / 110.0) *
                                                     (1.0 - (x2 / 156.0)))))));

  const LmuComplex result = {re, -im};
  return result;
}

/**
   Set the weights of the first block of modes, i exp(-i pi (2k + 1) r).

   @param r Place in the window, from 0 (now) to 1.
   @param re Set to real parts, [LMU_LANES].
   @param im Set to imaginary parts, [LMU_LANES].
   @param step Set to what turns one block into the next, real and imaginary.
*/
LMU_RT static inline void
lmu_angles(const double r, float* const re, float* const im, float step[2])
{
  const LmuComplex part    = turn_eighth(r);
  const LmuComplex quarter = lmu_complex_times(part, part);

  LmuComplex       turns[LMU_LANES];
  const LmuComplex first = lmu_complex_times(quarter, quarter); // exp(-i pi r)
  LmuComplex       by    = lmu_complex_times(first, first);
  turns[0].re            = -first.im;
  turns[0].im            = first.re;
  for (uint32_t n = 1U; n < LMU_LANES; n *= 2U) {
    for (uint32_t i = 0U; i < n; ++i) {
      turns[n + i] = lmu_complex_times(turns[i], by);
    }
    by = lmu_complex_times(by, by);
  }

  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    re[i] = (float)turns[i].re;
    im[i] = (float)turns[i].im;
  }
  step[0] = (float)by.re;
  step[1] = (float)by.im;
}

#endif // LMU_CORE_MEMORY_RT_ANGLE_H
