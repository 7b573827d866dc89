// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loops of networks for any vector size, part of kernels_body.h.
*/

#include "core/attributes.h"
#include "core/rt/cell.h"
#include "core/rt/kernels.h"
#include "core/rt/modes.h"
#include "core/rt/network_plan.h"
#include "core/rt/vector.h"

#include <stddef.h>
#include <stdint.h>

/// Sums that are under way at once: additions take four cycles, two at a time
#define SUMS 8U

/// Blocks of rows that one frame is multiplied by at once
#define TILE ((PARTS > 2U) ? 2U : 4U)

/// Frames that a block of rows is multiplied by at once
#define FRAMES (SUMS / PARTS)

/* Products of one frame */

/// Multiply a few blocks of rows, each sum in `sets` parts
LMU_RT static INLINE void
multiply(const float* const matrix,
         const float* const base,
         const float* const x,
         const uint32_t     n_columns,
         float* const       y,
         const uint32_t     blocks,
         const uint32_t     sets)
{
  const size_t stride = (size_t)n_columns * LMU_LANES;
  Vec          sums[4U * PARTS * SUMS];
  for (uint32_t i = 0U; i < blocks * PARTS * sets; ++i) {
    sums[i] = (i < blocks * PARTS) ? load(base + (i * WIDTH)) : same(0.0f);
  }

  uint32_t column = 0U;
  for (; column + sets <= n_columns; column += sets) {
    for (uint32_t j = 0U; j < sets; ++j) {
      const float* const at = matrix + ((column + j) * LMU_LANES);
      const Vec          u  = same(x[column + j]);
      for (uint32_t i = 0U; i < blocks * PARTS; ++i) {
        sums[(j * blocks * PARTS) + i] +=
          u * load(at + ((i / PARTS) * stride) + ((i % PARTS) * WIDTH));
      }
    }
  }
  for (; column < n_columns; ++column) {
    const float* const at = matrix + (column * LMU_LANES);
    const Vec          u  = same(x[column]);
    for (uint32_t i = 0U; i < blocks * PARTS; ++i) {
      sums[i] += u * load(at + ((i / PARTS) * stride) + ((i % PARTS) * WIDTH));
    }
  }

  for (uint32_t i = 0U; i < blocks * PARTS; ++i) {
    Vec total = sums[i];
    for (uint32_t j = 1U; j < sets; ++j) {
      total += sums[(j * blocks * PARTS) + i];
    }
    store(y + (i * WIDTH), total);
  }
}

/// Return how many parts a sum of so many blocks has
#define SETS(blocks) \
  (((blocks)*PARTS > 4U) ? 1U : ((blocks)*PARTS > 2U) ? 2U : 4U)

/// Set y to base + matrix x; y and base may be the same, x and y may not
LMU_RT static INLINE void
product(const LmuAffine* const affine,
        const float* const     base,
        const float* const     x,
        float* const           y)
{
  const uint32_t columns = affine->n_columns;
  const size_t   size    = (size_t)columns * LMU_LANES;
  uint32_t       b       = 0U;
  for (; b + TILE <= affine->n_blocks; b += TILE) {
    const uint32_t row = b * LMU_LANES;
    multiply(affine->matrix + (b * size),
             base + row,
             x,
             columns,
             y + row,
             TILE,
             SETS(TILE));
  }

  const float* const matrix = affine->matrix + (b * size);
  const uint32_t     row    = b * LMU_LANES;
  switch (affine->n_blocks - b) {
  case 3U:
    multiply(matrix, base + row, x, columns, y + row, 3U, SETS(3U));
    break;
  case 2U:
    multiply(matrix, base + row, x, columns, y + row, 2U, SETS(2U));
    break;
  case 1U:
    multiply(matrix, base + row, x, columns, y + row, 1U, SETS(1U));
    break;
  default:
    break;
  }
}

/* Products of many frames */

