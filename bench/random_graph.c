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
    .theta            = (2.5 * order) + 3.0,
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
