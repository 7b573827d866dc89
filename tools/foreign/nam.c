// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/nam.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "tools/base/allocate.h"
#include "tools/foreign/nam_metadata.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define OLDEST_MINOR 5UL // Version 0.5 has all in one file

/// Sizes of an LSTM
typedef struct {
  uint32_t n_layers;
  uint32_t n_inputs;
  uint32_t units;
  uint32_t n_outputs;
} Sizes;

/* What it is */

/// Return what to do in the place of another architecture
static const char*
advice(const char* const architecture)
{
  static const struct {
    const char* architecture;
    const char* text;
  } others[] = {
    {"Linear", "play its impulse response in a convolver"},
    {"SlimmableContainer", "get a file of an LSTM alone"},
  };
  for (size_t i = 0U; i < sizeof(others) / sizeof(others[0]); ++i) {
    if (!strcmp(architecture, others[i].architecture)) {
      return others[i].text;
    }
  }
  return "train it again as an LSTM, or train a network on what its own plugin "
         "plays";
}

static LmuExit
check_architecture(const LmuJsonPlace* const place, const json_t* const model)
{
  const char* const name =
    json_string_value(json_object_get(model, "architecture"));
  if (!name) {
    return lmu_json_refuse(
      place, "\"architecture\" is no text; export the network again");
  }
  return strcmp(name, "LSTM") != 0
           ? lmu_json_refuse(place,
                             "its architecture, %.40s, cannot run here, only "
                             "LSTM; %s",
                             name,
                             advice(name))
           : LMU_EXIT_SUCCESS;
}

static LmuExit
check_version(const LmuJsonPlace* const place, const json_t* const model)
{
  const char* const version =
    json_string_value(json_object_get(model, "version"));
  char*               end   = NULL;
  const unsigned long major = version ? strtoul(version, &end, 10) : 1UL;
  const unsigned long minor =
    (version && *end == '.') ? strtoul(end + 1, NULL, 10) : 0UL;
  return (major || minor < OLDEST_MINOR)
           ? lmu_json_refuse(place,
                             "its version is %.20s, only 0.5 and later 0.x are "
                             "read; export the network again",
                             version ? version : "missing")
           : LMU_EXIT_SUCCESS;
}

/// Read how many channels go in and come out, one of each if nothing is said
static LmuExit
read_channels(Sizes* const              sizes,
              const LmuJsonPlace* const place,
              const json_t* const       config)
{
  const json_t* const in     = json_object_get(config, "in_channels");
  const json_t* const out    = json_object_get(config, "out_channels");
  uint32_t            n_in   = 1U;
  LmuExit             status = LMU_EXIT_SUCCESS;
  sizes->n_outputs           = 1U;
  if (in) {
    status = lmu_json_whole(&n_in, place, in, "in_channels", LMU_MAX_UNITS);
  }
  if (!status && out) {
    status = lmu_json_whole(
      &sizes->n_outputs, place, out, "out_channels", LMU_MAX_UNITS);
  }
  return (status || n_in == sizes->n_inputs)
           ? status
           : lmu_json_refuse(place,
                             "\"input_size\" is %u for %u channels; export a "
                             "network without controls",
                             sizes->n_inputs,
                             n_in);
}

static LmuExit
read_sizes(Sizes* const              sizes,
           const LmuJsonPlace* const place,
           const json_t* const       config)
{
  const LmuJsonNumber numbers[] = {
    {&sizes->n_layers, "num_layers", LMU_MAX_LAYERS - 1U},
    {&sizes->n_inputs, "input_size", LMU_MAX_UNITS},
    {&sizes->units, "hidden_size", LMU_MAX_UNITS},
  };

  const LmuExit status = lmu_json_wholes(
    numbers, sizeof(numbers) / sizeof(numbers[0]), place, config);
  return status ? status : read_channels(sizes, place, config);
}

/// Describe an LSTM layer, or the head, which is Dense
static void
set_layer(LmuLayer* const layer, const LmuLayerType type, const uint32_t units)
{
  const bool lstm             = type == LMU_LAYER_LSTM;
  layer->type                 = type;
  layer->units                = units;
  layer->activation           = lstm ? LMU_TANH : LMU_LINEAR;
  layer->recurrent_activation = lstm ? LMU_SIGMOID : LMU_LINEAR;
  layer->cell_bias            = true;
  layer->slope                = LMU_DEFAULT_SLOPE;
}

