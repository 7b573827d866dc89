// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/setup/discretise.h"
#include "core/setup/error.h"
#include "core/setup/file.h"
#include "core/setup/graph.h"
#include "core/setup/weight_file.h"
#include "core/status.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Networks */

/// Layers of every kind, the first of which sets the inputs
static const LmuLayer layers[] = {
  {.type     = LMU_LAYER_LMU,
   .name     = "Bare memory",
   .n_inputs = 1U,
   .order    = 3U,
   .memory_d = 1U,
   .theta    = 784.0,
   .method   = LMU_ZOH,
   .cell     = LMU_CELL_NONE},
  {.type             = LMU_LAYER_LMU,
   .n_inputs         = 2U,
   .order            = 4U,
   .memory_d         = 3U,
   .theta            = 12.75,
   .method           = LMU_EULER,
   .cell             = LMU_CELL_SIMPLE_RNN,
   .units            = 5U,
   .activation       = LMU_TANH,
   .hidden_to_memory = true,
   .memory_to_memory = true,
   .input_to_hidden  = true},
  {.type                 = LMU_LAYER_LMU,
   .n_inputs             = 1U,
   .order                = 2U,
   .memory_d             = 2U,
   .theta                = 1.0 / 3.0 * 1000.0,
   .method               = LMU_PADE,
   .stages               = 3U,
   .cell                 = LMU_CELL_LSTM,
   .units                = 3U,
   .activation           = LMU_SOFTSIGN,
   .recurrent_activation = LMU_HARD_SIGMOID,
   .input_to_hidden      = true},
  {.type                 = LMU_LAYER_LMU,
   .n_inputs             = 1U,
   .order                = 2U,
   .memory_d             = 1U,
   .theta                = 9.0,
   .stored               = true,
   .cell                 = LMU_CELL_GRU,
   .units                = 3U,
   .activation           = LMU_RELU,
   .recurrent_activation = LMU_SIGMOID,
   .reset_after          = true},
  {.type                 = LMU_LAYER_LMU,
   .n_inputs             = 1U,
   .order                = 2U,
   .memory_d             = 1U,
   .theta                = 9.0,
   .cell                 = LMU_CELL_GRU,
   .units                = 3U,
   .activation           = LMU_TANH,
   .recurrent_activation = LMU_SIGMOID},
  {.type       = LMU_LAYER_LMU,
   .n_inputs   = 1U,
   .order      = 2U,
   .memory_d   = 1U,
   .theta      = 9.0,
   .cell       = LMU_CELL_DENSE,
   .units      = 2U,
   .activation = LMU_LINEAR},
  {.type       = LMU_LAYER_DENSE,
   .n_inputs   = 4U,
   .units      = 2U,
   .activation = LMU_SIGMOID},
};

#define N_LAYERS (sizeof(layers) / sizeof(layers[0]))

/// Give a matrix numbers that tell their place, exact in float32 or not
static double*
new_values(const LmuWeights* const weights, const double unit)
{
  const size_t  count  = (size_t)weights->rows * weights->columns;
  double* const values = (double*)calloc(count, sizeof(double));
  ck_assert_ptr_nonnull(values);
  for (size_t i = 0U; i < count; ++i) {
    values[i] = unit * ((double)i - 3.0);
  }
  return values;
}

/// Give all layers weights, without biases if they may do without
static void
fill(LmuGraph* const graph, const bool biases)
{
  ck_assert_int_eq(lmu_graph_check_sizes(graph, NULL), LMU_SUCCESS);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    LmuLayer* const layer = &graph->layers[i];
    LmuWeights      weights[LMU_N_WEIGHTS];
    lmu_layer_weights(layer, weights);
    for (uint32_t j = 0U; j < LMU_N_WEIGHTS; ++j) {
      const bool step = weights[j].values == &layer->ad;
      if (weights[j].rows && (biases || !weights[j].optional)) {
        *weights[j].values =
          new_values(&weights[j], step ? 0.1 : 0.125 * (i + 1.0));
      }
    }
  }
  ck_assert_int_eq(lmu_graph_check(graph, NULL), LMU_SUCCESS);
}

