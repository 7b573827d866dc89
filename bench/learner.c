// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/learner.h"
#include "bench/noise.h"
#include "bench/now.h"
#include "core/dsp/setup/learner.h"
#include "core/kernels/rt/kernels.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   @file
   What a frame of learning costs, beside the same sums by plain loops in the
   same run.
*/

/// Runs of each, of which the fastest counts: short, as others share the CPU
#define N_RUNS 600U

/// Frames of a run, five hops of 5 ms at 48 kHz
#define N_FRAMES 1200U

#define HOP 240U
#define MAX_N 64U

/// Something to time
typedef struct {
  uint32_t    n;
  LmuLearner* learner;
  float       features[N_FRAMES + 1U][MAX_N];
  double      covariance[MAX_N][MAX_N];
  double      products[MAX_N];
} Bench;

static Bench bench;

typedef void (*Run)(void);

static void
run_learner(void)
{
  for (uint32_t t = 1U; t <= N_FRAMES; ++t) {
    const float* const       past[]  = {bench.features[t - 1U]};
    const LmuTrainingExample example = {
      bench.features[t], past, bench.features[t], true};
    lmu_learner_process(bench.learner, &example);
  }
}

/// The sums alone, by the book: all that is older counts less, then the new
static void
run_plain(void)
{
  const double keep = 0.99995;
  for (uint32_t t = 1U; t <= N_FRAMES; ++t) {
    const float* const x    = bench.features[t];
    const float* const past = bench.features[t - 1U];
    for (uint32_t i = 0U; i < bench.n; ++i) {
      for (uint32_t j = 0U; j < bench.n; ++j) {
        bench.covariance[i][j] =
          (keep * bench.covariance[i][j]) + ((double)x[i] * (double)x[j]);
      }
      bench.products[i] =
        (keep * bench.products[i]) + ((double)past[i] * (double)x[0]);
    }
  }
}

/// Return the time of a frame [ns], of the fastest run
static double
measure(const Run run)
{
  double best = 1e30;
  for (uint32_t i = 0U; i < N_RUNS; ++i) {
    const double from = now_ns();
    run();
    best = fmin(best, (now_ns() - from) / N_FRAMES);
  }
  return best;
}

int
main(void)
{
  static const uint32_t sizes[] = {16U, 32U, 64U};

  uint32_t noise = 1U;
  for (uint32_t t = 0U; t <= N_FRAMES; ++t) {
    for (uint32_t i = 0U; i < MAX_N; ++i) {
      bench.features[t][i] = next_noise(&noise);
    }
  }

  printf("Learning, new weights each 240 frames, ns a frame, kernels %s\n",
         lmu_kernels(0U)->name);
  printf("features  learner  plain sums  ratio\n");
  for (uint32_t i = 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    const LmuLearnerSpec spec = {sizes[i], 1U, 19200.0, HOP, 1e-6, NULL};
    bench.n                   = sizes[i];
    if (lmu_learner_new(&bench.learner, &spec)) {
      return EXIT_FAILURE;
    }
    const double learner = measure(run_learner);
    const double plain   = measure(run_plain);
    printf(
      "%8u %8.1f %11.1f %6.1f\n", sizes[i], learner, plain, plain / learner);
    lmu_learner_free(bench.learner);
  }
  return EXIT_SUCCESS;
}
