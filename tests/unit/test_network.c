// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/rt/network.h"

#include "bench/random_graph.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "core/nn/setup/parameters.h"
#include "tests/unit/network_run.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Greatest width of inputs and outputs here
#define MAX_WIDTH 128U

/// One network of the table
typedef struct {
  const char*   name;
  LmuCell       cell;
  LmuActivation activation;
  uint32_t      n_inputs;
  uint32_t      order;
  uint32_t      memory_d;
  uint32_t      units;
  bool          hidden_to_memory;
  bool          memory_to_memory;
  bool          input_to_hidden;
  bool          reset_after;
  LmuMethod     method;
} Case;

// clang-format off
static const Case cases[] = {
  {"paper",            LMU_CELL_SIMPLE_RNN, LMU_TANH,     1, 16, 1, 16, 1, 1, 1, 0, LMU_ZOH},
  {"narrow",           LMU_CELL_SIMPLE_RNN, LMU_TANH,     1,  1, 1,  1, 1, 1, 1, 0, LMU_ZOH},
  {"odd sizes",        LMU_CELL_SIMPLE_RNN, LMU_SOFTSIGN, 3, 17, 1, 21, 1, 1, 1, 0, LMU_ZOH},
  {"channels",         LMU_CELL_SIMPLE_RNN, LMU_TANH,     3, 10, 5, 20, 1, 1, 1, 0, LMU_ZOH},
  {"only h back",      LMU_CELL_SIMPLE_RNN, LMU_TANH,     2, 12, 2, 12, 1, 0, 0, 0, LMU_PADE},
  {"only m back",      LMU_CELL_DENSE,      LMU_TANH,     2, 12, 2, 12, 0, 1, 1, 0, LMU_PADE},
  {"nothing back",     LMU_CELL_SIMPLE_RNN, LMU_TANH,     1, 24, 1, 18, 0, 0, 1, 0, LMU_PADE},
  {"long window",      LMU_CELL_SIMPLE_RNN, LMU_TANH,     1, 96, 1, 20, 0, 0, 1, 0, LMU_PADE},
  {"long window back", LMU_CELL_SIMPLE_RNN, LMU_TANH,     2, 96, 2, 20, 1, 1, 1, 0, LMU_PADE},
  {"dense",            LMU_CELL_DENSE,      LMU_RELU,     2, 20, 3, 30, 0, 0, 1, 0, LMU_ZOH},
  {"dense with h",     LMU_CELL_DENSE,      LMU_SIGMOID,  2, 20, 1, 30, 1, 0, 0, 0, LMU_ZOH},
  {"linear",           LMU_CELL_DENSE,      LMU_LINEAR,   1,  8, 1,  5, 0, 0, 0, 0, LMU_PADE},
  {"no cell",          LMU_CELL_NONE,       LMU_LINEAR,   2, 20, 3,  0, 0, 0, 0, 0, LMU_ZOH},
  {"no cell, m back",  LMU_CELL_NONE,       LMU_LINEAR,   1, 20, 2,  0, 0, 1, 0, 0, LMU_ZOH},
  {"lstm",             LMU_CELL_LSTM,       LMU_TANH,     2, 16, 1, 20, 1, 1, 1, 0, LMU_ZOH},
  {"lstm, none back",  LMU_CELL_LSTM,       LMU_TANH,     2, 16, 2, 20, 0, 0, 1, 0, LMU_PADE},
  {"gru",              LMU_CELL_GRU,        LMU_TANH,     2, 16, 1, 20, 1, 1, 1, 1, LMU_ZOH},
  {"gru, none back",   LMU_CELL_GRU,        LMU_TANH,     2, 16, 2, 20, 0, 0, 1, 1, LMU_PADE},
  {"gru before",       LMU_CELL_GRU,        LMU_TANH,     2, 16, 1, 20, 1, 1, 1, 0, LMU_ZOH},
  {"gru before, none", LMU_CELL_GRU,        LMU_SOFTSIGN, 2, 16, 1, 20, 0, 0, 0, 0, LMU_PADE},
  {"hard sigmoid",     LMU_CELL_SIMPLE_RNN, LMU_HARD_SIGMOID, 1, 8, 1, 8, 1, 0, 1, 0, LMU_ZOH},
};
// clang-format on

