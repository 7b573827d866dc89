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
   .theta    = {784.0},
   .method   = LMU_ZOH,
   .cell     = LMU_CELL_NONE},
  {.type             = LMU_LAYER_LMU,
   .n_inputs         = 2U,
   .order            = 4U,
   .memory_d         = 3U,
   .theta            = {12.75},
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
   .theta                = {1.0 / 3.0 * 1000.0},
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
   .theta                = {9.0},
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
   .theta                = {9.0},
   .cell                 = LMU_CELL_GRU,
   .units                = 3U,
   .activation           = LMU_TANH,
   .recurrent_activation = LMU_SIGMOID},
  {.type       = LMU_LAYER_LMU,
   .n_inputs   = 1U,
   .order      = 2U,
   .memory_d   = 1U,
   .theta      = {9.0},
   .cell       = LMU_CELL_DENSE,
   .units      = 2U,
   .activation = LMU_LINEAR},
  {.type       = LMU_LAYER_LMU,
   .n_inputs   = 1U,
   .order      = 2U,
   .memory_d   = 3U,
   .n_thetas   = 3U,
   .theta      = {60.0, 480.5, 1.0 / 3.0 * 10000.0},
   .cell       = LMU_CELL_DENSE,
   .units      = 2U,
   .activation = LMU_GATED},
  {.type                 = LMU_LAYER_LSTM,
   .n_inputs             = 3U,
   .units                = 4U,
   .activation           = LMU_SELU,
   .recurrent_activation = LMU_LEAKY_RELU,
   .slope                = 0.1},
  {.type                 = LMU_LAYER_GRU,
   .n_inputs             = 3U,
   .units                = 4U,
   .activation           = LMU_ELU,
   .recurrent_activation = LMU_SOFTPLUS,
   .reset_after          = true},
  {.type       = LMU_LAYER_SIMPLE_RNN,
   .n_inputs   = 2U,
   .units      = 4U,
   .activation = LMU_GELU,
   .n_sources  = 1U,
   .sources    = {LMU_SOURCE_INPUT}},
  {.type       = LMU_LAYER_DENSE,
   .n_inputs   = 3U,
   .units      = 3U,
   .n_adds     = 2U,
   .adds       = {LMU_SOURCE_INPUT, LMU_SOURCE_INPUT},
   .activation = LMU_GELU_TANH},
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
  ck_assert_double_eq(x->slope, y->slope);
  ck_assert_uint_eq(x->n_sources, y->n_sources);
  ck_assert_uint_eq(x->n_adds, y->n_adds);
  ck_assert_mem_eq(x->sources, y->sources, sizeof(x->sources));
  ck_assert_mem_eq(x->adds, y->adds, sizeof(x->adds));
  ck_assert_uint_eq(x->n_inputs, y->n_inputs);
  ck_assert_uint_eq(x->n_outputs, y->n_outputs);
  ck_assert_uint_eq(x->units, y->units);
  ck_assert_uint_eq(x->order, y->order);
  ck_assert_uint_eq(x->memory_d, y->memory_d);
  ck_assert_uint_eq(x->stages, y->stages);
  ck_assert_uint_eq(x->n_thetas, y->n_thetas);
  for (uint32_t i = 0U; i < x->memory_d; ++i) {
    ck_assert_double_eq(lmu_layer_theta(x, i), lmu_layer_theta(y, i));
  }
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

/* Connections */

