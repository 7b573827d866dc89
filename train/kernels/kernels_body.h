// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loops of training for any vector size, included once by each
   kernels_*.c, which defines WIDTH, NAME, and TABLE.

   Activations are those of networks that run.
*/

#include "core/math/rt/vector.h"
#include "core/nn/rt/activation_body.h"
#include "core/nn/rt/cell.h"
#include "train/kernels/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Products */

/// Rows of a matrix that are multiplied at once, by two vectors or by one
#define ROWS_BY_TWO 4U
#define ROWS_BY_ONE 8U

/// What is multiplied at once, and whether it is added
typedef struct {
  uint32_t lanes;
  uint32_t vectors; ///< Of these lanes
  bool     adds;
} Share;

/// Add a few rows of a matrix times a few vectors of lanes, or set y to that
LMU_RT static INLINE void
multiply_block(const LmuTrainMatrix* const matrix,
               const float*                x,
               float* const                y,
               const Share                 share,
               const uint32_t              rows)
{
  const uint32_t lanes   = share.lanes;
  const uint32_t vectors = share.vectors;
  const float*   w       = matrix->values;
  Vec            sums[ROWS_BY_ONE];
  for (uint32_t i = 0U; i < rows * vectors; ++i) {
    sums[i] = share.adds
                ? load(y + ((i / vectors) * lanes) + ((i % vectors) * WIDTH))
                : same(0.0f);
  }
  for (uint32_t c = matrix->n_columns; c; --c) {
    for (uint32_t i = 0U; i < rows; ++i) {
      const Vec weight = same(w[(size_t)i * matrix->row_stride]);
      for (uint32_t j = 0U; j < vectors; ++j) {
        sums[(i * vectors) + j] += weight * load(x + (j * WIDTH));
      }
    }
    w += matrix->column_stride;
    x += lanes;
  }
  for (uint32_t i = 0U; i < rows * vectors; ++i) {
    store(y + ((i / vectors) * lanes) + ((i % vectors) * WIDTH), sums[i]);
  }
}

/// Multiply all rows by a few vectors of lanes
LMU_RT static INLINE void
multiply_lanes(const LmuTrainMatrix* const matrix,
               const float* const          x,
               float*                      y,
               const Share                 share)
{
  const uint32_t most = (share.vectors == 1U) ? ROWS_BY_ONE : ROWS_BY_TWO;
  LmuTrainMatrix part = *matrix;
  uint32_t       left = matrix->n_rows;
  for (; left >= most; left -= most) {
    multiply_block(&part, x, y, share, most);
    part.values += (size_t)most * part.row_stride;
    y += (size_t)most * share.lanes;
  }
  for (; left >= 2U; left -= 2U) {
    multiply_block(&part, x, y, share, 2U);
    part.values += (size_t)2U * part.row_stride;
    y += (size_t)2U * share.lanes;
  }
  if (left) {
    multiply_block(&part, x, y, share, 1U);
  }
}

LMU_RT static INLINE void
multiply_by(const LmuTrainMatrix* const matrix,
            const float* const          x,
            float* const                y,
            const uint32_t              lanes,
            const bool                  adds)
{
  const Share one = {lanes, 1U, adds};
  const Share two = {lanes, 2U, adds};
  uint32_t    i   = 0U;
  for (; i + (2U * WIDTH) <= lanes; i += 2U * WIDTH) {
    multiply_lanes(matrix, x + i, y + i, two);
  }
  if (i < lanes) {
    multiply_lanes(matrix, x + i, y + i, one);
  }
}

static void
multiply_all(const LmuTrainMatrix* const matrix,
             const float* const          x,
             float* const                y,
             const uint32_t              lanes)
{
  multiply_by(matrix, x, y, lanes, true);
}

static void
product_all(const LmuTrainMatrix* const matrix,
            const float* const          x,
            float* const                y,
            const uint32_t              lanes)
{
  multiply_by(matrix, x, y, lanes, false);
}

/* Sums over frames */

/// Sums that are under way at once
#define OUTER_ROWS 4U
#define OUTER_COLUMNS 3U

/// Frames after which sums are added up, so that their vectors stay in a cache
#define OUTER_FRAMES 32U

