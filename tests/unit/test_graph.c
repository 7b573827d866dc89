// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/limits.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static LmuGraph* graph;
static LmuError  error;

/// An LMU with every connection, whose sizes are all different
static const LmuLayer everything = {
  .type             = LMU_LAYER_LMU,
  .n_inputs         = 2U,
  .units            = 5U,
  .activation       = LMU_TANH,
  .cell_bias        = true,
  .order            = 7U,
  .memory_d         = 3U,
  .theta            = {100.0},
  .method           = LMU_ZOH,
  .stored           = true,
  .memory_bias      = true,
  .cell             = LMU_CELL_SIMPLE_RNN,
  .hidden_to_memory = true,
  .memory_to_memory = true,
  .input_to_hidden  = true,
};

/// Return a value of a parameter of the first layer
static double*
value(const LmuRole role, const size_t index)
{
  return lmu_layer_values(graph, 0U, role) + index;
}

/// An LMU with everything, and a Dense layer of one output
static void
setup(void)
{
  graph = lmu_graph_new();
  ck_assert_ptr_nonnull(graph);
  graph->n_layers            = 2U;
  graph->layers[0]           = everything;
  graph->layers[1].type      = LMU_LAYER_DENSE;
  graph->layers[1].units     = 1U;
  graph->layers[1].cell_bias = true;
  graph->layers[1].n_inputs  = 99U; // Wrong, to be set by the check
  ck_assert_int_eq(lmu_graph_allocate(graph, &error), LMU_SUCCESS);
}

static void
teardown(void)
{
  lmu_graph_free(graph);
}

/// Require that the graph is refused with a text
static void
expect(const LmuStatus status, const char* const text)
{
  memset(&error, 0, sizeof(error));
  ck_assert_int_eq(lmu_graph_check(graph, &error), status);
  ck_assert_str_eq(error.text, text);
  ck_assert_int_eq(lmu_graph_check(graph, NULL), status);
}

static void
expect_shape(const LmuRole index, const uint32_t rows, const uint32_t columns)
{
  LmuParameter table[LMU_N_ROLES];
  lmu_layer_describe(&graph->layers[0], table);
  ck_assert_uint_eq(table[index].rows, rows);
  if (rows) {
    ck_assert_uint_eq(table[index].columns, columns);
  }
}

START_TEST(sizes_follow_from_the_layer_before)
{
  ck_assert_int_eq(lmu_graph_check(graph, &error), LMU_SUCCESS);
  ck_assert_uint_eq(graph->n_inputs, 2U);
  ck_assert_uint_eq(graph->layers[0].n_outputs, 5U);
  ck_assert_uint_eq(graph->layers[1].n_inputs, 5U);
  ck_assert_uint_eq(graph->n_outputs, 1U);
}
END_TEST

START_TEST(a_bare_memory_puts_out_all_coefficients)
{
  const LmuLayer bare = {
    .n_inputs = 1U, .order = 7U, .memory_d = 3U, .theta = {9.0}, .units = 8U};
  graph->layers[0] = bare;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
  ck_assert_uint_eq(graph->layers[1].n_inputs, 21U);
  expect_shape(LMU_KERNEL, 1U, 3U);
  for (uint32_t i = LMU_BIAS; i < LMU_N_ROLES; ++i) {
    expect_shape((LmuRole)i, 0U, 0U);
  }
}
END_TEST

START_TEST(shapes_are_those_of_keras)
{
  expect_shape(LMU_KERNEL, 7U, 3U);            // [x + h][memory_d]
  expect_shape(LMU_BIAS, 1U, 3U);              // [memory_d]
  expect_shape(LMU_MEMORY_RECURRENT, 21U, 3U); // [m][memory_d]
  expect_shape(LMU_AD, 7U, 7U);                // Ad
  expect_shape(LMU_BD, 1U, 7U);                // Bd
  expect_shape(LMU_CELL_KERNEL, 23U, 5U);      // [m + x][units]
  expect_shape(LMU_CELL_RECURRENT, 5U, 5U);    // [h][units]
  expect_shape(LMU_CELL_BIAS, 1U, 5U);         // [units]
}
END_TEST

