// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/unit/recording.h"

#include "bench/noise.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PI 3.14159265358979323846

#define LEAD_S 0.5
#define DC_HZ 20.0
#define DAMPING 0.498 // Of either of two samples, half is none

/// Return a number from `low` to `high`
static double
between(uint32_t* const seed, const double low, const double high)
{
  return low + ((high - low) * 0.5 * ((double)next_noise(seed) + 1.0));
}

/// Write one note of a string (Karplus and Strong 1983) and return its frames
static size_t
pluck(float* const    x,
      const size_t    most,
      const double    rate,
      uint32_t* const seed)
{
  const size_t period = (size_t)(rate / between(seed, 80.0, 700.0));
  const double level  = pow(10.0, between(seed, -24.0, -6.0) / 20.0);
  const size_t length = (size_t)(rate * between(seed, 0.1, 0.5));
  const size_t count  = length < most ? length : most;
  for (size_t i = 0U; i < count; ++i) {
    const double burst = i < period ? level * (double)next_noise(seed) : 0.0;
    const double round =
      i > period ? (double)x[i - period] + (double)x[i - period - 1U] : 0.0;
    x[i] = (float)(burst + (DAMPING * round));
  }
  return count;
}

/// Take out what does not move, as a pickup does
static void
block_dc(float* const x, const size_t count, const double rate)
{
  const double keep = exp(-2.0 * PI * DC_HZ / rate);
  double       mean = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    mean = (keep * mean) + ((1.0 - keep) * (double)x[i]);
    x[i] -= (float)mean;
  }
}

void
play_strings(float* const   x,
             const size_t   count,
             const double   rate,
             const uint32_t seed)
{
  uint32_t noise = seed;
  size_t   i     = (size_t)(LEAD_S * rate);
  memset(x, 0, count * sizeof(float));
  while (i < count) {
    i += pluck(x + i, count - i, rate, &noise);
  }
  block_dc(x, count, rate);
}

void
add_noise(float* const   x,
          const size_t   count,
          const double   level_db,
          const uint32_t seed)
{
  const double level = pow(10.0, level_db / 20.0);
  uint32_t     noise = seed;
  for (size_t i = 0U; i < count; ++i) {
    x[i] += (float)(level * (double)next_noise(&noise));
  }
}

void
shift(float* const x, const size_t count, const ptrdiff_t by)
{
  const size_t gap  = (size_t)(by < 0 ? -by : by);
  const size_t rest = count - gap;
  memmove(by > 0 ? x + gap : x, by > 0 ? x : x + gap, rest * sizeof(float));
  memset(by > 0 ? x : x + rest, 0, gap * sizeof(float));
}
