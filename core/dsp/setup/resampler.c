// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/resampler.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/dsp/rt/resampler.h"
#include "core/dsp/rt/resampler_parts.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define PI 3.14159265358979323846

/// Rates that are supported [Hz]
#define MIN_RATE 100.0
#define MAX_RATE 1e6

/// Greatest ratio of the rates
#define MAX_RATIO 48.0

/// Rates are whole multiples of a Hertz divided by this
#define RATE_PARTS 256.0

/// Half of a filter's length [frames of the lower rate], for a pass band to
/// 0.45 of the lower rate and a stop band from 0.55: what folds lands above the
/// pass band.
#define REACH 36.0

/// Shape of the Kaiser window, for 110 dB
#define BETA 11.16

/// Most rows for a frame of the lower rate.  A line from row to row then errs
/// by (pi / ROWS)^2 / 8 of a weight, -118 dB.
#define ROWS 1024.0

/// What the rows of a filter are
typedef struct {
  double cutoff; ///< Lower rate as a part of the input's rate
  double first;  ///< Delay of phase 0 [frames of the input]
  double step;   ///< Delay of phase 1, from there
} Shape;

/// Modified Bessel function of the first kind, order zero
static double
bessel(const double x)
{
  const double quarter = 0.25 * x * x;
  double       term    = 1.0;
  double       total   = 1.0;
  for (uint32_t i = 1U; term > 1e-17 * total; ++i) {
    term *= quarter / ((double)i * i);
    total += term;
  }
  return total;
}

/// Weight at a distance [frames of the lower rate]
static double
weight(const double distance)
{
  const double part = distance / REACH;
  const double x    = PI * distance;
  if (fabs(part) >= 1.0) {
    return 0.0;
  }
  return bessel(BETA * sqrt(1.0 - (part * part))) *
         (fabs(x) < 1e-9 ? 1.0 : sin(x) / x);
}

/// Write the weights that delay by `delay`, with a sum of one
static void
set_row(float* const   row,
        const uint32_t n_taps,
        const double   delay,
        const double   cutoff)
{
  double total = 0.0;
  for (uint32_t i = 0U; i < n_taps; ++i) {
    total += weight((delay - i) * cutoff);
  }
  for (uint32_t i = 0U; i < n_taps; ++i) {
    row[n_taps - 1U - i] = (float)(weight((delay - i) * cutoff) / total);
  }
}

/// Allocate and fill a filter whose signals and phases are set
static bool
filter_init(LmuRateFilter* const filter, const Shape* const shape)
{
  const uint32_t lanes = LMU_RESAMPLER_LANES;
  const double   rows  = ceil(ROWS * shape->cutoff);
  const double   taps  = shape->first + 1.0 + (REACH / shape->cutoff);

  filter->n_taps = lanes * ((uint32_t)(taps / lanes) + 1U);
  filter->n_rows = filter->n_phases < rows ? filter->n_phases : (uint32_t)rows;

  const size_t n_weights = (filter->n_rows + (size_t)1U) * filter->n_taps;
  const size_t n_history = (size_t)filter->n_signals * 2U * filter->n_taps;
  filter->rows           = (float*)lmu_aligned_zeros(n_weights * sizeof(float));
  filter->history        = (float*)lmu_aligned_zeros(n_history * sizeof(float));
  if (!filter->rows || !filter->history) {
    return false;
  }
  for (uint32_t i = 0U; i <= filter->n_rows; ++i) {
    set_row(filter->rows + ((size_t)i * filter->n_taps),
            filter->n_taps,
            shape->first + (shape->step * i / filter->n_rows),
            shape->cutoff);
  }
  return true;
}

static bool
init(LmuResampler* const self, const LmuResamplerSpec* const spec)
{
  const double ratio = (double)self->inner_step / self->host_step;
  const double reach = ceil(REACH * fmax(ratio, 1.0)); // [host frames]

  // The newest inner frame is late by the phase, and the newest host frame
  // early, so the first delay may be a frame shorter
  const Shape inward  = {fmin(1.0 / ratio, 1.0), reach - 1.0, 1.0};
  const Shape outward = {fmin(ratio, 1.0), reach / ratio, -1.0};

  self->latency           = (uint32_t)((2.0 * reach) - 1.0);
  self->inward.n_phases   = self->host_step;
  self->inward.n_signals  = spec->n_inputs;
  self->outward.n_phases  = self->inner_step;
  self->outward.n_signals = spec->n_outputs;
  return filter_init(&self->inward, &inward) &&
         filter_init(&self->outward, &outward);
}

static bool
is_rate(const double rate)
{
  return rate >= MIN_RATE && rate <= MAX_RATE;
}

/// Return the greatest common divisor
static uint32_t
divisor(const uint32_t x, const uint32_t y)
{
  uint32_t more = x;
  uint32_t less = y;
  while (less) {
    const uint32_t rest = more % less;
    more                = less;
    less                = rest;
  }
  return more;
}

LmuStatus
lmu_resampler_new(LmuResampler** const          resampler,
                  const LmuResamplerSpec* const spec)
{
  *resampler           = NULL;
  const double highest = fmax(spec->host_rate, spec->inner_rate);
  const double lowest  = fmin(spec->host_rate, spec->inner_rate);
  if (!is_rate(spec->host_rate) || !is_rate(spec->inner_rate) ||
      highest > MAX_RATIO * lowest) {
    return LMU_BAD_RATE;
  }

  LmuResampler* const self = (LmuResampler*)calloc(1, sizeof(LmuResampler));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  // A frame of the host takes as long as the inner rate is high
  const uint32_t host  = (uint32_t)lround(spec->inner_rate * RATE_PARTS);
  const uint32_t inner = (uint32_t)lround(spec->host_rate * RATE_PARTS);
  self->host_step      = host / divisor(host, inner);
  self->inner_step     = inner / divisor(host, inner);
  if (!init(self, spec)) {
    lmu_resampler_free(self);
    return LMU_NO_MEMORY;
  }
  lmu_resampler_reset(self);
  *resampler = self;
  return LMU_SUCCESS;
}

void
lmu_resampler_free(LmuResampler* const resampler)
{
  if (resampler) {
    free(resampler->outward.history);
    free(resampler->outward.rows);
    free(resampler->inward.history);
    free(resampler->inward.rows);
    free(resampler);
  }
}
