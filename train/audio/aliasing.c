// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/aliasing.h"

#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/audio/score.h"
#include "train/audio/streams.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Time to come to rest, and time that is looked at [s]
#define LEAD_S 0.5
#define LOOK_S 0.2

/// Distance of tones [Hz]
#define STEP_HZ 1000.0

/// Part of the output below which nothing is seen in single precision
#define LEAST 1e-14

#define TWO_PI 6.28318530717958647692

/// A tone with whole periods in what is looked at
typedef struct {
  uint32_t n_lead;
  uint32_t n_frames;
  uint32_t n_cycles; ///< Shares no factor with n_frames, so that what folds
                     ///< back does not fall on harmonics
} Tone;

static uint32_t
common_factor(uint32_t a, uint32_t b)
{
  while (b) {
    const uint32_t rest = a % b;
    a                   = b;
    b                   = rest;
  }
  return a;
}

static Tone
tone_of(const double rate, const double frequency)
{
  Tone tone     = {(uint32_t)(LEAD_S * rate), (uint32_t)(LOOK_S * rate), 0U};
  tone.n_cycles = (uint32_t)(LOOK_S * frequency);
  while (common_factor(tone.n_frames, tone.n_cycles) > 1U) {
    ++tone.n_cycles;
  }
  return tone;
}

/// Return the angle of some cycles at a frame
static double
angle(const Tone* const tone, const uint64_t n_cycles, const uint32_t frame)
{
  return TWO_PI * (double)(n_cycles * frame % tone->n_frames) / tone->n_frames;
}

/// Return the energy of some cycles in what is looked at, or of its offset
static double
energy_at(const Tone* const tone, const float* const y, const uint32_t n_cycles)
{
  double re = 0.0;
  double im = 0.0;
  for (uint32_t i = 0U; i < tone->n_frames; ++i) {
    re += (double)y[i] * cos(angle(tone, n_cycles, i));
    im += (double)y[i] * sin(angle(tone, n_cycles, i));
  }
  return (n_cycles ? 2.0 : 1.0) * ((re * re) + (im * im)) / tone->n_frames;
}

/// Return the part of the output that is no harmonic [dB]
static double
inharmonic(const Tone* const tone, const float* const y)
{
  double total    = 0.0;
  double harmonic = 0.0;
  for (uint32_t i = 0U; i < tone->n_frames; ++i) {
    total += (double)y[i] * (double)y[i];
  }
  total = fmax(total - energy_at(tone, y, 0U), 1e-30);
  for (uint32_t i = tone->n_cycles; 2U * i < tone->n_frames;
       i += tone->n_cycles) {
    harmonic += energy_at(tone, y, i);
  }
  return 10.0 * log10(fmax((total - harmonic) / total, LEAST));
}

/// Play a tone
static LmuStatus
find_one(double* const         db,
         const LmuGraph* const graph,
         const Tone* const     tone,
         const double          rms)
{
  const uint32_t length = tone->n_lead + tone->n_frames;
  float* const   x      = (float*)calloc((size_t)2U * length, sizeof(float));
  LmuScore       score;
  if (!x) {
    return LMU_NO_MEMORY;
  }
  for (uint32_t i = 0U; i < length; ++i) {
    x[i] = (float)(sqrt(2.0) * rms * sin(angle(tone, tone->n_cycles, i)));
  }
  const LmuRecording sine    = {x, x, length, {0.5, 0.5, 0.5, 0.5}};
  const LmuStreams   streams = {
      &sine, 1U, graph->metadata.n_conditions, 1.0, 1.0};
  const LmuStatus status = lmu_score_find(&score, graph, &streams, x + length);
  if (!status) {
    *db = inharmonic(tone, x + length + tone->n_lead);
  }
  free(x);
  return status;
}

LmuStatus
lmu_aliasing_find(double                db[LMU_N_ALIASING],
                  const LmuGraph* const graph,
                  const double          rate,
                  const double          rms)
{
  LmuStatus status = LMU_SUCCESS;
  for (uint32_t i = 0U; i < LMU_N_ALIASING && !status; ++i) {
    const double frequency = STEP_HZ * (i + 1U);
    const Tone   tone      = tone_of(rate, frequency);
    db[i]                  = (double)NAN;
    if (2.0 * frequency < 0.9 * rate) {
      status = find_one(&db[i], graph, &tone, rms);
    }
  }
  return status;
}

double
lmu_aliasing_worst(const double db[LMU_N_ALIASING], double* const frequency)
{
  double worst = -INFINITY;
  *frequency   = STEP_HZ;
  for (uint32_t i = 0U; i < LMU_N_ALIASING; ++i) {
    if (db[i] > worst) {
      worst      = db[i];
      *frequency = STEP_HZ * (i + 1U);
    }
  }
  return worst;
}