/// Add the products of a frame of a few rows and columns
LMU_RT static INLINE void
add_products(Vec* const         sums,
             const float* const x,
             const float* const y,
             const uint32_t     lanes,
             const uint32_t     rows,
             const uint32_t     columns)
{
  for (uint32_t i = 0U; i < lanes; i += WIDTH) {
    for (uint32_t r = 0U; r < rows; ++r) {
      const Vec row = load(x + (r * lanes) + i);
      for (uint32_t c = 0U; c < columns; ++c) {
        sums[(r * columns) + c] += row * load(y + (c * lanes) + i);
      }
    }
  }
}

/// Add the products of a few rows and columns
LMU_RT static INLINE void
outer_block(const LmuTrainProducts* const products,
            const uint32_t                rows,
            const uint32_t                columns)
{
  const float* x = products->rows.values;
  const float* y = products->columns.values;
  Vec          sums[OUTER_ROWS * OUTER_COLUMNS];
  for (uint32_t i = 0U; i < rows * columns; ++i) {
    sums[i] = same(0.0f);
  }
  for (uint32_t t = products->n_frames; t; --t) {
    add_products(sums, x, y, products->lanes, rows, columns);
    x += products->rows.stride;
    y += products->columns.stride;
  }
  for (uint32_t i = 0U; i < rows * columns; ++i) {
    products
      ->sums[((size_t)(i / columns) * products->stride) + (i % columns)] +=
      sum(sums[i]);
  }
}

/// Return products of some rows and columns of others
LMU_RT static INLINE LmuTrainProducts
products_at(const LmuTrainProducts* const products,
            const uint32_t                row,
            const uint32_t                column)
{
  LmuTrainProducts part = *products;
  part.sums += ((size_t)row * part.stride) + column;
  part.rows.values += (size_t)row * part.lanes;
  part.columns.values += (size_t)column * part.lanes;
  return part;
}

/// Add the products of a few rows with all columns
LMU_RT static INLINE void
outer_rows(const LmuTrainProducts* const products,
           const uint32_t                row,
           const uint32_t                rows)
{
  const uint32_t columns = products->columns.n_units;
  uint32_t       c       = 0U;
  for (; c + OUTER_COLUMNS <= columns; c += OUTER_COLUMNS) {
    const LmuTrainProducts part = products_at(products, row, c);
    outer_block(&part, rows, OUTER_COLUMNS);
  }
  for (; c < columns; ++c) {
    const LmuTrainProducts part = products_at(products, row, c);
    outer_block(&part, rows, 1U);
  }
}

static void
outer_all(const LmuTrainProducts* const products)
{
  LmuTrainProducts part = *products;
  for (uint32_t t = 0U; t < products->n_frames; t += OUTER_FRAMES) {
    const uint32_t left = products->n_frames - t;
    part.n_frames       = (left < OUTER_FRAMES) ? left : OUTER_FRAMES;
    const uint32_t n    = products->rows.n_units;
    uint32_t       row  = 0U;
    for (; row + OUTER_ROWS <= n; row += OUTER_ROWS) {
      outer_rows(&part, row, OUTER_ROWS);
    }
    for (; row < n; ++row) {
      outer_rows(&part, row, 1U);
    }
    part.rows.values += OUTER_FRAMES * part.rows.stride;
    part.columns.values += OUTER_FRAMES * part.columns.stride;
  }
}

/* Activations */

LMU_RT static INLINE void
activate_with(const LmuActivation function,
              const float         slope,
              const float* const  x,
              float* const        y,
              const size_t        count)
{
  for (size_t i = 0U; i < count; i += WIDTH) {
    store(y + i, activated(function, slope, load(x + i)));
  }
}

static void
activate_all(const LmuTrainFunction function,
             const float* const     x,
             float* const           y,
             const size_t           count)
{
#define CASE(name)                                    \
  case name:                                          \
    activate_with(name, function.slope, x, y, count); \
    break
  switch (function.function) {
    CASE(LMU_LINEAR);
    CASE(LMU_TANH);
    CASE(LMU_SIGMOID);
    CASE(LMU_RELU);
    CASE(LMU_SOFTSIGN);
    CASE(LMU_HARD_SIGMOID);
    CASE(LMU_GELU);
    CASE(LMU_GELU_TANH);
    CASE(LMU_ELU);
    CASE(LMU_SELU);
    CASE(LMU_LEAKY_RELU);
    CASE(LMU_SOFTPLUS);
  case LMU_GATED:
    break;
  }
#undef CASE
}