#define N_CASES ((int)(sizeof(cases) / sizeof(cases[0])))

/// Return a graph of the case, a Dense layer, and a second LMU behind it
static LmuGraph*
graph_of(const Case* const c)
{
  LmuGraph* const graph = lmu_graph_new();
  LmuLayer* const lmu   = &graph->layers[0];
  lmu->type             = LMU_LAYER_LMU;
  lmu->n_inputs         = c->n_inputs;
  lmu->order            = c->order;
  lmu->memory_d         = c->memory_d;
  lmu->theta[0]         = (2.5 * c->order) + 3.0;
  lmu->method           = c->method;
  lmu->stages           = (c->method == LMU_PADE) ? 3U : 0U;
  lmu->cell             = c->cell;
  lmu->units            = c->units;
  lmu->activation       = c->activation;
  lmu->hidden_to_memory = c->hidden_to_memory;
  lmu->memory_to_memory = c->memory_to_memory;
  lmu->input_to_hidden  = c->input_to_hidden;
  lmu->reset_after      = c->reset_after;
  if (c->cell == LMU_CELL_LSTM || c->cell == LMU_CELL_GRU) {
    lmu->recurrent_activation = LMU_SIGMOID;
  }

  graph->layers[1].type       = LMU_LAYER_DENSE;
  graph->layers[1].units      = 3U;
  graph->layers[1].activation = LMU_TANH;
  graph->layers[2]            = *lmu;
  graph->n_layers             = 3U;
  random_graph_fill(graph, c->order + c->units);
  return graph;
}

