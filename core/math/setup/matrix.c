// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/matrix.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Add factor times a row to another
static void
add_row(double* const       y,
        const double        factor,
        const double* const x,
        const uint32_t      count)
{
  for (uint32_t i = 0U; i < count; ++i) {
    y[i] += factor * x[i];
  }
}

void
lmu_matrix_multiply(double* const       product,
                    const double* const x,
                    const double* const y,
                    const uint32_t      order)
{
  memset(product, 0, sizeof(double) * order * order);
  for (size_t i = 0U; i < order; ++i) {
    for (size_t j = 0U; j < order; ++j) {
      add_row(
        product + (i * order), x[(i * order) + j], y + (j * order), order);
    }
  }
}

void
lmu_matrix_add(double* const       y,
               const double        factor,
               const double* const x,
               const uint32_t      order)
{
  for (size_t i = 0U; i < order; ++i) {
    add_row(y + (i * order), factor, x + (i * order), order);
  }
}

static void
swap_rows(double* const x, double* const y, const uint32_t count)
{
  for (uint32_t i = 0U; i < count; ++i) {
    const double value = x[i];
    x[i]               = y[i];
    y[i]               = value;
  }
}

/// Bring the greatest entry of a column to the diagonal
static bool
pivot(double* const  x,
      double* const  y,
      const size_t   column,
      const uint32_t order)
{
  size_t best = column;
  for (size_t i = column + 1U; i < order; ++i) {
    if (fabs(x[(i * order) + column]) > fabs(x[(best * order) + column])) {
      best = i;
    }
  }
  swap_rows(x + (best * order), x + (column * order), order);
  swap_rows(y + (best * order), y + (column * order), order);
  return x[(column * order) + column] != 0.0;
}

bool
lmu_matrix_solve(double* const x, double* const y, const uint32_t order)
{
  for (size_t i = 0U; i < order; ++i) {
    if (!pivot(x, y, i, order)) {
      return false;
    }
    for (size_t j = i + 1U; j < order; ++j) {
      const double factor = -x[(j * order) + i] / x[(i * order) + i];
      add_row(x + (j * order), factor, x + (i * order), order);
      add_row(y + (j * order), factor, y + (i * order), order);
    }
  }

  for (size_t i = order; i-- > 0U;) {
    for (size_t j = i + 1U; j < order; ++j) {
      add_row(y + (i * order), -x[(i * order) + j], y + (j * order), order);
    }
    const double scale = (1.0 / x[(i * order) + i]) - 1.0;
    add_row(y + (i * order), scale, y + (i * order), order);
  }
  return true;
}

double
lmu_matrix_norm(const double* const x, const uint32_t order)
{
  double greatest = 0.0;
  for (size_t i = 0U; i < order; ++i) {
    double total = 0.0;
    for (size_t j = 0U; j < order; ++j) {
      total += fabs(x[(i * order) + j]);
    }
    greatest = fmax(greatest, total);
  }
  return greatest;
}
