// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/random_graph.h"

#include "bench/noise.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/// Return whether something worked, or end the program
static void
must(const bool worked, const char* const why)
{
  if (!worked) {
    (void)fprintf(stderr, "random graph: %s\n", why);
    abort();
  }
}

/// Fill a parameter with values that keep the size of what they multiply
static void
fill(double* const             values,
     const LmuParameter* const parameter,
     uint32_t* const           noise)
{
  const double scale = 1.0 / sqrt(parameter->rows + 1.0);
  for (size_t i = 0U; i < lmu_parameter_count(parameter); ++i) {
    values[i] = scale * (double)next_noise(noise);
  }
}

void
random_graph_fill(LmuGraph* const graph, const uint32_t seed)
{
  uint32_t noise = seed;
  LmuError error = {""};
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    graph->layers[i].memory_bias = true;
    graph->layers[i].cell_bias   = true;
  }

  must(!lmu_graph_allocate(graph, &error), error.text);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    for (uint32_t j = 0U; j < LMU_N_ROLES; ++j) {
      fill(lmu_layer_values(graph, i, (LmuRole)j),
           &graph->layers[i].parameters[j],
           &noise);
    }
  }
  must(!lmu_graph_check(graph, &error), error.text);
}

LmuLayer
paper_cell(const uint32_t units, const uint32_t order)
{
  const LmuLayer layer = {
    .type             = LMU_LAYER_LMU,
    .n_inputs         = 1U,
    .order            = order,
    .memory_d         = 1U,
    .theta            = {(2.5 * order) + 3.0},
    .method           = LMU_PADE,
    .stages           = 3U,
    .cell             = LMU_CELL_SIMPLE_RNN,
    .units            = units,
    .activation       = LMU_TANH,
    .hidden_to_memory = true,
    .memory_to_memory = true,
    .input_to_hidden  = true,
  };
  return layer;
}

LmuGraph*
random_graph_new(const LmuLayer* const layer)
{
  LmuGraph* const graph = lmu_graph_new();
  must(graph, "no memory");
  graph->n_layers        = 2U;
  graph->layers[0]       = *layer;
  graph->layers[1].type  = LMU_LAYER_DENSE;
  graph->layers[1].units = 1U;
  random_graph_fill(graph, layer->order + (100U * layer->units) + 1U);
  return graph;
}

/* Any graph */

/// Return a number from `first` to `last`
static uint32_t
between(uint32_t* const noise, const uint32_t first, const uint32_t last)
{
  const double place = 0.5 * ((double)next_noise(noise) + 1.0);
  const double span  = 1.0 + (double)last - (double)first;
  return first + (uint32_t)fmin(place * span, span - 1.0);
}

static bool
toss(uint32_t* const noise)
{
  return between(noise, 0U, 1U);
}

/// Return an activation, one that saturates where states go round
static LmuActivation
any_activation(uint32_t* const noise, const bool recurs)
{
  static const LmuActivation saturating[] = {
    LMU_TANH, LMU_SIGMOID, LMU_SOFTSIGN, LMU_HARD_SIGMOID};
  return recurs ? saturating[between(noise, 0U, 3U)]
                : (LmuActivation)between(noise, 0U, LMU_N_ACTIVATIONS - 1U);
}

/// Set what a memory is
static void
set_memory(LmuLayer* const layer, uint32_t* const noise)
{
  layer->order    = between(noise, 1U, 20U);
  layer->memory_d = between(noise, 1U, 4U);
  layer->method   = toss(noise) ? LMU_ZOH : LMU_PADE;
  layer->stages   = (layer->method == LMU_PADE) ? between(noise, 1U, 4U) : 0U;
  layer->n_thetas = toss(noise) ? layer->memory_d : 0U;
  for (uint32_t i = 0U; i < layer->memory_d; ++i) {
    layer->theta[i] = (2.5 * layer->order) + between(noise, 3U, 60U);
  }

  layer->cell = (LmuCell)between(noise, LMU_CELL_NONE, LMU_CELL_GRU);
  layer->memory_to_memory = toss(noise);
  if (layer->cell != LMU_CELL_NONE) {
    layer->hidden_to_memory = toss(noise);
    layer->input_to_hidden  = toss(noise);
  }
}

/// Set what a layer takes, where there are layers before
static void
set_sources(LmuLayer* const layer, const uint32_t index, uint32_t* const noise)
{
  layer->n_sources = (index && toss(noise)) ? between(noise, 1U, 3U) : 0U;
  for (uint32_t i = 0U; i < layer->n_sources; ++i) {
    const uint32_t source = between(noise, 0U, index);
    layer->sources[i]     = (source == index) ? LMU_SOURCE_INPUT : source;
  }
}

/// Add all that is as wide as a layer, of the input and layers before
static void
set_adds(LmuGraph* const graph, const uint32_t index)
{
  LmuLayer* const layer = &graph->layers[index];
  for (uint32_t i = 0U; i <= index; ++i) {
    const uint32_t source = (i == index) ? LMU_SOURCE_INPUT : i;
    const uint32_t width =
      (i == index) ? graph->n_inputs : graph->layers[i].n_outputs;
    if (width == layer->n_outputs) {
      layer->adds[layer->n_adds++] = source;
    }
  }
}

/// Set what a layer is, as wide as one before half of the time
static void
set_layer(LmuGraph* const graph, const uint32_t index, uint32_t* const noise)
{
  LmuLayer* const layer = &graph->layers[index];
  const uint32_t  like  = index ? graph->layers[index - 1U].units : 0U;
  layer->type  = (LmuLayerType)between(noise, LMU_LAYER_LMU, LMU_LAYER_GRU);
  layer->units = (like && toss(noise)) ? like : between(noise, 1U, 20U);
  if (layer->type == LMU_LAYER_LMU) {
    set_memory(layer, noise);
  }

  const LmuCell cell          = lmu_layer_cell(layer);
  const bool    recurs        = lmu_layer_recurs(layer);
  layer->activation           = any_activation(noise, recurs);
  layer->recurrent_activation = any_activation(noise, true);
  layer->reset_after          = cell == LMU_CELL_GRU && toss(noise);
  layer->slope                = 0.05 * between(noise, 0U, 20U);
  if (cell == LMU_CELL_NONE) {
    layer->activation = LMU_LINEAR;
    layer->units      = 0U;
  }
}

LmuGraph*
random_graph_any(const uint32_t seed)
{
  LmuError        error = {""};
  uint32_t        noise = seed * 2654435761U; // Spreads seeds that are near
  LmuGraph* const graph = lmu_graph_new();
  must(graph, "no memory");
  const uint32_t n_layers   = between(&noise, 1U, 6U);
  graph->layers[0].n_inputs = between(&noise, 1U, 3U);
  for (uint32_t i = 0U; i < n_layers; ++i) {
    graph->n_layers = i + 1U;
    set_layer(graph, i, &noise);
    set_sources(&graph->layers[i], i, &noise);
    must(!lmu_graph_check_sizes(graph, &error), error.text);
    if (toss(&noise)) {
      set_adds(graph, i);
    }
  }
  random_graph_fill(graph, seed);
  return graph;
}
