// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/engine.h"
#include "bench/dense.h"
#include "bench/now.h"
#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/legendre.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/engine.h"
#include "core/memory/setup/readout.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   @file
   What a frame of the memory costs, beside the plain dense update in the same
   run, and how well it reads a delay, beside the textbook.
*/

#define PI 3.14159265358979323846

/// Runs of each, of which the fastest counts
#define N_RUNS 9U

/// Length of a run [ns]
#define RUN_NS 2e7

/// Greatest order whose dense step is measured
#define MAX_DENSE 1024U

#define BLOCK_FRAMES 256U

/// What to measure, and what it works on
typedef struct {
  LmuEngine* engine;
  float      input[BLOCK_FRAMES];
  float      out[BLOCK_FRAMES];
  uint32_t   order;
  float*     a;
  float*     b;
  float*     m[2];
} Bench;

static void
run_modal(Bench* const bench)
{
  const LmuFrames frames = {bench->input, BLOCK_FRAMES, 0U, 1U, bench->out};
  lmu_engine_read(bench->engine, 0U, &frames);
}

static void
run_dense(Bench* const bench)
{
  for (uint32_t i = 0U; i < BLOCK_FRAMES; i += 2U) {
    dense_step(
      bench->m[1], bench->m[0], bench->a, bench->b, bench->order, 0.1f);
    dense_step(
      bench->m[0], bench->m[1], bench->a, bench->b, bench->order, 0.1f);
    bench->out[i] = bench->m[0][0];
  }
}

static void
run_tune(Bench* const bench)
{
  lmu_engine_set_theta(bench->engine, 2.0 * bench->order);
}

static void
run_tap(Bench* const bench)
{
  for (uint32_t i = 0U; i < BLOCK_FRAMES; ++i) {
    bench->out[i] = lmu_engine_tap(bench->engine, 0U, 0.5 + (i * 1e-4));
  }
}

/// Return the fewest nanoseconds that a call takes
static double
measure(void (*const run)(Bench*), Bench* const bench)
{
  double   best  = INFINITY;
  double   start = now_ns();
  uint32_t count = 0U;
  while (now_ns() - start < RUN_NS) {
    run(bench);
    ++count;
  }
  for (uint32_t i = 0U; i < N_RUNS; ++i) {
    start = now_ns();
    for (uint32_t j = 0U; j < count; ++j) {
      run(bench);
    }
    best = fmin(best, (now_ns() - start) / count);
  }
  return best;
}

static void
bench_init(Bench* const bench, const uint32_t order, const uint32_t stages)
{
  const LmuEngineSpec spec = {order, stages, 1U, 1U};
  memset(bench, 0, sizeof(*bench));
  bench->order = order;
  if (lmu_engine_new(&bench->engine, &spec)) {
    abort();
  }
  lmu_engine_set_theta(bench->engine, 2.0 * order);
  for (uint32_t i = 0U; i < BLOCK_FRAMES; ++i) {
    bench->input[i] = (float)sin(0.1 * i * i);
  }
}

/// Prepare the dense step of the same memory
static void
bench_add_dense(Bench* const bench)
{
  const uint32_t order = bench->order;
  const size_t   size  = (size_t)order * order;
  double* const  a     = (double*)calloc(size, sizeof(double));
  double* const  b     = (double*)calloc(order, sizeof(double));
  bench->a             = (float*)lmu_aligned_zeros(size * sizeof(float));
  bench->b             = (float*)lmu_aligned_zeros(order * sizeof(float));
  bench->m[0]          = (float*)lmu_aligned_zeros(order * sizeof(float));
  bench->m[1]          = (float*)lmu_aligned_zeros(order * sizeof(float));
  if (!a || !b || lmu_discretise(a, b, order, 2.0 * order, LMU_PADE, 3U)) {
    abort();
  }
  for (size_t i = 0U; i < order; ++i) {
    bench->b[i] = (float)b[i];
    for (size_t j = 0U; j < order; ++j) {
      bench->a[(j * order) + i] = (float)a[(i * order) + j];
    }
  }
  free(b);
  free(a);
}

