// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/predictor.h"

#include "core/base/status.h"
#include "core/math/setup/matrix.h"
#include "core/memory/setup/discretise.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SILENCE 1e-30 // Added to a power, so that silence predicts silence

struct LmuPredictorPlanImpl {
  uint32_t n_taps;
  uint32_t order;
  uint32_t n_features; ///< Both
  size_t   reach;
  double   ridge;
  double*  responses; ///< Of coefficients to a sample, [reach][order]
};

/// Sums over sound
typedef struct {
  const LmuPredictorPlan* plan;
  const LmuStretch*       stretches;
  size_t                  n_stretches;
  double*                 first; ///< Of sample 0 times sample j, [reach + 1]
  double*                 row;   ///< Of sample i times sample j, [reach + 1]
  double* features;   ///< Of sample i times each feature, [n_features]
  double* covariance; ///< Of features, [n_features][n_features]
  double* products;   ///< Of features and what comes next, [n_features]
} Sums;

static void
add_scaled(double* const       y,
           const double        factor,
           const double* const x,
           const size_t        count)
{
  for (size_t i = 0U; i < count; ++i) {
    y[i] += factor * x[i];
  }
}

/// Let the memory hear one sample, and write what it says each frame after
static LmuStatus
respond(LmuPredictorPlan* const self, const uint32_t theta)
{
  const size_t  order = self->order;
  double* const step  = (double*)calloc(order * order, sizeof(double));
  LmuStatus     status =
    step ? lmu_discretise(
             step, self->responses, self->order, (double)theta, LMU_ZOH, 0U)
             : LMU_NO_MEMORY;
  for (size_t t = 1U; !status && t < theta; ++t) {
    double* const now = self->responses + (t * order);
    for (size_t i = 0U; i < order; ++i) {
      for (size_t j = 0U; j < order; ++j) {
        now[i] += step[(i * order) + j] * now[j - order];
      }
    }
  }
  free(step);
  return status;
}

LmuStatus
lmu_predictor_plan_new(LmuPredictorPlan** const      plan,
                       const LmuPredictorSpec* const spec)
{
  *plan = NULL;
  if (!spec->n_taps || !(spec->ridge > 0.0 && spec->ridge <= 1.0)) {
    return LMU_BAD_VALUE;
  }

  LmuPredictorPlan* const self =
    (LmuPredictorPlan*)calloc(1U, sizeof(LmuPredictorPlan));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  self->n_taps     = spec->n_taps;
  self->order      = spec->order;
  self->n_features = spec->n_taps + spec->order;
  self->reach      = spec->theta > spec->n_taps ? spec->theta : spec->n_taps;
  self->ridge      = spec->ridge;
  self->responses  = (double*)calloc(self->reach * spec->order, sizeof(double));

  const LmuStatus status =
    self->responses ? respond(self, spec->theta) : LMU_NO_MEMORY;
  if (status) {
    lmu_predictor_plan_free(self);
    return status;
  }

  *plan = self;
  return LMU_SUCCESS;
}

void
lmu_predictor_plan_free(LmuPredictorPlan* const plan)
{
  if (plan) {
    free(plan->responses);
    free(plan);
  }
}

size_t
lmu_predictor_reach(const LmuPredictorPlan* const plan)
{
  return plan->reach;
}

/// Sum what comes next times all that was before
static void
sum_first(const Sums* const sums)
{
  for (size_t s = 0U; s < sums->n_stretches; ++s) {
    const double* sound = sums->stretches[s].sound;
    for (size_t t = 0U; t < sums->stretches[s].n_frames; ++t, --sound) {
      add_scaled(sums->first, *sound, sound, sums->plan->reach + 1U);
    }
  }
}

/// Go from row i - 1 to row i: it is the same one frame ago, but for the ends
static void
sum_next(const Sums* const sums, const size_t i)
{
  const size_t reach = sums->plan->reach;
  memmove(sums->row + 1, sums->row, reach * sizeof(double));
  sums->row[0] = sums->first[i];
  for (size_t s = 0U; s < sums->n_stretches; ++s) {
    const double* const old = sums->stretches[s].sound;
    const double* const new = old - sums->stretches[s].n_frames;
    add_scaled(sums->row + 1, old[i], old + 1, reach);
    add_scaled(sums->row + 1, -new[i], new + 1, reach);
  }
}

