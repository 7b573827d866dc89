// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"

#include "core/base/setup/error.h"
#include "core/base/setup/utf8.h"
#include "core/base/status.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/pade.h"
#include "core/memory/setup/discretise.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Longest window, a billion frames, as texts say too [frames]
#define MAX_THETA 1e9

/// Greatest delay that a file may claim, as texts say too [frames]
#define MAX_LATENCY 1e6

/// Levels that are not a mistake, as texts say too [dB]
#define MAX_LOUDNESS_DB 100.0

uint32_t
lmu_cell_gates(const LmuCell cell)
{
  switch (cell) {
  case LMU_CELL_NONE:
    return 0U;
  case LMU_CELL_LSTM:
    return 4U;
  case LMU_CELL_GRU:
    return 3U;
  case LMU_CELL_DENSE:
  case LMU_CELL_SIMPLE_RNN:
    break;
  }
  return 1U;
}

static bool
cell_recurs(const LmuCell cell)
{
  return cell != LMU_CELL_NONE && cell != LMU_CELL_DENSE;
}

/// Matrices of a Dense layer
static void
dense_weights(LmuLayer* const layer, LmuWeights weights[LMU_N_WEIGHTS])
{
  for (uint32_t i = 0U; i < LMU_N_WEIGHTS; ++i) {
    weights[i].rows = 0U;
  }
  weights[0].rows    = layer->n_inputs;
  weights[0].columns = layer->units;
  weights[1].rows    = 1U;
  weights[1].columns = layer->units;
}

void
lmu_layer_weights(LmuLayer* const layer, LmuWeights weights[LMU_N_WEIGHTS])
{
  const uint32_t d       = layer->order;
  const uint32_t n_u     = layer->memory_d;
  const uint32_t n_m     = n_u * d;
  const uint32_t x       = layer->n_inputs;
  const uint32_t h       = layer->hidden_to_memory ? layer->n_outputs : 0U;
  const bool     hidden  = layer->cell != LMU_CELL_NONE;
  const bool     recurs  = cell_recurs(layer->cell);
  const uint32_t columns = lmu_cell_gates(layer->cell) * layer->units;
  const uint32_t n_i     = n_m + (layer->input_to_hidden ? x : 0U);
  const uint32_t n_bias =
    (layer->cell == LMU_CELL_GRU && layer->reset_after) ? 2U : 1U;

  // Name, place, rows, columns, vector, optional
  const LmuWeights all[LMU_N_WEIGHTS] = {
    {"kernel", &layer->kernel, x + h, n_u, false, false},
    {"bias", &layer->bias, 1U, n_u, true, true},
    {"recurrent_kernel",
     &layer->recurrent_kernel,
     layer->memory_to_memory ? n_m : 0U,
     n_u,
     false,
     false},
    {"ad", &layer->ad, layer->stored ? d : 0U, d, false, false},
    {"bd", &layer->bd, layer->stored ? 1U : 0U, d, true, false},
    {"hidden.kernel",
     &layer->hidden_kernel,
     hidden ? n_i : 0U,
     columns,
     false,
     false},
    {"hidden.recurrent_kernel",
     &layer->hidden_recurrent,
     recurs ? layer->units : 0U,
     columns,
     false,
     false},
    {"hidden.bias",
     &layer->hidden_bias,
     hidden ? n_bias : 0U,
     columns,
     n_bias == 1U,
     true},
  };
  memcpy(weights, all, sizeof(all));
  if (layer->type == LMU_LAYER_DENSE) {
    dense_weights(layer, weights);
  }
}

bool
lmu_layer_recurs(const LmuLayer* const layer)
{
  return layer->type == LMU_LAYER_LMU &&
         (layer->hidden_to_memory || layer->memory_to_memory ||
          cell_recurs(layer->cell));
}

double
lmu_graph_horizon_s(const LmuGraph* const graph, const uint32_t index)
{
  return graph->horizons[index] / graph->rate;
}

/// Return the number of values of one matrix
static uint64_t
count(const LmuWeights* const weights)
{
  return (uint64_t)weights->rows * weights->columns;
}

uint32_t
lmu_layer_parameters(const LmuLayer* const layer)
{
  LmuLayer   copy = *layer;
  LmuWeights weights[LMU_N_WEIGHTS];
  lmu_layer_weights(&copy, weights);

  uint64_t n = 0U;
  for (uint32_t i = 0U; i < LMU_N_WEIGHTS; ++i) {
    double** const values = weights[i].values;
    if (*values && values != &copy.ad && values != &copy.bd) {
      n += count(&weights[i]);
    }
  }
  return (uint32_t)n;
}

/* Sizes */