/// Return a graph of one or two layers, the last of which is Dense
static LmuGraph*
new_graph(const LmuLayer* const first, const bool biases)
{
  LmuGraph* const graph = lmu_graph_new();
  ck_assert_ptr_nonnull(graph);
  graph->n_layers  = 2U;
  graph->layers[0] = *first;
  graph->layers[1] = layers[N_LAYERS - 1U];
  fill(graph, biases);
  return graph;
}

static void
expect_same_values(const LmuWeights* const x, const LmuWeights* const y)
{
  const size_t size = sizeof(double) * x->rows * x->columns;
  ck_assert_uint_eq(x->rows, y->rows);
  ck_assert_uint_eq(x->columns, y->columns);
  ck_assert_int_eq(!*x->values, !*y->values);
  if (*x->values) {
    ck_assert_mem_eq(*x->values, *y->values, size);
  }
}

/// Require that two layers are equal but for where their weights are
static void
expect_same_layer(const LmuLayer* const x, const LmuLayer* const y)
{
  LmuLayer   copies[2] = {*x, *y};
  LmuWeights weights[2][LMU_N_WEIGHTS];
  lmu_layer_weights(&copies[0], weights[0]);
  lmu_layer_weights(&copies[1], weights[1]);
  for (uint32_t i = 0U; i < LMU_N_WEIGHTS; ++i) {
    expect_same_values(&weights[0][i], &weights[1][i]);
    *weights[0][i].values = NULL;
    *weights[1][i].values = NULL;
  }
  ck_assert_str_eq(x->name, y->name);
  ck_assert_int_eq(x->type, y->type);
  ck_assert_int_eq(x->cell, y->cell);
  ck_assert_int_eq(x->method, y->method);
  ck_assert_int_eq(x->activation, y->activation);
  ck_assert_int_eq(x->recurrent_activation, y->recurrent_activation);
  ck_assert_uint_eq(x->n_inputs, y->n_inputs);
  ck_assert_uint_eq(x->n_outputs, y->n_outputs);
  ck_assert_uint_eq(x->units, y->units);
  ck_assert_uint_eq(x->order, y->order);
  ck_assert_uint_eq(x->memory_d, y->memory_d);
  ck_assert_uint_eq(x->stages, y->stages);
  ck_assert_double_eq(x->theta, y->theta);
  ck_assert_int_eq(x->stored, y->stored);
  ck_assert_int_eq(x->hidden_to_memory, y->hidden_to_memory);
  ck_assert_int_eq(x->memory_to_memory, y->memory_to_memory);
  ck_assert_int_eq(x->input_to_hidden, y->input_to_hidden);
  ck_assert_int_eq(x->reset_after, y->reset_after);
}

/// Return what is read of what is written
static LmuGraph*
pass_through_bytes(const LmuGraph* const graph)
{
  LmuError  error   = {""};
  uint8_t*  data    = NULL;
  size_t    n_bytes = 0U;
  LmuGraph* back    = NULL;
  ck_assert_int_eq(lmu_weights_write(&data, &n_bytes, graph, &error),
                   LMU_SUCCESS);
  const LmuStatus status = lmu_weights_parse(&back, data, n_bytes, &error);
  free(data);
  ck_assert_msg(!status, "%s", error.text);
  return back;
}

START_TEST(every_layer_is_read_as_it_was_written)
{
  const LmuLayer* const layer = &layers[(size_t)_i / 2U];
  LmuGraph* const       graph = new_graph(layer, _i % 2);
  LmuGraph* const       back  = pass_through_bytes(graph);
  ck_assert_uint_eq(back->n_layers, graph->n_layers);
  ck_assert_uint_eq(back->n_inputs, graph->n_inputs);
  ck_assert_uint_eq(back->n_outputs, graph->n_outputs);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    expect_same_layer(&graph->layers[i], &back->layers[i]);
  }
  lmu_graph_free(back);
  lmu_graph_free(graph);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("weight_file");
  tcase_add_loop_test(
    tcase, every_layer_is_read_as_it_was_written, 0, 2 * (int)N_LAYERS);
  return run_case("weight_file", tcase);
}
