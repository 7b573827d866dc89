// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Compare the kernels that this CPU can run with the generic ones.

   Does less than test_kernels, but needs nothing except core, so that it can
   be the only program of an emulated computer.  Usage: kernels [NAME], where
   NAME is what the best kernels must be called.
*/

#include "core/kernels/rt/kernels.h"
#include "core/base/status.h"
#include "core/dsp/rt/learner.h"
#include "core/dsp/rt/trace.h"
#include "core/dsp/setup/learner.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"
#include "core/memory/setup/engine.h"
#include "tests/emulate/networks.h"
#include "tests/unit/signals.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Float32 sums in another order, of up to 128 terms; 9e-6 was measured
#define MAX_DIFFERENCE 3e-5

#define MAX_TESTED_ORDER 256U
#define N_READOUTS 3U
#define N_FRAMES 40U // Of each run
#define N_RUNS 5U
#define N_PLACES 41U // Taps
#define N_FEATURES 21U

static const uint32_t orders[] = {1U, 2U, 16U, 31U, 64U, 100U, 256U};

#define N_ORDERS (sizeof(orders) / sizeof(orders[0]))

/// What is compared
typedef enum {
  TUNE,
  GAIN, ///< What the sums of tune become
  ROWS,
  RUN,
  DOT,
  TAP,
  TAP_WEIGHTS,
  NETWORK,
  GATHER, ///< Weights that sums lead to
  OUTLINE,
  N_RESULTS
} Result;

static const char* const result_names[N_RESULTS] = {"tune",
                                                    "gain",
                                                    "rows",
                                                    "run",
                                                    "dot",
                                                    "tap",
                                                    "tap_weights",
                                                    "network",
                                                    "gram",
                                                    "outline"};

/// Greatest differences so far
typedef struct {
  double difference[N_RESULTS]; ///< In parts of the greatest number beside it
} Report;

/// Engines that differ in their kernels, and what one has that both can use
typedef struct {
  LmuEngine* x; ///< With generic kernels
  LmuEngine* y; ///< With those to test
  Report*    report;
} Pair;

/// Note how much arrays differ, in parts of the greatest number in x
static void
compare(Report* const      report,
        const Result       result,
        const float* const x,
        const float* const y,
        const uint32_t     count)
{
  double scale      = 0.0;
  double difference = 0.0;
  bool   finite     = true;
  for (uint32_t i = 0U; i < count; ++i) {
    finite     = finite && isfinite(x[i]) && isfinite(y[i]);
    scale      = fmax(scale, fabs((double)x[i]));
    difference = fmax(difference, fabs((double)x[i] - (double)y[i]));
  }

  const double  part = (difference > 0.0) ? difference / scale : 0.0;
  double* const most = &report->difference[result];
  *most              = fmax(*most, finite ? part : INFINITY);
}

static LmuEngine*
engine_of(const uint32_t          order,
          const uint32_t          stages,
          const LmuKernels* const kernels)
{
  const LmuEngineSpec spec   = {order, stages, 1U, N_READOUTS};
  LmuEngine*          engine = NULL;
  if (lmu_engine_new(&engine, &spec)) {
    (void)fprintf(stderr, "kernels: no engine of order %u\n", order);
    abort();
  }
  engine->kernels = kernels;
  lmu_engine_set_theta(engine, (3.7 * order) + 5.0);
  return engine;
}

static void
compare_tunings(const Pair* const pair)
{
  const LmuTuning* const x      = &pair->x->tuning;
  const LmuTuning* const y      = &pair->y->tuning;
  const uint32_t         blocks = pair->x->modes->n_blocks;
  const uint32_t         size   = blocks * (1U + x->stages) * LMU_BLOCK;
  for (uint32_t i = 0U; i < size; i += LMU_LANES) {
    compare(pair->report, TUNE, x->numbers + i, y->numbers + i, LMU_LANES);
  }
  compare(pair->report, GAIN, x->gain, y->gain, x->stages);
}

static void
compare_runs(const Pair* const pair, uint32_t* const noise)
{
  float input[N_FRAMES];
  float x[N_FRAMES * N_READOUTS];
  float y[N_FRAMES * N_READOUTS];
  for (uint32_t i = 0U; i < N_FRAMES; ++i) {
    input[i] = next_noise(noise);
  }

  const LmuFrames x_frames = {input, N_FRAMES, 0U, N_READOUTS, x};
  const LmuFrames y_frames = {input, N_FRAMES, 0U, N_READOUTS, y};
  lmu_engine_read(pair->x, 0U, &x_frames);
  lmu_engine_read(pair->y, 0U, &y_frames);
  compare(pair->report, RUN, x, y, N_FRAMES * N_READOUTS);
  compare(pair->report,
          RUN,
          pair->x->live[0]->z,
          pair->y->live[0]->z,
          pair->x->modes->n_blocks * LMU_BLOCK);
}

/// Compare what reads a state, on the same state
static void
compare_sums(const Pair* const pair)
{
  const LmuEngine* const  engine = pair->x;
  const LmuKernels* const x      = pair->x->kernels;
  const LmuKernels* const y      = pair->y->kernels;
  const float* const      z      = engine->live[0]->z;
  const uint32_t          blocks = engine->modes->n_blocks;
  const uint32_t          size   = blocks * LMU_BLOCK;

  float x_out[LMU_LANES];
  float y_out[LMU_LANES];
  x->rows(&engine->tuning, z, blocks, x_out);
  y->rows(&engine->tuning, z, blocks, y_out);
  compare(pair->report, ROWS, x_out, y_out, engine->tuning.stages);

  for (uint32_t j = 0U; j < N_READOUTS; ++j) {
    const float* const weights = engine->weights + ((size_t)j * size);
    x_out[j]                   = x->dot(weights, z, blocks);
    y_out[j]                   = y->dot(weights, z, blocks);
  }
  compare(pair->report, DOT, x_out, y_out, N_READOUTS);
}

