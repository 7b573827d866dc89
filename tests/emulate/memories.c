// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/emulate/memories.h"

#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"
#include "core/memory/setup/engine.h"
#include "tests/emulate/report.h"
#include "tests/unit/signals.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_TESTED_SIZE 256U
#define N_READOUTS 3U
#define N_FRAMES 40U // Of each run
#define N_RUNS 5U
#define N_PLACES 41U // Taps

/// Each order with some number of stages, which are loops of their own
static const struct {
  uint32_t order;
  uint32_t stages;
} sizes[] = {{1U, 1U}, {2U, 2U}, {31U, 4U}, {100U, 3U}};

#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

/// Engines that differ in their kernels, and what one has that both can use
typedef struct {
  LmuEngine* x; ///< With generic kernels
  LmuEngine* y; ///< With those to test
  Report*    report;
} Pair;

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
  _Alignas(64) float x_weights[MAX_TESTED_SIZE];
  _Alignas(64) float y_weights[MAX_TESTED_SIZE];
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

void
compare_memories(const LmuKernels* const kernels, Report* const report)
{
  for (uint32_t i = 0U; i < N_SIZES; ++i) {
    compare_engines(sizes[i].order, sizes[i].stages, kernels, report);
  }
}
