// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"

#include "core/base/setup/error.h"
#include "core/base/setup/number.h"
#include "core/base/setup/utf8.h"
#include "core/base/status.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/pade.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/limits.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/sources.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/// Longest window, a billion frames, as texts say too [frames]
#define MAX_THETA 1e9

/// Greatest delay that a file may claim, as texts say too [frames]
#define MAX_LATENCY 1e6

/// Levels that are not a mistake, as texts say too [dB]
#define MAX_LOUDNESS_DB 100.0

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
check_windows(const LmuLayer* const layer,
              const uint32_t        index,
              LmuError* const       error)
{
  if (layer->n_thetas && layer->n_thetas != layer->memory_d) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"layers.%u.theta\": lists %u windows, must list "
                         "one, or one for each of %u channels; export it again",
                         index,
                         layer->n_thetas,
                         layer->memory_d);
  }
  for (uint32_t i = 0U; i < layer->memory_d; ++i) {
    const double theta = lmu_layer_theta(layer, i);
    if (!(theta >= 1.0 && theta <= MAX_THETA)) {
      return refuse(error,
                    index,
                    "theta",
                    "must be from 1 to 1000000000 frames; export it again");
    }
  }
  return (layer->stored && layer->n_thetas)
           ? refuse(error,
                    index,
                    "theta",
                    "must be one where ad and bd are stored; leave them out")
           : LMU_SUCCESS;
}

static LmuStatus
check_method(const LmuLayer* const layer,
             const uint32_t        index,
             LmuError* const       error)
{
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

/// Check what some activations need
static LmuStatus
check_gated(const LmuLayer* const layer,
            const uint32_t        index,
            LmuError* const       error)
{
  static const char* const why =
    "cannot be gated but in a Dense layer or a dense hidden cell; choose "
    "another, and export it again";
  if (layer->activation == LMU_GATED &&
      lmu_layer_cell(layer) != LMU_CELL_DENSE) {
    return refuse(error, index, "activation", why);
  }
  if (layer->recurrent_activation == LMU_GATED) {
    return refuse(error, index, "recurrent_activation", why);
  }
  return (layer->slope >= 0.0 && layer->slope <= 1.0)
           ? LMU_SUCCESS
           : refuse(error,
                    index,
                    "negative_slope",
                    "must be from 0 to 1; export it again");
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
  if ((uint32_t)layer->recurrent_activation >= LMU_N_ACTIVATIONS) {
    return refuse(error, index, "recurrent_activation", why);
  }
  return check_gated(layer, index, error);
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
  if ((uint32_t)layer->type > LMU_LAYER_GRU) {
    return refuse(
      error, index, "type", "must be lmu, dense, simple_rnn, lstm, or gru");
  }
  if (layer->type != LMU_LAYER_LMU) {
    status = check_range(error, index, "units", layer->units, LMU_MAX_UNITS);
  } else {
    status = check_memory(layer, index, error);
    status = status ? status : check_windows(layer, index, error);
    status = status ? status : check_method(layer, index, error);
    status = status ? status : check_hidden(layer, index, error);
  }
  status = status ? status : check_activations(layer, index, error);
  if (!status) {
    const bool bare  = lmu_layer_cell(layer) == LMU_CELL_NONE;
    layer->n_outputs = bare ? lmu_layer_memory(layer) : layer->units;
  }
  return status;
}

/// Check that all values together are not too many
static LmuStatus
check_count(const LmuGraph* const graph, LmuError* const error)
{
  size_t n = 0U;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    LmuParameter table[LMU_N_ROLES];
    lmu_layer_describe(&graph->layers[i], table);
    for (uint32_t j = 0U; j < LMU_N_ROLES; ++j) {
      n += lmu_parameter_count(&table[j]);
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
  if (graph->metadata.n_conditions > LMU_MAX_CONDITIONS ||
      graph->metadata.n_conditions >= n_inputs) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"conditions\": is %u, must be at most %u and "
                         "leave an input of %u for sound; export it again",
                         graph->metadata.n_conditions,
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
    status                = lmu_sources_check(graph, i, error);
    status                = status ? status : check_layer(layer, i, error);
    status                = status ? status : lmu_adds_check(graph, i, error);
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
  const LmuMetadata* const about = &graph->metadata;

  const struct {
    const char* text;
    size_t      size;
    const char* key;
  } texts[] = {
    {about->name, sizeof(about->name), "name"},
    {about->author, sizeof(about->author), "author"},
    {about->license, sizeof(about->license), "license"},
    {about->source, sizeof(about->source), "source"},
    {about->comment, sizeof(about->comment), "comment"},
    {about->conditions[0], LMU_MAX_NAME, "conditions.0.name"},
    {about->conditions[1], LMU_MAX_NAME, "conditions.1.name"},
    {about->conditions[2], LMU_MAX_NAME, "conditions.2.name"},
    {about->conditions[3], LMU_MAX_NAME, "conditions.3.name"},
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
check_numbers(const LmuMetadata* const metadata, LmuError* const error)
{
  if (!(metadata->rate >= 0.0 && isfinite(metadata->rate))) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"sample_rate\": must be positive; export it "
                         "again, or leave it out if there is none");
  }
  if (!(metadata->latency >= 0.0 && metadata->latency <= MAX_LATENCY)) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"latency\": must be from 0 to 1000000 frames; "
                         "export it again");
  }
  if (!(metadata->least_scale >= 0.0 && metadata->least_scale <= 1.0)) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"least_window_scale\": must be from 0 to 1; "
                         "export it again");
  }
  if (!isnan(metadata->loudness_db) &&
      !(fabs(metadata->loudness_db) <= MAX_LOUDNESS_DB)) {
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
  if (!graph->metadata.n_horizons) {
    return LMU_SUCCESS;
  }
  if (graph->metadata.n_horizons > LMU_MAX_HORIZONS ||
      graph->metadata.n_horizons != graph->n_outputs) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"horizons\": names %u, must name one for each "
                         "of %u outputs and at most %u; export it again",
                         graph->metadata.n_horizons,
                         graph->n_outputs,
                         LMU_MAX_HORIZONS);
  }
  if (!(graph->metadata.rate > 0.0)) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"horizons\": means nothing without a "
                         "sample_rate; export it again with one");
  }
  for (uint32_t i = 0U; i < graph->metadata.n_horizons; ++i) {
    if (!(graph->metadata.horizons[i] >= 0.0 &&
          lmu_graph_horizon_s(graph, i) <= LMU_MAX_HORIZON_S)) {
      char most[LMU_NUMBER_SIZE];
      lmu_number_write(most, LMU_MAX_HORIZON_S * graph->metadata.rate);
      return lmu_error_set(error,
                           LMU_BAD_MODEL,
                           "key \"horizons\": number %u must be from 0 to %s "
                           "frames, 4 seconds; export it again",
                           i + 1U,
                           most);
    }
  }
  return LMU_SUCCESS;
}

