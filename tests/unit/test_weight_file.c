// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/error.h"
#include "core/base/setup/file.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/weight_file.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

/// Give all layers weights, without biases if they may do without: numbers that
/// tell their place, exact in float32 or not
static void
fill(LmuGraph* const graph, const bool biases)
{
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    graph->layers[i].memory_bias = biases;
    graph->layers[i].cell_bias   = biases;
  }
  ck_assert_int_eq(lmu_graph_allocate(graph, NULL), LMU_SUCCESS);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    for (uint32_t j = 0U; j < LMU_N_ROLES; ++j) {
      const double  unit   = (j == LMU_AD) ? 0.1 : 0.125 * (i + 1.0);
      double* const values = lmu_layer_values(graph, i, (LmuRole)j);
      const size_t count = lmu_parameter_count(&graph->layers[i].parameters[j]);
      for (size_t k = 0U; k < count; ++k) {
        values[k] = unit * ((double)k - 3.0);
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

/// Require that two layers are equal
static void
expect_same_layer(const LmuLayer* const x, const LmuLayer* const y)
{
  for (uint32_t i = 0U; i < LMU_N_ROLES; ++i) {
    ck_assert(lmu_parameter_fits(&x->parameters[i], &y->parameters[i]));
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
  ck_assert_uint_eq(back->n_values, graph->n_values);
  ck_assert_mem_eq(
    back->values, graph->values, graph->n_values * sizeof(double));
  lmu_graph_free(back);
  lmu_graph_free(graph);
}
END_TEST

/* Horizons */

/// Return the status of reading a file with a key, and set its error's text
static LmuStatus
read_with_horizons(LmuGraph** const  graph,
                   LmuError* const   error,
                   const char* const horizons)
{
  static const char before[] =
    "{\"__metadata__\":{\"format\":\"lmu\",\"format_version\":\"1\","
    "\"sample_rate\":\"48000\",\"layers\":\"1\",\"layers.0.type\":\"dense\","
    "\"layers.0.units\":\"2\",\"layers.0.activation\":\"linear\","
    "\"horizons\":\"";
  static const char behind[] =
    "\"},\"layers.0.kernel\":{\"dtype\":\"F32\",\"shape\":[1,2],"
    "\"data_offsets\":[0,8]}}";
  uint8_t   data[1024] = {0};
  const int n          = snprintf(
    (char*)data + 8, sizeof(data) - 16U, "%s%s%s", before, horizons, behind);
  ck_assert_int_lt(n, (int)sizeof(data) - 17);
  data[0] = (uint8_t)(n % 256);
  data[1] = (uint8_t)(n / 256);
  return lmu_weights_parse(graph, data, (size_t)n + 16U, error);
}

START_TEST(horizons_are_read_as_they_were_written)
{
  static const double horizons[] = {1.0 / 3.0, 192000.0};
  LmuGraph* const     graph      = new_graph(&layers[0], false);
  LmuGraph* const     plain      = pass_through_bytes(graph);
  ck_assert_uint_eq(plain->metadata.n_horizons, 0U);
  graph->metadata.rate       = 48000.0;
  graph->metadata.n_horizons = 2U;
  memcpy(graph->metadata.horizons, horizons, sizeof(horizons));
  LmuGraph* const back = pass_through_bytes(graph);
  ck_assert_uint_eq(back->metadata.n_horizons, 2U);
  ck_assert_mem_eq(back->metadata.horizons, horizons, sizeof(horizons));
  lmu_graph_free(back);
  lmu_graph_free(plain);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(horizons_are_a_list_of_numbers)
{
  LmuGraph* graph = NULL;
  LmuError  error = {""};
  ck_assert_int_eq(read_with_horizons(&graph, &error, "1,4.8e2"), LMU_SUCCESS);
  ck_assert_double_eq(graph->metadata.horizons[0], 1.0);
  ck_assert_double_eq(graph->metadata.horizons[1], 480.0);
  lmu_graph_free(graph);
}
END_TEST

#define LIST "is no list of numbers; write it as in 48,1.5"

static const char* const bad_horizons[][2] = {
  {"", LIST},
  {",", LIST},
  {"1,", LIST},
  {"1,,2", LIST},
  {"1, 2", LIST},
  {"1;2", LIST},
  {"one,2", LIST},
  {"1,1e999", LIST},
  {"1,nan", LIST},
  {"1,0000000000000000000000000000000000000000000000000000000000000001", LIST},
  {"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
   "has too many numbers; leave some out"},
  {"1",
   "names 1, must name one for each of 2 outputs and at most 16; export it "
   "again"},
  {"1,-2",
   "number 2 must be from 0 to 192000 frames, 4 seconds; export it again"},
  {"192001,1",
   "number 1 must be from 0 to 192000 frames, 4 seconds; export it again"},
};

#define N_BAD_HORIZONS (sizeof(bad_horizons) / sizeof(bad_horizons[0]))

START_TEST(bad_horizons_are_refused_in_words)
{
  LmuGraph* graph = NULL;
  LmuError  error = {""};
  char      text[LMU_MAX_ERROR];
  ck_assert_int_eq(read_with_horizons(&graph, &error, bad_horizons[_i][0]),
                   LMU_BAD_MODEL);
  (void)snprintf(
    text, sizeof(text), "key \"horizons\": %s", bad_horizons[_i][1]);
  ck_assert_str_eq(error.text, text);
  ck_assert_ptr_null(graph);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("weight_file");
  tcase_add_loop_test(
    tcase, every_layer_is_read_as_it_was_written, 0, 2 * (int)N_LAYERS);
  tcase_add_test(tcase, horizons_are_read_as_they_were_written);
  tcase_add_test(tcase, horizons_are_a_list_of_numbers);
  tcase_add_loop_test(
    tcase, bad_horizons_are_refused_in_words, 0, (int)N_BAD_HORIZONS);
  return run_case("weight_file", tcase);
}
