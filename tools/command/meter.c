// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/command/meter.h"

#include <math.h>

bool
lmu_meter_process(LmuMeter* const    meter,
                  const float* const samples,
                  const uint32_t     n_samples)
{
  double peak   = meter->peak;
  double energy = meter->energy;
  for (uint32_t i = 0U; i < n_samples; ++i) {
    const double sample = (double)samples[i];
    peak                = fmax(peak, fabs(sample));
    energy += sample * sample;
  }

  meter->peak   = peak;
  meter->energy = energy;
  meter->n_samples += n_samples;
  return isfinite(energy); // Squares of floats cannot overflow a double
}

double
lmu_meter_peak_db(const LmuMeter* const meter)
{
  return 20.0 * log10(meter->peak);
}

double
lmu_meter_rms_db(const LmuMeter* const meter)
{
  return 10.0 * log10(meter->energy / (double)meter->n_samples);
}
