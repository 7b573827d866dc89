// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/cholesky.h"

#include <math.h>
#include <stddef.h>

/// Rows, and sums, that are taken at once
#define ABREAST 4U

/// Subtract a multiple of a row from another
static void
subtract_row(double* restrict const y,
             const double        factor,
             const double* const x,
             const size_t        count)
{
  for (size_t i = 0U; i < count; ++i) {
    y[i] -= factor * x[i];
  }
}

/// Subtract multiples of ABREAST rows from another, which is then read and
/// written once for all of them
static void
subtract_rows(double* restrict const y,
              const double* const factors,
              const double* const x,
              const size_t        stride,
              const size_t        count)
{
  const double a = factors[0];
  const double b = factors[stride];
  const double c = factors[2U * stride];
  const double d = factors[3U * stride];
  for (size_t i = 0U; i < count; ++i) {
    y[i] -= ((a * x[i]) + (b * x[stride + i])) +
            ((c * x[(2U * stride) + i]) + (d * x[(3U * stride) + i]));
  }
}

/// Return the sum of products, by ABREAST sums that do not wait for each other
static double
product_of(const double* const x, const double* const y, const size_t count)
{
  const size_t whole         = count - (count % ABREAST);
  double       sums[ABREAST] = {0.0};
  for (size_t i = 0U; i < whole; i += ABREAST) {
    for (size_t j = 0U; j < ABREAST; ++j) {
      sums[j] += x[i + j] * y[i + j];
    }
  }

  double result = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  for (size_t i = whole; i < count; ++i) {
    result += x[i] * y[i];
  }
  return result;
}

void
lmu_cholesky_factorise_row(double* const matrix,
                           const size_t  count,
                           const double  least,
                           const size_t  i)
{
  double* const row   = matrix + (i * count);
  const size_t  whole = i - (i % ABREAST);
  for (size_t k = 0U; k < whole; k += ABREAST) {
    const double* const above = matrix + (k * count) + i;
    subtract_rows(row + i, above, above, count, count - i);
  }
  for (size_t k = whole; k < i; ++k) {
    const double* const above = matrix + (k * count) + i;
    subtract_row(row + i, above[0], above, count - i);
  }

  row[i] = sqrt(fmax(row[i], least));

  const double inverse = 1.0 / row[i];
  for (size_t j = i + 1U; j < count; ++j) {
    row[j] *= inverse;
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
    x[i] -= product_of(row + i + 1U, x + i + 1U, count - i - 1U);
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
