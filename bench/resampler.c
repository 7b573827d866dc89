// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/resampler.h"
#include "bench/now.h"
#include "core/base/status.h"
#include "core/dsp/setup/resampler.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/**
   @file
   What a frame costs that is resampled there and back, beside plain loops over
   as many taps in the same run.
*/

/// Runs of each, of which the fastest counts
#define N_RUNS 9U

/// Frames of a run
#define N_FRAMES 20000U

/// Length of a filter in frames of the lower rate, and phases of the plain one
#define LENGTH 72.0
#define N_PHASES 64U

/// Filter as a textbook has it
typedef struct {
  uint32_t n_taps;
  uint32_t position;
  float*   rows; ///< [N_PHASES][n_taps]
  float*   ring; ///< [n_taps]
} Plain;

static void
plain_init(Plain* const plain, const double length)
{
  plain->n_taps   = (uint32_t)ceil(length);
  plain->position = 0U;
  const size_t n  = (size_t)N_PHASES * plain->n_taps;
  plain->rows     = (float*)calloc(n, sizeof(float));
  plain->ring     = (float*)calloc(plain->n_taps, sizeof(float));
  if (!plain->rows || !plain->ring) {
    abort();
  }
  for (size_t i = 0U; i < n; ++i) {
    plain->rows[i] = 1.0f / (float)plain->n_taps;
  }
}

static void
plain_clear(Plain* const plain)
{
  free(plain->ring);
  free(plain->rows);
}

static void
plain_write(Plain* const plain, const float x)
{
  plain->ring[plain->position] = x;
  ++plain->position;
  if (plain->position == plain->n_taps) {
    plain->position = 0U;
  }
}

static float
plain_read(const Plain* const plain, const double phase)
{
  const float* const row =
    plain->rows + ((size_t)(phase * N_PHASES) * plain->n_taps);
  float    sum = 0.0f;
  uint32_t j   = plain->position;
  for (uint32_t i = 0U; i < plain->n_taps; ++i) {
    sum += row[i] * plain->ring[j];
    j = (j + 1U < plain->n_taps) ? j + 1U : 0U;
  }
  return sum;
}

/// Return the time of a frame of plain loops [ns]
static double
measure_plain(const double host, const double inner)
{
  Plain filters[2];
  plain_init(&filters[0], LENGTH * fmax(1.0, host / inner));
  plain_init(&filters[1], LENGTH * fmax(1.0, inner / host));
  const double step = inner / host;
  double       best = INFINITY;
  float        x    = 0.1f;
  for (uint32_t i = 0U; i < N_RUNS; ++i) {
    const double start = now_ns();
    double       phase = 0.0;
    for (uint32_t j = 0U; j < N_FRAMES; ++j) {
      plain_write(&filters[0], x);
      phase += step;
      while (phase >= 1.0) {
        plain_write(&filters[1], plain_read(&filters[0], phase / (1.0 + step)));
        phase -= 1.0;
      }
      x = plain_read(&filters[1], phase);
    }
    best = fmin(best, now_ns() - start);
  }
  plain_clear(&filters[1]);
  plain_clear(&filters[0]);
  return best / N_FRAMES;
}

/// Return the time of a frame [ns], and set the latency [frames]
static double
measure(const double host, const double inner, double* const latency)
{
  const LmuResamplerSpec spec      = {host, inner, 1U, 1U};
  LmuResampler*          resampler = NULL;
  if (lmu_resampler_new(&resampler, &spec)) {
    abort();
  }
  *latency    = lmu_resampler_latency(resampler);
  double best = INFINITY;
  float  x    = 0.1f;
  for (uint32_t i = 0U; i < N_RUNS; ++i) {
    const double start = now_ns();
    for (uint32_t j = 0U; j < N_FRAMES; ++j) {
      float          frames[LMU_MAX_INNER];
      const uint32_t n = lmu_resampler_put(resampler, &x, frames);
      lmu_resampler_get(resampler, frames, n, &x);
    }
    best = fmin(best, now_ns() - start);
  }
  lmu_resampler_free(resampler);
  return best / N_FRAMES;
}

int
main(void)
{
  static const double rates[][2] = {
    {44100.0, 48000.0},
    {48000.0, 44100.0},
    {48000.0, 96000.0},
    {96000.0, 48000.0},
    {44100.0, 192000.0},
    {192000.0, 44100.0},
    {48000.0, 8000.0},
    {44100.0, 47999.0},
  };
  printf("Cost of one frame of the host, there and back [ns]\n"
         "  host    inner  latency     ours    plain   ratio\n");
  for (size_t i = 0U; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    double       latency = 0.0;
    const double ours    = measure(rates[i][0], rates[i][1], &latency);
    const double plain   = measure_plain(rates[i][0], rates[i][1]);
    printf("%6.0f %8.0f %8.0f %8.1f %8.1f %7.1f\n",
           rates[i][0],
           rates[i][1],
           latency,
           ours,
           plain,
           plain / ours);
  }
  return 0;
}
