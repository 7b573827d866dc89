// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/fold.h"

#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/sources.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool
lmu_fold_is_possible(const LmuGraph* const graph)
{
  const LmuLayer* const last = &graph->layers[graph->n_layers - 1U];
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    for (uint32_t j = 0U; j < graph->layers[i].n_adds; ++j) {
      if (graph->layers[i].adds[j] == LMU_SOURCE_INPUT) {
        return false;
      }
    }
  }
  return last->type == LMU_LAYER_DENSE && last->activation == LMU_LINEAR &&
         !last->n_adds;
}

/// Multiply some rows of a parameter
static void
multiply(double* const  values,
         const uint32_t first_row,
         const uint32_t n_rows,
         const uint32_t n_columns,
         const double   gain)
{
  const size_t first = (size_t)first_row * n_columns;
  for (size_t i = 0U; values && i < (size_t)n_rows * n_columns; ++i) {
    values[first + i] *= gain;
  }
}

/// Multiply the rows of a kernel that read the network's input
static void
multiply_inputs(LmuGraph* const graph,
                const uint32_t  layer,
                const LmuRole   role,
                uint32_t        row,
                const double    gain)
{
  double* const  values  = lmu_layer_values(graph, layer, role);
  const uint32_t columns = graph->layers[layer].parameters[role].columns;
  const uint32_t signals = graph->n_inputs - graph->metadata.n_conditions;
  for (uint32_t i = 0U; i < lmu_layer_n_sources(&graph->layers[layer]); ++i) {
    const uint32_t source = lmu_layer_source(graph, layer, i);
    if (source == LMU_SOURCE_INPUT) {
      multiply(values, row, signals, columns, gain);
    }
    row += lmu_source_width(graph, source);
  }
}

void
lmu_fold_input(LmuGraph* const graph, const double gain)
{
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    const LmuLayer* const layer  = &graph->layers[i];
    const bool            memory = layer->type == LMU_LAYER_LMU;
    if (memory) {
      multiply_inputs(graph, i, LMU_KERNEL, 0U, gain);
    }
    if (lmu_layer_cell(layer) != LMU_CELL_NONE &&
        (!memory || layer->input_to_hidden)) {
      multiply_inputs(graph, i, LMU_CELL_KERNEL, lmu_layer_memory(layer), gain);
    }
  }
}

void
lmu_fold_output(LmuGraph* const graph, const double gain)
{
  static const LmuRole roles[] = {LMU_CELL_KERNEL, LMU_CELL_BIAS};
  const uint32_t       last    = graph->n_layers - 1U;
  for (uint32_t i = 0U; i < 2U; ++i) {
    const LmuParameter* const p = &graph->layers[last].parameters[roles[i]];
    multiply(
      lmu_layer_values(graph, last, roles[i]), 0U, p->rows, p->columns, gain);
  }
}
