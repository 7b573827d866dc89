// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Memories that store the step they would have computed, and learn it

#include "bench/noise.h"
#include "bench/random_graph.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/reference.h"
#include "tests/unit/run.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/own_step.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define N_FRAMES 60U

static LmuGraph*
graph_of(const uint32_t channels)
{
  LmuLayer layer = paper_cell(5U, 7U);
  layer.memory_d = channels;
  return random_graph_new(&layer);
}

/// Return the greatest difference of what two graphs put out
static double
difference(const LmuGraph* const a, const LmuGraph* const b)
{
  LmuReference* first  = NULL;
  LmuReference* second = NULL;
  uint32_t      noise  = 5U;
  double        off    = 0.0;
  ck_assert(!lmu_reference_new(&first, a, 1.0, NULL));
  ck_assert(!lmu_reference_new(&second, b, 1.0, NULL));
  for (uint32_t t = 0U; t < N_FRAMES; ++t) {
    double x[8];
    double y[2][8];
    for (uint32_t i = 0U; i < a->n_inputs; ++i) {
      x[i] = (double)next_noise(&noise);
    }
    lmu_reference_step(first, x, y[0]);
    lmu_reference_step(second, x, y[1]);
    for (uint32_t i = 0U; i < a->n_outputs; ++i) {
      off = fmax(off, fabs(y[0][i] - y[1][i]));
    }
  }
  lmu_reference_free(first);
  lmu_reference_free(second);
  return off;
}

START_TEST(a_network_with_its_own_steps_is_the_same)
{
  LmuGraph* const plain = graph_of((uint32_t)_i + 1U);
  LmuGraph* const own   = lmu_graph_copy(plain);
  ck_assert(!lmu_own_steps(own, NULL));
  ck_assert(own->layers[0].stored && !plain->layers[0].stored);
  ck_assert_double_le(difference(plain, own), 1e-12);
  lmu_graph_free(own);
  lmu_graph_free(plain);
}
END_TEST

START_TEST(steps_that_are_there_are_kept)
{
  LmuGraph* const graph = graph_of(1U);
  ck_assert(!lmu_own_steps(graph, NULL));
  lmu_layer_values(graph, 0U, LMU_AD)[3] = 0.25;
  ck_assert(!lmu_own_steps(graph, NULL));
  ck_assert_double_eq(lmu_layer_values(graph, 0U, LMU_AD)[3], 0.25);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(graphs_without_such_a_memory_are_refused_in_words)
{
  LmuLayer layer = paper_cell(5U, 7U);
  LmuError error = {""};
  layer.memory_d = 2U;
  layer.n_thetas = 2U;
  layer.theta[1] = 2.0 * layer.theta[0];

  LmuGraph* const graph = random_graph_new(&layer);
  ck_assert_int_eq(lmu_own_steps(graph, &error), LMU_BAD_VALUE);
  ck_assert_ptr_nonnull(strstr(error.text, "Layer 0 has several windows"));
  lmu_graph_free(graph);

  const LmuLayer  lstm  = {.type                 = LMU_LAYER_LSTM,
                           .units                = 3U,
                           .n_inputs             = 2U,
                           .activation           = LMU_TANH,
                           .recurrent_activation = LMU_SIGMOID};
  LmuGraph* const other = random_graph_new(&lstm);
  ck_assert_int_eq(lmu_own_steps(other, &error), LMU_BAD_VALUE);
  ck_assert_ptr_nonnull(strstr(error.text, "no memory"));
  lmu_graph_free(other);
}
END_TEST

/// Return by how much an update of rate one changes a parameter at most
static double
change_of(const LmuGraph* const graph, const LmuRole role)
{
  const LmuTrainOptions options   = {false, true};
  const LmuAdamOptions  defaults  = lmu_adam_defaults();
  const LmuParameter    parameter = graph->layers[0].parameters[role];
  LmuTrainNetwork*      network   = NULL;
  ck_assert(!lmu_train_network_new(&network, graph, &options, NULL));
  LmuAdam* const adam = lmu_adam_new(network, &defaults);
  LmuReal        gradient[512];
  double         most = 0.0;
  ck_assert_ptr_nonnull(adam);
  ck_assert_uint_le(network->n_values, 512U);
  for (size_t i = 0U; i < network->n_values; ++i) {
    gradient[i] = 1;
  }
  ck_assert(lmu_adam_update(adam, gradient, 1.0));
  for (size_t i = 0U; i < lmu_parameter_count(&parameter); ++i) {
    const size_t place = parameter.offset + i;
    most =
      fmax(most, fabs((double)network->values[place] - graph->values[place]));
  }
  lmu_adam_free(adam);
  lmu_train_network_free(network);
  return most;
}

START_TEST(steps_learn_as_a_and_b_that_theta_divides)
{
  LmuGraph* const graph = graph_of(1U);
  ck_assert(!lmu_own_steps(graph, NULL));
  const double theta = lmu_layer_theta(&graph->layers[0], 0U);
  ck_assert_double_eq_tol(change_of(graph, LMU_KERNEL), 1.0, 1e-3);
  ck_assert_double_eq_tol(change_of(graph, LMU_AD), 1.0 / theta, 1e-3 / theta);
  ck_assert_double_eq_tol(change_of(graph, LMU_BD), 1.0 / theta, 1e-3 / theta);
  lmu_graph_free(graph);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("own_step");
  tcase_add_loop_test(tcase, a_network_with_its_own_steps_is_the_same, 0, 3);
  tcase_add_test(tcase, steps_that_are_there_are_kept);
  tcase_add_test(tcase, graphs_without_such_a_memory_are_refused_in_words);
  tcase_add_test(tcase, steps_learn_as_a_and_b_that_theta_divides);
  return run_case("own_step", tcase);
}
