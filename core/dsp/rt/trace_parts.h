// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_TRACE_PARTS_H
#define LMU_CORE_DSP_RT_TRACE_PARTS_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"

#include <stdint.h>

#if defined(__SSE__)
#  include <xmmintrin.h>
#endif

/**
   @file
   Vectors of samples and of pairs, for traces and their kernel alone.
*/

LMU_RT static inline float
lesser(const float x, const float y)
{
  return x < y ? x : y;
}

LMU_RT static inline float
greater(const float x, const float y)
{
  return x > y ? x : y;
}

/// Return the lesser of each
LMU_RT static inline LmuFour
least_of(const LmuFour x, const LmuFour y)
{
#if defined(__SSE__)
  // The compiler makes single numbers of the loop
  return _mm_min_ps(x, y);
#else
  LmuFour result = x;
  for (uint32_t i = 0U; i < 4U; ++i) {
    result[i] = lesser(x[i], y[i]);
  }
  return result;
#endif
}

LMU_RT static inline LmuFour
greatest_of(const LmuFour x, const LmuFour y)
{
#if defined(__SSE__)
  return _mm_max_ps(x, y);
#else
  LmuFour result = x;
  for (uint32_t i = 0U; i < 4U; ++i) {
    result[i] = greater(x[i], y[i]);
  }
  return result;
#endif
}

/// Return the even or the odd halves of two pairs of numbers each
#define FIRST_TWO(x, y) __builtin_shufflevector(x, y, 0, 1, 4, 5)
#define LAST_TWO(x, y) __builtin_shufflevector(x, y, 2, 3, 6, 7)

/// Return two pairs, each of two that follow one another
LMU_RT static inline LmuFour
join(const LmuFour x, const LmuFour y)
{
  const LmuFour low  = least_of(FIRST_TWO(x, y), LAST_TWO(x, y));
  const LmuFour high = greatest_of(FIRST_TWO(x, y), LAST_TWO(x, y));
  return __builtin_shufflevector(low, high, 0, 5, 2, 7);
}

#endif // LMU_CORE_DSP_RT_TRACE_PARTS_H
