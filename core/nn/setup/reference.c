// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/reference.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/reference_cell.h"
#include "core/nn/setup/reference_memory.h"
#include "core/nn/setup/sources.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// One layer that runs
typedef struct {
  LmuReferenceMemory memory; ///< Of an LMU
  double*            m;      ///< [memory_d][order]
  double*            h;      ///< [n_outputs]
  double*            c;      ///< [units]
  double*            u;      ///< [memory_d]
  double*            gates;  ///< [2][gates * units]
  double*            x;      ///< What it takes, [n_inputs]
  double*            output; ///< h and what is added to it, [n_outputs]
  size_t             n_gates;
} Layer;

struct LmuReferenceImpl {
  const LmuGraph* graph;
  Layer           layers[LMU_MAX_LAYERS];
};

/// Return numbers, also if there are none
static double*
numbers(const size_t count)
{
  return (double*)calloc(count + 1U, sizeof(double));
}

static LmuStatus
init_layer(Layer* const          self,
           const LmuGraph* const graph,
           const uint32_t        index,
           const double          theta_factor)
{
  const LmuLayer* const layer = &graph->layers[index];
  self->n_gates               = (size_t)lmu_layer_gates(layer) * layer->units;
  self->m                     = numbers(lmu_layer_memory(layer));
  self->h                     = numbers(layer->n_outputs);
  self->c                     = numbers(layer->units);
  self->u                     = numbers(layer->memory_d);
  self->gates                 = numbers(2U * self->n_gates);
  self->x                     = numbers(layer->n_inputs);
  self->output                = numbers(layer->n_outputs);
  if (!self->m || !self->h || !self->c || !self->u || !self->gates ||
      !self->x || !self->output) {
    return LMU_NO_MEMORY;
  }
  return (layer->type == LMU_LAYER_LMU)
           ? lmu_reference_memory_init(
               &self->memory, graph, index, theta_factor)
           : LMU_SUCCESS;
}

LmuStatus
lmu_reference_new(LmuReference** const  reference,
                  const LmuGraph* const graph,
                  const double          theta_factor,
                  LmuError* const       error)
{
  LmuReference* const self   = (LmuReference*)calloc(1, sizeof(LmuReference));
  LmuStatus           status = self ? LMU_SUCCESS : LMU_NO_MEMORY;
  for (uint32_t i = 0U; !status && i < graph->n_layers; ++i) {
    self->graph = graph;
    status      = init_layer(&self->layers[i], graph, i, theta_factor);
  }

  *reference = status ? NULL : self;
  if (status) {
    lmu_reference_free(self);
    return lmu_error_status(error, status);
  }
  return LMU_SUCCESS;
}

void
lmu_reference_free(LmuReference* const reference)
{
  for (uint32_t i = 0U; reference && i < LMU_MAX_LAYERS; ++i) {
    Layer* const layer = &reference->layers[i];
    lmu_reference_memory_clear(&layer->memory);
    free(layer->output);
    free(layer->x);
    free(layer->gates);
    free(layer->u);
    free(layer->c);
    free(layer->h);
    free(layer->m);
  }
  free(reference);
}

/// Set what goes into the memory, and advance it
static void
step_memory(Layer* const          self,
            const LmuGraph* const graph,
            const uint32_t        index)
{
  const LmuLayer* const layer  = &graph->layers[index];
  const uint32_t        n_u    = layer->memory_d;
  const double* const   kernel = lmu_layer_values(graph, index, LMU_KERNEL);
  const double* const   bias   = lmu_layer_values(graph, index, LMU_BIAS);
  for (uint32_t i = 0U; i < n_u; ++i) {
    self->u[i] = bias ? bias[i] : 0.0;
  }

  lmu_reference_multiply(self->u, self->x, layer->n_inputs, kernel, n_u);
  if (layer->hidden_to_memory) {
    lmu_reference_multiply(self->u,
                           self->h,
                           layer->n_outputs,
                           kernel + ((size_t)layer->n_inputs * n_u),
                           n_u);
  }
  lmu_reference_multiply(self->u,
                         self->m,
                         n_u * layer->order,
                         lmu_layer_values(graph, index, LMU_MEMORY_RECURRENT),
                         n_u);
  lmu_reference_memory_step(&self->memory, self->m, self->u);
}

/// Set what m and x add to gates, and advance the cell
static void
step_cell(Layer* const self, const LmuGraph* const graph, const uint32_t index)
{
  const LmuLayer* const  layer = &graph->layers[index];
  const uint32_t         n     = (uint32_t)self->n_gates;
  const uint32_t         n_m   = lmu_layer_memory(layer);
  const LmuReferenceCell cell  = {
     layer,
     lmu_layer_values(graph, index, LMU_CELL_RECURRENT),
     lmu_layer_values(graph, index, LMU_CELL_BIAS)};
  const double* const kernel = lmu_layer_values(graph, index, LMU_CELL_KERNEL);

  memset(self->gates, 0, sizeof(double) * n);
  lmu_reference_multiply(self->gates, self->m, n_m, kernel, n);
  if (layer->type != LMU_LAYER_LMU || layer->input_to_hidden) {
    lmu_reference_multiply(
      self->gates, self->x, layer->n_inputs, kernel + ((size_t)n_m * n), n);
  }
  lmu_reference_cell_step(&cell, self->gates, self->h, self->c);
}

/// Return the numbers of a source
static const double*
numbers_of(const LmuReference* const self,
           const double* const       input,
           const uint32_t            source)
{
  return (source == LMU_SOURCE_INPUT) ? input : self->layers[source].output;
}

/// Set what a layer takes: its sources, one behind the other
static void
take(LmuReference* const self, const uint32_t index, const double* const input)
{
  const LmuGraph* const graph = self->graph;
  double*               x     = self->layers[index].x;
  for (uint32_t i = 0U; i < lmu_layer_n_sources(&graph->layers[index]); ++i) {
    const uint32_t source = lmu_layer_source(graph, index, i);
    const uint32_t width  = lmu_source_width(graph, source);
    memcpy(x, numbers_of(self, input, source), sizeof(double) * width);
    x += width;
  }
}

/// Set what a layer puts out: its state, and what is added
static void
put_out(LmuReference* const self,
        const uint32_t      index,
        const double* const input)
{
  const LmuLayer* const layer = &self->graph->layers[index];
  Layer* const          l     = &self->layers[index];
  memcpy(l->output, l->h, sizeof(double) * layer->n_outputs);
  for (uint32_t i = 0U; i < layer->n_adds; ++i) {
    const double* const added = numbers_of(self, input, layer->adds[i]);
    for (uint32_t j = 0U; j < layer->n_outputs; ++j) {
      l->output[j] += added[j];
    }
  }
}

static void
step_layer(Layer* const self, const LmuGraph* const graph, const uint32_t index)
{
  const LmuLayer* const layer = &graph->layers[index];
  if (layer->type == LMU_LAYER_LMU) {
    step_memory(self, graph, index);
  }
  if (lmu_layer_cell(layer) == LMU_CELL_NONE) {
    memcpy(self->h, self->m, sizeof(double) * layer->n_outputs);
  } else {
    step_cell(self, graph, index);
  }
}

void
lmu_reference_step(LmuReference* const reference,
                   const double* const input,
                   double* const       output)
{
  const LmuGraph* const graph = reference->graph;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    take(reference, i, input);
    step_layer(&reference->layers[i], graph, i);
    put_out(reference, i, input);
  }
  memcpy(output,
         reference->layers[graph->n_layers - 1U].output,
         sizeof(double) * graph->n_outputs);
}
