// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "train/initialise.h"
#include "train/random.h"
#include "train/sequence.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/**
   @file
   Learning the window: a memory whose last reading is to be its input a known
   time ago must find how long its window is.

   Nothing else is learned.  That theta can be: Voelker, Kajic, Eliasmith,
   "Legendre Memory Units", NeurIPS 2019, section 2.2.
*/

#define ORDER 6U
#define N 64U
#define N_FRAMES 600U
#define N_EPOCHS 400U

/// Fill inputs with noise through two one-pole filters, and targets with what
/// it was
static void
fill(float* const x, float* const y, const uint32_t delay)
{
  uint64_t random = 1U;
  for (size_t i = 0U; i < N; ++i) {
    double once  = 0.0;
    double twice = 0.0;
    for (size_t t = 0U; t < N_FRAMES; ++t) {
      once += 0.05 * (lmu_random_between(&random, 10.0) - once);
      twice += 0.05 * (once - twice);
      x[(i * N_FRAMES) + t] = (float)twice;
      y[(i * N_FRAMES) + t] =
        (t >= delay) ? x[(i * N_FRAMES) + t - delay] : 0.0f;
    }
  }
}

/// Return a memory that is read where the window ends
static LmuGraph*
graph_new(const double theta)
{
  LmuGraph* const graph = lmu_graph_new();
  if (!graph) {
    abort();
  }
  LmuLayer* const memory = &graph->layers[0];
  LmuLayer* const reader = &graph->layers[1];
  graph->n_layers        = 2U;
  memory->type           = LMU_LAYER_LMU;
  memory->n_inputs       = 1U;
  memory->order          = ORDER;
  memory->memory_d       = 1U;
  memory->theta[0]       = theta;
  memory->method         = LMU_ZOH;
  reader->type           = LMU_LAYER_DENSE;
  reader->units          = 1U;
  if (lmu_graph_allocate(graph, NULL)) {
    abort();
  }
  lmu_layer_values(graph, 0U, LMU_KERNEL)[0] = 1.0;
  for (uint32_t i = 0U; i < ORDER; ++i) {
    lmu_layer_values(graph, 1U, LMU_CELL_KERNEL)[i] = 1.0; // P_i(1)
  }
  return graph;
}

static void
run(const uint32_t delay, const double theta)
{
  float* const        x = (float*)calloc((size_t)N * N_FRAMES, sizeof(float));
  float* const        y = (float*)calloc((size_t)N * N_FRAMES, sizeof(float));
  LmuGraph* const     graph        = graph_new(theta);
  LmuSequenceTrainer* trainer      = NULL;
  const LmuSequenceOptions options = {.lanes        = N,
                                      .frames       = N_FRAMES,
                                      .rate         = 0.02,
                                      .n_updates    = N_EPOCHS,
                                      .learns_theta = true,
                                      .theta_alone  = true};
  LmuSequenceScore         score;
  if (!x || !y) {
    abort();
  }
  fill(x, y, delay);
  const LmuSequences sequences = {x, y, NULL, N, N_FRAMES, 0U};
  if (lmu_sequence_trainer_new(&trainer, graph, &sequences, &options, NULL)) {
    abort();
  }
  while (lmu_sequence_trainer_advance(trainer)) {
  }
  lmu_sequence_trainer_store(trainer, graph);
  if (lmu_sequence_trainer_try(trainer, &score, &sequences, delay)) {
    abort();
  }
  printf("  delay %3u, from theta %3.0f: theta %6.1f, NRMSE %.1f %%\n",
         delay,
         theta,
         graph->layers[0].theta[0],
         100.0 * score.late);
  lmu_sequence_trainer_free(trainer);
  lmu_graph_free(graph);
  free(y);
  free(x);
}

int
main(void)
{
  puts("Learned theta, read at the old end of the window, order 6");
  run(60U, 30.0);
  run(60U, 120.0);
  run(100U, 60.0);
  run(25U, 80.0);
  return EXIT_SUCCESS;
}
