// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/layer_matrix.h"

#include "core/base/status.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/paper_scale.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

uint32_t
lmu_padded(const uint32_t count)
{
  return ((count + LMU_LANES - 1U) / LMU_LANES) * LMU_LANES;
}

/// Groups of rows that the gates of a cell need
static uint32_t
groups(const LmuCell cell)
{
  return (cell == LMU_CELL_GRU) ? 4U : lmu_cell_gates(cell);
}

static double*
zeros(const size_t rows, const size_t columns)
{
  const size_t count = rows * columns;
  return (double*)calloc(count ? count : 1U, sizeof(double));
}

static bool
allocate(LmuLayerMatrix* const matrix)
{
  const uint32_t padded = lmu_padded(matrix->units);
  matrix->step          = zeros(matrix->order, matrix->order);
  matrix->drive         = zeros(matrix->order, 1U);
  matrix->encode        = zeros(matrix->channels, matrix->columns);
  matrix->encode_base   = zeros(matrix->channels, 1U);
  matrix->gates         = zeros(matrix->rows, matrix->columns);
  matrix->gates_base    = zeros(matrix->rows, 1U);
  matrix->candidate     = zeros(padded, matrix->units);
  matrix->scale         = zeros(matrix->memory, 1U);
  return matrix->step && matrix->drive && matrix->encode &&
         matrix->encode_base && matrix->gates && matrix->gates_base &&
         matrix->candidate && matrix->scale;
}

/// A layer and its parameters
typedef struct {
  const LmuLayer* layer;
  const double*   values[LMU_N_ROLES]; ///< By LmuRole, null if it has it not
} Source;

static Source
source_of(const LmuGraph* const graph, const uint32_t index)
{
  Source source = {&graph->layers[index], {NULL}};
  for (uint32_t i = 0U; i < LMU_N_ROLES; ++i) {
    source.values[i] = lmu_layer_values(graph, index, (LmuRole)i);
  }
  return source;
}

/// Take the layer's own step, in the orthonormal basis
static void
copy_step(LmuLayerMatrix* const matrix, const Source* const source)
{
  const size_t order = matrix->order;
  memcpy(matrix->step, source->values[LMU_AD], order * order * sizeof(double));
  memcpy(matrix->drive, source->values[LMU_BD], order * sizeof(double));
  lmu_step_from_paper(matrix->step, matrix->drive, matrix->order);
}

static void
fill_encode(LmuLayerMatrix* const matrix, const Source* const source)
{
  const uint32_t      n_u    = matrix->channels;
  const double* const bias   = source->values[LMU_BIAS];
  const double* const recurs = source->values[LMU_MEMORY_RECURRENT];
  const bool          hears  = source->layer->hidden_to_memory;
  for (uint32_t c = 0U; c < n_u; ++c) {
    double* const row      = matrix->encode + ((size_t)c * matrix->columns);
    matrix->encode_base[c] = bias ? bias[c] : 0.0;
    for (uint32_t j = 0U; recurs && j < matrix->memory; ++j) {
      row[j] = recurs[(j * n_u) + c] * matrix->scale[j];
    }

    // The kernel's rows are x, then h
    double* const       h      = row + matrix->memory;
    double* const       x      = h + matrix->hidden;
    const double* const kernel = source->values[LMU_KERNEL] + c;
    for (uint32_t j = 0U; j < matrix->inputs; ++j) {
      x[j] = kernel[j * n_u];
    }
    for (uint32_t j = 0U; hears && j < matrix->hidden; ++j) {
      h[j] = kernel[(matrix->inputs + j) * n_u];
    }
  }
}

/// Fill m and x in the row of one unit's gate, column `column` of the kernels
static void
fill_row(const LmuLayerMatrix* const matrix,
         const Source* const         source,
         const uint32_t              column,
         double* const               row)
{
  const LmuLayer* const layer = source->layer;
  const size_t          n = (size_t)lmu_cell_gates(layer->cell) * layer->units;
  const double*         kernel = source->values[LMU_CELL_KERNEL] + column;
  for (uint32_t j = 0U; j < matrix->memory; ++j) {
    row[j] = kernel[j * n] * matrix->scale[j];
  }

  kernel += matrix->memory * n;
  double* const x = row + matrix->memory + matrix->hidden;
  for (uint32_t j = 0U; layer->input_to_hidden && j < matrix->inputs; ++j) {
    x[j] = kernel[j * n];
  }
}