START_TEST(gates_widen_the_hidden_cell)
{
  graph->layers[0].cell = LMU_CELL_LSTM;
  expect_shape(LMU_CELL_KERNEL, 23U, 20U);
  expect_shape(LMU_CELL_RECURRENT, 5U, 20U);
  expect_shape(LMU_CELL_BIAS, 1U, 20U);
  graph->layers[0].cell = LMU_CELL_GRU;
  expect_shape(LMU_CELL_KERNEL, 23U, 15U);
  expect_shape(LMU_CELL_BIAS, 1U, 15U);
  graph->layers[0].reset_after = true;
  expect_shape(LMU_CELL_BIAS, 2U, 15U);
  graph->layers[0].cell = LMU_CELL_DENSE;
  expect_shape(LMU_CELL_KERNEL, 23U, 5U);
  expect_shape(LMU_CELL_RECURRENT, 0U, 0U);
  expect_shape(LMU_CELL_BIAS, 1U, 5U);
}
END_TEST

START_TEST(two_rows_of_a_bias_are_no_vector)
{
  LmuParameter table[LMU_N_ROLES];
  graph->layers[0].cell        = LMU_CELL_GRU;
  graph->layers[0].reset_after = true;
  lmu_layer_describe(&graph->layers[0], table);
  ck_assert(!table[LMU_CELL_BIAS].vector);
  graph->layers[0].reset_after = false;
  lmu_layer_describe(&graph->layers[0], table);
  ck_assert(table[LMU_CELL_BIAS].vector);
}
END_TEST

START_TEST(parameters_are_what_was_trained)
{
  // Kernel, bias, recurrent, hidden kernel, recurrent and bias
  ck_assert_uint_eq(lmu_layer_n_trainable(&graph->layers[0]),
                    21U + 3U + 63U + 115U + 25U + 5U);
  ck_assert_uint_eq(lmu_layer_n_trainable(&graph->layers[1]), 6U);
  graph->layers[0].cell_bias = false;
  ck_assert_int_eq(lmu_graph_allocate(graph, &error), LMU_SUCCESS);
  ck_assert_uint_eq(lmu_layer_n_trainable(&graph->layers[0]), 227U);
}
END_TEST

START_TEST(only_feedback_recurs)
{
  LmuLayer layer = {.type = LMU_LAYER_LMU, .cell = LMU_CELL_DENSE};
  ck_assert(!lmu_layer_recurs(&layer));
  layer.hidden_to_memory = true;
  ck_assert(lmu_layer_recurs(&layer));
  layer.type = LMU_LAYER_DENSE;
  ck_assert(!lmu_layer_recurs(&layer));

  layer = (LmuLayer){.type = LMU_LAYER_LMU, .memory_to_memory = true};
  ck_assert(lmu_layer_recurs(&layer));
  for (uint32_t cell = LMU_CELL_SIMPLE_RNN; cell <= LMU_CELL_GRU; ++cell) {
    layer = (LmuLayer){.type = LMU_LAYER_LMU, .cell = (LmuCell)cell};
    ck_assert(lmu_layer_recurs(&layer));
  }
}
END_TEST

/* Refusals.  A layer's number n is 1 for what is needed, and the greatest one
   for what is too large. */

#define KEY "key \"layers.0."
#define TOO_MANY " is supported; train a smaller network"

typedef struct {
  size_t      offset;
  uint32_t    max;
  const char* zero;
  const char* large;
} NumberCase;

