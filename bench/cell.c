// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/rt/cell.h"
#include "bench/noise.h"
#include "bench/now.h"
#include "bench/plain_cell.h"
#include "bench/random_graph.h"
#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/network.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/**
   @file
   What a frame of a trained network costs in each form, beside the same cell by
   plain loops in the same run.
*/

/// Runs of each, of which the fastest counts: short, as others share the CPU
#define N_RUNS 600U

/// Length of a run [ns]
#define RUN_NS 1e5

/// Additions that the clock is measured by
#define N_ADDITIONS 100000U

#define BLOCK_FRAMES LMU_NETWORK_FRAMES

/// Something to time
typedef struct {
  const PlainCell*  cell;
  PlainState        plain;
  const LmuNetwork* network;
  LmuNetworkState*  state;
  float             input[BLOCK_FRAMES];
  float             output[BLOCK_FRAMES * 64U];
} Bench;

typedef void (*Run)(Bench* bench);

static void
run_plain(Bench* const bench)
{
  plain_cell_run(
    bench->cell, &bench->plain, bench->input, BLOCK_FRAMES, bench->output);
}

static void
run_fast(Bench* const bench)
{
  plain_cell_run_fast(
    bench->cell, &bench->plain, bench->input, BLOCK_FRAMES, bench->output);
}

static void
run_network(Bench* const bench)
{
  lmu_network_process(
    bench->network, bench->state, bench->input, BLOCK_FRAMES, bench->output);
}

/// Run the fused layer alone, without the Dense layer behind it
static void
run_fused(Bench* const bench)
{
  const LmuNetwork* const network = bench->network;
  float* const            scratch = bench->state->numbers + network->scratch;
  const LmuRun run = {bench->input, 1U, scratch, network->wide, BLOCK_FRAMES};
  network->kernels->fused(&network->layers[0],
                          bench->state->numbers,
                          scratch + ((size_t)BLOCK_FRAMES * network->wide),
                          &run);
}

/// Return the time of a frame [ns], of the fastest run
static double
measure(Bench* const bench, const Run run)
{
  const double start = now_ns();
  run(bench);
  const double   once  = now_ns() - start;
  const uint32_t count = (uint32_t)(RUN_NS / (once + 1.0)) + 1U;
  double         best  = 1e30;
  for (uint32_t i = 0U; i < N_RUNS; ++i) {
    const double from = now_ns();
    for (uint32_t j = 0U; j < count; ++j) {
      run(bench);
    }
    best = fmin(best, (now_ns() - from) / (count * (double)BLOCK_FRAMES));
  }
  return best;
}

/// Return this CPU's clock [GHz], as additions that wait for each other tell
static double
clock_ghz(void)
{
  double best = 1e30;
  for (uint32_t i = 0U; i < N_RUNS; ++i) {
    const double from  = now_ns();
    uint64_t     total = i;
    for (uint32_t j = 0U; j < N_ADDITIONS; ++j) {
      __asm__ volatile("" : "+r"(total));
      total += j;
    }
    best = fmin(best, now_ns() - from);
  }
  return N_ADDITIONS / best;
}

/// Return the paper's cell, with or without feedback, and a Dense layer
static LmuGraph*
graph_of(const uint32_t n, const uint32_t d, const bool feedback)
{
  LmuLayer layer         = paper_cell(n, d);
  layer.hidden_to_memory = feedback;
  layer.memory_to_memory = feedback;
  return random_graph_new(&layer);
}

static float*
random_floats(const uint32_t rows, const uint32_t columns)
{
  uint32_t     noise  = rows + columns;
  float* const values = (float*)calloc((size_t)rows * columns, sizeof(float));
  for (uint32_t i = 0U; values && i < rows * columns; ++i) {
    values[i] = next_noise(&noise) / sqrtf((float)columns + 1.0f);
  }
  return values;
}

