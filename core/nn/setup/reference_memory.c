// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/reference_memory.h"

#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/paper_scale.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static LmuStatus
allocate(LmuReferenceMemory* const memory, const LmuLayer* const layer)
{
  const size_t d   = layer->order;
  memory->order    = layer->order;
  memory->channels = layer->memory_d;
  memory->n_steps  = layer->n_thetas ? layer->memory_d : 1U;
  memory->ad       = (double*)calloc(memory->n_steps * d * d, sizeof(double));
  memory->bd       = (double*)calloc(memory->n_steps * d, sizeof(double));
  memory->next     = (double*)calloc(d, sizeof(double));
  return (memory->ad && memory->bd && memory->next) ? LMU_SUCCESS
                                                    : LMU_NO_MEMORY;
}

LmuStatus
lmu_reference_memory_init(LmuReferenceMemory* const memory,
                          const LmuGraph* const     graph,
                          const uint32_t            layer,
                          const double              theta_factor)
{
  const LmuLayer* const l      = &graph->layers[layer];
  const size_t          d      = l->order;
  LmuStatus             status = allocate(memory, l);
  if (!status && l->stored && !(theta_factor < 1.0) && !(theta_factor > 1.0)) {
    memcpy(memory->ad,
           lmu_layer_values(graph, layer, LMU_AD),
           sizeof(double) * d * d);
    memcpy(
      memory->bd, lmu_layer_values(graph, layer, LMU_BD), sizeof(double) * d);
    return LMU_SUCCESS;
  }

  for (uint32_t i = 0U; !status && i < memory->n_steps; ++i) {
    double* const ad = memory->ad + (i * d * d);
    double* const bd = memory->bd + (i * d);
    status           = lmu_discretise(ad,
                            bd,
                            l->order,
                            lmu_layer_theta(l, i) * theta_factor,
                            l->method,
                            l->stages);
    lmu_step_to_paper(ad, bd, l->order);
  }
  return status;
}

void
lmu_reference_memory_clear(LmuReferenceMemory* const memory)
{
  free(memory->next);
  free(memory->bd);
  free(memory->ad);
  memset(memory, 0, sizeof(*memory));
}

void
lmu_reference_memory_step(const LmuReferenceMemory* const memory,
                          double* const                   m,
                          const double* const             u)
{
  const size_t d = memory->order;
  for (uint32_t c = 0U; c < memory->channels; ++c) {
    const size_t        k    = (memory->n_steps > 1U) ? c : 0U;
    const double* const ad   = memory->ad + (k * d * d);
    const double* const bd   = memory->bd + (k * d);
    double* const       past = m + (c * d);
    for (size_t i = 0U; i < d; ++i) {
      memory->next[i] = bd[i] * u[c];
      for (size_t j = 0U; j < d; ++j) {
        memory->next[i] += ad[(i * d) + j] * past[j];
      }
    }
    memcpy(past, memory->next, d * sizeof(double));
  }
}

void
lmu_reference_multiply(double* const       y,
                       const double* const x,
                       const uint32_t      rows,
                       const double* const kernel,
                       const uint32_t      columns)
{
  for (uint32_t i = 0U; kernel && i < rows; ++i) {
    for (uint32_t j = 0U; j < columns; ++j) {
      y[j] += x[i] * kernel[((size_t)i * columns) + j];
    }
  }
}