/// Return what is wrong with the room of a parameter, or null
static const char*
find_wrong(const LmuGraph* const     graph,
           const LmuParameter* const has,
           const LmuParameter* const needs)
{
  if (has->rows && !needs->rows) {
    return "has no use in this layer";
  }
  if (needs->rows && (!has->rows || has->offset + lmu_parameter_count(has) >
                                      graph->n_values)) {
    return "is missing";
  }
  return lmu_parameter_fits(has, needs) ? NULL
                                        : "has another size than its layer";
}

/// Check that all parameters have room of the shape that their layer needs
static LmuStatus
check_room(const LmuGraph* const graph,
           const uint32_t        index,
           LmuError* const       error)
{
  LmuParameter needs[LMU_N_ROLES];
  lmu_layer_describe(&graph->layers[index], needs);
  for (uint32_t i = 0U; i < LMU_N_ROLES; ++i) {
    const LmuParameter* const has   = &graph->layers[index].parameters[i];
    const char* const         wrong = find_wrong(graph, has, &needs[i]);
    if (wrong) {
      return lmu_error_set(error,
                           LMU_BAD_MODEL,
                           "tensor \"layers.%u.%s\": %s; export it again",
                           index,
                           has->rows ? has->name : needs[i].name,
                           wrong);
    }
  }
  return LMU_SUCCESS;
}

/// Return the index of the first value that float32 cannot hold, or the count
static size_t
find_fault(const double* const values, const size_t count)
{
  size_t i = 0U;
  while (i < count && fabs(values[i]) <= (double)FLT_MAX) {
    ++i;
  }
  return i;
}

/// Check that all values of a parameter are finite
static LmuStatus
check_values(const LmuGraph* const graph,
             const uint32_t        index,
             const LmuRole         role,
             LmuError* const       error)
{
  const LmuParameter* const parameter = &graph->layers[index].parameters[role];
  const double* const       values    = lmu_layer_values(graph, index, role);
  const size_t              count     = lmu_parameter_count(parameter);
  const size_t              fault     = find_fault(values, count);
  if (fault == count) {
    return LMU_SUCCESS;
  }
  return lmu_error_set(error,
                       LMU_BAD_MODEL,
                       "tensor \"layers.%u.%s\": value [%u][%u] is not a "
                       "finite number of float32; train it again",
                       index,
                       parameter->name,
                       (unsigned)(fault / parameter->columns),
                       (unsigned)(fault % parameter->columns));
}

LmuStatus
lmu_graph_check(LmuGraph* const graph, LmuError* const error)
{
  const LmuMetadata* const metadata = &graph->metadata;

  LmuStatus status = lmu_graph_check_sizes(graph, error);
  status           = status ? status : check_numbers(metadata, error);
  status           = status ? status : check_horizons(graph, error);
  status           = status ? status : check_texts(graph, error);

  for (uint32_t i = 0U; !status && i < graph->n_layers; ++i) {
    status = check_room(graph, i, error);
    for (uint32_t j = 0U; !status && j < LMU_N_ROLES; ++j) {
      status = check_values(graph, i, (LmuRole)j, error);
    }
  }
  return status;
}
