// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/random_graph.h"
#include "core/base/setup/aligned.h"
#include "core/base/setup/error.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/network.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "core/nn/setup/reference_cell.h"
#include "core/nn/setup/sources.h"
#include "tests/repeats.h"
#include "tests/unit/network_run.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/// Pseudo-random graphs, each a seed
#define N_GRAPHS ((int)REPEATS(60U))

/// Factors of windows: as trained, other rates, other scales
static const double factors[] = {1.0, 0.75, 48.0 / 44.1, 2.5};

#define N_FACTORS (sizeof(factors) / sizeof(factors[0]))

/// Error of an activation, of numbers up to one and beyond in proportion
#define MAX_ACTIVATION_ERROR 1e-6

/* Activations */

START_TEST(activations_equal_the_reference_on_every_cpu)
{
  const LmuActivation function = (LmuActivation)_i;
  float* const        x = (float*)lmu_aligned_zeros(LMU_LANES * sizeof(float));
  double              worst = 0.0;
  for (uint32_t k = 0U; lmu_kernels(k); ++k) {
    const LmuKernels* const kernels = lmu_kernels(k); // Asks the CPU
    for (int32_t i = -4000; i <= 4000; ++i) {
      // Fine steps around zero, coarse ones to 1e6
      const double start = 1e-3 * i * exp(fabs((double)i) / 290.0);
      for (uint32_t j = 0U; j < LMU_LANES; ++j) {
        x[j] = (float)(start + (1e-5 * j));
      }
      const double y =
        lmu_reference_activate(function, 0.3, (double)x[LMU_LANES - 1U]);
      kernels->activate(function, 0.3f, x, 1U);

      const double error = fabs((double)x[LMU_LANES - 1U] - y);
      worst              = fmax(worst, error / fmax(1.0, fabs(start)));
    }
  }
  printf("# activation %d: %.1e\n", _i, worst);
  ck_assert_double_lt(worst, MAX_ACTIVATION_ERROR);
  free(x);
}
END_TEST

START_TEST(the_reference_knows_what_activations_are)
{
  // What they are at -1 and 1, leaky with a slope of 0.2
  static const double known[][2] = {
    [LMU_LINEAR]       = {-1.0, 1.0},
    [LMU_TANH]         = {-0.761594156, 0.761594156},
    [LMU_SIGMOID]      = {0.268941421, 0.731058579},
    [LMU_RELU]         = {0.0, 1.0},
    [LMU_SOFTSIGN]     = {-0.5, 0.5},
    [LMU_HARD_SIGMOID] = {1.0 / 3.0, 2.0 / 3.0},
    [LMU_GELU]         = {-0.158655254, 0.841344746},
    [LMU_GELU_TANH]    = {-0.158808009, 0.841191991},
    [LMU_ELU]          = {-0.632120559, 1.0},
    [LMU_SELU]         = {-1.111330738, 1.050700987},
    [LMU_LEAKY_RELU]   = {-0.2, 1.0},
    [LMU_SOFTPLUS]     = {0.313261688, 1.313261688},
  };

  for (uint32_t i = 0U; i < LMU_GATED; ++i) {
    for (int32_t j = 0; j < 2; ++j) {
      ck_assert_double_eq_tol(lmu_reference_activate((LmuActivation)i,
                                                     LMU_DEFAULT_SLOPE,
                                                     (2.0 * j) - 1.0),
                              known[i][j],
                              1e-9);
    }
  }
}
END_TEST

START_TEST(a_gate_is_the_second_half_of_columns)
{
  float* const x = (float*)lmu_aligned_zeros(sizeof(float) * 4U * LMU_LANES);
  for (uint32_t k = 0U; lmu_kernels(k); ++k) {
    for (uint32_t i = 0U; i < 4U * LMU_LANES; ++i) {
      x[i] = (0.1f * (float)i) - 3.0f;
    }
    lmu_kernels(k)->activate(LMU_GATED, 0.0f, x, 2U);
    for (uint32_t i = 0U; i < 2U * LMU_LANES; ++i) {
      const double a = (0.1 * i) - 3.0;
      const double b = a + (0.2 * LMU_LANES);
      ck_assert_double_eq_tol(
        (double)x[i], tanh(a) / (1.0 + exp(-b)), MAX_ACTIVATION_ERROR);
    }
  }
  free(x);
}
END_TEST