static void
bench_clear(Bench* const bench)
{
  free(bench->m[1]);
  free(bench->m[0]);
  free(bench->b);
  free(bench->a);
  lmu_engine_free(bench->engine);
}

static void
print_cost(const uint32_t order)
{
  Bench bench;
  bench_init(&bench, order, 4U);
  const double high = measure(run_modal, &bench) / BLOCK_FRAMES;
  bench_clear(&bench);

  bench_init(&bench, order, 3U);
  const double modal = measure(run_modal, &bench) / BLOCK_FRAMES;
  const double tune  = measure(run_tune, &bench);
  const double tap   = measure(run_tap, &bench) / BLOCK_FRAMES;
  printf("%6u %9.1f %9.1f %9.0f %8.1f", order, modal, high, tune, tap);
  if (order <= MAX_DENSE) {
    bench_add_dense(&bench);
    const double dense = measure(run_dense, &bench) / BLOCK_FRAMES;
    printf(" %10.1f %7.1f", dense, dense / modal);
  }
  printf("\n");
  bench_clear(&bench);
}

/// Return the error of a delay of 96 frames read with weights of coefficients
static double
delay_error(LmuEngine* const    engine,
            const double* const weights,
            const double        f)
{
  double         error    = 0.0;
  const uint32_t n_frames = 4000U;
  lmu_engine_reset(engine);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float u = (float)cos(2.0 * PI * f * i);
    lmu_engine_process(engine, 0U, &u, 1U);
    if (i >= 800U && i % 20U == 0U) {
      double m[64];
      double y = 0.0;
      if (lmu_engine_coefficients(engine, 0U, m)) {
        abort();
      }
      for (uint32_t n = 0U; n < 64U; ++n) {
        y += weights[n] * m[n] / sqrt((2.0 * n) + 1.0);
      }
      error += pow(y - cos(2.0 * PI * f * (i - 96.0)), 2.0) / 160.0;
    }
  }
  return 10.0 * log10(2.0 * error);
}

static void
print_errors(void)
{
  const LmuEngineSpec spec   = {64U, 3U, 1U, 0U};
  LmuEngine*          engine = NULL;
  double              textbook[64];
  double              ours[64];
  if (lmu_engine_new(&engine, &spec)) {
    abort();
  }
  lmu_engine_set_theta(engine, 128.5);
  for (uint32_t n = 0U; n < 64U; ++n) {
    textbook[n] =
      lmu_legendre(n, (2.0 * 96.0 / 128.5) - 1.0) * sqrt((2.0 * n) + 1.0);
  }
  lmu_readout_delay(ours, 64U, 128.5, 96.0, true);

  printf("\nError of a delay of 96 frames, order 64, theta 128.5, 48 kHz [dB]\n"
         "    Hz  textbook      ours\n");
  for (uint32_t i = 0U; i < 4U; ++i) {
    const double f = (i == 0U) ? 200.0 : 1000.0 * ((2.0 * i) - 1.0);
    printf("%6.0f %9.1f %9.1f\n",
           f,
           delay_error(engine, textbook, f / 48000.0),
           delay_error(engine, ours, f / 48000.0));
  }
  lmu_engine_free(engine);
}

int
main(void)
{
  printf("Cost of one frame, one channel and one readout [ns], kernels: %s\n"
         "tune: a change of theta; tap: a tap that moves; dense: the same step "
         "as a matrix\n"
         " order     [3/3]     [4/4]      tune      tap      dense   ratio\n",
         lmu_kernels(0U)->name);
  for (uint32_t order = 16U; order <= 4096U; order *= 2U) {
    print_cost(order);
  }
  print_errors();
  return 0;
}
