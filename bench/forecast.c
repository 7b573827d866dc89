// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/now.h"
#include "core/dsp/rt/forecaster.h"
#include "core/dsp/setup/forecaster.h"
#include "core/memory/rt/memory.h"

#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   @file
   How well the memory forecasts recordings, beside the same learner on samples,
   with as many weights, and beside taking the last sample for the next.
*/

#define N_WEIGHTS 32U
#define N_HORIZONS 4U
#define N_METHODS 4U
#define LEARNED 3U

/// Of the window [s]
#define THETA_SECONDS 0.02

#define MEMORY_SECONDS 0.4
#define HOP_SECONDS 0.005
#define RIDGE 1e-6

/// Start of a recording that is learned from, and not counted [s]
#define START_SECONDS 0.5

static const double horizons_ms[N_HORIZONS] = {0.0, 1.0, 5.0, 20.0};

static const char* const method_names[N_METHODS] = {"memory",
                                                    "adjacent",
                                                    "spread",
                                                    "persistence"};

/// A recording, of one channel
typedef struct {
  float*   samples;
  uint32_t n_frames;
  double   rate;
} Recording;

/// Prediction gains [dB], and the time that a frame took
typedef struct {
  double gains[N_HORIZONS][N_METHODS];
  double ns;
} Result;

static void
fail(const char* const path, const char* const reason)
{
  (void)fprintf(stderr, "%s: %s\n", path, reason);
  exit(EXIT_FAILURE); // NOLINT(concurrency-mt-unsafe): there is one thread
}

/// Read a sound file, the mean of its channels
static Recording
recording_load(const char* const path)
{
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file) {
    fail(path, sf_strerror(NULL));
  }
  const size_t count = (size_t)info.frames * (size_t)info.channels;
  float* const all   = (float*)calloc(count + 1U, sizeof(float));
  if (!all) {
    fail(path, "out of memory");
  }
  const sf_count_t n_frames = sf_readf_float(file, all, info.frames);
  for (sf_count_t i = 0; i < n_frames; ++i) {
    float total = 0.0f;
    for (int c = 0; c < info.channels; ++c) {
      total += all[(i * info.channels) + c];
    }
    all[i] = total / (float)info.channels;
  }
  sf_close(file);
  const Recording recording = {all, (uint32_t)n_frames, info.samplerate};
  return recording;
}

static uint32_t
horizon_frames(const Recording* const recording, const uint32_t h)
{
  const double frames = horizons_ms[h] * recording->rate / 1000.0;
  return frames < 1.0 ? 1U : (uint32_t)lrint(frames);
}

/// Return what a method forecasts from
static LmuForecastPlan
plan_of(const Recording* const recording,
        const uint32_t         method,
        const uint32_t         horizon)
{
  const double    theta = THETA_SECONDS * recording->rate;
  LmuForecastPlan plan  = {0U, theta, N_WEIGHTS, 1U, {horizon}};
  switch (method) {
  case 0U:
    return lmu_forecast_plan(N_WEIGHTS, theta, horizon);
  case 1U:
    return plan;
  default:
    plan.spacing = (uint32_t)(theta / N_WEIGHTS);
    return plan;
  }
}

/// Return the prediction gain in dB
static double
gain_of(const double energy, const double error)
{
  return 10.0 * log10((energy + 1e-20) / (error + 1e-20));
}

/// Return from where on a recording counts [frames]
static uint32_t
start_of(const Recording* const recording)
{
  const uint32_t start = (uint32_t)(START_SECONDS * recording->rate);
  return (start < recording->n_frames) ? start : 0U;
}

