// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/toeplitz.h"

#include <stdbool.h>
#include <stddef.h>

#define N_SUMS 4U // Sums that go on at once, as one waits for its addition

/// Return the sum of a[i] b[count - 1 - i]
static double
product(const double* const a, const double* const b, const size_t count)
{
  double sums[N_SUMS] = {0.0};
  size_t i            = 0U;
  for (; i + N_SUMS <= count; i += N_SUMS) {
    for (size_t k = 0U; k < N_SUMS; ++k) {
      sums[k] += a[i + k] * b[count - 1U - i - k];
    }
  }
  for (; i < count; ++i) {
    sums[0] += a[i] * b[count - 1U - i];
  }
  return sums[0] + sums[1] + sums[2] + sums[3];
}

/// Add factor times b, read from its end, to a
static void
add_reversed(double* const       a,
             const double        factor,
             const double* const b,
             const size_t        count)
{
  for (size_t i = 0U; i < count; ++i) {
    a[i] += factor * b[count - 1U - i];
  }
}

bool
lmu_toeplitz_solve(double* const       x,
                   double* const       work,
                   const double* const row,
                   const double* const right,
                   const size_t        count)
{
  // The predictor of the first k unknowns from the one after, and its next
  double* y     = work;
  double* next  = work + count;
  double  error = row[0];
  for (size_t k = 0U; k < count; ++k) {
    if (!(error > 0.0)) {
      return false;
    }

    x[k] = (right[k] - product(row + 1, x, k)) / error;
    add_reversed(x, x[k], y, k);

    if (k + 1U < count) {
      const double alpha = -(row[k + 1U] + product(row + 1, y, k)) / error;
      for (size_t i = 0U; i < k; ++i) {
        next[i] = y[i] + (alpha * y[k - 1U - i]);
      }
      next[k] = alpha;
      error *= 1.0 - (alpha * alpha);

      double* const spare = y;
      y                   = next;
      next                = spare;
    }
  }
  return true;
}
