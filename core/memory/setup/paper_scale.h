// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_PAPER_SCALE_H
#define LMU_CORE_MEMORY_SETUP_PAPER_SCALE_H

#include "core/base/attributes.h"

#include <math.h>
#include <stdint.h>

/**
   @file
   From the orthonormal basis, in which all is computed, to coefficients as the
   paper and keras-lmu scale them, and back.

   The paper's m[n] is sqrt(2n + 1) times the orthonormal one, as polynomials of
   that basis are sqrt(2n + 1) P_n.
*/

/// Return what the paper's coefficient `n` is in units of the orthonormal one
LMU_SETUP static inline double
lmu_paper_scale(const uint32_t n)
{
  return sqrt((2.0 * n) + 1.0);
}

/**
   Turn a step of orthonormal coefficients into one of the paper's.

   @param a Ad, [order][order].
   @param b Bd, [order], or null.
   @param order Number of coefficients.
*/
LMU_SETUP void
lmu_step_to_paper(double* a, double* b, uint32_t order);

/// Turn a step of the paper's coefficients into one of orthonormal ones
LMU_SETUP void
lmu_step_from_paper(double* a, double* b, uint32_t order);

#endif // LMU_CORE_MEMORY_SETUP_PAPER_SCALE_H
