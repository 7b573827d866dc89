// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Gradients against central differences, all in float64

#include "bench/noise.h"
#include "bench/random_graph.h"
#include "core/base/setup/aligned.h"
#include "core/base/setup/error.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/paper_scale.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/reference.h"
#include "tests/repeats.h"
#include "tests/unit/run.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/pass.h"
#include "train/real.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_GRAPHS ((int)REPEATS(80U))
#define N_FRAMES 9U
#define LANES LMU_TRAIN_LANES

/// Values of a group that are changed, as many as there are if those are fewer
#define N_TRIED 14U

/// Change of a value, small beside the distance to where activations bend
#define STEP 3e-6

/// Part of the greatest difference in a group by which a gradient may be off
#define MAX_GRADIENT_ERROR 1e-5

/// Part of the loss below which rounding hides a difference
#define LEAST_DIFFERENCE 1e-3

/// Part of the peak by which outputs may differ from the reference
#define MAX_OUTPUT_ERROR 1e-11

/// A network with what it runs on
typedef struct {
  LmuGraph*        graph;
  LmuTrainNetwork* network;
  LmuTrainPass*    pass;
  LmuReal*         input;
  LmuReal*         weights; ///< Of outputs in the loss
  LmuReal*         slope;
  LmuReal*         gradient;
  LmuReal*         input_slope;
  size_t           n_outputs;
} Trial;

static LmuReal*
reals(const size_t count)
{
  LmuReal* const result = (LmuReal*)lmu_aligned_zeros(count * sizeof(LmuReal));
  ck_assert_ptr_nonnull(result);
  return result;
}

static LmuReal*
noise_of(const size_t count, uint32_t seed)
{
  LmuReal* const result = reals(count);
  for (size_t i = 0U; i < count; ++i) {
    result[i] = (LmuReal)next_noise(&seed);
  }
  return result;
}

static Trial
trial_of(LmuGraph* const graph, const LmuTrainOptions options)
{
  const LmuTrainPassSpec spec  = {N_FRAMES, LANES, NULL};
  Trial                  trial = {.graph = graph};
  LmuError               error = {""};
  ck_assert_msg(!lmu_train_network_new(&trial.network, graph, &options, &error),
                "%s",
                error.text);
  trial.pass = lmu_train_pass_new(trial.network, &spec);
  ck_assert_ptr_nonnull(trial.pass);
  trial.n_outputs   = (size_t)N_FRAMES * graph->n_outputs * LANES;
  trial.input       = noise_of((size_t)N_FRAMES * graph->n_inputs * LANES, 3U);
  trial.weights     = noise_of(trial.n_outputs, 7U);
  trial.slope       = reals(trial.n_outputs);
  trial.gradient    = reals(trial.network->n_values);
  trial.input_slope = noise_of((size_t)N_FRAMES * graph->n_inputs * LANES, 11U);
  return trial;
}

static void
trial_clear(Trial* const trial)
{
  free(trial->input_slope);
  free(trial->gradient);
  free(trial->slope);
  free(trial->weights);
  free(trial->input);
  lmu_train_pass_free(trial->pass);
  lmu_train_network_free(trial->network);
  lmu_graph_free(trial->graph);
}

/// Return the loss, from a state that is far from zero
static double
loss_of(const Trial* const trial)
{
  double sum = 0.0;
  ck_assert(!lmu_train_network_update(trial->network));
  lmu_train_pass_disturb(trial->pass, 0.7, 5U);
  lmu_train_pass_forward(trial->pass, trial->input, N_FRAMES);
  const LmuReal* const y = lmu_train_pass_output(trial->pass);
  for (size_t i = 0U; i < trial->n_outputs; ++i) {
    sum += (double)(y[i] * (trial->weights[i] + (0.5 * y[i])));
  }
  return sum;
}

static void
find_gradient(const Trial* const trial)
{
  (void)loss_of(trial);
  const LmuReal* const y = lmu_train_pass_output(trial->pass);
  for (size_t i = 0U; i < trial->n_outputs; ++i) {
    trial->slope[i] = trial->weights[i] + y[i];
  }
  lmu_train_pass_backward_to_input(
    trial->pass, trial->slope, trial->gradient, trial->input_slope);
}

/// Return the loss where a value or an input is changed
static double
loss_near(const Trial* const trial, LmuReal* const value, const double change)
{
  const LmuReal old   = *value;
  *value              = old + (LmuReal)change;
  const double result = loss_of(trial);
  *value              = old;
  return result;
}