/// Check a number of layer `index`
static LmuStatus
check_range(LmuError* const   error,
            const uint32_t    index,
            const char* const key,
            const uint32_t    value,
            const uint32_t    max)
{
  if (!value) {
    return lmu_error_set(
      error,
      LMU_BAD_MODEL,
      "key \"layers.%u.%s\": must be at least 1; export it again",
      index,
      key);
  }
  return value <= max
           ? LMU_SUCCESS
           : lmu_error_set(
               error,
               LMU_TOO_LARGE,
               "key \"layers.%u.%s\": is %u, at most %u is supported; "
               "train a smaller network",
               index,
               key,
               value,
               max);
}

/// Refuse a switch or a choice of layer `index`
static LmuStatus
refuse(LmuError* const   error,
       const uint32_t    index,
       const char* const key,
       const char* const why)
{
  return lmu_error_set(
    error, LMU_BAD_MODEL, "key \"layers.%u.%s\": %s", index, key, why);
}

static LmuStatus
check_memory(const LmuLayer* const layer,
             const uint32_t        index,
             LmuError* const       error)
{
  LmuStatus status =
    check_range(error, index, "order", layer->order, LMU_MAX_ORDER);
  if (!status) {
    status = check_range(
      error, index, "memory_d", layer->memory_d, LMU_MAX_MEMORY_CHANNELS);
  }
  if (status) {
    return status;
  }

  const uint32_t n = layer->memory_d * layer->order;
  if (n > LMU_MAX_MEMORY) {
    return lmu_error_set(error,
                         LMU_TOO_LARGE,
                         "layer %u: memory_d times order is %u, at most %u is "
                         "supported; train a smaller network",
                         index,
                         n,
                         LMU_MAX_MEMORY);
  }
  return LMU_SUCCESS;
}

static LmuStatus
check_method(const LmuLayer* const layer,
             const uint32_t        index,
             LmuError* const       error)
{
  if (!(layer->theta >= 1.0 && layer->theta <= MAX_THETA)) {
    return refuse(error,
                  index,
                  "theta",
                  "must be from 1 to 1000000000 frames; export it again");
  }
  if ((uint32_t)layer->method > LMU_PADE) {
    return refuse(error,
                  index,
                  "discretisation",
                  "must be zoh, euler, or pade; export it again");
  }
  return layer->method == LMU_PADE
           ? check_range(error, index, "stages", layer->stages, LMU_MAX_STAGES)
           : LMU_SUCCESS;
}

static LmuStatus
check_activations(const LmuLayer* const layer,
                  const uint32_t        index,
                  LmuError* const       error)
{
  static const char* const why = "is not one that this version knows; train "
                                 "with another, or get a newer version";
  if ((uint32_t)layer->activation >= LMU_N_ACTIVATIONS) {
    return refuse(error, index, "activation", why);
  }
  return (uint32_t)layer->recurrent_activation < LMU_N_ACTIVATIONS
           ? LMU_SUCCESS
           : refuse(error, index, "recurrent_activation", why);
}

static LmuStatus
check_hidden(const LmuLayer* const layer,
             const uint32_t        index,
             LmuError* const       error)
{
  static const char* const why = "cannot be true without a hidden cell; set it "
                                 "to false, and export it again";
  if ((uint32_t)layer->cell > LMU_CELL_GRU) {
    return refuse(error,
                  index,
                  "hidden_cell",
                  "is not one that this version knows; export it again");
  }
  if (layer->cell != LMU_CELL_NONE) {
    return check_range(error, index, "units", layer->units, LMU_MAX_UNITS);
  }
  if (layer->hidden_to_memory) {
    return refuse(error, index, "hidden_to_memory", why);
  }
  return layer->input_to_hidden ? refuse(error, index, "input_to_hidden", why)
                                : LMU_SUCCESS;
}

/// Check what a layer says of itself, and set the number of its outputs
static LmuStatus
check_layer(LmuLayer* const layer, const uint32_t index, LmuError* const error)
{
  LmuStatus status = LMU_SUCCESS;
  if ((uint32_t)layer->type > LMU_LAYER_DENSE) {
    return refuse(error, index, "type", "must be lmu or dense");
  }
  if (layer->type == LMU_LAYER_DENSE) {
    status = check_range(error, index, "units", layer->units, LMU_MAX_UNITS);
  } else {
    status = check_memory(layer, index, error);
    status = status ? status : check_method(layer, index, error);
    status = status ? status : check_hidden(layer, index, error);
  }
  status = status ? status : check_activations(layer, index, error);
  if (!status) {
    const bool units = layer->type == LMU_LAYER_DENSE || layer->cell;
    layer->n_outputs = units ? layer->units : layer->memory_d * layer->order;
  }
  return status;
}