/// Fill the columns of h in a row
static void
fill_recurrent(const Source* const source,
               const uint32_t      column,
               double* const       row)
{
  const LmuLayer* const layer  = source->layer;
  const double* const   kernel = source->values[LMU_CELL_RECURRENT];
  const size_t          n = (size_t)lmu_cell_gates(layer->cell) * layer->units;
  for (uint32_t j = 0U; kernel && j < layer->units; ++j) {
    row[j] = kernel[(j * n) + column];
  }
}

/// Fill the rows of one unit's gate
static void
fill_gate(LmuLayerMatrix* const matrix,
          const Source* const   source,
          const uint32_t        gate,
          const uint32_t        unit)
{
  const LmuLayer* const layer   = source->layer;
  const uint32_t        n_gates = lmu_cell_gates(layer->cell);
  const uint32_t        units   = layer->units;
  const uint32_t        column  = (gate * units) + unit;
  const uint32_t        padded  = lmu_padded(units);
  const bool            apart   = layer->cell == LMU_CELL_GRU && gate == 2U;
  const uint32_t        at      = (gate * padded) + unit;
  const uint32_t        past    = apart ? (3U * padded) + unit : at;

  fill_row(
    matrix, source, column, matrix->gates + ((size_t)at * matrix->columns));
  if (apart && !layer->reset_after) {
    fill_recurrent(source, column, matrix->candidate + ((size_t)unit * units));
  } else {
    fill_recurrent(source,
                   column,
                   matrix->gates + ((size_t)past * matrix->columns) +
                     matrix->memory);
  }

  const double* const bias = source->values[LMU_CELL_BIAS];
  matrix->gates_base[at] += bias ? bias[column] : 0.0;
  if (bias && layer->cell == LMU_CELL_GRU && layer->reset_after) {
    matrix->gates_base[past] += bias[(n_gates * units) + column];
  }
}

static void
fill_gates(LmuLayerMatrix* const matrix, const Source* const source)
{
  const LmuLayer* const layer = source->layer;
  for (uint32_t gate = 0U; gate < lmu_cell_gates(layer->cell); ++gate) {
    for (uint32_t unit = 0U; unit < layer->units; ++unit) {
      fill_gate(matrix, source, gate, unit);
    }
  }
}

LmuStatus
lmu_layer_matrix_init(LmuLayerMatrix* const matrix,
                      const LmuGraph* const graph,
                      const uint32_t        index,
                      const double          theta,
                      const bool            stored)
{
  const Source          source = source_of(graph, index);
  const LmuLayer* const layer  = source.layer;
  const bool recurs = layer->hidden_to_memory || lmu_cell_recurs(layer->cell);

  memset(matrix, 0, sizeof(*matrix));
  matrix->order    = layer->order;
  matrix->channels = layer->memory_d;
  matrix->memory   = layer->order * layer->memory_d;
  matrix->inputs   = layer->n_inputs;
  matrix->units    = layer->units;
  matrix->hidden   = recurs ? layer->units : 0U;
  matrix->columns  = matrix->memory + matrix->inputs + matrix->hidden;
  matrix->rows     = groups(layer->cell) * lmu_padded(layer->units);
  if (!allocate(matrix)) {
    return LMU_NO_MEMORY;
  }

  for (uint32_t i = 0U; i < matrix->memory; ++i) {
    matrix->scale[i] = lmu_paper_scale(i % layer->order);
  }
  fill_encode(matrix, &source);
  fill_gates(matrix, &source);
  if (stored) {
    copy_step(matrix, &source);
    return LMU_SUCCESS;
  }
  return lmu_discretise(matrix->step,
                        matrix->drive,
                        layer->order,
                        theta,
                        layer->method,
                        layer->stages);
}

void
lmu_layer_matrix_clear(LmuLayerMatrix* const matrix)
{
  free(matrix->scale);
  free(matrix->candidate);
  free(matrix->gates_base);
  free(matrix->gates);
  free(matrix->encode_base);
  free(matrix->encode);
  free(matrix->drive);
  free(matrix->step);
  memset(matrix, 0, sizeof(*matrix));
}
