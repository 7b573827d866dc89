// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/fft.h"

#include "core/math/rt/fft.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define PI 3.14159265358979323846

size_t
lmu_fft_room(const uint32_t max_size)
{
  return 5U * (size_t)max_size; // Two arrays, and turns of half as many
}

/// Return the next numbers of a block
static LmuSpectrum
take(float** const next, const size_t count)
{
  const LmuSpectrum result = {*next, *next + count};
  *next += 2U * count;
  return result;
}

void
lmu_fft_init(LmuFft* const fft, float* const room, const uint32_t max_size)
{
  float* next = room;

  fft->max_size = max_size;
  fft->work[0]  = take(&next, max_size);
  fft->work[1]  = take(&next, max_size);
  fft->turns    = take(&next, max_size / 2U);
  for (uint32_t i = 0U; i < max_size / 2U; ++i) {
    const double angle = 2.0 * PI * i / max_size;
    fft->turns.re[i]   = (float)cos(angle);
    fft->turns.im[i]   = (float)-sin(angle);
  }
  lmu_fft_set_stages(fft, 31U - (uint32_t)__builtin_clz(max_size));
}