static const NumberCase number_cases[] = {
  {offsetof(LmuLayer, order),
   4096U,
   KEY "order\": must be at least 1; export it again",
   KEY "order\": is 4097, at most 4096" TOO_MANY},
  {offsetof(LmuLayer, memory_d),
   64U,
   KEY "memory_d\": must be at least 1; export it again",
   KEY "memory_d\": is 65, at most 64" TOO_MANY},
  {offsetof(LmuLayer, units),
   1024U,
   KEY "units\": must be at least 1; export it again",
   KEY "units\": is 1025, at most 1024" TOO_MANY},
  {offsetof(LmuLayer, stages),
   4U,
   KEY "stages\": must be at least 1; export it again",
   KEY "stages\": is 5, at most 4" TOO_MANY},
};

START_TEST(numbers_out_of_range_are_refused_by_key)
{
  const NumberCase* const number = &number_cases[_i];
  LmuLayer* const         layer  = &graph->layers[0];
  uint32_t* const value = (uint32_t*)(void*)((char*)layer + number->offset);
  layer->method         = LMU_PADE;
  layer->stages         = 3U;
  *value                = 0U;
  expect(LMU_BAD_MODEL, number->zero);
  *value = number->max + 1U;
  expect(LMU_TOO_LARGE, number->large);
}
END_TEST

START_TEST(greatest_numbers_pass)
{
  LmuLayer* const layer = &graph->layers[0];
  const LmuLayer  bare  = {
      .n_inputs = 1024U, .order = 4096U, .memory_d = 2U, .theta = {1.0}};
  graph->layers[0] = bare;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
  layer->memory_d = 64U;
  layer->order    = 128U;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
  layer->order = 129U;
  expect(LMU_TOO_LARGE,
         "layer 0: memory_d times order is 8256, at most 8192" TOO_MANY);
}
END_TEST

START_TEST(too_many_weights_are_refused)
{
  // Just within: 5 million in the hidden cell, 2 in Ad
  graph->layers[0].units = 1024U;
  graph->layers[0].order = 1400U;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
  graph->layers[0].cell = LMU_CELL_LSTM;
  expect(LMU_TOO_LARGE,
         "layer 0: more than 8000000 weights up to here; train a smaller "
         "network");
}
END_TEST

START_TEST(theta_out_of_range_is_refused)
{
  const double bad[] = {
    0.0, 0.99, -5.0, 1.1e9, (double)NAN, (double)INFINITY, -(double)INFINITY};
  graph->layers[0].theta[0] = bad[_i];
  expect(LMU_BAD_MODEL,
         KEY "theta\": must be from 1 to 1000000000 frames; export it again");
}
END_TEST

START_TEST(a_bare_memory_has_nothing_to_feed_back)
{
  graph->layers[0].cell = LMU_CELL_NONE;
  expect(LMU_BAD_MODEL,
         KEY "hidden_to_memory\": cannot be true without a hidden cell; set it "
             "to false, and export it again");
  graph->layers[0].hidden_to_memory = false;
  expect(LMU_BAD_MODEL,
         KEY "input_to_hidden\": cannot be true without a hidden cell; set it "
             "to false, and export it again");
}
END_TEST

START_TEST(unknown_choices_are_refused)
{
  LmuLayer* const layer = &graph->layers[0];
  layer->activation     = (LmuActivation)LMU_N_ACTIVATIONS;
  expect(LMU_BAD_MODEL,
         KEY "activation\": is not one that this version knows; train with "
             "another, or get a newer version");
  layer->cell = (LmuCell)(LMU_CELL_GRU + 1);
  expect(LMU_BAD_MODEL,
         KEY "hidden_cell\": is not one that this version knows; export it "
             "again");
  layer->method = (LmuMethod)(LMU_PADE + 1);
  expect(LMU_BAD_MODEL,
         KEY "discretisation\": must be zoh, euler, or pade; export it again");
  layer->type = (LmuLayerType)(LMU_LAYER_GRU + 1);
  expect(LMU_BAD_MODEL,
         KEY "type\": must be lmu, dense, simple_rnn, lstm, or gru");
}
END_TEST

