// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_RECURRENCE_H
#define LMU_CORE_MEMORY_RT_RECURRENCE_H

#include "core/memory/rt/modes.h"

#include <stdint.h>

/**
   @file
   The recurrence that modes and responses to tones of an order obey.

   With m[n] = sqrt(2n + 1) w[n], each row of s inv(A) m = m but the first says

       w[n - 1] = w[n + 1] - (2n + 1) (2 / s) w[n]        w[d] = -w[d - 1]

   which are modified spherical Bessel functions of s / 2 (NIST Digital Library
   of Mathematical Functions, 10.51.4).  Downwards it is stable, and needs no
   division.  What the first row says makes it a mode, w[-1] = 0, or a tone.
*/

/// Solutions for LMU_LANES values of s, at degree n = from - 1
typedef struct LmuRecurrenceImpl {
  _Alignas(64) double by[LMU_BLOCK]; ///< 2 / s, [2][LMU_LANES]
  double   next[LMU_BLOCK];          ///< w[n + 1], [2][LMU_LANES]
  double   here[LMU_BLOCK];          ///< w[n], [2][LMU_LANES]
  double   square[LMU_BLOCK]; ///< Sum of (-1)^n (2n + 1) w[n]^2 of those above
  uint32_t n_kept;            ///< Degrees below this are kept
  double*  kept; ///< Even degrees, then odd ones, [2][(n_kept + 1) / 2][2]
                 ///< [LMU_LANES], or null
} LmuRecurrence;

/// Return where a degree of `count` is kept, in blocks
LMU_RT static inline uint32_t
lmu_recurrence_row(const uint32_t n, const uint32_t count)
{
  return ((n % 2U) * ((count + 1U) / 2U)) + (n / 2U);
}

#endif // LMU_CORE_MEMORY_RT_RECURRENCE_H
