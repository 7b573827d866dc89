// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MATH_SETUP_TOEPLITZ_H
#define LMU_CORE_MATH_SETUP_TOEPLITZ_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Solve T x = right, where T[i][j] = row[|i - j|], by Levinson's recursion.

   Golub and Van Loan, "Matrix Computations", algorithm 4.7.2.  It takes
   2 count^2 multiplications, and no room for T.

   @param x Set to the solution, [count].
   @param work Buffer, [2][count].
   @param row First row of T, [count].
   @param right Right side, [count].
   @param count Number of unknowns.
   @return False if T is not positive definite, x is spoiled then.
*/
LMU_SETUP LMU_NODISCARD bool
lmu_toeplitz_solve(double*       x,
                   double*       work,
                   const double* row,
                   const double* right,
                   size_t        count);

#endif // LMU_CORE_MATH_SETUP_TOEPLITZ_H
