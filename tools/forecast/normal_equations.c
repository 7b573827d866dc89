// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/forecast/normal_equations.h"

#include "core/kernels/rt/kernels.h"
#include "core/math/setup/cholesky.h"
#include "core/nn/setup/layer_matrix.h" // For lmu_padded()
#include "tools/base/allocate.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Least error that sums tell from none, in parts of the energy
#define LEAST_ERROR 1e-14

/// Least pivot, in parts of the ridge: rounding may leave less
#define LEAST_PIVOT 1e-3

static double*
new_numbers(const size_t count)
{
  return (double*)lmu_allocate_aligned(count, sizeof(double));
}

void
lmu_normal_equations_init(LmuNormalEquations* const equations,
                          const uint32_t            n_features,
                          const uint32_t            n_targets)
{
  const size_t stride = lmu_padded(n_features);
  memset(equations, 0, sizeof(*equations));
  equations->kernels    = lmu_kernels(0U);
  equations->n_features = n_features;
  equations->n_targets  = n_targets;
  equations->stride     = (uint32_t)stride;
  equations->covariance = new_numbers(stride * stride);
  equations->products   = new_numbers(n_targets * stride);
  equations->energies   = new_numbers(n_targets);
}

void
lmu_normal_equations_reset(LmuNormalEquations* const equations)
{
  free(equations->covariance);
  free(equations->products);
  free(equations->energies);
  memset(equations, 0, sizeof(*equations));
}

void
lmu_normal_equations_step(LmuNormalEquations* const equations,
                          const double* const       features,
                          const double* const       targets)
{
  const uint32_t n_targets = equations->n_targets;
  const uint32_t n         = equations->stride;
  const uint32_t n_frames  = LMU_NORMAL_EQUATIONS_FRAMES;
  const LmuGram  both      = {features, features, n, n, n, n_frames, 1.0, true};
  const LmuGram  one       = {
           targets, features, n_targets, n_targets, n, n_frames, 1.0, false};

  equations->kernels->gram(equations->covariance, &both);
  equations->kernels->gram(equations->products, &one);
  for (uint32_t i = 0U; i < n_frames * n_targets; ++i) {
    equations->energies[i % n_targets] += targets[i] * targets[i];
  }
  equations->n_frames += n_frames;
}

/* Least squares */

/// Write S R S + ridge, its upper half, and the diagonal of S
static void
scale_all(double* const                   scaled,
          double* const                   scale,
          const LmuNormalEquations* const equations,
          const double                    ridge)
{
  const uint32_t n = equations->n_features;
  for (uint32_t i = 0U; i < n; ++i) {
    const double own =
      equations->covariance[((size_t)i * equations->stride) + i];
    scale[i] = own > 0.0 ? 1.0 / sqrt(own) : 0.0;
  }
  for (uint32_t i = 0U; i < n; ++i) {
    const double* const from =
      equations->covariance + ((size_t)i * equations->stride);
    double* const to = scaled + ((size_t)i * n);
    for (uint32_t j = i; j < n; ++j) {
      to[j] = from[j] * scale[i] * scale[j];
    }
    to[i] += ridge;
  }
}

void
lmu_normal_equations_weights(double* const                   weights,
                             const LmuNormalEquations* const equations,
                             const double                    ridge)
{
  const uint32_t n      = equations->n_features;
  double* const  factor = new_numbers((size_t)n * n);
  double* const  scale  = new_numbers(n);
  scale_all(factor, scale, equations, ridge);
  lmu_cholesky_factorise(factor, n, ridge * LEAST_PIVOT);
  for (uint32_t k = 0U; k < equations->n_targets; ++k) {
    const double* const p =
      equations->products + ((size_t)k * equations->stride);
    double* const w = weights + ((size_t)k * n);
    for (uint32_t i = 0U; i < n; ++i) {
      w[i] = scale[i] * p[i];
    }
    lmu_cholesky_solve(factor, w, n);
    for (uint32_t i = 0U; i < n; ++i) {
      w[i] = (double)(float)(scale[i] * w[i]);
    }
  }
  free(scale);
  free(factor);
}

/* Errors */

double
lmu_normal_equations_power(const LmuNormalEquations* const equations,
                           const double* const             weights)
{
  double power = 0.0;
  for (uint32_t i = 0U; i < equations->n_features; ++i) {
    const double* const row =
      equations->covariance + ((size_t)i * equations->stride);
    double sum = 0.5 * row[i] * weights[i];
    for (uint32_t j = i + 1U; j < equations->n_features; ++j) {
      sum += row[j] * weights[j];
    }
    power += 2.0 * weights[i] * sum;
  }
  return power;
}

double
lmu_normal_equations_product(const LmuNormalEquations* const equations,
                             const uint32_t                  target,
                             const double* const             weights)
{
  const double* const p =
    equations->products + ((size_t)target * equations->stride);
  double product = 0.0;
  for (uint32_t i = 0U; i < equations->n_features; ++i) {
    product += p[i] * weights[i];
  }
  return product;
}

double
lmu_normal_equations_gain_db(const LmuNormalEquations* const equations,
                             const uint32_t                  target,
                             const double* const             weights)
{
  const double energy = equations->energies[target];
  const double error =
    energy - (2.0 * lmu_normal_equations_product(equations, target, weights)) +
    lmu_normal_equations_power(equations, weights);
  return -10.0 * log10(fmax(error / energy, LEAST_ERROR));
}
