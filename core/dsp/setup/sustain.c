// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/sustain.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/dsp/rt/sustain.h"
#include "core/dsp/rt/sustain_parts.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/setup/fft.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define PI 3.14159265358979323846

/// Rates that are supported [Hz]
#define MIN_RATE 4e3
#define MAX_RATE 8e5

/// Time of the analysis, about [s]
#define DELAY 0.02

/// Parts of that time in percent, about as each part works in the longest
/// window
static const uint32_t shares[LMU_SUSTAIN_PARTS] =
  {3U, 8U, 30U, 4U, 8U, 1U, 12U, 31U, 1U, 2U};

/// Least power of two that is not below a number
static uint32_t
power_of_two(const uint32_t x)
{
  uint32_t result = 1U;
  while (result < x) {
    result *= 2U;
  }
  return result;
}

static bool
is_sane(const LmuSustainSpec* const spec)
{
  return spec->n_channels && spec->n_channels <= LMU_SUSTAIN_CHANNELS &&
         spec->max_window >= LMU_MIN_SUSTAIN &&
         spec->max_window <= LMU_MAX_SUSTAIN;
}

/// Return the next numbers of a block
static float*
take(float** const next, const size_t count)
{
  float* const result = *next;
  *next += result ? count : 0U;
  return result;
}

static LmuSpectrum
take_spectrum(float** const next, const size_t count)
{
  const LmuSpectrum result = {take(next, count), take(next, count)};
  return result;
}

/// Give all arrays their parts of one block of zeros
static bool
allocate(LmuSustain* const self)
{
  const uint32_t max_size = power_of_two(2U * self->max_window);
  const size_t   room     = lmu_fft_room(max_size);
  const size_t   ring     = self->mask + (size_t)1U;
  const size_t   spectrum =
    (max_size / 2U) + (2U * (size_t)LMU_SUSTAIN_GUARD) + 1U;
  const size_t channel = ring + self->max_window + (2U * spectrum);
  const size_t all     = (self->n_channels * channel) + room + spectrum +
                     (2U * (size_t)LMU_KERNEL_SIZE);
  self->numbers = (float*)lmu_aligned_zeros(all * sizeof(float));
  if (!self->numbers) {
    return false;
  }

  float* next = self->numbers;
  lmu_fft_init(&self->fft, take(&next, room), max_size);
  self->power  = take(&next, spectrum);
  self->kernel = take(&next, LMU_KERNEL_SIZE);
  self->slope  = take(&next, LMU_KERNEL_SIZE);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    self->ring[c]    = take(&next, ring);
    self->sound[c]   = take(&next, self->max_window);
    self->spectra[c] = take_spectrum(&next, spectrum);
  }
  return true;
}

/// Return the spectrum of a Hann window, of which 0 is the middle
static double
hann(const double lobes)
{
  const double x = fabs(lobes);
  if (x < 1e-6) {
    return 1.0;
  }
  if (fabs(x - 1.0) < 1e-6) {
    return 0.5;
  }
  return sin(PI * x) / (PI * x * (1.0 - (x * x)));
}

static void
fill_tables(LmuSustain* const self)
{
  const double step = 1e-3; // For a slope to 1e-6
  for (uint32_t i = 0U; i + 2U < LMU_KERNEL_SIZE; ++i) {
    const double x  = (double)i / LMU_KERNEL_DENSITY;
    self->kernel[i] = (float)hann(x);
    self->slope[i]  = (float)((hann(x + step) - hann(x - step)) / (2.0 * step));
  }
}

/// Set the times of all parts
static void
set_times(LmuSustain* const self, const double rate)
{
  for (uint32_t i = 0U; i < LMU_SUSTAIN_PARTS; ++i) {
    const double time = rate * DELAY * shares[i] / 100.0;
    self->n_frames[i] = (uint32_t)fmax(1.0, round(time));
    self->delay += self->n_frames[i];
  }
}

LmuStatus
lmu_sustain_new(LmuSustain** const sustain, const LmuSustainSpec* const spec)
{
  *sustain = NULL;
  if (!(spec->rate >= MIN_RATE && spec->rate <= MAX_RATE)) {
    return LMU_BAD_RATE;
  }
  if (!is_sane(spec)) {
    return LMU_BAD_VALUE;
  }

  LmuSustain* const self = (LmuSustain*)lmu_aligned_zeros(sizeof(LmuSustain));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  set_times(self, spec->rate);
  self->kernels    = spec->kernels ? spec->kernels : lmu_kernels(0U);
  self->n_channels = spec->n_channels;
  self->max_window = (spec->max_window - 1U) | 1U;
  self->mask = power_of_two(self->max_window + self->n_frames[0] + 1U) - 1U;
  if (!allocate(self)) {
    free(self);
    return LMU_NO_MEMORY;
  }
  fill_tables(self);
  lmu_sustain_reset(self);
  lmu_sustain_set_decay(self, (double)INFINITY);
  *sustain = self;
  return LMU_SUCCESS;
}

void
lmu_sustain_free(LmuSustain* const sustain)
{
  if (sustain) {
    free(sustain->numbers);
    free(sustain);
  }
}
