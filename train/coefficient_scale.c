// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/coefficient_scale.h"

#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/sources.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/pass.h"
#include "train/real.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// RMS that a coefficient has for what reads it
#define LOUDNESS 0.5

/// Part of the loudest coefficient of a memory below which none is raised
#define LEAST 1e-3

/// Return the first sum of a layer, of all if it is one more than there are
static size_t
first_sum(const LmuTrainNetwork* const network, const uint32_t layer)
{
  size_t first = 0U;
  for (uint32_t i = 0U; i < layer; ++i) {
    first += lmu_layer_memory(&network->graph->layers[i]);
  }
  return first;
}

LmuCoefficientScale*
lmu_coefficient_scale_new(const LmuTrainNetwork* const network)
{
  LmuCoefficientScale* const scale =
    (LmuCoefficientScale*)calloc(1U, sizeof(LmuCoefficientScale));
  if (scale) {
    const size_t n = first_sum(network, network->graph->n_layers);
    scale->network = network;
    scale->sums    = (double*)calloc(n + 1U, sizeof(double));
  }
  if (scale && !scale->sums) {
    free(scale);
    return NULL;
  }
  return scale;
}

void
lmu_coefficient_scale_free(LmuCoefficientScale* const scale)
{
  if (scale) {
    free(scale->sums);
    free(scale);
  }
}

/// Return the sum of the squares of some lanes
static double
square_of(const LmuReal* const x, const uint32_t lanes)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < lanes; ++i) {
    sum += (double)x[i] * (double)x[i];
  }
  return sum;
}

void
lmu_coefficient_scale_add(LmuCoefficientScale* const scale,
                          const LmuTrainPass* const  pass,
                          const uint32_t             n_frames,
                          const uint32_t             lanes)
{
  double* sums = scale->sums;
  for (uint32_t i = 0U; i < scale->network->graph->n_layers; ++i) {
    const size_t n = lmu_layer_memory(&scale->network->graph->layers[i]);
    const LmuReal* const m = lmu_train_pass_memory(pass, i);
    for (size_t j = 0U; j < n * n_frames; ++j) {
      sums[j % n] += square_of(m + (j * lanes), lanes);
    }
    sums += n;
  }
  scale->n_added += (size_t)n_frames * lanes;
}

/// Return the scale of what reads a coefficient
static double
scale_of(const LmuCoefficientScale* const self,
         const uint32_t                   layer,
         const uint32_t                   coefficient)
{
  const double* const sums = self->sums + first_sum(self->network, layer);
  const uint32_t n     = lmu_layer_memory(&self->network->graph->layers[layer]);
  const double   count = fmax((double)self->n_added, 1.0);
  double         most  = 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    most = fmax(most, sqrt(sums[i] / count));
  }
  const double rms = sqrt(sums[coefficient] / count) + (LEAST * most);
  return (rms > 0.0 && isfinite(rms)) ? LOUDNESS / rms : 1.0;
}

/// Rows of a parameter that read coefficients
typedef struct {
  uint32_t layer; ///< Whose parameter it is
  LmuRole  role;
  uint32_t first_row;
  uint32_t memory; ///< Layer whose coefficients they read
} Reader;

/// Set the scales of some rows
static void
set_rows(const LmuCoefficientScale* const self,
         LmuAdam* const                   adam,
         const Reader* const              reader,
         const bool                       values)
{
  const LmuTrainGroup group =
    lmu_train_network_group(self->network, reader->layer, reader->role);
  const uint32_t n =
    lmu_layer_memory(&self->network->graph->layers[reader->memory]);
  for (uint32_t i = 0U; group.n_rows && i < n; ++i) {
    const double scale = scale_of(self, reader->memory, i);
    const size_t first =
      group.offset + ((size_t)(reader->first_row + i) * group.n_columns);
    for (size_t j = first; j < first + group.n_columns; ++j) {
      if (values) {
        adam->network->values[j] *= (LmuReal)(scale / (double)adam->scales[j]);
      }
      adam->scales[j] = (LmuReal)scale;
    }
  }
}

/// Set the scales of what reads the sources of a layer that are memories
static void
set_sources(const LmuCoefficientScale* const self,
            LmuAdam* const                   adam,
            Reader                           reader,
            const bool                       values)
{
  const LmuGraph* const graph = self->network->graph;
  const LmuLayer* const layer = &graph->layers[reader.layer];
  for (uint32_t i = 0U; i < lmu_layer_n_sources(layer); ++i) {
    const uint32_t source = lmu_layer_source(graph, reader.layer, i);
    if (source != LMU_SOURCE_INPUT &&
        lmu_layer_cell(&graph->layers[source]) == LMU_CELL_NONE) {
      reader.memory = source;
      set_rows(self, adam, &reader, values);
    }
    reader.first_row += lmu_source_width(graph, source);
  }
}

void
lmu_coefficient_scale_set(LmuCoefficientScale* const scale,
                          LmuAdam* const             adam,
                          const bool                 values)
{
  const LmuGraph* const graph = scale->network->graph;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    const LmuLayer* const layer  = &graph->layers[i];
    const bool            memory = layer->type == LMU_LAYER_LMU;
    const Reader          own    = {i, LMU_CELL_KERNEL, 0U, i};
    const Reader          back   = {i, LMU_MEMORY_RECURRENT, 0U, i};
    const Reader          input  = {i, LMU_KERNEL, 0U, 0U};
    const Reader hidden = {i, LMU_CELL_KERNEL, lmu_layer_memory(layer), 0U};
    if (memory) {
      set_rows(scale, adam, &own, values);
      set_rows(scale, adam, &back, values);
      set_sources(scale, adam, input, values);
    }
    if (lmu_layer_cell(layer) != LMU_CELL_NONE &&
        (!memory || layer->input_to_hidden)) {
      set_sources(scale, adam, hidden, values);
    }
  }
  memset(scale->sums,
         0,
         first_sum(scale->network, graph->n_layers) * sizeof(double));
  scale->n_added = 0U;
}