/// Multiply one block of rows by a few frames
LMU_RT static INLINE void
multiply_frames(const LmuAffine* const affine,
                const uint32_t         block,
                const LmuRun* const    run,
                const uint32_t         first,
                const uint32_t         n_frames)
{
  const float* const x      = run->input + ((size_t)first * run->input_stride);
  const size_t       size   = (size_t)affine->n_columns * LMU_LANES;
  const float* const matrix = affine->matrix + (block * size);
  float* const       y = run->output + ((size_t)first * run->output_stride) +
                   ((size_t)block * LMU_LANES);

  Vec sums[SUMS];
  for (uint32_t i = 0U; i < n_frames * PARTS; ++i) {
    const uint32_t     part  = (i % PARTS) * WIDTH;
    const float* const start = affine->base
                                 ? affine->base + (block * LMU_LANES)
                                 : y + ((i / PARTS) * run->output_stride);
    sums[i]                  = load(start + part);
  }
  for (uint32_t column = 0U; column < affine->n_columns; ++column) {
    for (uint32_t i = 0U; i < n_frames * PARTS; ++i) {
      const Vec m = load(matrix + (column * LMU_LANES) + ((i % PARTS) * WIDTH));
      sums[i] += m * same(x[((i / PARTS) * run->input_stride) + column]);
    }
  }
  for (uint32_t i = 0U; i < n_frames * PARTS; ++i) {
    store(y + ((i / PARTS) * run->output_stride) + ((i % PARTS) * WIDTH),
          sums[i]);
  }
}

LMU_RT static void
affine(const LmuAffine* const product, const LmuRun* const run)
{
  for (uint32_t b = 0U; b < product->n_blocks; ++b) {
    uint32_t i = 0U;
    for (; i + FRAMES <= run->n_frames; i += FRAMES) {
      multiply_frames(product, b, run, i, FRAMES);
    }
    for (; i < run->n_frames; ++i) {
      multiply_frames(product, b, run, i, 1U);
    }
  }
}

/* Activations */

typedef int32_t Mask __attribute__((vector_size(4 * WIDTH)));

LMU_RT static INLINE Vec
least(const Vec x, const Vec y)
{
  const Mask mask = x < y;
  return (Vec)(((Mask)x & mask) | ((Mask)y & ~mask));
}

LMU_RT static INLINE Vec
greatest(const Vec x, const Vec y)
{
  const Mask mask = x > y;
  return (Vec)(((Mask)x & mask) | ((Mask)y & ~mask));
}

/// Return tanh(x) to 3e-7, see tests/golden/fit_tanh.py
LMU_RT static INLINE Vec
hyperbolic(const Vec x)
{
  const Vec clamped = greatest(least(x, same(8.0f)), same(-8.0f));
  const Vec y       = clamped * clamped;

  Vec numerator = y * 1.506171010134949e-8f + 2.177317401219625e-5f;
  numerator     = numerator * y + 0.0035641517024487257f;
  numerator     = numerator * y + 0.13438187539577484f;
  numerator     = numerator * y + 0.9999999403953552f;

  Vec denominator = y * 8.453620807813422e-7f + 0.0003399172273930162f;
  denominator     = denominator * y + 0.026135999709367752f;
  denominator     = denominator * y + 0.4677150845527649f;
  denominator     = denominator * y + 1.0f;
  return clamped * numerator / denominator;
}

/// Return an activation, which the compiler knows
LMU_RT static INLINE Vec
activated(const LmuActivation function, const Vec x)
{
  switch (function) {
  case LMU_TANH:
    return hyperbolic(x);
  case LMU_SIGMOID:
    return (hyperbolic(x * 0.5f) * 0.5f) + 0.5f;
  case LMU_RELU:
    return greatest(x, same(0.0f));
  case LMU_SOFTSIGN:
    return x / (greatest(x, -x) + 1.0f);
  case LMU_HARD_SIGMOID:
    return greatest(least((x * (1.0f / 6.0f)) + 0.5f, same(1.0f)), same(0.0f));
  case LMU_LINEAR:
    break;
  }
  return x;
}

LMU_RT static INLINE void
activate_as(const LmuActivation function,
            float* const        x,
            const uint32_t      n_blocks)
{
  for (uint32_t i = 0U; i < n_blocks * LMU_LANES; i += WIDTH) {
    store(x + i, activated(function, load(x + i)));
  }
}

