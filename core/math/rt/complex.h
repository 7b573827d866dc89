// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MATH_RT_COMPLEX_H
#define LMU_CORE_MATH_RT_COMPLEX_H

#include "core/base/attributes.h"

/**
   @file
   Complex numbers for the audio thread.

   C's own multiply by a call of a library, which looks for infinities, and not
   every compiler has them.  Setup has core/math/setup/complex.h.
*/

/// Complex number
typedef struct {
  double re;
  double im;
} LmuComplex;

/// Return x y
LMU_RT static inline LmuComplex
lmu_complex_times(const LmuComplex x, const LmuComplex y)
{
  const LmuComplex product = {(x.re * y.re) - (x.im * y.im),
                              (x.re * y.im) + (x.im * y.re)};
  return product;
}

#endif // LMU_CORE_MATH_RT_COMPLEX_H
