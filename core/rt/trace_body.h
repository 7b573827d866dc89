// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loop of traces, part of kernels_body.h.

   Its vectors are of four numbers for all CPUs, as wider ones would be shuffled
   as much again, but instructions of three operands need no copies.
*/

#include "core/attributes.h"
#include "core/rt/trace_parts.h"
#include "core/rt/vector.h"

#include <stddef.h>
#include <stdint.h>

/// Return numbers in turn: the first two of each, or the last
#define MIX_FIRST(x, y) __builtin_shufflevector(x, y, 0, 4, 1, 5)
#define MIX_LAST(x, y) __builtin_shufflevector(x, y, 2, 6, 3, 7)

/// Return the least of each of four vectors
LMU_RT static INLINE LmuFour
least_within(const LmuFour v[4])
{
  const LmuFour x = least_of(MIX_FIRST(v[0], v[1]), MIX_LAST(v[0], v[1]));
  const LmuFour y = least_of(MIX_FIRST(v[2], v[3]), MIX_LAST(v[2], v[3]));
  return least_of(FIRST_TWO(x, y), LAST_TWO(x, y));
}

LMU_RT static INLINE LmuFour
greatest_within(const LmuFour v[4])
{
  const LmuFour x = greatest_of(MIX_FIRST(v[0], v[1]), MIX_LAST(v[0], v[1]));
  const LmuFour y = greatest_of(MIX_FIRST(v[2], v[3]), MIX_LAST(v[2], v[3]));
  return greatest_of(FIRST_TWO(x, y), LAST_TWO(x, y));
}

/// Build four pairs of 2^index samples each.  With a literal index this has no
/// loops.
LMU_RT static INLINE void
build_four(const LmuFour* const x, const uint32_t index, LmuFour* const out)
{
  const uint32_t n_fours = 1U << (index - 2U);
  LmuFour        least[4];
  LmuFour        greatest[4];
  for (uint32_t i = 0U; i < 4U; ++i) {
    const LmuFour* const part = x + ((size_t)i * n_fours);
    least[i]                  = part[0];
    greatest[i]               = part[0];
    for (uint32_t j = 1U; j < n_fours; ++j) {
      least[i]    = least_of(least[i], part[j]);
      greatest[i] = greatest_of(greatest[i], part[j]);
    }
  }

  const LmuFour low  = least_within(least);
  const LmuFour high = greatest_within(greatest);
  out[0]             = MIX_FIRST(low, high);
  out[1]             = MIX_LAST(low, high);
}

/// Build some pairs, a multiple of four
LMU_RT static INLINE void
build_fours(const LmuFour* x,
            const uint32_t index,
            const uint32_t n_pairs,
            LmuFour*       out)
{
  for (uint32_t i = 0U; i < n_pairs; i += 4U) {
    build_four(x, index, out);
    x += (size_t)1U << index;
    out += 2U;
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
    build_fours(samples, 2U, n_pairs, pairs);
    break;
  case 3U:
    build_fours(samples, 3U, n_pairs, pairs);
    break;
  case 4U:
    build_fours(samples, 4U, n_pairs, pairs);
    break;
  default:
    build_fours(samples, 5U, n_pairs, pairs);
    break;
  }
}
