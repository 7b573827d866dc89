// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/cholesky.h"

#include <math.h>
#include <stddef.h>

/// Subtract a multiple of a row from another
static void
subtract_row(double* const       y,
             const double        factor,
             const double* const x,
             const size_t        count)
{
  for (size_t i = 0U; i < count; ++i) {
    y[i] -= factor * x[i];
  }
}

void
lmu_cholesky_factorise_row(double* const matrix,
                           const size_t  count,
                           const double  least,
                           const size_t  i)
{
  double* const row = matrix + (i * count);
  for (size_t k = 0U; k < i; ++k) {
    const double* const above = matrix + (k * count);
    subtract_row(row + i, above[i], above + i, count - i);
  }

  row[i] = sqrt(fmax(row[i], least));
  for (size_t j = i + 1U; j < count; ++j) {
    row[j] /= row[i];
  }
}

void
lmu_cholesky_factorise(double* const matrix,
                       const size_t  count,
                       const double  least)
{
  for (size_t i = 0U; i < count; ++i) {
    lmu_cholesky_factorise_row(matrix, count, least, i);
  }
}

void
lmu_cholesky_solve_lower(const double* const factor,
                         double* const       x,
                         const size_t        count)
{
  for (size_t i = 0U; i < count; ++i) {
    const double* const row = factor + (i * count);
    x[i] /= row[i];
    subtract_row(x + i + 1U, x[i], row + i + 1U, count - i - 1U);
  }
}

void
lmu_cholesky_solve_upper(const double* const factor,
                         double* const       x,
                         const size_t        count)
{
  for (size_t i = count; i-- > 0U;) {
    const double* const row = factor + (i * count);
    for (size_t j = count; j-- > i + 1U;) {
      x[i] -= row[j] * x[j];
    }
    x[i] /= row[i];
  }
}

void
lmu_cholesky_solve(const double* const factor,
                   double* const       x,
                   const size_t        count)
{
  lmu_cholesky_solve_lower(factor, x, count);
  lmu_cholesky_solve_upper(factor, x, count);
}