static void
set_layers(LmuGraph* const graph, const Sizes* const sizes)
{
  for (uint32_t i = 0U; i < sizes->n_layers; ++i) {
    set_layer(&graph->layers[i], LMU_LAYER_LSTM, sizes->units);
  }
  set_layer(&graph->layers[sizes->n_layers], LMU_LAYER_DENSE, sizes->n_outputs);
  graph->n_layers           = sizes->n_layers + 1U;
  graph->n_inputs           = sizes->n_inputs;
  graph->layers[0].n_inputs = sizes->n_inputs;
}

/* Weights */

/// Return how many weights there must be
static size_t
count_weights(const Sizes* const sizes)
{
  const size_t units = sizes->units;
  size_t       count = sizes->n_outputs * (units + 1U);
  for (uint32_t i = 0U; i < sizes->n_layers; ++i) {
    const size_t inputs = i ? units : sizes->n_inputs;

    // Matrix and bias, and two states
    count += (4U * units * (inputs + units + 1U)) + (2U * units);
  }
  return count;
}

/// Copy columns of a matrix with a row for each output, transposed
static void
take_columns(double* const       values,
             const double* const matrix,
             const size_t        first,
             const size_t        n_columns,
             const size_t        n_all,
             const size_t        n_rows)
{
  for (size_t i = 0U; i < n_columns; ++i) {
    for (size_t j = 0U; j < n_rows; ++j) {
      values[(i * n_rows) + j] = matrix[(j * n_all) + first + i];
    }
  }
}

/// Take the weights of a layer of LSTM; return those that follow
static const double*
take_lstm(const LmuGraph* const graph,
          const uint32_t        layer,
          const double* const   weights)
{
  const size_t inputs = graph->layers[layer].n_inputs;
  const size_t units  = graph->layers[layer].units;
  const size_t all    = inputs + units;
  const size_t gates  = 4U * units;
  take_columns(lmu_layer_values(graph, layer, LMU_CELL_KERNEL),
               weights,
               0U,
               inputs,
               all,
               gates);
  take_columns(lmu_layer_values(graph, layer, LMU_CELL_RECURRENT),
               weights,
               inputs,
               units,
               all,
               gates);
  memcpy(lmu_layer_values(graph, layer, LMU_CELL_BIAS),
         weights + (gates * all),
         gates * sizeof(double));
  return weights + (gates * (all + 1U)) + (2U * units);
}

static void
take_weights(const LmuGraph* const graph, const double* weights)
{
  const uint32_t        head  = graph->n_layers - 1U;
  const LmuLayer* const layer = &graph->layers[head];
  for (uint32_t i = 0U; i < head; ++i) {
    weights = take_lstm(graph, i, weights);
  }
  take_columns(lmu_layer_values(graph, head, LMU_CELL_KERNEL),
               weights,
               0U,
               layer->n_inputs,
               layer->n_inputs,
               layer->units);
  memcpy(lmu_layer_values(graph, head, LMU_CELL_BIAS),
         weights + ((size_t)layer->n_inputs * layer->units),
         layer->units * sizeof(double));
}

static LmuExit
read_weights(LmuGraph* const           graph,
             const LmuJsonPlace* const place,
             const json_t* const       list,
             const Sizes* const        sizes)
{
  const size_t count  = count_weights(sizes);
  LmuError     reason = {""};
  if (json_array_size(list) != count) {
    return lmu_json_refuse(place,
                           "it has %zu weights, its sizes need %zu; get "
                           "another copy",
                           json_array_size(list),
                           count);
  }
  if (lmu_graph_allocate(graph, &reason)) {
    return lmu_json_refuse(place, "%s", reason.text);
  }

  double* const weights = (double*)lmu_allocate(count, sizeof(double));
  const LmuExit status =
    lmu_json_vector(weights, place, list, count, "\"weights\"");
  if (!status) {
    take_weights(graph, weights);
  }
  free(weights);
  return status;
}

LmuExit
lmu_nam_load(LmuGraph* const           graph,
             const LmuJsonPlace* const place,
             const json_t* const       model)
{
  Sizes   sizes  = {0U, 0U, 0U, 0U};
  LmuExit status = check_architecture(place, model);
  if (!status) {
    status = check_version(place, model);
  }
  if (!status) {
    status = read_sizes(&sizes, place, json_object_get(model, "config"));
  }
  if (!status) {
    set_layers(graph, &sizes);
    status =
      read_weights(graph, place, json_object_get(model, "weights"), &sizes);
  }
  return status ? status
                : lmu_nam_metadata_read(&graph->metadata, place, model);
}
