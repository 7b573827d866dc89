// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loop of learners for any vector size, part of kernels_body.h.
*/

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/rt/vector.h"

#include <stdbool.h>
#include <stdint.h>

/// Rows, and vectors of each, whose sums are kept in registers
#define GRAM_ROWS 4U
#define ABREAST 2U

// Under a thread sanitizer each load of a vector takes a hundred times as long.
// It sees the first number of each array instead of all of them.
#if defined(__SANITIZE_THREAD__)
#  define UNWATCHED __attribute__((no_sanitize("thread")))

LMU_RT static void
watch(double* const sums, const LmuGram* const from)
{
  volatile double* const first = sums;
  (void)*(const volatile double*)from->rows;
  (void)*(const volatile double*)from->columns;
  *first = *first;
}

#else
#  define UNWATCHED

LMU_RT static INLINE void
watch(double* const sums, const LmuGram* const from)
{
  (void)sums;
  (void)from;
}

#endif

/// Add the products of a few rows with the columns of a few vectors
UNWATCHED LMU_RT static INLINE void
gram_tile(double* const        sums,
          const LmuGram* const from,
          const uint32_t       row,
          const uint32_t       column,
          const uint32_t       n_rows)
{
  double* const to = sums + (row * from->n_columns) + column;
  Doubles       totals[GRAM_ROWS][ABREAST];
  for (uint32_t i = 0U; i < n_rows; ++i) {
    for (uint32_t j = 0U; j < ABREAST; ++j) {
      totals[i][j] =
        *doubles_at(to + (i * from->n_columns) + (j * DOUBLES)) * from->keep;
    }
  }
  for (uint32_t t = 0U; t < from->n_frames; ++t) {
    const double* const  x = from->rows + (t * from->row_stride) + row;
    const Doubles* const y = (const Doubles*)__builtin_assume_aligned(
      from->columns + (t * from->n_columns) + column, 4 * WIDTH);
    for (uint32_t i = 0U; i < n_rows; ++i) {
      for (uint32_t j = 0U; j < ABREAST; ++j) {
        totals[i][j] += y[j] * x[i];
      }
    }
  }
  for (uint32_t i = 0U; i < n_rows; ++i) {
    for (uint32_t j = 0U; j < ABREAST; ++j) {
      *doubles_at(to + (i * from->n_columns) + (j * DOUBLES)) = totals[i][j];
    }
  }
}

UNWATCHED LMU_RT static void
gram_tiles(double* const sums, const LmuGram* const from)
{
  for (uint32_t i = 0U; i < from->n_rows; i += GRAM_ROWS) {
    const bool     whole = from->n_rows - i >= GRAM_ROWS;
    const uint32_t first = from->is_upper ? i - (i % WIDTH) : 0U;
    for (uint32_t j = first; j < from->n_columns; j += WIDTH) {
      if (whole) {
        gram_tile(sums, from, i, j, GRAM_ROWS);
        continue;
      }
      for (uint32_t k = i; k < from->n_rows; ++k) {
        gram_tile(sums, from, k, j, 1U);
      }
    }
  }
}

LMU_RT static void
gram(double* const sums, const LmuGram* const from)
{
  watch(sums, from);
  gram_tiles(sums, from);
}
