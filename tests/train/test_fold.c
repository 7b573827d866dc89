// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Gains that are folded into networks against gains outside of them

#include "bench/noise.h"
#include "bench/random_graph.h"
#include "core/base/setup/error.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/reference.h"
#include "core/nn/setup/sources.h"
#include "tests/unit/run.h"
#include "train/fold.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define N_GRAPHS 100
#define N_FRAMES 40U
#define N_OUTPUTS 2U

/// Part of the peak by which rounding may move outputs, as it is passed around
#define MAX_ERROR 1e-9

/// Take away what adds the network's input
static void
add_no_input(LmuLayer* const layer)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < layer->n_adds; ++i) {
    if (layer->adds[i] != LMU_SOURCE_INPUT) {
      layer->adds[n++] = layer->adds[i];
    }
  }
  layer->n_adds = n;
}

/// Return any graph with a linear layer at its end, that sees the input too
static LmuGraph*
foldable(const uint32_t seed)
{
  LmuGraph* const graph = random_graph_any(seed);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    add_no_input(&graph->layers[i]);
  }
  LmuLayer* const last = &graph->layers[graph->n_layers++];
  last->type           = LMU_LAYER_DENSE;
  last->units          = N_OUTPUTS;
  last->activation     = LMU_LINEAR;
  last->n_sources      = 2U;
  last->sources[0]     = graph->n_layers - 2U;
  last->sources[1]     = LMU_SOURCE_INPUT;
  random_graph_fill(graph, seed);

  // All but one input, or none if a seed is even
  graph->metadata.n_conditions = (seed % 2U) ? graph->n_inputs - 1U : 0U;
  ck_assert(lmu_fold_is_possible(graph));
  return graph;
}

/// Gains of each input and each output
typedef struct {
  LmuFoldGain input[4];
  LmuFoldGain output[N_OUTPUTS];
} Gains;

static double
apply(const LmuFoldGain gain, const double x)
{
  return gain.gain * (x - gain.offset);
}

/// Return the greatest difference of a network with gains outside and of one
/// with them inside, as a part of the peak
static double
difference_by(const LmuGraph* const plain,
              const LmuGraph* const folded,
              const Gains* const    gains)
{
  const uint32_t signals = plain->n_inputs - plain->metadata.n_conditions;
  LmuReference*  outside = NULL;
  LmuReference*  inside  = NULL;
  uint32_t       noise   = 5U;
  double         peak    = 1e-6;
  double         off     = 0.0;
  ck_assert(!lmu_reference_new(&outside, plain, 1.0, NULL));
  ck_assert(!lmu_reference_new(&inside, folded, 1.0, NULL));
  for (uint32_t t = 0U; t < N_FRAMES; ++t) {
    double x[2][4];
    double y[2][N_OUTPUTS];
    for (uint32_t i = 0U; i < plain->n_inputs; ++i) {
      x[1][i] = (double)next_noise(&noise);
      x[0][i] = (i < signals) ? apply(gains->input[i], x[1][i]) : x[1][i];
    }
    lmu_reference_step(outside, x[0], y[0]);
    lmu_reference_step(inside, x[1], y[1]);
    for (uint32_t i = 0U; i < N_OUTPUTS; ++i) {
      const double wanted = apply(gains->output[i], y[0][i]);
      peak                = fmax(peak, fabs(wanted));
      off                 = fmax(off, fabs(wanted - y[1][i]));
    }
  }
  lmu_reference_free(inside);
  lmu_reference_free(outside);
  return off / peak;
}

/// Do the same with one gain for all inputs, and one for all outputs
static double
difference(const LmuGraph* const plain,
           const LmuGraph* const folded,
           const double          input,
           const double          output)
{
  Gains gains;
  for (uint32_t i = 0U; i < 4U; ++i) {
    gains.input[i] = (LmuFoldGain){input, 0.0};
  }
  for (uint32_t i = 0U; i < N_OUTPUTS; ++i) {
    gains.output[i] = (LmuFoldGain){output, 0.0};
  }
  return difference_by(plain, folded, &gains);
}

