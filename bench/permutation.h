// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_PERMUTATION_H
#define LMU_BENCH_PERMUTATION_H

#include <stdint.h>

/**
   Write what numpy.random.RandomState(seed).permutation(count) returns.

   Source: Matsumoto, Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998), and
   NumPy's legacy shuffle, which NumPy promises never to change.

   @param order Set to the numbers below `count` in another order, [count].
   @param count Number of entries, 1 or more.
   @param seed Seed.
*/
void
permutation(uint32_t* order, uint32_t count, uint32_t seed);

#endif // LMU_BENCH_PERMUTATION_H