/* Networks */

/// Require that a graph equals the reference in every form on every CPU, at
/// some windows, and return the greatest error
static double
expect_all(const LmuGraph* const graph, const char* const name)
{
  double worst = 0.0;
  for (uint32_t i = 0U; i < N_FACTORS; ++i) {
    Expected expected = expected_new(graph, factors[i]);
    for (uint32_t k = 0U; lmu_kernels(k); ++k) {
      for (uint32_t form = 0U; form < LMU_N_FORMS; ++form) {
        const LmuNetworkOptions options = {
          factors[i], lmu_kernels(k), true, (LmuForm)form};
        worst = fmax(worst, expect_equal(&expected, &options, name));
      }
    }
    expected_clear(&expected);
  }
  for (uint32_t form = 0U; form < LMU_N_FORMS; ++form) {
    expect_same_bits(graph, (LmuForm)form);
  }
  return worst;
}

START_TEST(any_graph_equals_the_reference)
{
  char            name[32];
  LmuGraph* const graph = random_graph_any((uint32_t)_i + 1U);
  (void)snprintf(name, sizeof(name), "graph %d", _i + 1);
  printf("# %s of %u: %.1e\n", name, graph->n_layers, expect_all(graph, name));
  lmu_graph_free(graph);
}
END_TEST

/// Return windows of 24, 200, and 1600 frames whose cell has no recurrence but
/// theirs, then a gated layer that sees the input too, then one that adds it
static LmuGraph*
three_windows(void)
{
  static const double windows[] = {24.0, 200.0, 1600.0};
  LmuGraph* const     graph     = lmu_graph_new();
  LmuLayer* const     memory    = &graph->layers[0];
  *memory                       = paper_cell(16U, 6U);
  memory->memory_d              = 3U;
  memory->n_thetas              = 3U;
  memory->memory_to_memory      = false;
  memory->cell                  = LMU_CELL_DENSE;
  for (uint32_t i = 0U; i < 3U; ++i) {
    memory->theta[i] = windows[i];
  }

  LmuLayer* const gate = &graph->layers[1];
  gate->type           = LMU_LAYER_DENSE;
  gate->units          = 12U;
  gate->activation     = LMU_GATED;
  gate->n_sources      = 2U;
  gate->sources[0]     = LMU_SOURCE_INPUT;
  gate->sources[1]     = 0U;

  LmuLayer* const last = &graph->layers[2];
  last->type           = LMU_LAYER_DENSE;
  last->units          = 1U;
  last->n_adds         = 1U;
  last->adds[0]        = LMU_SOURCE_INPUT;
  graph->n_layers      = 3U;
  random_graph_fill(graph, 3U);
  return graph;
}

START_TEST(three_windows_a_skip_and_a_gate_equal_the_reference)
{
  LmuGraph* const graph = three_windows();
  printf("# three windows, a skip and a gate: %.1e\n",
         expect_all(graph, "three windows"));
  lmu_graph_free(graph);
}
END_TEST

START_TEST(a_recurrent_layer_alone_equals_the_reference)
{
  static const LmuLayerType types[] = {
    LMU_LAYER_LSTM, LMU_LAYER_GRU, LMU_LAYER_GRU, LMU_LAYER_SIMPLE_RNN};
  LmuGraph* const graph       = lmu_graph_new();
  LmuLayer* const layer       = &graph->layers[0];
  layer->type                 = types[_i];
  layer->n_inputs             = 1U;
  layer->units                = 16U;
  layer->activation           = LMU_TANH;
  layer->recurrent_activation = LMU_SIGMOID;
  layer->reset_after          = _i == 1;
  graph->n_layers             = 1U;
  random_graph_fill(graph, 9U);
  ck_assert(lmu_layer_recurs(layer));
  printf("# %s alone: %.1e\n",
         _i ? "another recurrent layer" : "an LSTM",
         expect_all(graph, "alone"));
  lmu_graph_free(graph);
}
END_TEST

