// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loop of traces for any vector size, part of kernels_body.h.

   A strip has four numbers of one position, or beside them as many of another,
   so that no number crosses from one half to the other.
*/

#include "core/base/attributes.h"
#include "core/dsp/rt/trace_parts.h"
#include "core/math/rt/vector.h"

#include <stddef.h>
#include <stdint.h>

#if WIDTH == 4U

typedef LmuFour Strip;

#  define FOURS 1U

/// Numbers in turn: the first two of each, or the last
#  define MIX_FIRST(x, y) __builtin_shufflevector(x, y, 0, 4, 1, 5)
#  define MIX_LAST(x, y) __builtin_shufflevector(x, y, 2, 6, 3, 7)

/// The first two of each one behind the other, or the last
#  define TAKE_FIRST(x, y) FIRST_TWO(x, y)
#  define TAKE_LAST(x, y) LAST_TWO(x, y)

#else

typedef float Strip __attribute__((vector_size(32)));

#  define FOURS 2U

#  define MIX_FIRST(x, y) \
    __builtin_shufflevector(x, y, 0, 8, 1, 9, 4, 12, 5, 13)
#  define MIX_LAST(x, y) \
    __builtin_shufflevector(x, y, 2, 10, 3, 11, 6, 14, 7, 15)
#  define TAKE_FIRST(x, y) \
    __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13)
#  define TAKE_LAST(x, y) \
    __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15)

/// The lower half of each, or the upper
#  define TAKE_LOW(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11)
#  define TAKE_HIGH(x, y) \
    __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15)

#endif

/// Return the lesser of each
LMU_RT static INLINE Strip
lesser_of(const Strip x, const Strip y)
{
#if WIDTH == 4U
  return least_of(x, y);
#elif defined(__AVX__)
  return _mm256_min_ps(x, y);
#else
  Strip result = x;
  for (uint32_t i = 0U; i < 4U * FOURS; ++i) {
    result[i] = lesser(x[i], y[i]);
  }
  return result;
#endif
}

LMU_RT static INLINE Strip
greater_of(const Strip x, const Strip y)
{
#if WIDTH == 4U
  return greatest_of(x, y);
#elif defined(__AVX__)
  return _mm256_max_ps(x, y);
#else
  Strip result = x;
  for (uint32_t i = 0U; i < 4U * FOURS; ++i) {
    result[i] = greater(x[i], y[i]);
  }
  return result;
#endif
}

/// Least and greatest of strips
typedef struct {
  Strip least;
  Strip greatest;
} Range;

/// Return the range of some strips, one behind the other
LMU_RT static INLINE Range
range_of(const LmuFour* const x, const size_t n_strips)
{
  const Strip* const strips =
    (const Strip*)__builtin_assume_aligned(x, 16 * FOURS);
  Range result = {strips[0], strips[0]};
  for (size_t i = 1U; i < n_strips; ++i) {
    result.least    = lesser_of(result.least, strips[i]);
    result.greatest = greater_of(result.greatest, strips[i]);
  }
  return result;
}

/// Return the range of some fours at each position, a power of two
LMU_RT static INLINE Range
range_at(const LmuFour* const x, const size_t n_fours)
{
#if WIDTH == 4U
  return range_of(x, n_fours);
#else
  const LmuFour* const y = x + (4U * n_fours);
  if (n_fours == 1U) {
    const Strip both =
      __builtin_shufflevector(x[0], y[0], 0, 1, 2, 3, 4, 5, 6, 7);
    return (Range){both, both};
  }

  const Range r = range_of(x, n_fours / 2U);
  const Range s = range_of(y, n_fours / 2U);
  return (Range){
    lesser_of(TAKE_LOW(r.least, s.least), TAKE_HIGH(r.least, s.least)),
    greater_of(TAKE_LOW(r.greatest, s.greatest),
               TAKE_HIGH(r.greatest, s.greatest))};
#endif
}

/// Store two pairs of the first position, and of the second four pairs behind
LMU_RT static INLINE void
store_strip(LmuFour* const out, const Strip pairs)
{
#if WIDTH == 4U
  out[0] = pairs;
#else
  out[0] = __builtin_shufflevector(pairs, pairs, 0, 1, 2, 3);
  out[2] = __builtin_shufflevector(pairs, pairs, 4, 5, 6, 7);
#endif
}

/// Return the least of each of four strips
LMU_RT static INLINE Strip
least_within(const Strip v[4])
{
  const Strip x = lesser_of(MIX_FIRST(v[0], v[1]), MIX_LAST(v[0], v[1]));
  const Strip y = lesser_of(MIX_FIRST(v[2], v[3]), MIX_LAST(v[2], v[3]));
  return lesser_of(TAKE_FIRST(x, y), TAKE_LAST(x, y));
}

LMU_RT static INLINE Strip
greatest_within(const Strip v[4])
{
  const Strip x = greater_of(MIX_FIRST(v[0], v[1]), MIX_LAST(v[0], v[1]));
  const Strip y = greater_of(MIX_FIRST(v[2], v[3]), MIX_LAST(v[2], v[3]));
  return greater_of(TAKE_FIRST(x, y), TAKE_LAST(x, y));
}

/// Build four pairs of 2^level samples at each position.  With a literal level
/// this has no loops.
LMU_RT static INLINE void
build_four(const LmuFour* const x, const uint32_t level, LmuFour* const out)
{
  const size_t n_fours = (size_t)1U << (level - 2U);
  Strip        least[4];
  Strip        greatest[4];
  for (uint32_t i = 0U; i < 4U; ++i) {
    const Range range = range_at(x + (i * n_fours), n_fours);
    least[i]          = range.least;
    greatest[i]       = range.greatest;
  }

  const Strip low  = least_within(least);
  const Strip high = greatest_within(greatest);
  store_strip(out, MIX_FIRST(low, high));
  store_strip(out + 1, MIX_LAST(low, high));
}

/// Build some pairs, a multiple of eight
LMU_RT static INLINE void
build_pairs(const LmuFour* x,
            const uint32_t level,
            const uint32_t n_pairs,
            LmuFour*       out)
{
  for (uint32_t i = 0U; i < n_pairs; i += 4U * FOURS) {
    build_four(x, level, out);
    x += (size_t)FOURS << level;
    out += 2U * FOURS;
  }
}

LMU_RT static void
outline(const LmuFour* const samples,
        const uint32_t       level,
        const uint32_t       n_pairs,
        LmuFour* const       pairs)
{
  switch (level) {
  case 2U:
    build_pairs(samples, 2U, n_pairs, pairs);
    break;
  case 3U:
    build_pairs(samples, 3U, n_pairs, pairs);
    break;
  case 4U:
    build_pairs(samples, 4U, n_pairs, pairs);
    break;
  default:
    build_pairs(samples, 5U, n_pairs, pairs);
    break;
  }
}
