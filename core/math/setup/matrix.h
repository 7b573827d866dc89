// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MATH_SETUP_MATRIX_H
#define LMU_CORE_MATH_SETUP_MATRIX_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Plain square matrices, [order][order] of float64, by rows.
*/

/// Set product to x y, which are other matrices
LMU_SETUP void
lmu_matrix_multiply(double*       product,
                    const double* x,
                    const double* y,
                    uint32_t      order);

/// Add factor x to y
LMU_SETUP void
lmu_matrix_add(double* y, double factor, const double* x, uint32_t order);

/**
   Replace y by inv(x) y, by elimination with partial pivoting.

   @param x Matrix, which is spoiled.
   @param y Right sides, [order][columns].
   @param order Number of unknowns.
   @param columns Number of right sides.
   @return False if x is singular, y is spoiled then.
*/
LMU_SETUP LMU_NODISCARD bool
lmu_matrix_solve(double* x, double* y, uint32_t order, uint32_t columns);

/// Return the natural logarithm of |det x|, minus infinity if x is singular; x
/// is spoiled
LMU_SETUP double
lmu_matrix_log_determinant(double* x, uint32_t order);

/// Swap rows and columns of x
LMU_SETUP void
lmu_matrix_transpose(double* x, uint32_t order);

/// Return the greatest sum of magnitudes of a row
LMU_SETUP double
lmu_matrix_norm(const double* x, uint32_t order);

#endif // LMU_CORE_MATH_SETUP_MATRIX_H
