// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_SHAPE_H
#define LMU_CORE_DSP_RT_SHAPE_H

#include "core/base/attributes.h"

/**
   @file
   Small functions of one number, in a time that does not depend on it.
*/

/// Return x from -1 to 1 unchanged, and bend what is beyond towards -2 and 2
LMU_RT static inline float
lmu_soft_limit(const float x)
{
  const float size = __builtin_fabsf(x);
  const float bent = 2.0f - (1.0f / (size > 1.0f ? size : 1.0f));
  return (size <= 1.0f) ? x : __builtin_copysignf(bent, x);
}

/// Return the sine of a phase in turns, from 0 to 3, to 2e-4
LMU_RT static inline double
lmu_sine(const double turns)
{
  const double whole = (double)(int)turns;
  const double x     = turns - whole - 0.5; // -0.5 to 0.5, sine of it negated
  const double near  = (x > 0.25) ? 0.5 - x : (x < -0.25) ? -0.5 - x : x;
  const double angle = 6.28318530717958647693 * near;
  const double a2    = angle * angle;
  return -angle * (1.0 - (a2 / 6.0) * (1.0 - (a2 / 20.0) * (1.0 - a2 / 42.0)));
}

/// Return a smooth step from 0 to 1 as x goes from 0 to 1
LMU_RT static inline double
lmu_smooth_step(const double x)
{
  const double inside = (x < 0.0) ? 0.0 : (x > 1.0) ? 1.0 : x;
  return inside * inside * (3.0 - (2.0 * inside));
}

#endif // LMU_CORE_DSP_RT_SHAPE_H