START_TEST(windows_are_one_or_one_each)
{
  LmuLayer* const layer = &graph->layers[0];
  layer->stored         = false;
  layer->n_thetas       = 3U;
  layer->theta[1]       = 7.0;
  layer->theta[2]       = 1e9;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
  ck_assert_double_eq(lmu_layer_theta(layer, 1U), 7.0);
  ck_assert_double_eq(lmu_layer_shortest(layer), 7.0);
  ck_assert_double_eq(lmu_layer_longest(layer), 1e9);
  layer->theta[2] = 0.5;
  expect(LMU_BAD_MODEL,
         KEY "theta\": must be from 1 to 1000000000 frames; export it again");
  layer->n_thetas = 2U;
  expect(LMU_BAD_MODEL,
         KEY "theta\": lists 2 windows, must list one, or one for each of 3 "
             "channels; export it again");
  layer->n_thetas = 0U;
  ck_assert_double_eq(lmu_layer_theta(layer, 2U), 100.0);
}
END_TEST

START_TEST(a_stored_step_has_one_window)
{
  LmuLayer* const layer = &graph->layers[0];
  layer->n_thetas       = 3U;
  layer->theta[1]       = 100.0;
  layer->theta[2]       = 100.0;
  expect(LMU_BAD_MODEL,
         KEY "theta\": must be one where ad and bd are stored; leave them out");
}
END_TEST

START_TEST(gates_are_for_cells_without_memory_of_their_own)
{
  LmuLayer* const layer = &graph->layers[0];
  layer->activation     = LMU_GATED;
  expect(LMU_BAD_MODEL,
         KEY "activation\": cannot be gated but in a Dense layer or a dense "
             "hidden cell; choose another, and export it again");
  layer->cell = LMU_CELL_DENSE;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
  expect_shape(LMU_CELL_KERNEL, 23U, 10U);
  expect_shape(LMU_CELL_BIAS, 1U, 10U);
  ck_assert_uint_eq(layer->n_outputs, 5U);
  layer->activation           = LMU_TANH;
  layer->recurrent_activation = LMU_GATED;
  expect(LMU_BAD_MODEL,
         KEY
         "recurrent_activation\": cannot be gated but in a Dense layer or a "
         "dense hidden cell; choose another, and export it again");
}
END_TEST

START_TEST(slopes_are_from_zero_to_one)
{
  static const double bad[] = {-0.1, 1.1, (double)NAN};
  graph->layers[0].slope    = bad[_i];
  expect(LMU_BAD_MODEL,
         KEY "negative_slope\": must be from 0 to 1; export it again");
}
END_TEST

START_TEST(a_cell_alone_takes_what_the_layer_does)
{
  const LmuLayer lstm = {
    .type = LMU_LAYER_LSTM, .n_inputs = 2U, .units = 5U, .cell_bias = true};
  graph->layers[0] = lstm;
  ck_assert_int_eq(lmu_graph_allocate(graph, &error), LMU_SUCCESS);
  ck_assert_str_eq(graph->layers[0].parameters[LMU_CELL_KERNEL].name, "kernel");
  expect_shape(LMU_CELL_KERNEL, 2U, 20U);
  expect_shape(LMU_CELL_RECURRENT, 5U, 20U);
  expect_shape(LMU_CELL_BIAS, 1U, 20U);
  expect_shape(LMU_KERNEL, 0U, 0U);
  ck_assert(lmu_layer_recurs(&graph->layers[0]));
  graph->layers[0].type = LMU_LAYER_SIMPLE_RNN;
  expect_shape(LMU_CELL_KERNEL, 2U, 5U);
  graph->layers[0].type        = LMU_LAYER_GRU;
  graph->layers[0].reset_after = true;
  expect_shape(LMU_CELL_BIAS, 2U, 15U);
}
END_TEST

/* Sources */

/// Make the second layer take and add so many of one source
static void
connect(const uint32_t n_sources, const uint32_t n_adds, const uint32_t source)
{
  LmuLayer* const layer = &graph->layers[1];
  layer->n_sources      = n_sources;
  layer->n_adds         = n_adds;
  for (uint32_t i = 0U; i < LMU_MAX_SOURCES; ++i) {
    layer->sources[i] = source;
    layer->adds[i]    = source;
  }
}