/// Make features of a row of products with past samples
static void
read_features(const Sums* const sums, double* const features)
{
  const LmuPredictorPlan* const plan         = sums->plan;
  double* const                 coefficients = features + plan->n_taps;

  memcpy(features, sums->row + 1, plan->n_taps * sizeof(double));
  memset(coefficients, 0, plan->order * sizeof(double));
  for (size_t j = 0U; j < plan->reach; ++j) {
    add_scaled(coefficients,
               sums->row[j + 1U],
               plan->responses + (j * plan->order),
               plan->order);
  }
}

/// Add a row to the sums of all features that sample i is in
static void
add_row(const Sums* const sums, const size_t i)
{
  const LmuPredictorPlan* const plan  = sums->plan;
  const size_t                  n     = plan->n_features;
  const double* const           share = plan->responses + (i * plan->order);

  read_features(sums, sums->features);
  if (i < plan->n_taps) {
    memcpy(sums->covariance + (i * n), sums->features, n * sizeof(double));
  }
  for (size_t k = 0U; k < plan->order; ++k) {
    add_scaled(
      sums->covariance + ((plan->n_taps + k) * n), share[k], sums->features, n);
  }
}

static void
sum_all(const Sums* const sums)
{
  const size_t reach = sums->plan->reach;
  sum_first(sums);
  memcpy(sums->row, sums->first, (reach + 1U) * sizeof(double));
  read_features(sums, sums->products);
  for (size_t i = 0U; i < reach; ++i) {
    sum_next(sums, i + 1U);
    add_row(sums, i);
  }
}

/// Make the diagonal one, add the ridge, and return the scale in `scale`
static void
normalise(const Sums* const sums, double* const scale)
{
  const size_t  n = sums->plan->n_features;
  double* const r = sums->covariance;
  for (size_t i = 0U; i < n; ++i) {
    scale[i] = 1.0 / sqrt(fabs(r[(i * n) + i]) + SILENCE);
  }
  for (size_t i = 0U; i < n; ++i) {
    sums->products[i] *= scale[i];
    for (size_t j = 0U; j < n; ++j) {
      r[(i * n) + j] *= scale[i] * scale[j];
    }
    r[(i * n) + i] += sums->plan->ridge;
  }
}

/// Fold taps and coefficients into one filter
static bool
fold(const Sums* const sums, double* const weights, const double* const scale)
{
  const LmuPredictorPlan* const plan = sums->plan;

  bool ok = true;
  for (size_t j = 0U; j < plan->reach; ++j) {
    const double* const response = plan->responses + (j * plan->order);
    weights[j] = j < plan->n_taps ? scale[j] * sums->products[j] : 0.0;
    for (size_t k = 0U, i = plan->n_taps; k < plan->order; ++k, ++i) {
      weights[j] += response[k] * scale[i] * sums->products[i];
    }
    ok = ok && isfinite(weights[j]);
  }
  return ok;
}

LmuStatus
lmu_predictor_solve(const LmuPredictorPlan* const plan,
                    double* const                 weights,
                    const LmuStretch* const       stretches,
                    const size_t                  n_stretches)
{
  const size_t  n    = plan->n_features;
  const size_t  size = plan->reach + 1U;
  double* const buffer =
    (double*)calloc((2U * size) + (2U * n) + (n * n), sizeof(double));
  if (!buffer) {
    return LMU_NO_MEMORY;
  }

  const Sums sums = {plan,
                     stretches,
                     n_stretches,
                     buffer,
                     buffer + size,
                     buffer + (2U * size),
                     buffer + (2U * size) + (2U * n),
                     buffer + (2U * size) + n};
  sum_all(&sums);
  normalise(&sums, sums.features);

  // Not by Cholesky, as rounding may have made sums indefinite: those of sound
  // that grows or fades fast are small differences of great ones
  const bool ok =
    lmu_matrix_solve(sums.covariance, sums.products, (uint32_t)n, 1U) &&
    fold(&sums, weights, sums.features);
  free(buffer);
  return ok ? LMU_SUCCESS : LMU_DIVERGED;
}
