// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/plain_cell.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#ifndef RUN
#  define RUN plain_cell_run
#endif

static float
dot(const float* const x, const float* const y, const uint32_t count)
{
  float total = 0.0f;
  for (uint32_t i = 0U; i < count; ++i) {
    total += x[i] * y[i];
  }
  return total;
}

static float
step(const PlainCell* const cell, PlainState* const state, const float x)
{
  const uint32_t n = cell->n;
  const uint32_t d = cell->d;
  const float    u =
    (cell->e_x * x) + dot(cell->e_h, state->h, n) + dot(cell->e_m, state->m, d);
  for (uint32_t i = 0U; i < d; ++i) {
    state->next_m[i] =
      dot(cell->ad + ((size_t)i * d), state->m, d) + (cell->bd[i] * u);
  }
  for (uint32_t i = 0U; i < n; ++i) {
    state->next_h[i] =
      tanhf((cell->w_x[i] * x) + dot(cell->w_h + ((size_t)i * n), state->h, n) +
            dot(cell->w_m + ((size_t)i * d), state->next_m, d));
  }

  const PlainState old = *state;
  state->h             = old.next_h;
  state->m             = old.next_m;
  state->next_h        = old.h;
  state->next_m        = old.m;
  return dot(cell->w_out, state->h, n);
}

void
RUN(const PlainCell* const cell,
    PlainState* const      state,
    const float* const     input,
    const uint32_t         n_frames,
    float* const           output)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    output[i] = step(cell, state, input[i]);
  }
}