LMU_RT static INLINE void
activate(const LmuActivation function, float* const x, const uint32_t n_blocks)
{
  switch (function) {
  case LMU_TANH:
    activate_as(LMU_TANH, x, n_blocks);
    break;
  case LMU_SIGMOID:
    activate_as(LMU_SIGMOID, x, n_blocks);
    break;
  case LMU_RELU:
    activate_as(LMU_RELU, x, n_blocks);
    break;
  case LMU_SOFTSIGN:
    activate_as(LMU_SOFTSIGN, x, n_blocks);
    break;
  case LMU_HARD_SIGMOID:
    activate_as(LMU_HARD_SIGMOID, x, n_blocks);
    break;
  case LMU_LINEAR:
    break;
  }
}

/* Hidden cells */

/// Set h and c of an LSTM from activated gates i, f, o, and the candidate
LMU_RT static INLINE void
step_lstm(const LmuLayerPlan* const layer, float* const g, float* const h)
{
  const uint32_t size = layer->unit_blocks * LMU_LANES;
  float* const   c    = h + size;
  activate(layer->gate_activation, g, 2U * layer->unit_blocks);
  activate(layer->activation, g + (2U * size), layer->unit_blocks);
  activate(layer->gate_activation, g + (3U * size), layer->unit_blocks);
  for (uint32_t i = 0U; i < size; i += WIDTH) {
    const Vec next = (load(g + size + i) * load(c + i)) +
                     (load(g + i) * load(g + (2U * size) + i));
    store(c + i, next);
    store(h + i, next);
  }

  activate(layer->activation, h, layer->unit_blocks);
  for (uint32_t i = 0U; i < size; i += WIDTH) {
    store(h + i, load(h + i) * load(g + (3U * size) + i));
  }
}

/// Set h of a GRU, whose fourth gate is what h adds to the candidate
LMU_RT static INLINE void
step_gru(const LmuLayerPlan* const layer, float* const g, float* const h)
{
  const uint32_t size = layer->unit_blocks * LMU_LANES;
  float* const   z    = g;
  float* const   r    = g + size;
  float* const   next = g + (2U * size);
  float* const   past = g + (3U * size);
  activate(layer->gate_activation, g, 2U * layer->unit_blocks);
  for (uint32_t i = 0U; i < size; i += WIDTH) {
    store(past + i, load(r + i) * load((layer->reset_after ? past : h) + i));
  }

  if (layer->reset_after) {
    for (uint32_t i = 0U; i < size; i += WIDTH) {
      store(next + i, load(next + i) + load(past + i));
    }
  } else {
    product(&layer->candidate, next, past, next);
  }
  activate(layer->activation, next, layer->unit_blocks);
  for (uint32_t i = 0U; i < size; i += WIDTH) {
    const Vec candidate = load(next + i);
    store(h + i, candidate + (load(z + i) * (load(h + i) - candidate)));
  }
}

/// Set h of a cell that is an activation
LMU_RT static INLINE void
step_plain(const LmuLayerPlan* const layer, float* const g, float* const h)
{
  activate(layer->activation, g, layer->unit_blocks);
  for (uint32_t i = 0U; i < layer->unit_blocks * LMU_LANES; i += WIDTH) {
    store(h + i, load(g + i));
  }
}

/// Set h from gates, which are spoilt
LMU_RT static INLINE void
step_cell(const LmuLayerPlan* const layer, float* const gates, float* const h)
{
  switch (layer->cell) {
  case LMU_CELL_DENSE:
  case LMU_CELL_SIMPLE_RNN:
    step_plain(layer, gates, h);
    break;
  case LMU_CELL_LSTM:
    step_lstm(layer, gates, h);
    break;
  case LMU_CELL_GRU:
    step_gru(layer, gates, h);
    break;
  case LMU_CELL_NONE:
    break;
  }
}

/// Copy numbers to any place
LMU_RT static INLINE void
copy(float* const to, const float* const from, const uint32_t count)
{
  for (uint32_t i = 0U; i < count; ++i) {
    to[i] = from[i];
  }
}

typedef Vec Unaligned __attribute__((aligned(4)));

/// Copy whole blocks to any place
LMU_RT static INLINE void
copy_blocks(float* const to, const float* const from, const uint32_t n_blocks)
{
  for (uint32_t i = 0U; i < n_blocks * LMU_LANES; i += WIDTH) {
    *(Unaligned*)(to + i) = load(from + i);
  }
}