START_TEST(equals_the_reference_in_every_form_on_every_cpu)
{
  const Case* const c        = &cases[_i];
  LmuGraph* const   graph    = graph_of(c);
  Expected          expected = expected_new(graph, 1.0);
  for (uint32_t k = 0U; lmu_kernels(k); ++k) {
    for (uint32_t form = 0U; form < LMU_N_FORMS; ++form) {
      const LmuNetworkOptions options = {
        1.0, lmu_kernels(k), true, (LmuForm)form};
      (void)expect_equal(&expected, &options, c->name);
    }
  }
  expected_clear(&expected);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(any_blocks_give_the_same_bits)
{
  LmuGraph* const graph = graph_of(&cases[_i]);
  for (uint32_t form = 0U; form < LMU_N_FORMS; ++form) {
    expect_same_bits(graph, (LmuForm)form);
  }
  lmu_graph_free(graph);
}
END_TEST

START_TEST(first_memory_can_be_read)
{
  // Without a cell the output is the memory of all channels
  const Case* const c     = &cases[12 + _i];
  LmuGraph* const   graph = graph_of(c);
  float             input[LMU_NETWORK_FRAMES * MAX_WIDTH];
  float             output[LMU_NETWORK_FRAMES * MAX_WIDTH];
  graph->n_layers  = 1U;
  graph->n_outputs = c->order * c->memory_d;
  make_input(input, LMU_NETWORK_FRAMES * c->n_inputs);
  ck_assert_int_eq(c->cell, LMU_CELL_NONE);
  for (uint32_t form = 0U; form < LMU_N_FORMS; ++form) {
    const LmuNetworkOptions options = {1.0, NULL, true, (LmuForm)form};
    LmuNetwork* const       network = network_of(graph, &options);
    LmuNetworkState* const  state   = lmu_network_state_new(network);
    for (uint32_t n = 1U; n <= LMU_NETWORK_FRAMES; ++n) {
      lmu_network_process(network, state, input, n, output);

      const LmuNetworkMemory memory = lmu_network_memory(network, state);
      const float* const     m = output + ((n - 1U) * (size_t)graph->n_outputs);
      ck_assert_uint_eq(memory.order, c->order);
      ck_assert_uint_eq(memory.n_numbers, c->order);
      ck_assert_double_eq(memory.theta, (2.5 * c->order) + 3.0);
      for (uint32_t i = 0U; i < c->order; ++i) {
        ck_assert_float_eq_tol(
          memory.scale[i] * memory.numbers[i], m[i], 1e-5f);
      }
    }
    lmu_network_state_free(state);
    lmu_network_free(network);
  }
  lmu_graph_free(graph);
}
END_TEST

START_TEST(stored_steps_are_used_as_they_are)
{
  const LmuLayer  cell   = paper_cell(4U, 6U);
  LmuGraph* const graph  = random_graph_new(&cell);
  double          ad[36] = {0.0};
  double          bd[6];
  for (uint32_t i = 0U; i < 6U; ++i) {
    ad[i * 7UL] = 0.5;
    bd[i]       = 0.1 * (i + 1.0);
  }
  ck_assert(!lmu_graph_store_step(graph, 0U, ad, bd, NULL));
  const LmuNetworkOptions options  = {1.0, NULL, false, LMU_FORM_FUSED};
  Expected                expected = expected_new(graph, 1.0);
  (void)expect_equal(&expected, &options, "stored");
  expected_clear(&expected);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(a_reset_forgets_all_input)
{
  static const uint32_t whole = LMU_NETWORK_FRAMES;
  LmuGraph* const       graph = graph_of(&cases[_i]);
  for (uint32_t form = 0U; form < LMU_N_FORMS; ++form) {
    const LmuNetworkOptions options = {1.0, NULL, true, (LmuForm)form};
    LmuNetwork* const       network = network_of(graph, &options);
    LmuNetworkState* const  state   = lmu_network_state_new(network);
    float                   input[LMU_NETWORK_FRAMES * 3U];
    float                   x[LMU_NETWORK_FRAMES * MAX_WIDTH];
    float                   y[LMU_NETWORK_FRAMES * MAX_WIDTH];
    make_input(input, LMU_NETWORK_FRAMES * graph->n_inputs);
    lmu_network_process(network, state, input, 5U, x);
    lmu_network_reset(network, state);
    lmu_network_process(network, state, input, whole, x);
    run_blocks(network, input, whole, &whole, 1U, y);
    ck_assert_mem_eq(x, y, sizeof(float) * whole * graph->n_outputs);
    lmu_network_state_free(state);
    lmu_network_free(network);
  }
  lmu_graph_free(graph);
}
END_TEST

START_TEST(adopting_ones_own_memory_changes_nothing)
{
  // A memory alone has no other state, so all of it must have come over
  static const uint32_t whole = LMU_NETWORK_FRAMES;
  LmuGraph* const       graph = graph_of(&cases[12]);
  graph->n_layers             = 1U;
  graph->n_outputs            = graph->layers[0].n_outputs;
  for (uint32_t form = 0U; form < LMU_N_FORMS; ++form) {
    const LmuNetworkOptions options = {1.0, NULL, true, (LmuForm)form};
    LmuNetwork* const       network = network_of(graph, &options);
    LmuNetworkState* const  old     = lmu_network_state_new(network);
    LmuNetworkState* const  now     = lmu_network_state_new(network);
    float                   input[LMU_NETWORK_FRAMES * 2U];
    float                   x[LMU_NETWORK_FRAMES * MAX_WIDTH];
    float                   y[LMU_NETWORK_FRAMES * MAX_WIDTH];
    make_input(input, whole * 2U);
    lmu_network_process(network, old, input, whole, x);
    lmu_network_process(network, old, input, 5U, x);
    ck_assert(lmu_network_adopt(network, now, network, old));
    lmu_network_process(network, old, input, whole, x);
    lmu_network_process(network, now, input, whole, y);
    ck_assert_mem_eq(x, y, sizeof(float) * whole * graph->n_outputs);
    lmu_network_state_free(now);
    lmu_network_state_free(old);
    lmu_network_free(network);
  }
  lmu_graph_free(graph);
}
END_TEST

START_TEST(other_windows_are_not_adopted)
{
  LmuGraph* const graph = graph_of(&cases[0]);
  LmuNetwork*     x     = NULL;
  LmuNetwork*     y     = NULL;
  LmuError        error = {""};
  ck_assert(!lmu_network_new(&x, graph, 1.0, &error));
  ck_assert(!lmu_network_new(&y, graph, 1.1, &error));
  LmuNetworkState* const x_state = lmu_network_state_new(x);
  LmuNetworkState* const y_state = lmu_network_state_new(y);
  ck_assert(!lmu_network_adopt(y, y_state, x, x_state));
  lmu_network_state_free(y_state);
  lmu_network_state_free(x_state);
  lmu_network_free(y);
  lmu_network_free(x);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(a_network_that_explodes_stays_finite_and_recovers)
{
  LmuGraph* const graph                                = graph_of(&cases[13]);
  graph->layers[0].method                              = LMU_ZOH;
  lmu_layer_values(graph, 0U, LMU_MEMORY_RECURRENT)[0] = 50.0;
  const LmuNetworkOptions options = {1.0, NULL, true, (LmuForm)_i};
  LmuNetwork* const       network = network_of(graph, &options);
  LmuNetworkState* const  state   = lmu_network_state_new(network);
  float                   input[LMU_NETWORK_FRAMES];
  float                   output[LMU_NETWORK_FRAMES * MAX_WIDTH];
  make_input(input, LMU_NETWORK_FRAMES);
  bool loud = false;
  for (uint32_t i = 0U; i < 200U; ++i) {
    lmu_network_process(network, state, input, LMU_NETWORK_FRAMES, output);
    for (uint32_t j = 0U; j < LMU_NETWORK_FRAMES * graph->n_outputs; ++j) {
      ck_assert(isfinite(output[j]));
      loud = loud || fabsf(output[j]) > 1e-3f;
    }
  }
  ck_assert(loud);
  for (uint32_t i = 0U; i < network->state_size; ++i) {
    ck_assert(isfinite(state->numbers[i]));
  }
  lmu_network_state_free(state);
  lmu_network_free(network);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(an_unstable_step_names_its_layer)
{
  LmuGraph* const graph   = graph_of(&cases[0]);
  LmuNetwork*     network = unset();
  LmuError        error   = {""};
  graph->layers[0].method = LMU_EULER;
  strcpy(graph->layers[0].name, "lmu_1");
  ck_assert_int_eq(lmu_network_new(&network, graph, 0.2, &error), LMU_UNSTABLE);
  ck_assert_ptr_null(network);
  ck_assert_ptr_nonnull(strstr(error.text, "layer 0 lmu_1: Euler step"));
  lmu_graph_free(graph);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("network");
  tcase_add_loop_test(
    tcase, equals_the_reference_in_every_form_on_every_cpu, 0, N_CASES);
  tcase_add_loop_test(tcase, any_blocks_give_the_same_bits, 0, N_CASES);
  tcase_add_loop_test(tcase, first_memory_can_be_read, 0, 2);
  tcase_add_test(tcase, stored_steps_are_used_as_they_are);
  tcase_add_loop_test(tcase, a_reset_forgets_all_input, 0, N_CASES);
  tcase_add_test(tcase, adopting_ones_own_memory_changes_nothing);
  tcase_add_test(tcase, other_windows_are_not_adopted);
  tcase_add_loop_test(
    tcase, a_network_that_explodes_stays_finite_and_recovers, 0, 3);
  tcase_add_test(tcase, an_unstable_step_names_its_layer);
  return run_case("network", tcase);
}
