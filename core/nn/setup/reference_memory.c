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

LmuStatus
lmu_reference_memory_init(LmuReferenceMemory* const memory,
                          const LmuGraph* const     graph,
                          const uint32_t            layer,
                          const double              theta_factor)
{
  const LmuLayer* const l = &graph->layers[layer];
  const size_t          d = l->order;
  memory->order           = l->order;
  memory->channels        = l->memory_d;
  memory->ad              = (double*)calloc(d * d, sizeof(double));
  memory->bd              = (double*)calloc(d, sizeof(double));
  memory->next            = (double*)calloc(d, sizeof(double));
  if (!memory->ad || !memory->bd || !memory->next) {
    return LMU_NO_MEMORY;
  }
  if (l->stored && !(theta_factor < 1.0) && !(theta_factor > 1.0)) {
    memcpy(memory->ad,
           lmu_layer_values(graph, layer, LMU_AD),
           sizeof(double) * d * d);
    memcpy(
      memory->bd, lmu_layer_values(graph, layer, LMU_BD), sizeof(double) * d);
    return LMU_SUCCESS;
  }

  const LmuStatus status = lmu_discretise(memory->ad,
                                          memory->bd,
                                          l->order,
                                          l->theta * theta_factor,
                                          l->method,
                                          l->stages);
  lmu_step_to_paper(memory->ad, memory->bd, l->order);
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
    double* const past = m + (c * d);
    for (size_t i = 0U; i < d; ++i) {
      memory->next[i] = memory->bd[i] * u[c];
      for (size_t j = 0U; j < d; ++j) {
        memory->next[i] += memory->ad[(i * d) + j] * past[j];
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