/// Return what a change of a value does to the loss, by four points around it
static double
difference_of(const Trial* const trial, LmuReal* const value)
{
  const double near =
    loss_near(trial, value, STEP) - loss_near(trial, value, -STEP);
  const double far =
    loss_near(trial, value, 2.0 * STEP) - loss_near(trial, value, -2.0 * STEP);
  return ((8.0 * near) - far) / (12.0 * STEP);
}

/// Return the greatest error of the gradient of some values, as a part of the
/// greatest difference
static double
group_error(const Trial* const   trial,
            LmuReal* const       values,
            const LmuReal* const gradient,
            const size_t         count)
{
  const size_t step = 1U + (count / N_TRIED);
  double       most = LEAST_DIFFERENCE * fabs(loss_of(trial));
  double       off  = 0.0;
  for (size_t i = 0U; i < count; i += step) {
    const double d = difference_of(trial, values + i);
    most           = fmax(most, fabs(d));
    off            = fmax(off, fabs(d - (double)gradient[i]));
  }
  return off / most;
}

/// Return the error of the gradient of some values of the network
static double
values_error(const Trial* const trial, const size_t first, const size_t count)
{
  return group_error(
    trial, trial->network->values + first, trial->gradient + first, count);
}

/// Return the error of the gradient of the input
static double
input_error(const Trial* const trial)
{
  const size_t count = (size_t)N_FRAMES * trial->graph->n_inputs * LANES;
  return group_error(trial, trial->input, trial->input_slope, count);
}

/// Require that all gradients of a network are right, and free it
static double
expect_gradients(Trial* const trial)
{
  double worst = 0.0;
  find_gradient(trial);
  for (uint32_t i = 0U; i < trial->graph->n_layers; ++i) {
    for (uint32_t role = 0U; role < LMU_N_ROLES; ++role) {
      const LmuTrainGroup group =
        lmu_train_network_group(trial->network, i, (LmuRole)role);
      const size_t n     = (size_t)group.n_rows * group.n_columns;
      const bool   tried = n && trial->network->learned[group.offset];
      const double error = tried ? values_error(trial, group.offset, n) : 0.0;
      ck_assert_msg(error < MAX_GRADIENT_ERROR,
                    "layer %u (type %d, cell %d, activation %d), role %u: %.1e",
                    i,
                    (int)trial->graph->layers[i].type,
                    (int)lmu_layer_cell(&trial->graph->layers[i]),
                    (int)trial->graph->layers[i].activation,
                    role,
                    error);
      worst = fmax(worst, error);
    }
  }

  const size_t n     = trial->graph->n_values;
  const double error = values_error(trial, n, trial->network->n_values - n);
  const double input = input_error(trial);
  ck_assert_msg(error < MAX_GRADIENT_ERROR, "windows: %.1e", error);
  ck_assert_msg(input < MAX_GRADIENT_ERROR, "input: %.1e", input);
  worst = fmax(worst, input);
  trial_clear(trial);
  return fmax(worst, error);
}

START_TEST(gradients_of_any_graph_equal_differences)
{
  const LmuTrainOptions options = {true, false};
  Trial        trial = trial_of(random_graph_any((uint32_t)_i + 1U), options);
  const size_t n     = trial.network->n_values;
  printf("# graph %d, %zu values: %.1e\n", _i + 1, n, expect_gradients(&trial));
}
END_TEST

/// Have the memory of a graph of one store its step
static void
store_step(LmuGraph* const graph)
{
  LmuLayer* const layer = &graph->layers[0];
  const size_t    d     = layer->order;
  double* const   ad    = (double*)calloc((d + 1U) * d, sizeof(double));
  double* const   bd    = ad + (d * d);
  ck_assert_ptr_nonnull(ad);
  ck_assert(
    !lmu_discretise(ad, bd, layer->order, layer->theta[0], LMU_ZOH, 0U));
  lmu_step_to_paper(ad, bd, layer->order);
  ck_assert(!lmu_graph_store_step(graph, 0U, ad, bd, NULL));
  free(ad);
}

START_TEST(gradients_of_steps_equal_differences)
{
  const LmuTrainOptions options = {false, true};
  LmuLayer              layer   = paper_cell(5U, 7U);
  layer.memory_d                = (uint32_t)_i + 1U;
  LmuGraph* const graph         = random_graph_new(&layer);
  store_step(graph);
  Trial trial = trial_of(graph, options);
  printf("# step of %d channels: %.1e\n", _i + 1, expect_gradients(&trial));
}
END_TEST

