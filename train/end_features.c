// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/end_features.h"

#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/math/setup/cholesky.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/paper_scale.h"
#include "core/nn/setup/graph.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Part of the energy of the lowest coefficient below which directions fade, as
/// float32 could not tell them from rounding
#define RIDGE 1e-5

/// A step of the memory, and what it does to a one, all orthonormal
typedef struct {
  double* ad;     ///< [order][order]
  double* states; ///< What is left of a one, youngest first, [n_frames][order]
} Impulse;

/// Set y to a matrix times x
static void
multiply(double* const       y,
         const double* const matrix,
         const double* const x,
         const size_t        count)
{
  for (size_t i = 0U; i < count; ++i) {
    const double* const row = matrix + (i * count);
    double              sum = 0.0;
    for (size_t j = 0U; j < count; ++j) {
      sum += row[j] * x[j];
    }
    y[i] = sum;
  }
}

/// Find what is left of a one after each frame
static LmuStatus
find_impulse(const LmuEndFeatures* const self,
             const LmuLayer* const       layer,
             const Impulse* const        impulse)
{
  const size_t    d      = self->order;
  const LmuStatus status = lmu_discretise(impulse->ad,
                                          impulse->states,
                                          self->order,
                                          lmu_layer_theta(layer, 0U),
                                          layer->method,
                                          layer->stages);
  for (size_t t = 1U; !status && t < self->n_frames; ++t) {
    multiply(impulse->states + (t * d),
             impulse->ad,
             impulse->states + ((t - 1U) * d),
             d);
  }
  return status;
}

/// Factorise what coefficients of white noise have in common
static void
factorise(LmuEndFeatures* const self, const double* const states)
{
  const size_t d = self->order;
  for (size_t t = 0U; t < self->n_frames; ++t) {
    const double* const m = states + (t * d);
    for (size_t i = 0U; i < d; ++i) {
      for (size_t j = i; j < d; ++j) {
        self->factor[(i * d) + j] += m[i] * m[j];
      }
    }
  }
  const double ridge = RIDGE * self->factor[0];
  for (size_t i = 0U; i < d; ++i) {
    self->factor[(i * d) + i] += ridge;
  }
  lmu_cholesky_factorise(self->factor, d, ridge);
}

/// Set the features of a one in each frame
static void
set_rows(const LmuEndFeatures* const self, double* const states)
{
  const size_t d = self->order;
  for (size_t t = 0U; t < self->n_frames; ++t) {
    double* const m   = states + ((self->n_frames - 1U - t) * d);
    float* const  row = self->rows + (t * d);
    lmu_cholesky_solve_lower(self->factor, m, d);
    for (size_t i = 0U; i < d; ++i) {
      row[i] = (float)m[i];
    }
  }
}

/// Make features that have room
static LmuStatus
build(LmuEndFeatures* const self, const LmuLayer* const layer)
{
  const size_t  d       = self->order;
  LmuArena      arena   = {NULL, false};
  const Impulse impulse = {
    (double*)lmu_arena_take(&arena, d * d, sizeof(double)),
    (double*)lmu_arena_take(&arena, d * self->n_frames, sizeof(double))};
  const LmuStatus status =
    arena.failed ? LMU_NO_MEMORY : find_impulse(self, layer, &impulse);
  if (!status) {
    factorise(self, impulse.states);
    set_rows(self, impulse.states);
  }
  lmu_arena_clear(&arena);
  return status;
}

LmuStatus
lmu_end_features_new(LmuEndFeatures** const features,
                     const LmuLayer* const  layer,
                     const uint32_t         n_frames)
{
  const size_t          d = layer->order;
  LmuEndFeatures* const self =
    (LmuEndFeatures*)calloc(1U, sizeof(LmuEndFeatures));
  *features = NULL;
  if (!self) {
    return LMU_NO_MEMORY;
  }

  self->order    = layer->order;
  self->n_frames = n_frames;
  self->factor   = (double*)lmu_arena_take(&self->arena, d * d, sizeof(double));
  self->rows =
    (float*)lmu_arena_take(&self->arena, d * n_frames, sizeof(float));
  const LmuStatus status =
    self->arena.failed ? LMU_NO_MEMORY : build(self, layer);
  if (status) {
    lmu_end_features_free(self);
    return status;
  }
  *features = self;
  return LMU_SUCCESS;
}

void
lmu_end_features_free(LmuEndFeatures* const features)
{
  if (features) {
    lmu_arena_clear(&features->arena);
    free(features);
  }
}

/// Add a multiple of a row
static void
add_row(float* const       y,
        const float        factor,
        const float* const row,
        const size_t       count)
{
  for (size_t i = 0U; i < count; ++i) {
    y[i] += factor * row[i];
  }
}

void
lmu_end_features_find(const LmuEndFeatures* const features,
                      const float* const          sequence,
                      float* const                result)
{
  const size_t d = features->order;
  memset(result, 0, d * sizeof(float));
  for (size_t t = 0U; t < features->n_frames; ++t) {
    if (sequence[t] != 0.0f) {
      add_row(result, sequence[t], features->rows + (t * d), d);
    }
  }
}

LmuStatus
lmu_end_features_fold(const LmuEndFeatures* const features,
                      double* const               kernel,
                      const uint32_t              n_units)
{
  const size_t  d      = features->order;
  double* const column = (double*)calloc(d, sizeof(double));
  for (size_t unit = 0U; column && unit < n_units; ++unit) {
    for (size_t i = 0U; i < d; ++i) {
      column[i] = kernel[(i * n_units) + unit];
    }
    lmu_cholesky_solve_upper(features->factor, column, d);
    for (size_t i = 0U; i < d; ++i) {
      kernel[(i * n_units) + unit] = column[i] / lmu_paper_scale((uint32_t)i);
    }
  }
  free(column);
  return column ? LMU_SUCCESS : LMU_NO_MEMORY;
}
