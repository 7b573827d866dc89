// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/parameters.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

LmuCell
lmu_layer_cell(const LmuLayer* const layer)
{
  switch (layer->type) {
  case LMU_LAYER_LMU:
    break;
  case LMU_LAYER_DENSE:
    return LMU_CELL_DENSE;
  case LMU_LAYER_SIMPLE_RNN:
    return LMU_CELL_SIMPLE_RNN;
  case LMU_LAYER_LSTM:
    return LMU_CELL_LSTM;
  case LMU_LAYER_GRU:
    return LMU_CELL_GRU;
  }
  return layer->cell;
}

uint32_t
lmu_layer_gates(const LmuLayer* const layer)
{
  const LmuCell cell = lmu_layer_cell(layer);
  const bool gated   = cell == LMU_CELL_DENSE && layer->activation == LMU_GATED;
  return gated ? 2U : lmu_cell_gates(cell);
}

bool
lmu_layer_leaks(const LmuLayer* const layer)
{
  return layer->activation == LMU_LEAKY_RELU ||
         layer->recurrent_activation == LMU_LEAKY_RELU;
}

double
lmu_layer_theta(const LmuLayer* const layer, const uint32_t channel)
{
  return layer->theta[layer->n_thetas ? channel : 0U];
}

double
lmu_layer_shortest(const LmuLayer* const layer)
{
  double shortest = lmu_layer_theta(layer, 0U);
  for (uint32_t i = 1U; i < layer->memory_d; ++i) {
    shortest = fmin(shortest, lmu_layer_theta(layer, i));
  }
  return shortest;
}

double
lmu_layer_longest(const LmuLayer* const layer)
{
  double longest = 0.0;
  for (uint32_t i = 0U; i < layer->memory_d; ++i) {
    longest = fmax(longest, lmu_layer_theta(layer, i));
  }
  return longest;
}

double
lmu_graph_longest(const LmuGraph* const graph)
{
  double longest = 0.0;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    if (graph->layers[i].type == LMU_LAYER_LMU) {
      longest = fmax(longest, lmu_layer_longest(&graph->layers[i]));
    }
  }
  return longest;
}

uint32_t
lmu_layer_memory(const LmuLayer* const layer)
{
  return layer->type == LMU_LAYER_LMU ? layer->memory_d * layer->order : 0U;
}

bool
lmu_layer_recurs(const LmuLayer* const layer)
{
  const bool feedback = layer->type == LMU_LAYER_LMU &&
                        (layer->hidden_to_memory || layer->memory_to_memory);
  return feedback || lmu_cell_recurs(lmu_layer_cell(layer));
}

double
lmu_graph_horizon_s(const LmuGraph* const graph, const uint32_t index)
{
  return graph->metadata.horizons[index] / graph->metadata.rate;
}

/* Values */

/// Tables of all layers
typedef struct {
  LmuParameter layers[LMU_MAX_LAYERS][LMU_N_ROLES];
} Tables;

/// Write the tables of all layers, one behind the other, and return the size
static size_t
lay_out(const LmuGraph* const graph, Tables* const tables)
{
  size_t n = 0U;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    lmu_layer_describe(&graph->layers[i], tables->layers[i]);
    for (uint32_t j = 0U; j < LMU_N_ROLES; ++j) {
      tables->layers[i][j].offset = n;
      n += lmu_parameter_count(&tables->layers[i][j]);
    }
  }
  return n;
}

/// Copy the values of a parameter that has room of the same shape
static void
keep(double* const             to,
     const LmuParameter* const now,
     const LmuGraph* const     from,
     const LmuParameter* const before)
{
  const size_t count = lmu_parameter_count(now);
  if (count && lmu_parameter_fits(now, before) &&
      before->offset + count <= from->n_values) {
    memcpy(
      to + now->offset, from->values + before->offset, count * sizeof(double));
  }
}

LmuStatus
lmu_graph_allocate(LmuGraph* const graph, LmuError* const error)
{
  const LmuStatus status = lmu_graph_check_sizes(graph, error);
  if (status) {
    return status;
  }

  // One more, as there may be none, and null is to say that memory is short
  Tables        tables;
  const size_t  n      = lay_out(graph, &tables);
  double* const values = (double*)calloc(n + 1U, sizeof(double));
  if (!values) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    LmuParameter* const table = graph->layers[i].parameters;
    for (uint32_t j = 0U; j < LMU_N_ROLES; ++j) {
      keep(values, &tables.layers[i][j], graph, &table[j]);
    }
    memcpy(table, tables.layers[i], sizeof(tables.layers[i]));
  }
  free(graph->values);
  graph->values   = values;
  graph->n_values = n;
  return LMU_SUCCESS;
}