/// Run a forecaster over a recording
static double
run(const Recording* const recording,
    const uint32_t         method,
    const uint32_t         horizon,
    double* const          ns)
{
  const LmuForecastPlan   plan = plan_of(recording, method, horizon);
  const LmuForecasterSpec spec = {
    .memory     = MEMORY_SECONDS * recording->rate,
    .ridge      = RIDGE,
    .n_channels = 1U,
    .n_horizons = 1U,
    .max_reach  = (uint32_t)(0.05 * recording->rate),
    .hop        = (uint32_t)(HOP_SECONDS * recording->rate),
  };
  LmuForecaster* forecaster = NULL;
  if (lmu_forecaster_new(&forecaster, &spec, &plan)) {
    fail("forecaster", "cannot be made");
  }

  double       energy = 0.0;
  double       error  = 0.0;
  const double from   = now_ns();
  for (uint32_t i = 0U; i < recording->n_frames; ++i) {
    const float sample   = lmu_sane(recording->samples[i]);
    LmuForecast forecast = {0.0f, 0.0f};
    lmu_forecaster_process(forecaster, &sample, true, &forecast);
    const double gap   = (double)sample - (double)forecast.due;
    const double count = i < start_of(recording) ? 0.0 : 1.0;
    energy += count * (double)sample * (double)sample;
    error += count * gap * gap;
  }
  *ns = (now_ns() - from) / recording->n_frames;
  lmu_forecaster_free(forecaster);
  return gain_of(energy, error);
}

static double
persistence(const Recording* const recording, const uint32_t horizon)
{
  double energy = 0.0;
  double error  = 0.0;
  for (uint32_t i = start_of(recording); i < recording->n_frames; ++i) {
    const double now = (double)recording->samples[i];
    const double gap =
      now - (i < horizon ? 0.0 : (double)recording->samples[i - horizon]);
    energy += now * now;
    error += gap * gap;
  }
  return gain_of(energy, error);
}

static Result
measure(const Recording* const recording)
{
  Result result = {.ns = 0.0};
  for (uint32_t h = 0U; h < N_HORIZONS; ++h) {
    const uint32_t horizon = horizon_frames(recording, h);
    for (uint32_t m = 0U; m < LEARNED; ++m) {
      double ns          = 0.0;
      result.gains[h][m] = run(recording, m, horizon, &ns);
      result.ns          = (h == 1U && m == 0U) ? ns : result.ns;
    }
    result.gains[h][LEARNED] = persistence(recording, horizon);
  }
  return result;
}

static void
print(const char* const name, const Result* const result)
{
  (void)printf("%-20.20s", name);
  for (uint32_t h = 0U; h < N_HORIZONS; ++h) {
    for (uint32_t m = 0U; m < N_METHODS; ++m) {
      (void)printf("%s%6.2f", m ? " " : " |", result->gains[h][m]);
    }
  }
  (void)printf(" |%6.1f\n", result->ns);
}

int
main(int argc, char** argv)
{
  if (argc < 2) {
    (void)fprintf(stderr, "Usage: bench_forecast SOUND...\n");
    return EXIT_FAILURE;
  }

  (void)printf("Prediction gain in dB at 1 sample, 1 ms, 5 ms, 20 ms, with %u "
               "weights; ns a frame of memory at 1 ms\n"
               "Each: %s, %s, %s, %s\n",
               N_WEIGHTS,
               method_names[0],
               method_names[1],
               method_names[2],
               method_names[3]);
  Result mean = {.ns = 0.0};
  for (int i = 1; i < argc; ++i) {
    Recording         recording = recording_load(argv[i]);
    const Result      result    = measure(&recording);
    const char* const slash     = strrchr(argv[i], '/');
    print(slash ? slash + 1 : argv[i], &result);
    for (uint32_t h = 0U; h < N_HORIZONS; ++h) {
      for (uint32_t m = 0U; m < N_METHODS; ++m) {
        mean.gains[h][m] += result.gains[h][m] / (argc - 1);
      }
    }
    mean.ns += result.ns / (argc - 1);
    free(recording.samples);
  }
  print("mean", &mean);
  return EXIT_SUCCESS;
}