LMU_RT static void
recur(const LmuLayerPlan* const layer,
      float* const              numbers,
      float* const              gates,
      const LmuRun* const       run)
{
  float* const h = numbers + layer->hidden;
  for (uint32_t i = 0U; i < run->n_frames; ++i) {
    float* const g = gates + ((size_t)i * run->input_stride);
    if (layer->recurrent.n_blocks) {
      product(&layer->recurrent, g, h, g);
    }
    step_cell(layer, g, h);
    copy_blocks(
      run->output + ((size_t)i * run->output_stride), h, layer->unit_blocks);
  }
}

/* Layers */

/// Write m as it is scaled outside
LMU_RT static INLINE void
write_memory(const LmuLayerPlan* const layer,
             const float* const        m,
             float* const              output)
{
  for (uint32_t i = 0U; i < layer->order * layer->channels; ++i) {
    output[i] = layer->scale[i] * m[i];
  }
}

LMU_RT static void
fused(const LmuLayerPlan* const layer,
      float* const              numbers,
      float* const              scratch,
      const LmuRun* const       run)
{
  const uint32_t memory = layer->order * layer->channels;
  const uint32_t blocks =
    layer->fused.n_blocks - (layer->n_gates * layer->unit_blocks);
  float* const m     = numbers + layer->vector;
  float* const x     = m + memory;
  float* const past  = x + layer->n_inputs;
  float* const h     = numbers + layer->hidden;
  float* const gates = scratch + ((size_t)blocks * LMU_LANES);
  for (uint32_t i = 0U; i < run->n_frames; ++i) {
    float* const output = run->output + ((size_t)i * run->output_stride);
    copy(x, run->input + ((size_t)i * run->input_stride), layer->n_inputs);
    product(&layer->fused, layer->fused.base, m, scratch);

    // Padding of m falls on what is written next
    copy_blocks(m, scratch, blocks);
    if (layer->cell == LMU_CELL_NONE) {
      write_memory(layer, scratch, output);
    } else {
      step_cell(layer, gates, h);
      copy_blocks(past, h, layer->unit_blocks);
      copy_blocks(output, h, layer->unit_blocks);
    }
  }
}

/// Advance the memory by one frame
LMU_RT static INLINE void
step_memory(const LmuLayerPlan* const layer,
            const float* const        u,
            float* const              m,
            float* const              scratch)
{
  const uint32_t size = layer->step.n_blocks * LMU_LANES;
  for (uint32_t c = 0U; c < layer->channels; ++c) {
    float* const y = scratch + ((size_t)c * size);
    product(&layer->drive, layer->drive.base, u + c, y);
    product(&layer->step, y, m + ((size_t)c * layer->order), y);
  }
  for (uint32_t c = 0U; c < layer->channels; ++c) {
    copy(m + ((size_t)c * layer->order),
         scratch + ((size_t)c * size),
         layer->order);
  }
}

LMU_RT static void
split(const LmuLayerPlan* const layer,
      float* const              numbers,
      float* const              scratch,
      const LmuRun* const       run)
{
  const uint32_t memory = layer->order * layer->channels;
  float* const   m      = numbers + layer->vector;
  float* const   x      = m + memory;
  float* const   past   = x + layer->n_inputs;
  float* const   h      = numbers + layer->hidden;
  float* const   u =
    scratch + ((size_t)layer->step.n_blocks * LMU_LANES * layer->channels);
  for (uint32_t i = 0U; i < run->n_frames; ++i) {
    float* const output = run->output + ((size_t)i * run->output_stride);
    copy(x, run->input + ((size_t)i * run->input_stride), layer->n_inputs);
    product(&layer->encode, layer->encode.base, m, u);
    step_memory(layer, u, m, scratch);

    if (layer->cell == LMU_CELL_NONE) {
      write_memory(layer, m, output);
    } else {
      product(&layer->gates, layer->gates.base, m, scratch);
      step_cell(layer, scratch, h);
      copy(past, h, layer->units);
      copy_blocks(output, h, layer->unit_blocks);
    }
  }
}