/// Check that all weights together are not too many
static LmuStatus
check_count(LmuGraph* const graph, LmuError* const error)
{
  uint64_t n = 0U;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    LmuWeights weights[LMU_N_WEIGHTS];
    lmu_layer_weights(&graph->layers[i], weights);
    for (uint32_t j = 0U; j < LMU_N_WEIGHTS; ++j) {
      n += count(&weights[j]);
    }
    if (n > LMU_MAX_PARAMETERS) {
      return lmu_error_set(error,
                           LMU_TOO_LARGE,
                           "layer %u: more than %u weights up to here; train a "
                           "smaller network",
                           i,
                           LMU_MAX_PARAMETERS);
    }
  }
  return LMU_SUCCESS;
}

static LmuStatus
check_inputs(LmuGraph* const graph, LmuError* const error)
{
  const uint32_t n_inputs = graph->layers[0].n_inputs;
  if (!graph->n_layers || graph->n_layers > LMU_MAX_LAYERS) {
    return lmu_error_set(error,
                         graph->n_layers ? LMU_TOO_LARGE : LMU_BAD_MODEL,
                         "key \"layers\": must be from 1 to %u",
                         LMU_MAX_LAYERS);
  }
  if (!n_inputs || n_inputs > LMU_MAX_UNITS) {
    return lmu_error_set(error,
                         n_inputs ? LMU_TOO_LARGE : LMU_BAD_MODEL,
                         "tensor \"layers.0.kernel\": takes %u inputs, must be "
                         "from 1 to %u; export it again",
                         n_inputs,
                         LMU_MAX_UNITS);
  }
  if (graph->n_conditions > LMU_MAX_CONDITIONS ||
      graph->n_conditions >= n_inputs) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"conditions\": is %u, must be at most %u and "
                         "leave an input of %u for sound; export it again",
                         graph->n_conditions,
                         LMU_MAX_CONDITIONS,
                         n_inputs);
  }
  return LMU_SUCCESS;
}

LmuStatus
lmu_graph_check_sizes(LmuGraph* const graph, LmuError* const error)
{
  LmuStatus status = check_inputs(graph, error);
  if (status) {
    return status;
  }

  graph->n_inputs  = graph->layers[0].n_inputs;
  graph->n_outputs = graph->n_inputs;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    LmuLayer* const layer = &graph->layers[i];
    layer->n_inputs       = graph->n_outputs;
    status                = check_layer(layer, i, error);
    if (status) {
      return status;
    }
    graph->n_outputs = layer->n_outputs;
  }
  return check_count(graph, error);
}

/* Values */

/// Check a text in a field of `size` bytes
static LmuStatus
check_text(const char* const text,
           const size_t      size,
           const char* const key,
           LmuError* const   error)
{
  const char* const end = (const char*)memchr(text, '\0', size);
  if (!end) {
    return lmu_error_set(error,
                         LMU_TOO_LARGE,
                         "key \"%s\": is longer than %u bytes; shorten it",
                         key,
                         (unsigned)(size - 1U));
  }
  return lmu_utf8_is_valid(text, (size_t)(end - text))
           ? LMU_SUCCESS
           : lmu_error_set(error,
                           LMU_BAD_MODEL,
                           "key \"%s\": is not UTF-8; write it anew",
                           key);
}

static LmuStatus
check_texts(const LmuGraph* const graph, LmuError* const error)
{
  const struct {
    const char* text;
    size_t      size;
    const char* key;
  } texts[] = {
    {graph->name, sizeof(graph->name), "name"},
    {graph->author, sizeof(graph->author), "author"},
    {graph->license, sizeof(graph->license), "license"},
    {graph->source, sizeof(graph->source), "source"},
    {graph->comment, sizeof(graph->comment), "comment"},
    {graph->conditions[0], LMU_MAX_NAME, "conditions.0.name"},
    {graph->conditions[1], LMU_MAX_NAME, "conditions.1.name"},
    {graph->conditions[2], LMU_MAX_NAME, "conditions.2.name"},
    {graph->conditions[3], LMU_MAX_NAME, "conditions.3.name"},
  };
  _Static_assert(LMU_MAX_CONDITIONS == 4U, "All names are listed");

  LmuStatus status = LMU_SUCCESS;
  for (size_t i = 0U; i < sizeof(texts) / sizeof(texts[0]) && !status; ++i) {
    status = check_text(texts[i].text, texts[i].size, texts[i].key, error);
  }
  for (uint32_t i = 0U; i < graph->n_layers && !status; ++i) {
    char key[sizeof("layers.4294967295.name")];
    (void)snprintf(key, sizeof(key), "layers.%u.name", i);
    status = check_text(graph->layers[i].name, LMU_MAX_NAME, key, error);
  }
  return status;
}

