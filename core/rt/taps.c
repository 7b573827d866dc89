// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/rt/taps.h"

#include <stdint.h>

#define PI 3.14159265358979323846

void
lmu_taper_set(float* const taper, const LmuTaps* const taps, const double theta)
{
  const uint32_t count = lmu_taper_size(taps);
  for (uint32_t k = 0U; k < count; ++k) {
    const double x = PI * ((2.0 * k) + 1.0) / theta;
    const double x2 =
      (x < LMU_MAX_DROOP) ? x * x : LMU_MAX_DROOP * LMU_MAX_DROOP;

    // (x / 2) / sin(x / 2)
    const double rise = 1.0 + (x2 / 24.0) + (7.0 * x2 * x2 / 5760.0);
    taper[k]          = taps->taper[k] * (float)rise;
  }
}
