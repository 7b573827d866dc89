// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/parameters.h"

#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

size_t
lmu_parameter_count(const LmuParameter* const parameter)
{
  return (size_t)parameter->rows * parameter->columns;
}

bool
lmu_parameter_fits(const LmuParameter* const x, const LmuParameter* const y)
{
  return x->rows == y->rows && (!x->rows || x->columns == y->columns);
}

uint32_t
lmu_cell_gates(const LmuCell cell)
{
  switch (cell) {
  case LMU_CELL_NONE:
    return 0U;
  case LMU_CELL_LSTM:
    return 4U;
  case LMU_CELL_GRU:
    return 3U;
  case LMU_CELL_DENSE:
  case LMU_CELL_SIMPLE_RNN:
    break;
  }
  return 1U;
}

bool
lmu_cell_recurs(const LmuCell cell)
{
  return cell != LMU_CELL_NONE && cell != LMU_CELL_DENSE;
}

/// Set a row of the table, where no rows stand for what a layer has not
static void
set(LmuParameter* const parameter,
    const char* const   name,
    const uint32_t      rows,
    const uint32_t      columns)
{
  parameter->name      = name;
  parameter->rows      = rows;
  parameter->columns   = columns;
  parameter->trainable = true;
}

/// Describe what a memory has
static void
describe_memory(const LmuLayer* const layer, LmuParameter table[LMU_N_ROLES])
{
  const uint32_t d   = layer->order;
  const uint32_t n_u = layer->memory_d;
  const uint32_t h   = layer->hidden_to_memory ? layer->n_outputs : 0U;

  set(&table[LMU_KERNEL], "kernel", layer->n_inputs + h, n_u);
  set(&table[LMU_BIAS], "bias", layer->memory_bias ? 1U : 0U, n_u);
  set(&table[LMU_MEMORY_RECURRENT],
      "recurrent_kernel",
      layer->memory_to_memory ? n_u * d : 0U,
      n_u);
  set(&table[LMU_AD], "ad", layer->stored ? d : 0U, d);
  set(&table[LMU_BD], "bd", layer->stored ? 1U : 0U, d);
  table[LMU_BIAS].vector   = true;
  table[LMU_BIAS].optional = true;
  table[LMU_BD].vector     = true;
  table[LMU_AD].trainable  = false;
  table[LMU_BD].trainable  = false;
}

/// Describe what a cell of some inputs has
static void
describe_cell(const LmuLayer* const layer,
              const uint32_t        n_inputs,
              LmuParameter          table[LMU_N_ROLES])
{
  const bool     inner   = layer->type == LMU_LAYER_LMU;
  const LmuCell  cell    = lmu_layer_cell(layer);
  const uint32_t columns = lmu_layer_gates(layer) * layer->units;
  const uint32_t n_bias =
    (cell == LMU_CELL_GRU && layer->reset_after) ? 2U : 1U;

  set(&table[LMU_CELL_KERNEL],
      inner ? "hidden.kernel" : "kernel",
      n_inputs,
      columns);
  set(&table[LMU_CELL_RECURRENT],
      inner ? "hidden.recurrent_kernel" : "recurrent_kernel",
      lmu_cell_recurs(cell) ? layer->units : 0U,
      columns);
  set(&table[LMU_CELL_BIAS],
      inner ? "hidden.bias" : "bias",
      layer->cell_bias ? n_bias : 0U,
      columns);
  table[LMU_CELL_BIAS].vector   = n_bias == 1U;
  table[LMU_CELL_BIAS].optional = true;
}

void
lmu_layer_describe(const LmuLayer* const layer, LmuParameter table[LMU_N_ROLES])
{
  memset(table, 0, LMU_N_ROLES * sizeof(table[0]));
  if (layer->type != LMU_LAYER_LMU) {
    describe_cell(layer, layer->n_inputs, table);
    return;
  }

  describe_memory(layer, table);
  if (layer->cell != LMU_CELL_NONE) {
    describe_cell(layer,
                  lmu_layer_memory(layer) +
                    (layer->input_to_hidden ? layer->n_inputs : 0U),
                  table);
  }
}

uint32_t
lmu_layer_n_trainable(const LmuLayer* const layer)
{
  size_t n = 0U;
  for (uint32_t i = 0U; i < LMU_N_ROLES; ++i) {
    const LmuParameter* const parameter = &layer->parameters[i];
    n += parameter->trainable ? lmu_parameter_count(parameter) : 0U;
  }
  return (uint32_t)n;
}

uint32_t
lmu_graph_n_trainable(const LmuGraph* const graph)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    n += lmu_layer_n_trainable(&graph->layers[i]);
  }
  return n;
}
