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

uint32_t
lmu_row_groups(const LmuLayer* const layer)
{
  return (lmu_layer_cell(layer) == LMU_CELL_GRU) ? 4U : lmu_layer_gates(layer);
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
  const size_t   steps  = (size_t)matrix->n_steps * matrix->order;
  matrix->step          = zeros(steps, matrix->order);
  matrix->drive         = zeros(steps, 1U);
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
  const LmuLayer* const layer  = source->layer;
  const size_t          n      = (size_t)lmu_layer_gates(layer) * layer->units;
  const double*         kernel = source->values[LMU_CELL_KERNEL] + column;
  const bool hears = layer->type != LMU_LAYER_LMU || layer->input_to_hidden;
  for (uint32_t j = 0U; j < matrix->memory; ++j) {
    row[j] = kernel[j * n] * matrix->scale[j];
  }

  kernel += matrix->memory * n;
  double* const x = row + matrix->memory + matrix->hidden;
  for (uint32_t j = 0U; hears && j < matrix->inputs; ++j) {
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
  const size_t          n      = (size_t)lmu_layer_gates(layer) * layer->units;
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
  const uint32_t        n_gates = lmu_layer_gates(layer);
  const bool            gru     = lmu_layer_cell(layer) == LMU_CELL_GRU;
  const uint32_t        units   = layer->units;
  const uint32_t        column  = (gate * units) + unit;
  const uint32_t        padded  = lmu_padded(units);
  const bool            apart   = gru && gate == 2U;
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
  if (bias && gru && layer->reset_after) {
    matrix->gates_base[past] += bias[(n_gates * units) + column];
  }
}

static void
fill_gates(LmuLayerMatrix* const matrix, const Source* const source)
{
  const LmuLayer* const layer = source->layer;
  for (uint32_t gate = 0U; gate < lmu_layer_gates(layer); ++gate) {
    for (uint32_t unit = 0U; unit < layer->units; ++unit) {
      fill_gate(matrix, source, gate, unit);
    }
  }
}

static void
set_sizes(LmuLayerMatrix* const matrix, const LmuLayer* const layer)
{
  const bool memory = lmu_layer_memory(layer) > 0U;
  const bool recurs = (memory && layer->hidden_to_memory) ||
                      lmu_cell_recurs(lmu_layer_cell(layer));

  memset(matrix, 0, sizeof(*matrix));
  matrix->order    = memory ? layer->order : 0U;
  matrix->channels = memory ? layer->memory_d : 0U;
  matrix->n_steps  = (memory && !layer->n_thetas) ? 1U : matrix->channels;
  matrix->memory   = matrix->order * matrix->channels;
  matrix->inputs   = layer->n_inputs;
  matrix->units    = layer->units;
  matrix->hidden   = recurs ? layer->units : 0U;
  matrix->columns  = matrix->memory + matrix->inputs + matrix->hidden;
  matrix->rows     = lmu_row_groups(layer) * lmu_padded(layer->units);
}

static LmuStatus
fill_steps(LmuLayerMatrix* const matrix,
           const LmuLayer* const layer,
           const double          theta_factor)
{
  const size_t order  = matrix->order;
  LmuStatus    status = LMU_SUCCESS;
  for (uint32_t i = 0U; !status && i < matrix->n_steps; ++i) {
    status = lmu_discretise(matrix->step + (i * order * order),
                            matrix->drive + (i * order),
                            layer->order,
                            lmu_layer_theta(layer, i) * theta_factor,
                            layer->method,
                            layer->stages);
  }
  return status;
}

LmuStatus
lmu_layer_matrix_init(LmuLayerMatrix* const matrix,
                      const LmuGraph* const graph,
                      const uint32_t        index,
                      const double          theta_factor,
                      const bool            stored)
{
  const Source source = source_of(graph, index);
  set_sizes(matrix, source.layer);
  if (!allocate(matrix)) {
    return LMU_NO_MEMORY;
  }

  for (uint32_t i = 0U; i < matrix->memory; ++i) {
    matrix->scale[i] = lmu_paper_scale(i % matrix->order);
  }
  fill_encode(matrix, &source);
  fill_gates(matrix, &source);
  if (stored) {
    copy_step(matrix, &source);
    return LMU_SUCCESS;
  }
  return fill_steps(matrix, source.layer, theta_factor);
}

const double*
lmu_layer_matrix_step(const LmuLayerMatrix* const matrix,
                      const uint32_t              channel)
{
  const size_t k = (matrix->n_steps > 1U) ? channel : 0U;
  return matrix->step + (k * matrix->order * matrix->order);
}

const double*
lmu_layer_matrix_drive(const LmuLayerMatrix* const matrix,
                       const uint32_t              channel)
{
  const size_t k = (matrix->n_steps > 1U) ? channel : 0U;
  return matrix->drive + (k * matrix->order);
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
