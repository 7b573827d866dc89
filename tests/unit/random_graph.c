// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/unit/random_graph.h"

#include "core/rt/cell.h"
#include "core/setup/discretise.h"
#include "core/setup/error.h"
#include "core/setup/graph.h"
#include "core/status.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Return weights that keep the size of what they are multiplied with
static double*
weights_of(const uint32_t rows, const uint32_t columns, uint32_t* const noise)
{
  const size_t  count  = (size_t)rows * columns;
  const double  scale  = 1.0 / sqrt(rows + 1.0);
  double* const values = (double*)calloc(count + 1U, sizeof(double));
  ck_assert_ptr_nonnull(values);
  for (size_t i = 0U; i < count; ++i) {
    values[i] = scale * (double)next_noise(noise);
  }
  return values;
}

void
random_graph_fill(LmuGraph* const graph, const uint32_t seed)
{
  uint32_t noise = seed;
  LmuError error = {""};
  ck_assert_msg(!lmu_graph_check_sizes(graph, &error), "%s", error.text);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    LmuWeights weights[LMU_N_WEIGHTS];
    lmu_layer_weights(&graph->layers[i], weights);
    for (uint32_t j = 0U; j < LMU_N_WEIGHTS; ++j) {
      if (weights[j].rows) {
        *weights[j].values =
          weights_of(weights[j].rows, weights[j].columns, &noise);
      }
    }
  }
  ck_assert_msg(!lmu_graph_check(graph, &error), "%s", error.text);
}

LmuGraph*
random_graph_new(const uint32_t order, const uint32_t units, const LmuCell cell)
{
  LmuGraph* const graph = lmu_graph_new();
  ck_assert_ptr_nonnull(graph);

  const bool      hidden  = cell != LMU_CELL_NONE;
  LmuLayer* const layer   = &graph->layers[0];
  layer->type             = LMU_LAYER_LMU;
  layer->order            = order;
  layer->memory_d         = 1U;
  layer->theta            = 2.5 * order + 3.0;
  layer->method           = LMU_ZOH;
  layer->cell             = cell;
  layer->units            = hidden ? units : 0U;
  layer->activation       = hidden ? LMU_TANH : LMU_LINEAR;
  layer->hidden_to_memory = hidden;
  layer->memory_to_memory = true;
  layer->input_to_hidden  = hidden;
  layer->recurrent_activation =
    (cell == LMU_CELL_LSTM || cell == LMU_CELL_GRU) ? LMU_SIGMOID : LMU_LINEAR;

  LmuLayer* const dense = &graph->layers[1];
  dense->type           = LMU_LAYER_DENSE;
  dense->units          = 1U;
  layer->n_inputs       = 1U;
  graph->n_layers       = 2U;
  random_graph_fill(graph, order + (100U * units) + (uint32_t)cell + 1U);
  return graph;
}