START_TEST(sources_are_one_behind_the_other)
{
  connect(2U, 0U, 0U);
  graph->layers[1].sources[1] = LMU_SOURCE_INPUT;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
  ck_assert_uint_eq(graph->layers[1].n_inputs, 7U);
  ck_assert_uint_eq(graph->n_inputs, 2U);
}
END_TEST

START_TEST(sources_are_earlier_layers)
{
  const uint32_t bad[] = {1U, 2U, 15U, LMU_SOURCE_INPUT - 1U};
  char           text[LMU_MAX_ERROR];
  for (uint32_t i = 0U; i < 2U; ++i) {
    connect(1U - i, i, bad[_i]);
    (void)snprintf(text,
                   sizeof(text),
                   "key \"layers.1.%s\": layer %u is no earlier one, and "
                   "layers run in order; list earlier ones alone",
                   i ? "add" : "inputs",
                   bad[_i]);
    expect(LMU_BAD_MODEL, text);
  }
}
END_TEST

START_TEST(sources_are_at_most_sixteen)
{
  connect(16U, 0U, 0U);
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
  connect(17U, 0U, 0U);
  expect(LMU_TOO_LARGE,
         "key \"layers.1.inputs\": lists 17 sources, at most 16 are "
         "supported; put some together in a layer before");
  connect(0U, 17U, 0U);
  expect(LMU_TOO_LARGE,
         "key \"layers.1.add\": lists 17 sources, at most 16 are supported; "
         "put some together in a layer before");
}
END_TEST

START_TEST(what_is_added_is_as_wide)
{
  connect(0U, 1U, LMU_SOURCE_INPUT);
  expect(LMU_BAD_MODEL,
         "key \"layers.1.add\": number 1 is 2 wide, but this layer's output "
         "1; add what is as wide");
  graph->layers[1].units = 2U;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
}
END_TEST

START_TEST(the_first_layer_takes_the_input_once)
{
  LmuLayer* const layer = &graph->layers[0];
  layer->n_sources      = 1U;
  layer->sources[0]     = LMU_SOURCE_INPUT;
  layer->sources[1]     = LMU_SOURCE_INPUT;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_SUCCESS);
  ck_assert_uint_eq(layer->n_inputs, 2U);
  layer->n_sources = 2U;
  expect(LMU_BAD_MODEL,
         "key \"layers.0.inputs\": must be input, once; export it again");
}
END_TEST

START_TEST(layers_are_one_to_sixteen)
{
  graph->n_layers = 0U;
  expect(LMU_BAD_MODEL, "key \"layers\": must be from 1 to 16");
  graph->n_layers = 17U;
  expect(LMU_TOO_LARGE, "key \"layers\": must be from 1 to 16");
}
END_TEST

START_TEST(inputs_are_one_to_1024)
{
  graph->layers[0].n_inputs = 0U;
  expect(LMU_BAD_MODEL,
         "tensor \"layers.0.kernel\": takes 0 inputs, must be from 1 to 1024; "
         "export it again");
  graph->layers[0].n_inputs = 1025U;
  expect(LMU_TOO_LARGE,
         "tensor \"layers.0.kernel\": takes 1025 inputs, must be from 1 to "
         "1024; export it again");
}
END_TEST

START_TEST(conditions_leave_an_input_for_sound)
{
  graph->metadata.n_conditions = 1U;
  ck_assert_int_eq(lmu_graph_check(graph, &error), LMU_SUCCESS);
  graph->metadata.n_conditions = 2U;
  expect(LMU_BAD_MODEL,
         "key \"conditions\": is 2, must be at most 4 and leave an input of 2 "
         "for sound; export it again");
  graph->layers[0].n_inputs    = 8U;
  graph->metadata.n_conditions = 5U;
  ck_assert_int_eq(lmu_graph_check_sizes(graph, &error), LMU_BAD_MODEL);
}
END_TEST

