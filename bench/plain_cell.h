// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_PLAIN_CELL_H
#define LMU_BENCH_PLAIN_CELL_H

#include <stdint.h>

/**
   @file
   The paper's cell as one would write it down: float32, plain loops, tanhf().

   u = e_x x + e_h h + e_m m, m = Ad m + Bd u, h = tanh(W_x x + W_h h + W_m m).
*/

/// Weights of a cell of one input, all by rows
typedef struct {
  uint32_t     n;     ///< Units
  uint32_t     d;     ///< Order
  float        e_x;   ///< Encoders
  const float* e_h;   ///< [n]
  const float* e_m;   ///< [d]
  const float* ad;    ///< [d][d]
  const float* bd;    ///< [d]
  const float* w_x;   ///< [n]
  const float* w_h;   ///< [n][n]
  const float* w_m;   ///< [n][d]
  const float* w_out; ///< [n]
} PlainCell;

/// State of a cell, and room for the next
typedef struct {
  float* h;      ///< [n]
  float* m;      ///< [d]
  float* next_h; ///< [n]
  float* next_m; ///< [d]
} PlainState;

/// Advance by frames
void
plain_cell_run(const PlainCell* cell,
               PlainState*      state,
               const float*     input,
               uint32_t         n_frames,
               float*           output);

/// The same, compiled for AVX2 with -ffast-math, which we may not ship
void
plain_cell_run_fast(const PlainCell* cell,
                    PlainState*      state,
                    const float*     input,
                    uint32_t         n_frames,
                    float*           output);

#endif // LMU_BENCH_PLAIN_CELL_H
