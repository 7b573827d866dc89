// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_LEGENDRE_H
#define LMU_CORE_MEMORY_RT_LEGENDRE_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   Legendre polynomials P_n(x), by Bonnet's recurrence.

   A position r in the window, from 0 (now) to 1 (one window ago), is
   x = 2r - 1, and u(t - r theta) is about the sum of m[n] P_n(x) (paper,
   equation 3).
*/

/// Return P_n(x) for x from -1 to 1
LMU_RT double
lmu_legendre(uint32_t n, double x);

/**
   Write P_0(x) to P_(count - 1)(x).

   @param values Set to polynomials, [count].
   @param count Number of polynomials.
   @param x From -1 to 1.
*/
LMU_RT void
lmu_legendre_all(double* values, uint32_t count, double x);

/**
   Write the second derivatives of P_0 to P_(count - 1) at x.

   @param values Set to derivatives, [count].
   @param count Number of polynomials.
   @param x From -1 to 1, both ends included.
*/
LMU_RT void
lmu_legendre_curvatures(double* values, uint32_t count, double x);

#endif // LMU_CORE_MEMORY_RT_LEGENDRE_H