START_TEST(numbers_of_the_whole_are_checked)
{
  graph->metadata.loudness_db = 101.0;
  expect(LMU_BAD_MODEL,
         "key \"loudness\": must be from -100 to 100 dBFS; export it again, or "
         "leave it out if unknown");
  graph->metadata.latency = -1.0;
  expect(LMU_BAD_MODEL,
         "key \"latency\": must be from 0 to 1000000 frames; export it again");
  graph->metadata.latency = (double)NAN;
  ck_assert_int_eq(lmu_graph_check(graph, &error), LMU_BAD_MODEL);
  graph->metadata.rate = (double)INFINITY;
  expect(LMU_BAD_MODEL,
         "key \"sample_rate\": must be positive; export it again, or leave it "
         "out if there is none");
  graph->metadata.rate = (double)NAN;
  ck_assert_int_eq(lmu_graph_check(graph, &error), LMU_BAD_MODEL);
}
END_TEST

/// Make outputs predict so many frames ahead each, at 1000 Hz
static void
predict(const uint32_t n_horizons, const double horizon)
{
  graph->metadata.rate       = 1000.0;
  graph->metadata.n_horizons = n_horizons;
  for (uint32_t i = 0U; i < LMU_MAX_HORIZONS; ++i) {
    graph->metadata.horizons[i] = horizon;
  }
}

START_TEST(there_is_a_horizon_for_each_output)
{
  predict(1U, 250.0);
  ck_assert_int_eq(lmu_graph_check(graph, &error), LMU_SUCCESS);
  ck_assert_double_eq(lmu_graph_horizon_s(graph, 0U), 0.25);
  predict(2U, 250.0);
  expect(LMU_BAD_MODEL,
         "key \"horizons\": names 2, must name one for each of 1 outputs and "
         "at most 16; export it again");
}
END_TEST

START_TEST(there_are_at_most_sixteen_horizons)
{
  predict(LMU_MAX_HORIZONS, 1.0);
  graph->layers[1].units = LMU_MAX_HORIZONS;
  ck_assert_int_eq(lmu_graph_allocate(graph, &error), LMU_SUCCESS);
  ck_assert_int_eq(lmu_graph_check(graph, &error), LMU_SUCCESS);
  graph->layers[1].units     = 17U;
  graph->metadata.n_horizons = 17U;
  ck_assert_int_eq(lmu_graph_allocate(graph, &error), LMU_SUCCESS);
  expect(LMU_BAD_MODEL,
         "key \"horizons\": names 17, must name one for each of 17 outputs and "
         "at most 16; export it again");
}
END_TEST

START_TEST(horizons_need_a_sample_rate)
{
  predict(1U, 1.0);
  graph->metadata.rate = 0.0;
  expect(LMU_BAD_MODEL,
         "key \"horizons\": means nothing without a sample_rate; export it "
         "again with one");
}
END_TEST

START_TEST(horizons_are_within_four_seconds)
{
  static const double bad[] = {
    -1.0, 4000.5, (double)NAN, (double)INFINITY, -(double)INFINITY};
  predict(1U, 4000.0);
  ck_assert_int_eq(lmu_graph_check(graph, &error), LMU_SUCCESS);
  predict(1U, 0.0);
  ck_assert_int_eq(lmu_graph_check(graph, &error), LMU_SUCCESS);
  predict(1U, bad[_i]);
  expect(LMU_BAD_MODEL,
         "key \"horizons\": number 1 must be from 0 to 4000 frames, 4 seconds; "
         "export it again");
}
END_TEST

START_TEST(limits_are_written_in_full)
{
  predict(1U, 4e6);
  graph->metadata.rate = 768000.0;
  expect(LMU_BAD_MODEL,
         "key \"horizons\": number 1 must be from 0 to 3072000 frames, 4 "
         "seconds; export it again");
}
END_TEST

