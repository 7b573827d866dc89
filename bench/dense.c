// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/dense.h"

#include <stddef.h>
#include <stdint.h>

/// As wide as two registers of AVX2, so that it is unrolled
typedef float Vec __attribute__((vector_size(32)));

/// Advance 8 N rows
#define STEP_ROWS(N)                                                    \
  static inline void step_rows_##N(float* const       next,             \
                                   const float* const m,                \
                                   const float* const a,                \
                                   const float* const b,                \
                                   const uint32_t     order,            \
                                   const float        input)            \
  {                                                                     \
    Vec sums[N];                                                        \
    for (size_t i = 0U; i < (size_t)(N); ++i) {                         \
      sums[i] = *(const Vec*)(b + (8U * i)) * input;                    \
    }                                                                   \
    for (uint32_t j = 0U; j < order; ++j) {                             \
      const float* const column = a + ((size_t)j * order);              \
      const float        factor = m[j];                                 \
      _Pragma("GCC unroll 8") for (size_t i = 0U; i < (size_t)(N); ++i) \
      {                                                                 \
        sums[i] += *(const Vec*)(column + (8U * i)) * factor;           \
      }                                                                 \
    }                                                                   \
    for (size_t i = 0U; i < (size_t)(N); ++i) {                         \
      *(Vec*)(next + (8U * i)) = sums[i];                               \
    }                                                                   \
  }

STEP_ROWS(8)
STEP_ROWS(2)

void
dense_step(float* const       next,
           const float* const m,
           const float* const a,
           const float* const b,
           const uint32_t     order,
           const float        input)
{
  uint32_t row = 0U;
  for (; row + DENSE_ROWS <= order; row += DENSE_ROWS) {
    step_rows_8(next + row, m, a + row, b + row, order, input);
  }
  for (; row < order; row += 16U) {
    step_rows_2(next + row, m, a + row, b + row, order, input);
  }
}