static void
compare_taps(const Pair* const pair)
{
  const LmuEngine* const  engine = pair->x;
  const LmuKernels* const x      = pair->x->kernels;
  const LmuKernels* const y      = pair->y->kernels;
  const float* const      z      = engine->live[0]->z;
  const uint32_t          size   = engine->modes->n_blocks * LMU_BLOCK;

  float              x_out[N_PLACES];
  float              y_out[N_PLACES];
  _Alignas(64) float x_weights[MAX_TESTED_ORDER];
  _Alignas(64) float y_weights[MAX_TESTED_ORDER];
  for (uint32_t i = 0U; i < N_PLACES; ++i) {
    const double r = i / (N_PLACES - 1.0);
    x_out[i]       = x->tap(engine->taps, z, r);
    y_out[i]       = y->tap(engine->taps, z, r);
    x->tap_weights(engine->taps, r, x_weights);
    y->tap_weights(engine->taps, r, y_weights);
    compare(pair->report, TAP_WEIGHTS, x_weights, y_weights, size);
  }
  compare(pair->report, TAP, x_out, y_out, N_PLACES);
}

static void
compare_engines(const uint32_t          order,
                const uint32_t          stages,
                const LmuKernels* const kernels,
                Report* const           report)
{
  const Pair pair  = {engine_of(order, stages, &lmu_kernels_generic),
                      engine_of(order, stages, kernels),
                      report};
  uint32_t   noise = 1U;
  compare_tunings(&pair);
  for (uint32_t i = 0U; i < N_RUNS; ++i) {
    compare_runs(&pair, &noise);
    compare_sums(&pair);
    compare_taps(&pair);
  }
  lmu_engine_free(pair.y);
  lmu_engine_free(pair.x);
}

static LmuLearner*
learner_of(const LmuKernels* const kernels)
{
  const LmuLearnerSpec spec    = {N_FEATURES, 1U, 1000.0, 64U, 1e-3, kernels};
  LmuLearner*          learner = NULL;
  if (lmu_learner_new(&learner, &spec)) {
    (void)fprintf(stderr, "kernels: no learner\n");
    abort();
  }
  return learner;
}

static void
compare_learners(const LmuKernels* const kernels, Report* const report)
{
  LmuLearner* const x                    = learner_of(&lmu_kernels_generic);
  LmuLearner* const y                    = learner_of(kernels);
  uint32_t          noise                = 1U;
  float             features[N_FEATURES] = {0.0f};
  for (uint32_t i = 0U; i < 1024U; ++i) {
    const float              value  = features[0] - features[N_FEATURES - 1U];
    const float* const       past[] = {features};
    const LmuTrainingExample lesson = {features, past, &value, true};
    lmu_learner_process(x, &lesson);
    lmu_learner_process(y, &lesson);
    memmove(features + 1, features, (N_FEATURES - 1U) * sizeof(float));
    features[0] = next_noise(&noise);
  }
  compare(report, GATHER, x->weights, y->weights, N_FEATURES);
  lmu_learner_free(y);
  lmu_learner_free(x);
}

static void
compare_outlines(const LmuKernels* const kernels, Report* const report)
{
  _Alignas(64) LmuFour samples[LMU_TRACE_BATCH / 4U];
  LmuFour              pairs[2][LMU_TRACE_BATCH / 8U] = {{{0.0f}}};
  uint32_t             noise                          = 1U;
  for (uint32_t i = 0U; i < LMU_TRACE_BATCH; ++i) {
    samples[i / 4U][i % 4U] = next_noise(&noise);
  }
  for (uint32_t level = 2U; level <= 5U; ++level) {
    const uint32_t n_pairs = LMU_TRACE_BATCH >> level;
    lmu_kernels_generic.outline(samples, level, n_pairs, pairs[0]);
    kernels->outline(samples, level, n_pairs, pairs[1]);
    compare(report,
            OUTLINE,
            (const float*)pairs[0],
            (const float*)pairs[1],
            2U * n_pairs);
  }
}

/// Print the greatest differences, and return whether all are small
static bool
print_report(const Report* const report)
{
  bool equal = true;
  for (uint32_t i = 0U; i < N_RESULTS; ++i) {
    const bool small = report->difference[i] <= MAX_DIFFERENCE;
    printf("  %-11s differs from generic by %.2g%s\n",
           result_names[i],
           report->difference[i],
           small ? "" : ", TOO MUCH");
    equal = equal && small;
  }
  return equal;
}

/// Compare kernels at all orders, and return whether they equal the generic
static bool
test(const LmuKernels* const kernels)
{
  Report report = {{0.0}};
  for (uint32_t i = 0U; i < N_ORDERS; ++i) {
    for (uint32_t stages = 1U; stages <= LMU_MAX_STAGES; ++stages) {
      compare_engines(orders[i], stages, kernels, &report);
    }
  }

  report.difference[NETWORK] = compare_networks(kernels);
  compare_learners(kernels, &report);
  compare_outlines(kernels, &report);
  printf("kernels: %s\n", kernels->name);
  return print_report(&report);
}

int
main(const int argc, char** const argv)
{
  const char* const best = lmu_kernels(0U)->name;
  if (argc > 1 && strcmp(best, argv[1]) != 0) {
    printf("kernels: the best are %s, not %s\n", best, argv[1]);
    return EXIT_FAILURE;
  }

  bool equal = true;
  for (uint32_t k = 0U; lmu_kernels(k) != &lmu_kernels_generic; ++k) {
    equal = test(lmu_kernels(k)) && equal;
  }
  return equal ? EXIT_SUCCESS : EXIT_FAILURE;
}