START_TEST(gains_inside_equal_gains_outside)
{
  LmuGraph* const plain  = foldable((uint32_t)_i + 1U);
  LmuGraph* const folded = foldable((uint32_t)_i + 1U);
  lmu_fold_input(folded, 3.7);
  ck_assert_double_lt(difference(plain, folded, 3.7, 1.0), MAX_ERROR);
  lmu_fold_output(folded, -0.21);
  ck_assert_double_lt(difference(plain, folded, 3.7, -0.21), MAX_ERROR);

  lmu_fold_output(folded, 1.0 / -0.21);
  lmu_fold_input(folded, 1.0 / 3.7);
  ck_assert_double_lt(difference(plain, folded, 1.0, 1.0), MAX_ERROR);
  lmu_graph_free(folded);
  lmu_graph_free(plain);
}
END_TEST

START_TEST(each_signal_can_have_a_gain_and_an_offset)
{
  uint32_t n_shifted = 0U;
  for (uint32_t seed = 1U; seed <= N_GRAPHS; ++seed) {
    LmuGraph* const plain  = foldable(seed);
    LmuGraph* const folded = foldable(seed);
    const bool      shifts = lmu_fold_shifts_input(plain);
    const bool      biased = plain->layers[plain->n_layers - 1U].cell_bias;
    Gains           gains;
    Gains           undone;
    for (uint32_t i = 0U; i < 4U; ++i) {
      gains.input[i]  = (LmuFoldGain){0.4 + i, shifts ? 0.3 - (0.2 * i) : 0.0};
      undone.input[i] = lmu_fold_inverse(gains.input[i]);
    }
    for (uint32_t i = 0U; i < N_OUTPUTS; ++i) {
      gains.output[i]  = (LmuFoldGain){1.7 - (3.0 * i), biased ? 0.2 + i : 0.0};
      undone.output[i] = lmu_fold_inverse(gains.output[i]);
    }
    lmu_fold_inputs(folded, gains.input);
    lmu_fold_outputs(folded, gains.output);
    ck_assert_double_lt(difference_by(plain, folded, &gains), MAX_ERROR);

    lmu_fold_outputs(folded, undone.output);
    lmu_fold_inputs(folded, undone.input);
    ck_assert_double_lt(difference(plain, folded, 1.0, 1.0), MAX_ERROR);
    n_shifted += shifts;
    lmu_graph_free(folded);
    lmu_graph_free(plain);
  }
  ck_assert_uint_gt(n_shifted, 5U);
}
END_TEST

START_TEST(what_is_not_linear_at_its_ends_cannot_be_folded)
{
  LmuGraph* const graph = foldable(1U);
  LmuLayer* const last  = &graph->layers[graph->n_layers - 1U];
  last->activation      = LMU_TANH;
  ck_assert(!lmu_fold_is_possible(graph));
  last->activation = LMU_LINEAR;
  last->type       = LMU_LAYER_SIMPLE_RNN;
  ck_assert(!lmu_fold_is_possible(graph));
  last->type    = LMU_LAYER_DENSE;
  last->adds[0] = 0U;
  last->n_adds  = 1U;
  ck_assert(!lmu_fold_is_possible(graph));
  last->n_adds = 0U;
  ck_assert(lmu_fold_is_possible(graph));

  // Nor where an earlier layer adds the input
  LmuLayer* const first = &graph->layers[0];
  first->adds[0]        = LMU_SOURCE_INPUT;
  first->n_adds         = 1U;
  ck_assert(!lmu_fold_is_possible(graph));
  lmu_graph_free(graph);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("fold");
  tcase_add_loop_test(tcase, gains_inside_equal_gains_outside, 0, N_GRAPHS);
  tcase_add_test(tcase, each_signal_can_have_a_gain_and_an_offset);
  tcase_add_test(tcase, what_is_not_linear_at_its_ends_cannot_be_folded);
  return run_case("fold", tcase);
}