/// Return the status of reading a network of an LMU and a Dense layer with keys
static LmuStatus
read_with_keys(LmuGraph** const  graph,
               LmuError* const   error,
               const char* const keys)
{
  static const char before[] =
    "{\"__metadata__\":{\"format\":\"lmu\",\"format_version\":\"1\","
    "\"layers\":\"2\",\"layers.0.type\":\"lmu\",\"layers.0.order\":\"2\","
    "\"layers.0.memory_d\":\"2\",\"layers.0.hidden_cell\":\"none\","
    "\"layers.1.type\":\"dense\",\"layers.1.units\":\"1\",";
  static const char behind[] =
    "},\"layers.0.kernel\":{\"dtype\":\"F32\",\"shape\":[1,2],"
    "\"data_offsets\":[0,8]},\"layers.1.kernel\":{\"dtype\":\"F32\","
    "\"shape\":[5,1],\"data_offsets\":[8,28]}}";
  uint8_t   data[2048] = {0};
  const int n          = snprintf(
    (char*)data + 8, sizeof(data) - 36U, "%s%s%s", before, keys, behind);
  ck_assert_int_lt(n, (int)sizeof(data) - 37);
  data[0] = (uint8_t)(n % 256);
  data[1] = (uint8_t)(n / 256);
  return lmu_weights_parse(graph, data, (size_t)n + 36U, error);
}

#define THETA "\"layers.0.theta\":"
#define LINEAR "\"layers.1.activation\":\"linear\""
#define INPUTS "\"layers.1.inputs\":"

START_TEST(lists_of_windows_and_sources_are_read)
{
  LmuGraph* graph = NULL;
  LmuError  error = {""};
  ck_assert_msg(!read_with_keys(&graph,
                                &error,
                                THETA "\"60,4.8e2\"," INPUTS
                                      "\"0,input\",\"layers.1.add\":\"input\","
                                      "\"layers.1.activation\":\"leaky_relu\""),
                "%s",
                error.text);
  ck_assert_double_eq(lmu_layer_theta(&graph->layers[0], 0U), 60.0);
  ck_assert_double_eq(lmu_layer_theta(&graph->layers[0], 1U), 480.0);
  ck_assert_uint_eq(graph->layers[1].n_sources, 2U);
  ck_assert_uint_eq(graph->layers[1].sources[0], 0U);
  ck_assert_uint_eq(graph->layers[1].sources[1], LMU_SOURCE_INPUT);
  ck_assert_uint_eq(graph->layers[1].adds[0], LMU_SOURCE_INPUT);
  ck_assert_double_eq(graph->layers[1].slope, 0.2);
  lmu_graph_free(graph);
}
END_TEST

#define NO_SOURCES "is no list of input and layers; write it as in input,0,1"

static const char* const bad_keys[][2] = {
  {THETA "\"60,\"," LINEAR,
   "key \"layers.0.theta\": is no list of numbers; write it as in 48,1.5"},
  {THETA "\"60,70,80\"," LINEAR,
   "key \"layers.0.theta\": lists 3 windows, must list one, or one for each of "
   "2 channels; export it again"},
  {THETA "\"60,0\"," LINEAR,
   "key \"layers.0.theta\": must be from 1 to 1000000000 frames; export it "
   "again"},
  {THETA "\"60\"," INPUTS "\"\"," LINEAR,
   "key \"layers.1.inputs\": " NO_SOURCES},
  {THETA "\"60\"," INPUTS "\"0,\"," LINEAR,
   "key \"layers.1.inputs\": " NO_SOURCES},
  {THETA "\"60\"," INPUTS "\"0, input\"," LINEAR,
   "key \"layers.1.inputs\": " NO_SOURCES},
  {THETA "\"60\"," INPUTS "\"-1\"," LINEAR,
   "key \"layers.1.inputs\": " NO_SOURCES},
  {THETA "\"60\"," INPUTS "\"4294967295\"," LINEAR,
   "key \"layers.1.inputs\": " NO_SOURCES},
  {THETA "\"60\"," INPUTS "\"0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\"," LINEAR,
   "key \"layers.1.inputs\": has too many sources; leave some out"},
  {THETA "\"60\"," INPUTS "\"0,1\"," LINEAR,
   "key \"layers.1.inputs\": layer 1 is no earlier one, and layers run in "
   "order; list earlier ones alone"},
  {THETA "\"60\"," INPUTS "\"0,0\"," LINEAR,
   "tensor \"layers.1.kernel\": has shape [5][1], expected [8][1]; export it "
   "again"},
  {THETA "\"60\",\"layers.1.add\":\"0\"," LINEAR,
   "key \"layers.1.add\": number 1 is 4 wide, but this layer's output 1; add "
   "what is as wide"},
  {THETA "\"60\",\"layers.0.inputs\":\"input,input\"," LINEAR,
   "key \"layers.0.inputs\": must be input, once; export it again"},
  {THETA "\"60\",\"layers.1.negative_slope\":\"0.1\"," LINEAR,
   "key \"layers.1.negative_slope\": has no meaning here; correct it, or take "
   "it away"},
};