static LmuStatus
check_numbers(const LmuGraph* const graph, LmuError* const error)
{
  if (!(graph->rate >= 0.0 && isfinite(graph->rate))) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"sample_rate\": must be positive; export it "
                         "again, or leave it out if there is none");
  }
  if (!(graph->latency >= 0.0 && graph->latency <= MAX_LATENCY)) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"latency\": must be from 0 to 1000000 frames; "
                         "export it again");
  }
  if (!isnan(graph->loudness_db) &&
      !(fabs(graph->loudness_db) <= MAX_LOUDNESS_DB)) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"loudness\": must be from -100 to 100 dBFS; "
                         "export it again, or leave it out if unknown");
  }
  return LMU_SUCCESS;
}

/// Check what outputs predict, after their number is known
static LmuStatus
check_horizons(const LmuGraph* const graph, LmuError* const error)
{
  if (!graph->n_horizons) {
    return LMU_SUCCESS;
  }
  if (graph->n_horizons > LMU_MAX_HORIZONS ||
      graph->n_horizons != graph->n_outputs) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"horizons\": names %u, must name one for each "
                         "of %u outputs and at most %u; export it again",
                         graph->n_horizons,
                         graph->n_outputs,
                         LMU_MAX_HORIZONS);
  }
  if (!(graph->rate > 0.0)) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"horizons\": means nothing without a "
                         "sample_rate; export it again with one");
  }
  for (uint32_t i = 0U; i < graph->n_horizons; ++i) {
    if (!(graph->horizons[i] >= 0.0 &&
          lmu_graph_horizon_s(graph, i) <= LMU_MAX_HORIZON_S)) {
      return lmu_error_set(error,
                           LMU_BAD_MODEL,
                           "key \"horizons\": number %u must be from 0 to %g "
                           "frames, 4 seconds; export it again",
                           i + 1U,
                           LMU_MAX_HORIZON_S * graph->rate);
    }
  }
  return LMU_SUCCESS;
}

/// Return the place of the first value that float32 cannot hold, or the count
static uint64_t
find_fault(const LmuWeights* const weights)
{
  const double* const values = *weights->values;
  const uint64_t      n      = values ? count(weights) : 0U;
  uint64_t            i      = 0U;
  while (i < n && fabs(values[i]) <= (double)FLT_MAX) {
    ++i;
  }
  return i < n ? i : count(weights);
}

/// Check that a matrix is there if it must be, and all of it finite
static LmuStatus
check_matrix(const LmuWeights* const weights,
             const uint32_t          index,
             LmuError* const         error)
{
  const bool given  = *weights->values;
  const bool needed = weights->rows && !weights->optional;
  if ((given && !weights->rows) || (!given && needed)) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "tensor \"layers.%u.%s\": %s; export it again",
                         index,
                         weights->name,
                         given ? "has no use in this layer" : "is missing");
  }

  const uint64_t place = find_fault(weights);
  if (place == count(weights)) {
    return LMU_SUCCESS;
  }
  return lmu_error_set(error,
                       LMU_BAD_MODEL,
                       "tensor \"layers.%u.%s\": value [%u][%u] is not a "
                       "finite number of float32; train it again",
                       index,
                       weights->name,
                       (unsigned)(place / weights->columns),
                       (unsigned)(place % weights->columns));
}

LmuStatus
lmu_graph_check(LmuGraph* const graph, LmuError* const error)
{
  LmuStatus status = lmu_graph_check_sizes(graph, error);
  status           = status ? status : check_numbers(graph, error);
  status           = status ? status : check_horizons(graph, error);
  status           = status ? status : check_texts(graph, error);

  for (uint32_t i = 0U; !status && i < graph->n_layers; ++i) {
    LmuWeights weights[LMU_N_WEIGHTS];
    lmu_layer_weights(&graph->layers[i], weights);
    for (uint32_t j = 0U; !status && j < LMU_N_WEIGHTS; ++j) {
      status = check_matrix(&weights[j], i, error);
    }
  }
  return status;
}

/* Owning */

LmuGraph*
lmu_graph_new(void)
{
  LmuGraph* const graph = (LmuGraph*)calloc(1, sizeof(LmuGraph));
  if (graph) {
    graph->loudness_db = (double)NAN;
  }
  return graph;
}

void
lmu_graph_free(LmuGraph* const graph)
{
  for (uint32_t i = 0U; graph && i < LMU_MAX_LAYERS; ++i) {
    LmuWeights weights[LMU_N_WEIGHTS];
    lmu_layer_weights(&graph->layers[i], weights);
    for (uint32_t j = 0U; j < LMU_N_WEIGHTS; ++j) {
      free(*weights[j].values);
    }
  }
  free(graph);
}