/// Each activation in the cells where it may be
START_TEST(gradients_of_any_activation_equal_differences)
{
  static const LmuCell cells[] = {
    LMU_CELL_DENSE, LMU_CELL_SIMPLE_RNN, LMU_CELL_LSTM, LMU_CELL_GRU};
  const LmuTrainOptions options = {true, false};
  for (uint32_t i = 0U; i < 4U; ++i) {
    LmuLayer layer   = paper_cell(6U, 5U);
    layer.cell       = cells[i];
    layer.activation = (LmuActivation)_i;
    layer.recurrent_activation =
      (_i == LMU_GATED) ? LMU_SIGMOID : (LmuActivation)_i;
    layer.slope = 0.3;
    if (_i == LMU_GATED && cells[i] != LMU_CELL_DENSE) {
      continue;
    }
    Trial trial = trial_of(random_graph_new(&layer), options);
    printf("# activation %d, cell %d: %.1e\n",
           _i,
           (int)cells[i],
           expect_gradients(&trial));
  }
}
END_TEST

/// Return how far a lane is from the reference, as a part of the peak
static double
lane_error(const Trial* const trial, const uint32_t lane)
{
  const LmuGraph* const graph     = trial->graph;
  const LmuReal* const  y         = lmu_train_pass_output(trial->pass);
  LmuReference*         reference = NULL;
  double                x[8];
  double                expected[512];
  double                peak = 1e-6;
  double                off  = 0.0;
  ck_assert(!lmu_reference_new(&reference, graph, 1.0, NULL));
  for (uint32_t t = 0U; t < N_FRAMES; ++t) {
    for (uint32_t i = 0U; i < graph->n_inputs; ++i) {
      x[i] = (double)trial->input[(((t * graph->n_inputs) + i) * LANES) + lane];
    }
    lmu_reference_step(reference, x, expected);
    for (uint32_t i = 0U; i < graph->n_outputs; ++i) {
      const size_t place = (((size_t)t * graph->n_outputs) + i) * LANES;
      peak               = fmax(peak, fabs(expected[i]));
      off = fmax(off, fabs(expected[i] - (double)y[place + lane]));
    }
  }
  lmu_reference_free(reference);
  return off / peak;
}

START_TEST(outputs_equal_the_reference_in_any_split)
{
  const LmuTrainOptions options = {false, false};
  Trial  trial = trial_of(random_graph_any((uint32_t)_i + 1U), options);
  double worst = 0.0;
  for (uint32_t first = 0U; first <= N_FRAMES; first += N_FRAMES) {
    lmu_train_pass_reset(trial.pass);
    lmu_train_pass_forward(trial.pass, trial.input, N_FRAMES);
    for (uint32_t lane = 0U; lane < LANES; lane += 5U) {
      worst = fmax(worst, lane_error(&trial, lane));
    }
  }
  ck_assert_double_lt(worst, MAX_OUTPUT_ERROR);

  // The last frame after two passes is that after one
  const size_t   row   = (size_t)trial.graph->n_outputs * LANES;
  LmuReal* const whole = reals(row);
  memcpy(whole,
         lmu_train_pass_output(trial.pass) + ((N_FRAMES - 1U) * row),
         row * sizeof(LmuReal));
  lmu_train_pass_reset(trial.pass);
  lmu_train_pass_forward(trial.pass, trial.input, 4U);
  lmu_train_pass_forward(trial.pass,
                         trial.input +
                           ((size_t)4U * trial.graph->n_inputs * LANES),
                         N_FRAMES - 4U);
  ck_assert_mem_eq(whole,
                   lmu_train_pass_output(trial.pass) + ((N_FRAMES - 5U) * row),
                   row * sizeof(LmuReal));
  free(whole);
  trial_clear(&trial);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("gradient");
  tcase_add_loop_test(
    tcase, gradients_of_any_graph_equal_differences, 0, N_GRAPHS);
  tcase_add_loop_test(tcase, gradients_of_steps_equal_differences, 0, 3);
  tcase_add_loop_test(
    tcase, gradients_of_any_activation_equal_differences, 0, LMU_N_ACTIVATIONS);
  tcase_add_loop_test(
    tcase, outputs_equal_the_reference_in_any_split, 0, N_GRAPHS);
  return run_case("gradient", tcase);
}
