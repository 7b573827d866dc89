// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UNIT_SIGNALS_H
#define LMU_TESTS_UNIT_SIGNALS_H

#include <math.h>
#include <stdint.h>

#define PI 3.14159265358979323846

/// Return the next sample of white noise from -1 to 1, `state` starts at 1
static inline float
next_noise(uint32_t* const state)
{
  *state = (*state * 1664525U) + 1013904223U;
  return (float)((*state / 2147483648.0) - 1.0);
}

/// Return a level [dB] of a ratio
static inline double
to_db(const double ratio)
{
  return 20.0 * log10(ratio + 1e-30);
}

#endif // LMU_TESTS_UNIT_SIGNALS_H