START_TEST(texts_end_and_are_utf8)
{
  memset(graph->layers[1].name, 'a', LMU_MAX_NAME);
  expect(LMU_TOO_LARGE,
         "key \"layers.1.name\": is longer than 127 bytes; shorten it");
  graph->metadata.comment[0] = '\xC0';
  expect(LMU_BAD_MODEL, "key \"comment\": is not UTF-8; write it anew");
}
END_TEST

START_TEST(values_that_are_not_finite_are_refused_by_place)
{
  const double bad[] = {
    (double)NAN, (double)INFINITY, -(double)INFINITY, 1e39, -1e300};
  *value(LMU_CELL_KERNEL, (22U * 5U) + 3U) = bad[_i];
  expect(LMU_BAD_MODEL,
         "tensor \"layers.0.hidden.kernel\": value [22][3] is not a finite "
         "number of float32; train it again");
}
END_TEST

START_TEST(weights_without_room_are_named)
{
  LmuGraph* const empty     = lmu_graph_new();
  graph->layers[1].n_inputs = 5U;
  empty->n_layers           = 1U;
  empty->layers[0]          = graph->layers[1];
  ck_assert_int_eq(lmu_graph_check(empty, &error), LMU_BAD_MODEL);
  ck_assert_str_eq(error.text,
                   "tensor \"layers.0.kernel\": is missing; export it again");
  lmu_graph_free(empty);

  graph->layers[0].input_to_hidden = false;
  expect(LMU_BAD_MODEL,
         "tensor \"layers.0.hidden.kernel\": has another size than its layer; "
         "export it again");
}
END_TEST

START_TEST(biases_may_be_missing)
{
  graph->layers[0].memory_bias = false;
  graph->layers[0].cell_bias   = false;
  graph->layers[1].cell_bias   = false;
  ck_assert_int_eq(lmu_graph_allocate(graph, &error), LMU_SUCCESS);
  ck_assert_int_eq(lmu_graph_check(graph, &error), LMU_SUCCESS);
  ck_assert_ptr_null(lmu_layer_values(graph, 0U, LMU_BIAS));
  ck_assert_ptr_null(lmu_layer_values(graph, 1U, LMU_CELL_BIAS));
}
END_TEST

START_TEST(weights_without_use_are_named)
{
  graph->layers[0].stored = false;
  expect(LMU_BAD_MODEL,
         "tensor \"layers.0.ad\": has no use in this layer; export it again");
}
END_TEST

START_TEST(parameters_lie_one_behind_the_other)
{
  size_t n = 0U;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    for (uint32_t j = 0U; j < LMU_N_ROLES; ++j) {
      const LmuParameter* const parameter = &graph->layers[i].parameters[j];
      if (parameter->rows) {
        ck_assert_uint_eq(parameter->offset, n);
        ck_assert_ptr_eq(lmu_layer_values(graph, i, (LmuRole)j),
                         graph->values + n);
      }
      n += lmu_parameter_count(parameter);
    }
  }
  ck_assert_uint_eq(n, graph->n_values);
}
END_TEST

START_TEST(values_stay_where_shapes_do)
{
  const double ad[49] = {0.0, 0.5};
  const double bd[7]  = {0.25};
  for (size_t i = 0U; i < graph->n_values; ++i) {
    graph->values[i] = 1.0 + (double)i;
  }
  const double kernel               = *value(LMU_KERNEL, 20U);
  const double bias                 = *value(LMU_BIAS, 2U);
  graph->layers[0].memory_to_memory = false;
  graph->layers[0].input_to_hidden  = false;
  ck_assert_int_eq(lmu_graph_store_step(graph, 0U, ad, bd, &error),
                   LMU_SUCCESS);
  ck_assert_double_eq(*value(LMU_KERNEL, 20U), kernel);
  ck_assert_double_eq(*value(LMU_BIAS, 2U), bias);
  ck_assert_double_eq(*value(LMU_AD, 1U), 0.5);
  ck_assert_double_eq(*value(LMU_BD, 0U), 0.25);
  for (size_t i = 0U; i < 21UL * 5UL; ++i) {
    ck_assert_double_eq(*value(LMU_CELL_KERNEL, i), 0.0);
  }
}
END_TEST

