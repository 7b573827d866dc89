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

/// Return the row of the greatest entry of a column, not above the diagonal
static size_t
pivot(const double* const x, const size_t column, const uint32_t order)
{
  size_t best = column;
  for (size_t i = column + 1U; i < order; ++i) {
    if (fabs(x[(i * order) + column]) > fabs(x[(best * order) + column])) {
      best = i;
    }
  }
  return best;
}

/**
   Bring the pivot of a column to the diagonal, and make all below it zero.

   What is left of the diagonal is not touched, and means nothing.

   @param x Matrix.
   @param y What the same is done to, [order][columns], not used if it has none.
   @return Pivot, zero if the matrix is singular: then nothing is made zero.
*/
static double
eliminate(double* const  x,
          double* const  y,
          const size_t   column,
          const uint32_t order,
          const uint32_t columns)
{
  const size_t   best  = pivot(x, column, order);
  const uint32_t right = order - (uint32_t)column;
  double* const  own   = x + (column * order) + column;
  swap_rows(x + (best * order) + column, own, right);
  swap_rows(y + (best * columns), y + (column * columns), columns);

  for (size_t i = column + 1U; *own != 0.0 && i < order; ++i) {
    double* const below  = x + (i * order) + column;
    const double  factor = -*below / *own;
    add_row(below, factor, own, right);
    add_row(y + (i * columns), factor, y + (column * columns), columns);
  }
  return *own;
}

double
lmu_matrix_log_determinant(double* const x, const uint32_t order)
{
  double sum = 0.0;
  for (size_t i = 0U; i < order && sum > -(double)INFINITY; ++i) {
    sum += log(fabs(eliminate(x, x, i, order, 0U)));
  }
  return sum;
}

bool
lmu_matrix_solve(double* const  x,
                 double* const  y,
                 const uint32_t order,
                 const uint32_t columns)
{
  for (size_t i = 0U; i < order; ++i) {
    if (eliminate(x, y, i, order, columns) == 0.0) {
      return false;
    }
  }

  for (size_t i = order; i-- > 0U;) {
    for (size_t j = i + 1U; j < order; ++j) {
      add_row(
        y + (i * columns), -x[(i * order) + j], y + (j * columns), columns);
    }
    const double scale = (1.0 / x[(i * order) + i]) - 1.0;
    add_row(y + (i * columns), scale, y + (i * columns), columns);
  }
  return true;
}

void
lmu_matrix_transpose(double* const x, const uint32_t order)
{
  for (size_t i = 0U; i < order; ++i) {
    for (size_t j = 0U; j < i; ++j) {
      const double below = x[(i * order) + j];
      x[(i * order) + j] = x[(j * order) + i];
      x[(j * order) + i] = below;
    }
  }
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
