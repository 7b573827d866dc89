// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/forecast/moments.h"

#include "core/kernels/rt/kernels.h"
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
lmu_moments_init(LmuMoments* const moments,
                 const uint32_t    n_features,
                 const uint32_t    n_targets)
{
  const size_t stride = lmu_padded(n_features);
  memset(moments, 0, sizeof(*moments));
  moments->kernels    = lmu_kernels(0U);
  moments->n_features = n_features;
  moments->n_targets  = n_targets;
  moments->stride     = (uint32_t)stride;
  moments->covariance = new_numbers(stride * stride);
  moments->products   = new_numbers(n_targets * stride);
  moments->energies   = new_numbers(n_targets);
}

void
lmu_moments_reset(LmuMoments* const moments)
{
  free(moments->covariance);
  free(moments->products);
  free(moments->energies);
  memset(moments, 0, sizeof(*moments));
}

void
lmu_moments_step(LmuMoments* const   moments,
                 const double* const features,
                 const double* const targets)
{
  const uint32_t  n_targets = moments->n_targets;
  const uint32_t  n         = moments->stride;
  const uint32_t  n_frames  = LMU_MOMENTS_FRAMES;
  const LmuGather both = {features, features, n, n, n, n_frames, 1.0, true};
  const LmuGather one  = {
     targets, features, n_targets, n_targets, n, n_frames, 1.0, false};

  moments->kernels->gather(moments->covariance, &both);
  moments->kernels->gather(moments->products, &one);
  for (uint32_t i = 0U; i < n_frames * n_targets; ++i) {
    moments->energies[i % n_targets] += targets[i] * targets[i];
  }
  moments->n_frames += n_frames;
}

/* Least squares */

/// Write S R S + ridge, its upper half, and the diagonal of S
static void
scale_all(double* const           scaled,
          double* const           scale,
          const LmuMoments* const moments,
          const double            ridge)
{
  const uint32_t n = moments->n_features;
  for (uint32_t i = 0U; i < n; ++i) {
    const double own = moments->covariance[((size_t)i * moments->stride) + i];
    scale[i]         = own > 0.0 ? 1.0 / sqrt(own) : 0.0;
  }
  for (uint32_t i = 0U; i < n; ++i) {
    const double* const from =
      moments->covariance + ((size_t)i * moments->stride);
    double* const to = scaled + ((size_t)i * n);
    for (uint32_t j = i; j < n; ++j) {
      to[j] = from[j] * scale[i] * scale[j];
    }
    to[i] += ridge;
  }
}

/// Replace a matrix by its upper Cholesky factor, no pivot below `least`
static void
factorise(double* const matrix, const uint32_t n, const double least)
{
  for (uint32_t k = 0U; k < n; ++k) {
    double* const row  = matrix + ((size_t)k * n);
    const double  root = sqrt(fmax(row[k], least));
    row[k]             = root;
    for (uint32_t j = k + 1U; j < n; ++j) {
      row[j] /= root;
    }
    for (uint32_t i = k + 1U; i < n; ++i) {
      for (uint32_t j = i; j < n; ++j) {
        matrix[((size_t)i * n) + j] -= row[i] * row[j];
      }
    }
  }
}

/// Replace v by the solution of factor^T factor x = v
static void
substitute(double* const v, const double* const factor, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    const double* const row = factor + ((size_t)i * n);
    v[i] /= row[i];
    for (uint32_t j = i + 1U; j < n; ++j) {
      v[j] -= row[j] * v[i];
    }
  }
  for (uint32_t i = n; i-- > 0U;) {
    const double* const row = factor + ((size_t)i * n);
    for (uint32_t j = i + 1U; j < n; ++j) {
      v[i] -= row[j] * v[j];
    }
    v[i] /= row[i];
  }
}

void
lmu_moments_weights(double* const           weights,
                    const LmuMoments* const moments,
                    const double            ridge)
{
  const uint32_t n      = moments->n_features;
  double* const  factor = new_numbers((size_t)n * n);
  double* const  scale  = new_numbers(n);
  scale_all(factor, scale, moments, ridge);
  factorise(factor, n, ridge * LEAST_PIVOT);
  for (uint32_t k = 0U; k < moments->n_targets; ++k) {
    const double* const p = moments->products + ((size_t)k * moments->stride);
    double* const       w = weights + ((size_t)k * n);
    for (uint32_t i = 0U; i < n; ++i) {
      w[i] = scale[i] * p[i];
    }
    substitute(w, factor, n);
    for (uint32_t i = 0U; i < n; ++i) {
      w[i] = (double)(float)(scale[i] * w[i]);
    }
  }
  free(scale);
  free(factor);
}

/* Errors */

double
lmu_moments_power(const LmuMoments* const moments, const double* const weights)
{
  double power = 0.0;
  for (uint32_t i = 0U; i < moments->n_features; ++i) {
    const double* const row =
      moments->covariance + ((size_t)i * moments->stride);
    double sum = 0.5 * row[i] * weights[i];
    for (uint32_t j = i + 1U; j < moments->n_features; ++j) {
      sum += row[j] * weights[j];
    }
    power += 2.0 * weights[i] * sum;
  }
  return power;
}

double
lmu_moments_product(const LmuMoments* const moments,
                    const uint32_t          target,
                    const double* const     weights)
{
  const double* const p =
    moments->products + ((size_t)target * moments->stride);
  double product = 0.0;
  for (uint32_t i = 0U; i < moments->n_features; ++i) {
    product += p[i] * weights[i];
  }
  return product;
}

double
lmu_moments_gain_db(const LmuMoments* const moments,
                    const uint32_t          target,
                    const double* const     weights)
{
  const double energy = moments->energies[target];
  const double error  = energy -
                       (2.0 * lmu_moments_product(moments, target, weights)) +
                       lmu_moments_power(moments, weights);
  return -10.0 * log10(fmax(error / energy, LEAST_ERROR));
}