START_TEST(modes_and_blocks_take_several_windows)
{
  // Without a forced form the tests above could all run fused
  LmuGraph* const         graph     = three_windows();
  const LmuNetworkOptions modal     = {1.0, NULL, true, LMU_FORM_MODAL};
  const LmuNetworkOptions split     = {1.0, NULL, true, LMU_FORM_SPLIT};
  graph->layers[0].method           = LMU_PADE;
  graph->layers[0].hidden_to_memory = false;
  LmuNetwork* const x               = network_of(graph, &modal);
  LmuNetwork* const y               = network_of(graph, &split);
  ck_assert_str_eq(lmu_network_form(x, 0U), "modal");
  ck_assert_str_eq(lmu_network_form(y, 0U), "split");
  ck_assert_uint_eq(x->layers[0].n_steps, 3U);
  ck_assert_double_eq(x->layers[0].theta[2], 1600.0);
  lmu_network_free(y);
  lmu_network_free(x);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(states_of_other_windows_are_not_adopted)
{
  LmuGraph* const graph = three_windows();
  LmuNetwork*     x     = NULL;
  LmuNetwork*     y     = NULL;
  LmuError        error = {""};
  ck_assert(!lmu_network_new(&x, graph, 1.0, &error));
  graph->layers[0].theta[2] += (double)_i;
  ck_assert(!lmu_network_new(&y, graph, 1.0, &error));
  LmuNetworkState* const x_state = lmu_network_state_new(x);
  LmuNetworkState* const y_state = lmu_network_state_new(y);
  ck_assert_int_eq(lmu_network_adopt(y, y_state, x, x_state), !_i);
  lmu_network_state_free(y_state);
  lmu_network_state_free(x_state);
  lmu_network_free(y);
  lmu_network_free(x);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(a_row_of_layers_needs_two_slots)
{
  uint32_t        slots[LMU_MAX_LAYERS];
  LmuGraph* const graph = lmu_graph_new();
  graph->n_layers       = 5U;
  ck_assert_uint_eq(lmu_sources_assign(graph, slots), 2U);
  ck_assert_uint_eq(slots[3], 1U);

  // The first is needed until the end
  graph->layers[4].n_adds  = 1U;
  graph->layers[4].adds[0] = 0U;
  ck_assert_uint_eq(lmu_sources_assign(graph, slots), 3U);
  for (uint32_t i = 1U; i < graph->n_layers; ++i) {
    ck_assert_uint_ne(slots[i], slots[0]);
    ck_assert_uint_ne(slots[i], slots[i - 1U]);
  }
  lmu_graph_free(graph);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("layers");
  tcase_add_loop_test(
    tcase, activations_equal_the_reference_on_every_cpu, 0, LMU_GATED);
  tcase_add_test(tcase, the_reference_knows_what_activations_are);
  tcase_add_test(tcase, a_gate_is_the_second_half_of_columns);
  tcase_add_loop_test(tcase, any_graph_equals_the_reference, 0, N_GRAPHS);
  tcase_add_test(tcase, three_windows_a_skip_and_a_gate_equal_the_reference);
  tcase_add_loop_test(
    tcase, a_recurrent_layer_alone_equals_the_reference, 0, 4);
  tcase_add_test(tcase, modes_and_blocks_take_several_windows);
  tcase_add_loop_test(tcase, states_of_other_windows_are_not_adopted, 0, 2);
  tcase_add_test(tcase, a_row_of_layers_needs_two_slots);
  return run_case("layers", tcase);
}
