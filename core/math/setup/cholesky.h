// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MATH_SETUP_CHOLESKY_H
#define LMU_CORE_MATH_SETUP_CHOLESKY_H

#include "core/base/attributes.h"

#include <stddef.h>

/**
   @file
   Systems of equations whose matrix is symmetric and positive definite, such as
   those of least squares: R x = p, where R = U^T U and U is upper triangular.

   Golub and Van Loan, "Matrix Computations", section 4.2.  Each number is the
   same sum in the same order on every CPU.
*/

/**
   Replace a matrix by its factor.

   @param matrix R, of which only the upper half is read and set to U,
   [count][count].
   @param count Number of unknowns.
   @param least Least pivot, in whose place rounding may leave less than zero.
   What least squares add to the diagonal is below any that is right.
*/
LMU_SETUP void
lmu_cholesky_factorise(double* matrix, size_t count, double least);

/// Do the same for row i alone, once it was done for those before, as a large
/// matrix takes long
LMU_SETUP void
lmu_cholesky_factorise_row(double* matrix,
                           size_t  count,
                           double  least,
                           size_t  i);

/**
   Replace a right side by the solution.

   @param factor U, from lmu_cholesky_factorise().
   @param x Right side, set to the solution, [count].
   @param count Number of unknowns.
*/
LMU_SETUP void
lmu_cholesky_solve(const double* factor, double* x, size_t count);

/**
   Replace a right side by the solution of U^T x = p, the first half of the
   above.
*/
LMU_SETUP void
lmu_cholesky_solve_lower(const double* factor, double* x, size_t count);

/// Replace a right side by the solution of U x = p, the second half
LMU_SETUP void
lmu_cholesky_solve_upper(const double* factor, double* x, size_t count);

#endif // LMU_CORE_MATH_SETUP_CHOLESKY_H