#define N_BAD_KEYS (sizeof(bad_keys) / sizeof(bad_keys[0]))

START_TEST(bad_lists_are_refused_in_words)
{
  LmuGraph* graph = unset();
  LmuError  error = {""};
  ck_assert_int_ne(read_with_keys(&graph, &error, bad_keys[_i][0]),
                   LMU_SUCCESS);
  ck_assert_str_eq(error.text, bad_keys[_i][1]);
  ck_assert_ptr_null(graph);
}
END_TEST

/* Scales */

START_TEST(the_least_scale_is_read_as_it_was_written)
{
  LmuError        error       = {""};
  LmuGraph* const graph       = new_graph(&layers[0], false);
  graph->metadata.least_scale = 0.35;
  LmuGraph* const back        = pass_through_bytes(graph);
  ck_assert_double_eq(back->metadata.least_scale, 0.35);
  back->metadata.least_scale = 1.01;
  ck_assert_int_eq(lmu_graph_check(back, &error), LMU_BAD_MODEL);
  ck_assert_str_eq(error.text,
                   "key \"least_window_scale\": must be from 0 to 1; export it "
                   "again");
  back->metadata.least_scale = (double)NAN;
  ck_assert_int_eq(lmu_graph_check(back, &error), LMU_BAD_MODEL);
  lmu_graph_free(back);
  lmu_graph_free(graph);
}
END_TEST

/* Notes */

START_TEST(notes_are_read_as_they_were_written)
{
  LmuGraph* const    graph                      = new_graph(&layers[0], false);
  LmuMetadata* const metadata                   = &graph->metadata;
  char               key[LMU_MAX_NOTE_KEY + 1U] = "";
  char               value[LMU_MAX_NAME + 1U]   = "";
  memset(key, 'k', LMU_MAX_NOTE_KEY);
  memset(value, 'v', LMU_MAX_NAME);
  ck_assert(!lmu_metadata_note(metadata, "", "of nothing"));
  ck_assert(!lmu_metadata_note(metadata, key, "of what is too long"));
  ck_assert(!lmu_metadata_note(metadata, "too long", value));
  ck_assert_uint_eq(metadata->n_notes, 0U);
  ck_assert(lmu_metadata_note(metadata, "\"quoted\"\n", "\\"));
  ck_assert(lmu_metadata_note(metadata, key + 1, value + 1));
  for (uint32_t i = 2U; i < LMU_MAX_NOTES; ++i) {
    (void)snprintf(key, sizeof(key), "%u", i);
    ck_assert(lmu_metadata_note(metadata, key, ""));
  }
  ck_assert(!lmu_metadata_note(metadata, "one more", ""));
  ck_assert(lmu_metadata_note(metadata, "2", "in the place of another"));

  LmuGraph* const back = pass_through_bytes(graph);
  ck_assert_uint_eq(back->metadata.n_notes, LMU_MAX_NOTES);
  ck_assert_mem_eq(
    back->metadata.notes, metadata->notes, sizeof(metadata->notes));
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
  tcase_add_test(tcase, lists_of_windows_and_sources_are_read);
  tcase_add_loop_test(
    tcase, bad_lists_are_refused_in_words, 0, (int)N_BAD_KEYS);
  tcase_add_test(tcase, the_least_scale_is_read_as_it_was_written);
  tcase_add_test(tcase, notes_are_read_as_they_were_written);
  tcase_add_test(tcase, horizons_are_read_as_they_were_written);
  tcase_add_test(tcase, horizons_are_a_list_of_numbers);
  tcase_add_loop_test(
    tcase, bad_horizons_are_refused_in_words, 0, (int)N_BAD_HORIZONS);
  return run_case("weight_file", tcase);
}
