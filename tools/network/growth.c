// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/network/growth.h"

#include "core/memory/setup/paper_scale.h"
#include "tools/base/allocate.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PRODUCTS 4e8 // Multiply-adds, well below a second
#define MIN_STEPS 64.0   // Fewer say nothing
#define MAX_STEPS 20000.0

/// A memory that steps, in the orthonormal basis or the paper's
typedef struct {
  const LmuLayer* layer;
  double*         ad; ///< [order][order]
  double*         bd; ///< [order]
  double*         m;  ///< [memory_d][order]
  double*         next;
} Loop;

/// Set Ad and Bd, as the paper scales m
static bool
set_step(Loop* const self)
{
  const LmuLayer* const layer = self->layer;
  const uint32_t        order = layer->order;
  if (layer->stored) {
    memcpy(self->ad, layer->ad, (size_t)order * order * sizeof(double));
    memcpy(self->bd, layer->bd, order * sizeof(double));
    return true;
  }
  if (lmu_discretise(self->ad,
                     self->bd,
                     order,
                     layer->theta,
                     layer->method,
                     layer->stages)) {
    return false;
  }
  lmu_step_to_paper(self->ad, self->bd, order);
  return true;
}

/// Return what the memory feeds back to a channel
static double
feedback(const Loop* const self, const uint32_t channel)
{
  const uint32_t n_channels = self->layer->memory_d;
  const uint32_t count      = n_channels * self->layer->order;
  double         sum        = 0.0;
  for (uint32_t i = 0U; i < count; ++i) {
    sum += self->m[i] *
           self->layer->recurrent_kernel[((size_t)i * n_channels) + channel];
  }
  return sum;
}

static void
step(Loop* const self)
{
  const uint32_t order = self->layer->order;
  for (uint32_t c = 0U; c < self->layer->memory_d; ++c) {
    const double        u = feedback(self, c);
    const double* const m = self->m + ((size_t)c * order);
    for (uint32_t i = 0U; i < order; ++i) {
      double sum = self->bd[i] * u;
      for (uint32_t j = 0U; j < order; ++j) {
        sum += self->ad[((size_t)i * order) + j] * m[j];
      }
      self->next[((size_t)c * order) + i] = sum;
    }
  }
}

/// Scale the memory to length 1, and return its logarithm before
static double
normalise(Loop* const self)
{
  const size_t count = (size_t)self->layer->memory_d * self->layer->order;
  double       sum   = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    sum += self->next[i] * self->next[i];
  }

  const double length = sqrt(sum);
  for (size_t i = 0U; i < count; ++i) {
    self->m[i] = (length > 0.0) ? self->next[i] / length : 0.0;
  }
  return log(length);
}

/// Step so often, and return the growth of the second half a step
static double
iterate(Loop* const self, const uint32_t n_steps)
{
  const uint32_t half = n_steps / 2U;
  double         sum  = 0.0;
  for (uint32_t i = 0U; i < n_steps; ++i) {
    step(self);
    const double growth = normalise(self);
    sum += (i >= half) ? growth : 0.0;
  }
  return exp(sum / (n_steps - half));
}

double
lmu_memory_growth(const LmuLayer* const layer)
{
  const size_t order    = layer->order;
  const size_t count    = order * layer->memory_d;
  const double products = (double)count * ((double)order + layer->memory_d);
  const double n_steps  = fmin(MAX_PRODUCTS / products, MAX_STEPS);
  if (n_steps < MIN_STEPS) {
    return 0.0;
  }

  Loop self = {layer,
               (double*)lmu_allocate(order * order, sizeof(double)),
               (double*)lmu_allocate(order, sizeof(double)),
               (double*)lmu_allocate(count, sizeof(double)),
               (double*)lmu_allocate(count, sizeof(double))};
  for (size_t i = 0U; i < count; ++i) {
    self.next[i] = cos((double)i + 1.0); // Any that is in no subspace
  }
  (void)normalise(&self);

  const double growth =
    set_step(&self) ? iterate(&self, (uint32_t)n_steps) : 0.0;
  free(self.next);
  free(self.m);
  free(self.bd);
  free(self.ad);
  return growth;
}
