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

/// A part of a graph that reads the input, and the bias beside it
typedef struct {
  LmuRole  kernel;
  LmuRole  bias;
  uint32_t first_row; ///< Rows of the kernel before those of the inputs
} Reader;

/// Set which kernels of a layer read its inputs, and return how many do
static uint32_t
find_readers(const LmuLayer* const layer, Reader readers[2])
{
  const bool is_memory = layer->type == LMU_LAYER_LMU;
  uint32_t   n         = 0U;
  if (is_memory) {
    readers[n++] = (Reader){LMU_KERNEL, LMU_BIAS, 0U};
  }
  if (lmu_layer_cell(layer) != LMU_CELL_NONE &&
      (!is_memory || layer->input_to_hidden)) {
    readers[n++] =
      (Reader){LMU_CELL_KERNEL, LMU_CELL_BIAS, lmu_layer_memory(layer)};
  }
  return n;
}

/* What is possible */

bool
lmu_fold_takes_input(const LmuGraph* const graph)
{
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    for (uint32_t j = 0U; j < graph->layers[i].n_adds; ++j) {
      if (graph->layers[i].adds[j] == LMU_SOURCE_INPUT) {
        return false;
      }
    }
  }
  return true;
}

/// Return whether a layer reads the network's input
static bool
reads_input(const LmuGraph* const graph, const uint32_t layer)
{
  const uint32_t n = lmu_layer_n_sources(&graph->layers[layer]);
  for (uint32_t i = 0U; i < n; ++i) {
    if (lmu_layer_source(graph, layer, i) == LMU_SOURCE_INPUT) {
      return true;
    }
  }
  return false;
}

bool
lmu_fold_shifts_input(const LmuGraph* const graph)
{
  bool works = lmu_fold_takes_input(graph);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    Reader         readers[2];
    const uint32_t n = find_readers(&graph->layers[i], readers);
    for (uint32_t j = 0U; j < n && reads_input(graph, i); ++j) {
      works = works && lmu_layer_values(graph, i, readers[j].bias);
    }
  }
  return works;
}

bool
lmu_fold_takes_output(const LmuGraph* const graph)
{
  const LmuLayer* const last = &graph->layers[graph->n_layers - 1U];
  return last->type == LMU_LAYER_DENSE && last->activation == LMU_LINEAR &&
         !last->n_adds;
}

bool
lmu_fold_is_possible(const LmuGraph* const graph)
{
  return lmu_fold_takes_input(graph) && lmu_fold_takes_output(graph);
}

/* Inputs */

/// Fold the gain of one input into a row, and its offset into the bias
static void
fold_row(double* const            row,
         double* const            bias,
         const uint32_t           n_columns,
         const LmuFoldGain* const gain)
{
  for (uint32_t i = 0U; i < n_columns; ++i) {
    row[i] *= gain->gain;
    if (bias) {
      bias[i] -= gain->offset * row[i];
    }
  }
}

/// Fold gains into the rows of a kernel that read the network's input
static void
fold_reader(LmuGraph* const          graph,
            const uint32_t           layer,
            const Reader* const      reader,
            const LmuFoldGain* const gains)
{
  double* const  values = lmu_layer_values(graph, layer, reader->kernel);
  double* const  bias   = lmu_layer_values(graph, layer, reader->bias);
  const uint32_t columns =
    graph->layers[layer].parameters[reader->kernel].columns;
  const uint32_t signals = graph->n_inputs - graph->metadata.n_conditions;
  size_t         row     = reader->first_row;
  for (uint32_t i = 0U; i < lmu_layer_n_sources(&graph->layers[layer]); ++i) {
    const uint32_t source = lmu_layer_source(graph, layer, i);
    for (uint32_t j = 0U; source == LMU_SOURCE_INPUT && j < signals; ++j) {
      fold_row(values + ((row + j) * columns), bias, columns, &gains[j]);
    }
    row += lmu_source_width(graph, source);
  }
}

void
lmu_fold_inputs(LmuGraph* const graph, const LmuFoldGain* const gains)
{
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    Reader         readers[2];
    const uint32_t n = find_readers(&graph->layers[i], readers);
    for (uint32_t j = 0U; j < n; ++j) {
      fold_reader(graph, i, &readers[j], gains);
    }
  }
}

void
lmu_fold_input(LmuGraph* const graph, const double gain)
{
  LmuFoldGain gains[LMU_MAX_UNITS];
  for (uint32_t i = 0U; i < LMU_MAX_UNITS; ++i) {
    gains[i] = (LmuFoldGain){gain, 0.0};
  }
  lmu_fold_inputs(graph, gains);
}

/* Outputs */

void
lmu_fold_outputs(LmuGraph* const graph, const LmuFoldGain* const gains)
{
  const uint32_t            last = graph->n_layers - 1U;
  const LmuParameter* const p =
    &graph->layers[last].parameters[LMU_CELL_KERNEL];
  double* const kernel = lmu_layer_values(graph, last, LMU_CELL_KERNEL);
  double* const bias   = lmu_layer_values(graph, last, LMU_CELL_BIAS);
  for (uint32_t j = 0U; j < p->columns; ++j) {
    for (uint32_t i = 0U; i < p->rows; ++i) {
      kernel[((size_t)i * p->columns) + j] *= gains[j].gain;
    }
    if (bias) {
      bias[j] = gains[j].gain * (bias[j] - gains[j].offset);
    }
  }
}

void
lmu_fold_output(LmuGraph* const graph, const double gain)
{
  LmuFoldGain gains[LMU_MAX_UNITS];
  for (uint32_t i = 0U; i < LMU_MAX_UNITS; ++i) {
    gains[i] = (LmuFoldGain){gain, 0.0};
  }
  lmu_fold_outputs(graph, gains);
}

LmuFoldGain
lmu_fold_inverse(const LmuFoldGain gain)
{
  const LmuFoldGain inverse = {1.0 / gain.gain, -gain.gain * gain.offset};
  return inverse;
}