double*
lmu_layer_values(const LmuGraph* const graph,
                 const uint32_t        layer,
                 const LmuRole         role)
{
  const LmuParameter* const parameter = &graph->layers[layer].parameters[role];
  return parameter->rows ? graph->values + parameter->offset : NULL;
}

LmuStatus
lmu_graph_store_step(LmuGraph* const     graph,
                     const uint32_t      layer,
                     const double* const ad,
                     const double* const bd,
                     LmuError* const     error)
{
  const size_t order          = graph->layers[layer].order;
  graph->layers[layer].stored = true;

  const LmuStatus status = lmu_graph_allocate(graph, error);
  if (!status) {
    memcpy(lmu_layer_values(graph, layer, LMU_AD),
           ad,
           order * order * sizeof(double));
    memcpy(lmu_layer_values(graph, layer, LMU_BD), bd, order * sizeof(double));
  }
  return status;
}

double
lmu_graph_scale(const LmuGraph* const graph, const double scale)
{
  return fmax(scale, graph->metadata.least_scale);
}

/* Notes */

/// Return the index of the note about something, n_notes if there is none
static uint32_t
find_note(const LmuMetadata* const metadata, const char* const key)
{
  uint32_t i = 0U;
  while (i < metadata->n_notes && strcmp(metadata->notes[i].key, key) != 0) {
    ++i;
  }
  return i;
}

/// Return the note about something, a new one if there is room, or null
static LmuNote*
note_about(LmuMetadata* const metadata, const char* const key)
{
  const uint32_t i = find_note(metadata, key);
  if (i == LMU_MAX_NOTES) {
    return NULL;
  }
  metadata->n_notes += (i == metadata->n_notes);
  return &metadata->notes[i];
}

const char*
lmu_metadata_noted(const LmuMetadata* const metadata, const char* const key)
{
  const uint32_t i = find_note(metadata, key);
  return (i < metadata->n_notes) ? metadata->notes[i].value : NULL;
}

bool
lmu_metadata_note(LmuMetadata* const metadata,
                  const char* const  key,
                  const char* const  value)
{
  const size_t n_key   = strlen(key) + 1U;
  const size_t n_value = strlen(value) + 1U;
  LmuNote*     note    = NULL;
  if (n_key > 1U && n_key <= LMU_MAX_NOTE_KEY && n_value <= LMU_MAX_NAME) {
    note = note_about(metadata, key);
  }
  if (note) {
    memcpy(note->key, key, n_key);
    memcpy(note->value, value, n_value);
  }
  return note;
}

/* Owning */

LmuGraph*
lmu_graph_new(void)
{
  LmuGraph* const graph = (LmuGraph*)calloc(1, sizeof(LmuGraph));
  if (graph) {
    graph->metadata.loudness_db = (double)NAN;
  }
  return graph;
}

LmuLayer*
lmu_graph_append_dense(LmuGraph* const     graph,
                       const uint32_t      units,
                       const LmuActivation activation)
{
  LmuLayer* const layer = &graph->layers[graph->n_layers++];
  layer->type           = LMU_LAYER_DENSE;
  layer->units          = units;
  layer->activation     = activation;
  layer->cell_bias      = true;
  return layer;
}

LmuGraph*
lmu_graph_copy(const LmuGraph* const graph)
{
  LmuGraph* const copy = (LmuGraph*)malloc(sizeof(LmuGraph));
  if (copy) {
    *copy        = *graph;
    copy->values = (double*)calloc(graph->n_values + 1U, sizeof(double));
  }
  if (copy && !copy->values) {
    free(copy);
    return NULL;
  }
  if (copy && graph->n_values) {
    memcpy(copy->values, graph->values, graph->n_values * sizeof(double));
  }
  return copy;
}

void
lmu_graph_free(LmuGraph* const graph)
{
  if (graph) {
    free(graph->values);
  }
  free(graph);
}
