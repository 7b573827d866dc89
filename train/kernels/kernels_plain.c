// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/rt/cell.h"
#include "core/nn/setup/reference_cell.h"
#include "train/kernels/kernels.h"
#include "train/real.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TAU 6.28318530717958647693

static void
multiply(const LmuTrainMatrix* const matrix,
         const LmuReal* const        x,
         LmuReal* const              y,
         const uint32_t              lanes)
{
  for (size_t r = 0U; r < matrix->n_rows; ++r) {
    for (size_t c = 0U; c < matrix->n_columns; ++c) {
      const LmuReal w =
        matrix->values[(r * matrix->row_stride) + (c * matrix->column_stride)];
      for (uint32_t i = 0U; i < lanes; ++i) {
        y[(r * lanes) + i] += w * x[(c * lanes) + i];
      }
    }
  }
}

static void
product(const LmuTrainMatrix* const matrix,
        const LmuReal* const        x,
        LmuReal* const              y,
        const uint32_t              lanes)
{
  memset(y, 0, (size_t)matrix->n_rows * lanes * sizeof(LmuReal));
  multiply(matrix, x, y, lanes);
}

/// Return the products of a row and a column
static LmuReal
inner(const LmuTrainProducts* const products, const size_t r, const size_t c)
{
  const size_t lanes = products->lanes;
  LmuReal      sum   = 0;
  for (size_t t = 0U; t < products->n_frames; ++t) {
    const LmuReal* const x =
      products->rows.values + (t * products->rows.stride) + (r * lanes);
    const LmuReal* const y =
      products->columns.values + (t * products->columns.stride) + (c * lanes);
    for (size_t i = 0U; i < lanes; ++i) {
      sum += x[i] * y[i];
    }
  }
  return sum;
}

static void
outer(const LmuTrainProducts* const products)
{
  for (size_t r = 0U; r < products->rows.n_units; ++r) {
    for (size_t c = 0U; c < products->columns.n_units; ++c) {
      products->sums[(r * products->stride) + c] += inner(products, r, c);
    }
  }
}

static void
activate(const LmuTrainFunction function,
         const LmuReal* const   x,
         LmuReal* const         y,
         const size_t           count)
{
  for (size_t i = 0U; i < count; ++i) {
    y[i] = (LmuReal)lmu_reference_activate(
      function.function, (double)function.slope, (double)x[i]);
  }
}

static double
gelu_slope(const double x)
{
  return (0.5 * erfc(-x * sqrt(0.5))) + (x * exp(-0.5 * x * x) / sqrt(TAU));
}

static double
gelu_tanh_slope(const double x)
{
  const double k = sqrt(4.0 / TAU);
  const double t = tanh(k * (x + (0.044715 * x * x * x)));
  return (0.5 * (1.0 + t)) +
         (0.5 * x * (1.0 - (t * t)) * k * (1.0 + (3.0 * 0.044715 * x * x)));
}

/// Return the derivative of what became y of x
static double
derivative(const LmuTrainFunction function, const double x, const double y)
{
  switch (function.function) {
  case LMU_TANH:
    return 1.0 - (y * y);
  case LMU_SIGMOID:
    return y * (1.0 - y);
  case LMU_RELU:
    return y > 0.0 ? 1.0 : 0.0;
  case LMU_SOFTSIGN:
    return (1.0 - fabs(y)) * (1.0 - fabs(y));
  case LMU_HARD_SIGMOID:
    return (y > 0.0 && y < 1.0) ? 1.0 / 6.0 : 0.0;
  case LMU_GELU:
    return gelu_slope(x);
  case LMU_GELU_TANH:
    return gelu_tanh_slope(x);
  case LMU_ELU:
    return y > 0.0 ? 1.0 : y + 1.0;
  case LMU_SELU:
    return y > 0.0 ? LMU_SELU_SCALE : y + (LMU_SELU_SCALE * LMU_SELU_ALPHA);
  case LMU_LEAKY_RELU:
    return y > 0.0 ? 1.0 : (double)function.slope;
  case LMU_SOFTPLUS:
    return -expm1(-y);
  case LMU_LINEAR:
  case LMU_GATED:
    break;
  }
  return 1.0;
}

static void
differentiate(const LmuTrainFunction function,
              const LmuReal* const   x,
              const LmuReal* const   y,
              LmuReal* const         gradient,
              const size_t           count)
{
  for (size_t i = 0U; i < count; ++i) {
    gradient[i] *= (LmuReal)derivative(function, (double)x[i], (double)y[i]);
  }
}

const LmuTrainKernels lmu_train_kernels_plain =
  {"plain", multiply, product, outer, activate, differentiate};
