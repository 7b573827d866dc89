// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MATH_SETUP_COMPLEX_H
#define LMU_CORE_MATH_SETUP_COMPLEX_H

#include "core/base/attributes.h"

#include <complex.h>

/**
   @file
   What C's complex numbers lack.

   The audio thread has core/math/rt/complex.h.
*/

/// Return a complex number, as CMPLX() which not every compiler has
LMU_SETUP static inline double complex
lmu_cartesian(const double re, const double im)
{
  return re + (im * I);
}

/// Return x y without the checks for infinities that C's product makes
LMU_SETUP static inline double complex
lmu_product(const double complex x, const double complex y)
{
  return lmu_cartesian((creal(x) * creal(y)) - (cimag(x) * cimag(y)),
                       (creal(x) * cimag(y)) + (cimag(x) * creal(y)));
}

/// Return x / y without the same checks
LMU_SETUP static inline double complex
lmu_quotient(const double x, const double complex y)
{
  const double re    = creal(y);
  const double im    = cimag(y);
  const double scale = x / ((re * re) + (im * im));

  return lmu_cartesian(re * scale, -im * scale);
}

#endif // LMU_CORE_MATH_SETUP_COMPLEX_H
