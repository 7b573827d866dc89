// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/initialise.h"

#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "train/random.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Greatest of what a cell writes to its memory, beside what keeps variance
#define HIDDEN_TO_MEMORY 0.05

/// The same of a cell's recurrence, and of what it hears of its memory, whose
/// coefficients are correlated
#define RECURRENT 0.5
#define MEMORY_TO_HIDDEN 2.0

/// Greatest bias of a cell with a memory
#define CELL_BIAS 0.5

/// Rows of a parameter
typedef struct {
  double*  values; ///< Or null
  uint32_t n_columns;
} Rows;

static Rows
rows_of(const LmuGraph* const graph, const uint32_t layer, const LmuRole role)
{
  const Rows rows = {lmu_layer_values(graph, layer, role),
                     graph->layers[layer].parameters[role].columns};
  return rows;
}

/// Set some rows to numbers between plus and minus `most`, and go on behind
/// them
static void
fill(Rows* const     rows,
     const uint32_t  n_rows,
     const double    most,
     uint64_t* const random)
{
  const size_t count = (size_t)n_rows * rows->n_columns;
  for (size_t i = 0U; rows->values && i < count; ++i) {
    rows->values[i] = lmu_random_between(random, most);
  }
  if (rows->values) {
    rows->values += count;
  }
}

/// Have each channel hear the one input, or the input of its number
static void
connect(Rows* const rows, const uint32_t n_inputs)
{
  for (uint32_t i = 0U; i < n_inputs; ++i) {
    for (uint32_t j = 0U; j < rows->n_columns; ++j) {
      rows->values[((size_t)i * rows->n_columns) + j] =
        (n_inputs == 1U || i == j) ? 1.0 : 0.0;
    }
  }
  rows->values += (size_t)n_inputs * rows->n_columns;
}

static void
initialise_memory(LmuGraph* const graph,
                  const uint32_t  index,
                  uint64_t* const random)
{
  const LmuLayer* const layer  = &graph->layers[index];
  Rows                  kernel = rows_of(graph, index, LMU_KERNEL);
  const uint32_t        n      = layer->n_outputs;
  if (layer->n_inputs == 1U || layer->n_inputs == layer->memory_d) {
    connect(&kernel, layer->n_inputs);
  } else {
    fill(&kernel, layer->n_inputs, sqrt(3.0 / layer->n_inputs), random);
  }
  if (layer->hidden_to_memory) {
    fill(&kernel, n, HIDDEN_TO_MEMORY / sqrt(n), random);
  }

  Rows recurrent = rows_of(graph, index, LMU_MEMORY_RECURRENT);
  Rows bias      = rows_of(graph, index, LMU_BIAS);
  fill(&recurrent, lmu_layer_memory(layer), 0.0, random);
  fill(&bias, 1U, 0.0, random);
}

static void
initialise_cell(LmuGraph* const graph,
                const uint32_t  index,
                uint64_t* const random)
{
  const LmuLayer* const layer     = &graph->layers[index];
  const uint32_t        n_m       = lmu_layer_memory(layer);
  Rows                  kernel    = rows_of(graph, index, LMU_CELL_KERNEL);
  Rows                  recurrent = rows_of(graph, index, LMU_CELL_RECURRENT);
  Rows                  bias      = rows_of(graph, index, LMU_CELL_BIAS);
  const bool            gates     = lmu_layer_gates(layer) > 1U;
  const bool            own = n_m || !lmu_cell_recurs(lmu_layer_cell(layer));
  const double input        = 1.0 / sqrt(own ? layer->n_inputs : layer->units);
  if (n_m) {
    fill(&kernel, n_m, MEMORY_TO_HIDDEN / sqrt(n_m), random);
  }
  if (kernel.values && (!n_m || layer->input_to_hidden)) {
    fill(&kernel, layer->n_inputs, input, random);
  }
  fill(&recurrent,
       layer->units,
       ((gates || !n_m) ? 1.0 : RECURRENT) / sqrt(layer->units),
       random);
  fill(&bias,
       graph->layers[index].parameters[LMU_CELL_BIAS].rows,
       n_m ? CELL_BIAS : input,
       random);
}

void
lmu_initialise(LmuGraph* const graph, const uint64_t seed)
{
  uint64_t random = seed;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    if (graph->layers[i].type == LMU_LAYER_LMU) {
      initialise_memory(graph, i, &random);
    }
    if (lmu_layer_cell(&graph->layers[i]) != LMU_CELL_NONE) {
      initialise_cell(graph, i, &random);
    }
  }
}
