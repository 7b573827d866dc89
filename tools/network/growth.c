// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/network/growth.h"

#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/reference_memory.h"
#include "tools/base/allocate.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PRODUCTS 4e8 // Multiply-adds, well below a second
#define MIN_STEPS 64.0   // Fewer say nothing
#define MAX_STEPS 20000.0

/// A memory that hears itself alone
typedef struct {
  LmuReferenceMemory memory;
  const double*      kernel; ///< Recurrent, [n_channels * order][n_channels]
  uint32_t           n_channels;
  uint32_t           count; ///< Numbers of m
  double*            m;     ///< [n_channels][order]
  double*            u;     ///< [n_channels]
} Loop;

static void
step(Loop* const self)
{
  memset(self->u, 0, self->n_channels * sizeof(double));
  lmu_reference_multiply(
    self->u, self->m, self->count, self->kernel, self->n_channels);
  lmu_reference_memory_step(&self->memory, self->m, self->u);
}

/// Scale the memory to length 1, and return its logarithm before
static double
normalise(Loop* const self)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < self->count; ++i) {
    sum += self->m[i] * self->m[i];
  }

  const double length = sqrt(sum);
  for (uint32_t i = 0U; i < self->count; ++i) {
    self->m[i] = (length > 0.0) ? self->m[i] / length : 0.0;
  }
  return log(length);
}

/// Step so often, and return the growth of the second half a step
static double
iterate(Loop* const self, const uint32_t n_steps)
{
  const uint32_t half = n_steps / 2U;
  double         sum  = 0.0;
  for (uint32_t i = 0U; i < self->count; ++i) {
    self->m[i] = cos((double)i + 1.0); // Any that is in no subspace
  }

  (void)normalise(self);
  for (uint32_t i = 0U; i < n_steps; ++i) {
    step(self);
    const double growth = normalise(self);
    sum += (i >= half) ? growth : 0.0;
  }
  return exp(sum / (n_steps - half));
}

double
lmu_memory_growth(const LmuGraph* const graph, const uint32_t layer)
{
  const LmuLayer* const l        = &graph->layers[layer];
  const uint32_t        count    = lmu_layer_memory(l);
  const double          products = (double)count * (l->order + l->memory_d);
  const double          n_steps  = fmin(MAX_PRODUCTS / products, MAX_STEPS);
  if (n_steps < MIN_STEPS) {
    return 0.0;
  }

  Loop self = {{0U, 0U, 0U, NULL, NULL, NULL},
               lmu_layer_values(graph, layer, LMU_MEMORY_RECURRENT),
               l->memory_d,
               count,
               (double*)lmu_allocate(count, sizeof(double)),
               (double*)lmu_allocate(l->memory_d, sizeof(double))};

  const double growth =
    lmu_reference_memory_init(&self.memory, graph, layer, 1.0)
      ? 0.0
      : iterate(&self, (uint32_t)n_steps);
  lmu_reference_memory_clear(&self.memory);
  free(self.u);
  free(self.m);
  return growth;
}