/// Print the times of the plain cell, and return that of the careful one
static double
bench_plain(const uint32_t n, const uint32_t d)
{
  double* const   ad   = (double*)calloc((size_t)d * d, sizeof(double));
  double* const   bd   = (double*)calloc(d, sizeof(double));
  float* const    a    = random_floats(d, d);
  float* const    b    = random_floats(d, 1U);
  const PlainCell cell = {n,
                          d,
                          0.5f,
                          random_floats(1U, n),
                          random_floats(1U, d),
                          a,
                          b,
                          random_floats(n, 1U),
                          random_floats(n, n),
                          random_floats(n, d),
                          random_floats(1U, n)};
  if (lmu_discretise(ad, bd, d, (2.5 * d) + 3.0, LMU_PADE, 3U)) {
    abort(); // Only without memory
  }
  for (uint32_t i = 0U; i < d * d; ++i) {
    a[i] = (float)ad[i];
  }
  for (uint32_t i = 0U; i < d; ++i) {
    b[i] = (float)bd[i];
  }

  Bench        bench = {&cell,
                        {random_floats(n, 1U),
                         random_floats(d, 1U),
                         random_floats(n, 1U),
                         random_floats(d, 1U)},
                        NULL,
                        NULL,
                        {0.3f, -0.2f, 0.1f},
                        {0.0f}};
  const double plain = measure(&bench, run_plain);
  printf("%9.1f %9.1f", plain, measure(&bench, run_fast));
  free(bd);
  free(ad);
  return plain;
}

/// Return the time of a frame in a form, or in the best
static double
bench_form(const LmuGraph* const graph, const bool force, const LmuForm form)
{
  const LmuNetworkOptions options = {1.0, NULL, force, form};
  LmuNetwork*             network = NULL;
  if (lmu_network_new_with(&network, graph, &options, NULL)) {
    abort(); // Only without memory
  }

  Bench bench   = {.network = network, .input = {0.3f, -0.2f, 0.1f}};
  bench.state   = lmu_network_state_new(network);
  double result = NAN;
  if (!force || network->layers[0].form == form) {
    result = measure(&bench, run_network);
  }
  if (force && form == LMU_FORM_FUSED) {
    printf("%9.1f", measure(&bench, run_fused));
  }
  if (!force) {
    printf("  %s", lmu_network_form(network, 0U));
  }
  lmu_network_state_free(bench.state);
  lmu_network_free(network);
  return result;
}

static void
bench_size(const uint32_t n, const uint32_t d, const bool feedback)
{
  LmuGraph* const graph = graph_of(n, d, feedback);
  printf("%4u %4u %5s %8u",
         n,
         d,
         feedback ? "yes" : "no",
         lmu_layer_n_trainable(&graph->layers[0]) +
           lmu_layer_n_trainable(&graph->layers[1]));
  const double plain = bench_plain(n, d);
  double       best  = plain;
  for (uint32_t i = 0U; i < LMU_FORM_DENSE; ++i) {
    const double time = bench_form(graph, true, (LmuForm)i);
    printf("%9.1f", time);
    best = fmin(best, time);
  }
  const double chosen = bench_form(graph, false, LMU_FORM_FUSED);
  printf(" %.1f, %.1f times as fast as plain", chosen, plain / chosen);
  printf(chosen > 1.15 * best ? ", not the best\n" : "\n");
  lmu_graph_free(graph);
}

/// Measure usual sizes, or one: cell [UNITS ORDER]
int
main(int argc, char** argv)
{
  static const uint32_t sizes[][2] = {{8U, 8U},
                                      {16U, 16U},
                                      {24U, 16U},
                                      {16U, 32U},
                                      {32U, 32U},
                                      {40U, 24U},
                                      {64U, 64U},
                                      {16U, 256U},
                                      {212U, 256U}};

  const LmuKernels* const kernels = lmu_kernels(0U);
  printf("Paper's cell and a Dense layer, ns a frame, kernels %s, clock %.2f "
         "GHz\n",
         kernels->name,
         clock_ghz());
  printf(
    "   n    d  back  weights    plain -ffast-m     cell    fused    split    "
    "blocked  modal  chosen\n");
  if (argc == 3) {
    bench_size((uint32_t)strtoul(argv[1], NULL, 10),
               (uint32_t)strtoul(argv[2], NULL, 10),
               true);
    return EXIT_SUCCESS;
  }
  for (uint32_t i = 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    bench_size(sizes[i][0], sizes[i][1], true);
    bench_size(sizes[i][0], sizes[i][1], false);
  }
  return EXIT_SUCCESS;
}
