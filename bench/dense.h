// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_DENSE_H
#define LMU_BENCH_DENSE_H

#include <stdint.h>

/**
   @file
   The plain update that the engine is measured against.

   m' = Ad m + Bd u, with Ad by columns, so that sums need no reduction: eight
   vectors of rows stay in registers while all columns pass by.
*/

/// Rows in one pass, orders must be multiples of a quarter of it
#define DENSE_ROWS 64U

/**
   Take one step.

   @param next Set to the new state, [order].
   @param m State, [order].
   @param a Ad by columns, [order][order], aligned to 64 bytes.
   @param b Bd, [order].
   @param order Number of coefficients, a multiple of 16.
   @param input Sample.
*/
void
dense_step(float*       next,
           const float* m,
           const float* a,
           const float* b,
           uint32_t     order,
           float        input);

#endif // LMU_BENCH_DENSE_H
