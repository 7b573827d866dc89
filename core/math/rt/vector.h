// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MATH_RT_VECTOR_H
#define LMU_CORE_MATH_RT_VECTOR_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"

#include <stdint.h>

#if defined(__x86_64__)
#  include <immintrin.h>
#endif

/**
   @file
   Vectors of WIDTH floats, which each kernels_*.c defines.
*/

typedef float  Vec __attribute__((vector_size(4 * WIDTH)));
typedef double Wide __attribute__((vector_size(8 * WIDTH)));
typedef double Doubles __attribute__((vector_size(4 * WIDTH)));

/// Numbers of float64 in a vector of one register
#define DOUBLES (WIDTH / 2U)

/// Part of a block that one vector holds
#define PARTS (LMU_LANES / WIDTH)

#define INLINE __attribute__((always_inline)) inline

LMU_RT static INLINE Vec
load(const float* const x)
{
  return *(const Vec*)__builtin_assume_aligned(x, 4 * WIDTH);
}

LMU_RT static INLINE void
store(float* const x, const Vec value)
{
  *(Vec*)__builtin_assume_aligned(x, 4 * WIDTH) = value;
}

LMU_RT static INLINE Doubles*
doubles_at(double* const x)
{
  return (Doubles*)__builtin_assume_aligned(x, 4 * WIDTH);
}

LMU_RT static INLINE Wide
load_wide(const double* const x)
{
  return *(const Wide*)__builtin_assume_aligned(x, 8 * WIDTH);
}

LMU_RT static INLINE void
store_narrow(float* const x, const Wide value)
{
  store(x, __builtin_convertvector(value, Vec));
}

LMU_RT static INLINE Vec
same(const float value)
{
  return value - (Vec){0.0f};
}

/// A vector whose fours are all their i-th number, which must be a literal
#if WIDTH == 16U
#  define PICK(v, i)                  \
    __builtin_shufflevector(v,        \
                            v,        \
                            i,        \
                            i,        \
                            i,        \
                            i,        \
                            (i) + 4,  \
                            (i) + 4,  \
                            (i) + 4,  \
                            (i) + 4,  \
                            (i) + 8,  \
                            (i) + 8,  \
                            (i) + 8,  \
                            (i) + 8,  \
                            (i) + 12, \
                            (i) + 12, \
                            (i) + 12, \
                            (i) + 12)
#elif WIDTH == 8U
#  define PICK(v, i)         \
    __builtin_shufflevector( \
      v, v, i, i, i, i, (i) + 4, (i) + 4, (i) + 4, (i) + 4)
#else
#  define PICK(v, i) __builtin_shufflevector(v, v, i, i, i, i)
#endif

/// Return a vector of four numbers at any address, over and over
LMU_RT static INLINE Vec
repeat(const float* const x)
{
#if defined(__AVX__) && WIDTH == 8U
  // gcc makes two instructions of the other way
  return _mm256_broadcast_ps((const __m128*)x);
#else
  typedef LmuFour Unaligned __attribute__((aligned(4)));
  const LmuFour   q = *(const Unaligned*)x;
#  if WIDTH == 16U
  return __builtin_shufflevector(
    q, q, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
#  elif WIDTH == 8U
  return __builtin_shufflevector(q, q, 0, 1, 2, 3, 0, 1, 2, 3);
#  else
  return q;
#  endif
#endif
}

/// Add the parts of a vector until four numbers are left
LMU_RT static INLINE LmuFour
fold(const Vec x)
{
#if WIDTH == 16U
  typedef float Half __attribute__((vector_size(32)));
  const Half    half = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
                    __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  return __builtin_shufflevector(half, half, 0, 1, 2, 3) +
         __builtin_shufflevector(half, half, 4, 5, 6, 7);
#elif WIDTH == 8U
  return __builtin_shufflevector(x, x, 0, 1, 2, 3) +
         __builtin_shufflevector(x, x, 4, 5, 6, 7);
#else
  return x;
#endif
}

LMU_RT static INLINE float
sum(const Vec x)
{
  const LmuFour quad = fold(x);
  const LmuFour pair = quad + __builtin_shufflevector(quad, quad, 2, 3, 0, 1);
  return pair[0] + pair[1];
}

LMU_RT static INLINE double
sum_wide(const Wide x)
{
  double total = 0.0;
  for (uint32_t i = 0U; i < WIDTH; ++i) {
    total += x[i];
  }
  return total;
}

LMU_RT static INLINE double
sum_doubles(const Doubles x)
{
  double total = 0.0;
  for (uint32_t i = 0U; i < DOUBLES; ++i) {
    total += x[i];
  }
  return total;
}

#endif // LMU_CORE_MATH_RT_VECTOR_H
