// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_NOISE_H
#define LMU_BENCH_NOISE_H

#include <stdint.h>

/// Return the next sample of white noise from -1 to 1, `state` starts at 1
static inline float
next_noise(uint32_t* const state)
{
  *state = (*state * 1664525U) + 1013904223U;
  return (float)((*state / 2147483648.0) - 1.0);
}

#endif // LMU_BENCH_NOISE_H
