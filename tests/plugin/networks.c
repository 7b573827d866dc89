// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/networks.h"

#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/weight_file.h"
#include "tests/plugin/folder.h"
#include "tests/plugin/require.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const NetworkSpec network_a = {.seed = 1U, .order = 4U, .horizon = 9.0};
const NetworkSpec network_b = {.seed = 2U, .order = 5U, .horizon = 8.0};
const NetworkSpec network_c = {.seed = 3U, .order = 6U, .horizon = 7.0};

/// Fill a parameter with noise that neither grows nor vanishes on its way
static void
fill(double* const             values,
     const LmuParameter* const parameter,
     uint32_t* const           seed)
{
  const double level = 1.0 / sqrt(parameter->rows);
  for (size_t i = 0U; i < lmu_parameter_count(parameter); ++i) {
    *seed     = (*seed * 1664525U) + 1013904223U; // Numerical Recipes
    values[i] = level * (double)(int32_t)*seed / 2147483648.0;
  }
}

static void
fill_layer(const LmuGraph* const graph,
           const uint32_t        layer,
           uint32_t* const       seed)
{
  for (uint32_t i = 0U; i < LMU_N_ROLES; ++i) {
    fill(lmu_layer_values(graph, layer, (LmuRole)i),
         &graph->layers[layer].parameters[i],
         seed);
  }
}

static void
set_layers(LmuGraph* const graph, const NetworkSpec* const spec)
{
  LmuLayer* const memory = &graph->layers[0];
  memory->type           = LMU_LAYER_LMU;
  memory->n_inputs       = graph->n_inputs;
  memory->units          = spec->units ? spec->units : 4U;
  memory->activation     = LMU_TANH;
  memory->order          = spec->order ? spec->order : 6U;
  memory->memory_d       = 1U;
  memory->theta[0]       = (spec->theta > 0.0) ? spec->theta : 48.0;
  memory->method         = LMU_ZOH;
  memory->cell           = spec->recurs ? LMU_CELL_SIMPLE_RNN : LMU_CELL_DENSE;

  LmuLayer* const dense = &graph->layers[1];
  dense->type           = LMU_LAYER_DENSE;
  dense->units          = spec->n_outputs ? spec->n_outputs : 1U;
  dense->activation     = LMU_LINEAR;
  graph->n_layers       = 2U;
}

/// Let each output predict four times as far ahead as the one before
static void
set_horizons(LmuGraph* const graph, const NetworkSpec* const spec)
{
  double horizon             = spec->horizon;
  graph->metadata.n_horizons = (horizon > 0.0) ? graph->layers[1].units : 0U;
  for (uint32_t i = 0U; i < graph->metadata.n_horizons; ++i) {
    graph->metadata.horizons[i] = horizon;
    horizon *= 4.0;
  }
}

LmuGraph*
network_new(const NetworkSpec* const spec)
{
  LmuGraph* const graph = lmu_graph_new();
  REQUIRE(graph);
  graph->metadata.rate         = (spec->rate > 0.0) ? spec->rate : 48000.0;
  graph->metadata.latency      = spec->latency;
  graph->n_inputs              = spec->n_inputs ? spec->n_inputs : 1U;
  graph->metadata.n_conditions = spec->n_conditions;
  for (uint32_t i = 0U; i < spec->n_conditions; ++i) {
    (void)snprintf(graph->metadata.conditions[i],
                   sizeof(graph->metadata.conditions[i]),
                   "Knob %u",
                   i + 1U);
  }
  set_layers(graph, spec);
  set_horizons(graph, spec);

  LmuError error = {{0}};
  uint32_t seed  = spec->seed;
  REQUIRE(!lmu_graph_allocate(graph, &error));
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    fill_layer(graph, i, &seed);
  }
  REQUIRE(!lmu_graph_check(graph, &error));
  return graph;
}

void
network_save(const NetworkSpec* const spec, const char* const path)
{
  LmuError        error  = {{0}};
  LmuGraph* const graph  = network_new(spec);
  const LmuStatus status = lmu_weights_save(graph, path, &error);
  if (status) {
    (void)fprintf(stderr, "%s\n", error.text);
  }
  REQUIRE(!status);
  lmu_graph_free(graph);
}

Library
library_new(void)
{
  Library library = {folder_new(), {{0}}, {{0}}, {{0}}};
  library.a       = library_add(&library, "a.safetensors", &network_a);
  library.b       = library_add(&library, "b.safetensors", &network_b);
  library.c       = library_add(&library, "c.safetensors", &network_c);
  return library;
}

void
library_remove(const Library* const library)
{
  folder_remove(&library->folder);
}

Path
library_add(const Library* const     library,
            const char* const        name,
            const NetworkSpec* const spec)
{
  const Path path = folder_path(&library->folder, name);
  network_save(spec, path.text);
  return path;
}