START_TEST(a_graph_that_is_refused_keeps_its_values)
{
  double* const values   = graph->values;
  graph->layers[0].units = 0U;
  ck_assert_int_eq(lmu_graph_allocate(graph, &error), LMU_BAD_MODEL);
  ck_assert_ptr_eq(graph->values, values);
}
END_TEST

START_TEST(a_new_graph_is_empty)
{
  LmuGraph* const empty = lmu_graph_new();
  ck_assert_uint_eq(empty->n_layers, 0U);
  ck_assert(isnan(empty->metadata.loudness_db));
  lmu_graph_free(empty);
  lmu_graph_free(NULL);
}
END_TEST

int
main(void)
{
  const int    n_numbers = sizeof(number_cases) / sizeof(number_cases[0]);
  TCase* const tcase     = tcase_create("graph");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, sizes_follow_from_the_layer_before);
  tcase_add_test(tcase, a_bare_memory_puts_out_all_coefficients);
  tcase_add_test(tcase, shapes_are_those_of_keras);
  tcase_add_test(tcase, gates_widen_the_hidden_cell);
  tcase_add_test(tcase, two_rows_of_a_bias_are_no_vector);
  tcase_add_test(tcase, parameters_are_what_was_trained);
  tcase_add_test(tcase, only_feedback_recurs);
  tcase_add_loop_test(
    tcase, numbers_out_of_range_are_refused_by_key, 0, n_numbers);
  tcase_add_test(tcase, greatest_numbers_pass);
  tcase_add_test(tcase, too_many_weights_are_refused);
  tcase_add_loop_test(tcase, theta_out_of_range_is_refused, 0, 7);
  tcase_add_test(tcase, a_bare_memory_has_nothing_to_feed_back);
  tcase_add_test(tcase, unknown_choices_are_refused);
  tcase_add_test(tcase, windows_are_one_or_one_each);
  tcase_add_test(tcase, a_stored_step_has_one_window);
  tcase_add_test(tcase, gates_are_for_cells_without_memory_of_their_own);
  tcase_add_loop_test(tcase, slopes_are_from_zero_to_one, 0, 3);
  tcase_add_test(tcase, a_cell_alone_takes_what_the_layer_does);
  tcase_add_test(tcase, sources_are_one_behind_the_other);
  tcase_add_loop_test(tcase, sources_are_earlier_layers, 0, 4);
  tcase_add_test(tcase, sources_are_at_most_sixteen);
  tcase_add_test(tcase, what_is_added_is_as_wide);
  tcase_add_test(tcase, the_first_layer_takes_the_input_once);
  tcase_add_test(tcase, layers_are_one_to_sixteen);
  tcase_add_test(tcase, inputs_are_one_to_1024);
  tcase_add_test(tcase, conditions_leave_an_input_for_sound);
  tcase_add_test(tcase, numbers_of_the_whole_are_checked);
  tcase_add_test(tcase, there_is_a_horizon_for_each_output);
  tcase_add_test(tcase, there_are_at_most_sixteen_horizons);
  tcase_add_test(tcase, horizons_need_a_sample_rate);
  tcase_add_loop_test(tcase, horizons_are_within_four_seconds, 0, 5);
  tcase_add_test(tcase, limits_are_written_in_full);
  tcase_add_test(tcase, texts_end_and_are_utf8);
  tcase_add_loop_test(
    tcase, values_that_are_not_finite_are_refused_by_place, 0, 5);
  tcase_add_test(tcase, weights_without_room_are_named);
  tcase_add_test(tcase, biases_may_be_missing);
  tcase_add_test(tcase, weights_without_use_are_named);
  tcase_add_test(tcase, parameters_lie_one_behind_the_other);
  tcase_add_test(tcase, values_stay_where_shapes_do);
  tcase_add_test(tcase, a_graph_that_is_refused_keeps_its_values);
  tcase_add_test(tcase, a_new_graph_is_empty);
  return run_case("graph", tcase);
}