/// Return 1 where a number is above zero, else 0
LMU_RT static INLINE Vec
above_zero(const Vec x)
{
  return (Vec)((Mask)same(1.0f) & (x > same(0.0f)));
}

/// Return the derivative of gelu: y / x is the normal distribution, near zero
/// its series is closer
LMU_RT static INLINE Vec
gelu_derivative(const Vec x, const Vec y)
{
  const Vec size    = least(greatest(x, -x), same(13.0f));
  const Vec peak    = same(0.39894228f);
  const Vec density = exponential(size * size * -0.5f) * peak;
  const Vec x_2     = x * x;
  const Vec series  = (((x_2 * 0.025f) - (1.0f / 6.0f)) * x_2) + 1.0f;
  const Vec near    = above_zero(0.1f - size);
  const Vec normal =
    ((1.0f - near) * (y / (x + near))) + (near * ((series * x * peak) + 0.5f));
  return normal + (x * density);
}

LMU_RT static INLINE Vec
gelu_tanh_derivative(const Vec x)
{
  const Vec k     = same(0.797884561f);
  const Vec t     = hyperbolic(x * ((x * x * 0.044715f) + 1.0f) * k);
  const Vec inner = ((x * x * 0.134145f) + 1.0f) * k;
  return ((t + 1.0f) * 0.5f) + (x * (1.0f - (t * t)) * inner * 0.5f);
}

/// Return the derivative of an activation, which the compiler knows, by what
/// became y of x
LMU_RT static INLINE Vec
derived(const LmuActivation function,
        const float         slope,
        const Vec           x,
        const Vec           y)
{
  const Vec up = above_zero(y);
  switch (function) {
  case LMU_TANH:
    return 1.0f - (y * y);
  case LMU_SIGMOID:
    return y - (y * y);
  case LMU_RELU:
    return up;
  case LMU_SOFTSIGN:
    return (1.0f - greatest(y, -y)) * (1.0f - greatest(y, -y));
  case LMU_HARD_SIGMOID:
    return up * above_zero(1.0f - y) * (1.0f / 6.0f);
  case LMU_GELU:
    return gelu_derivative(x, y);
  case LMU_GELU_TANH:
    return gelu_tanh_derivative(x);
  case LMU_ELU:
    return least(y, same(0.0f)) + 1.0f;
  case LMU_SELU:
    return (up * (float)LMU_SELU_SCALE) +
           ((1.0f - up) * (y + (float)(LMU_SELU_SCALE * LMU_SELU_ALPHA)));
  case LMU_LEAKY_RELU:
    return up + ((1.0f - up) * slope);
  case LMU_SOFTPLUS:
    return 1.0f - exponential(-y);
  case LMU_LINEAR:
  case LMU_GATED:
    break;
  }
  return same(1.0f);
}

LMU_RT static INLINE void
differentiate_with(const LmuTrainFunction function,
                   const float* const     x,
                   const float* const     y,
                   float* const           gradient,
                   const size_t           count)
{
  for (size_t i = 0U; i < count; i += WIDTH) {
    store(
      gradient + i,
      load(gradient + i) *
        derived(function.function, function.slope, load(x + i), load(y + i)));
  }
}

static void
differentiate_all(const LmuTrainFunction function,
                  const float* const     x,
                  const float* const     y,
                  float* const           gradient,
                  const size_t           count)
{
#define CASE(name)                                         \
  case name: {                                             \
    const LmuTrainFunction known = {name, function.slope}; \
    differentiate_with(known, x, y, gradient, count);      \
    break;                                                 \
  }
  switch (function.function) {
    CASE(LMU_TANH)
    CASE(LMU_SIGMOID)
    CASE(LMU_RELU)
    CASE(LMU_SOFTSIGN)
    CASE(LMU_HARD_SIGMOID)
    CASE(LMU_GELU)
    CASE(LMU_GELU_TANH)
    CASE(LMU_ELU)
    CASE(LMU_SELU)
    CASE(LMU_LEAKY_RELU)
    CASE(LMU_SOFTPLUS)
  case LMU_LINEAR:
  case LMU_GATED:
    break;
  }
#undef CASE
}

const LmuTrainKernels TABLE =
  {NAME, multiply_all, product_all, outer_all, activate_all, differentiate_all};
