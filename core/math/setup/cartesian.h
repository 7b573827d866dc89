// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MATH_SETUP_CARTESIAN_H
#define LMU_CORE_MATH_SETUP_CARTESIAN_H

#include "core/base/attributes.h"

#include <complex.h>

/// Return a complex number, as CMPLX() which not every compiler has
LMU_SETUP static inline double complex
lmu_cartesian(const double re, const double im)
{
  return re + (im * I);
}

#endif // LMU_CORE_MATH_SETUP_CARTESIAN_H
