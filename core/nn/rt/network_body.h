// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loops of networks for any vector size, part of kernels_body.h.
*/

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/rt/vector.h"
#include "core/memory/rt/modes.h"
#include "core/nn/rt/activation_body.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/network_plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Sums that are under way at once: additions take four cycles, two at a time
#define SUMS 8U

/// Sums that fit in sixteen registers, so that each is of few columns
#define MAX_SUMS 12U

/// Frames that a block of rows is multiplied by at once
#define FRAMES (SUMS / PARTS)

/* Products of one frame */

/// Add a column of a few vectors of rows times a number, which u is full of
LMU_RT static INLINE void
add_column(Vec* const         sums,
           const float* const column,
           const Vec          u,
           const uint32_t     vectors)
{
  for (uint32_t i = 0U; i < vectors; ++i) {
    sums[i] += u * load(column + (i * WIDTH));
  }
}

/// What a few vectors of rows are multiplied by
typedef struct {
  const float* matrix; ///< First column
  const float* base;
  const float* x;
  float*       y;
  uint32_t     n_columns;
} Rows;

/// Multiply a few vectors of rows, whose columns are `stride` apart
LMU_RT static INLINE void
multiply(const Rows rows, const uint32_t vectors, const uint32_t stride)
{
  const uint32_t sets   = (vectors < 4U) ? 4U : (vectors == 4U) ? 2U : 1U;
  const float*   matrix = rows.matrix;
  const float*   x      = rows.x;
  Vec            sums[MAX_SUMS];
  for (uint32_t i = 0U; i < vectors * sets; ++i) {
    sums[i] = (i < vectors) ? load(rows.base + (i * WIDTH)) : same(0.0f);
  }

  for (uint32_t left = rows.n_columns / 4U; left; --left) {
    const Vec four = repeat(x);
    const Vec u[4] = {
      PICK(four, 0), PICK(four, 1), PICK(four, 2), PICK(four, 3)};
    for (uint32_t j = 0U; j < 4U; ++j) {
      add_column(sums + ((j % sets) * vectors), matrix, u[j], vectors);
      matrix += stride;
    }
    x += 4U;
  }
  for (uint32_t left = rows.n_columns % 4U; left; --left) {
    add_column(sums, matrix, same(*x), vectors);
    matrix += stride;
    ++x;
  }

  for (uint32_t i = 0U; i < vectors; ++i) {
    Vec total = sums[i];
    for (uint32_t j = 1U; j < sets; ++j) {
      total += sums[(j * vectors) + i];
    }
    store(rows.y + (i * WIDTH), total);
  }
}

/// Return some of the rows of a tile
LMU_RT static INLINE Rows
rows_at(const Rows tile, const uint32_t row)
{
  const Rows rows = {
    tile.matrix + row, tile.base + row, tile.x, tile.y + row, tile.n_columns};
  return rows;
}

/// Multiply a tile, a part at a time if it is too many vectors
LMU_RT static INLINE void
multiply_tile(const Rows tile, const uint32_t blocks)
{
  const uint32_t stride  = blocks * LMU_LANES;
  const uint32_t vectors = blocks * PARTS;
  const uint32_t part    = (vectors > SUMS) ? SUMS : vectors;
  const uint32_t whole   = vectors - (vectors % part);
  for (uint32_t i = 0U; i < whole; i += part) {
    multiply(rows_at(tile, i * WIDTH), part, stride);
  }
  if (vectors % part) {
    multiply(rows_at(tile, whole * WIDTH), vectors % part, stride);
  }
}

/// Return a row times x
LMU_RT static INLINE float
multiply_row(const float* const row, const float* const x, const uint32_t count)
{
  Vec      even = same(0.0f);
  Vec      odd  = same(0.0f);
  uint32_t i    = 0U;
  for (; i + (2U * WIDTH) <= count; i += 2U * WIDTH) {
    even += *(const Unaligned*)(row + i) * *(const Unaligned*)(x + i);
    odd +=
      *(const Unaligned*)(row + i + WIDTH) * *(const Unaligned*)(x + i + WIDTH);
  }
  if (i + WIDTH <= count) {
    even += *(const Unaligned*)(row + i) * *(const Unaligned*)(x + i);
    i += WIDTH;
  }

  float total = sum(even + odd);
  for (; i < count; ++i) {
    total += row[i] * x[i];
  }
  return total;
}

/// Multiply a few rows one by one
LMU_RT static INLINE void
multiply_rows(const LmuAffine* const affine,
              const float* const     base,
              const float* const     x,
              float* const           y)
{
  for (uint32_t i = 0U; i < LMU_LANES; i += WIDTH) {
    store(y + i, load(base + i));
  }
  for (uint32_t i = 0U; i < affine->n_rows; ++i) {
    y[i] += multiply_row(
      affine->matrix + ((size_t)i * affine->n_columns), x, affine->n_columns);
  }
}

/// Set y to base + matrix x; y and base may be the same, x and y may not
LMU_RT static INLINE void
product(const LmuAffine* const affine,
        const float* const     base,
        const float* const     x,
        float* const           y)
{
  if (affine->n_rows) {
    multiply_rows(affine, base, x, y);
    return;
  }

  Rows     tile = {affine->matrix, base, x, y, affine->n_columns};
  uint32_t left = affine->n_blocks;
  for (; left >= LMU_TILE; left -= LMU_TILE) {
    const uint32_t rows = LMU_TILE * LMU_LANES;
    multiply_tile(tile, LMU_TILE);
    tile.matrix += (size_t)rows * affine->n_columns;
    tile.base += rows;
    tile.y += rows;
  }
  switch (left) {
  case 3U:
    multiply_tile(tile, 3U);
    break;
  case 2U:
    multiply_tile(tile, 2U);
    break;
  case 1U:
    multiply_tile(tile, 1U);
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
  const uint32_t     tile   = block - (block % LMU_TILE);
  const uint32_t     left   = affine->n_blocks - tile;
  const uint32_t     stride = (left < LMU_TILE ? left : LMU_TILE) * LMU_LANES;
  const float* const matrix = affine->matrix +
                              ((size_t)tile * LMU_LANES * affine->n_columns) +
                              ((block - tile) * LMU_LANES);
  float* const y = run->output + ((size_t)first * run->output_stride) +
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
      const Vec m =
        load(matrix + ((size_t)column * stride) + ((i % PARTS) * WIDTH));
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
  if (product->n_rows) {
    for (uint32_t i = 0U; i < run->n_frames; ++i) {
      float* const y = run->output + ((size_t)i * run->output_stride);
      multiply_rows(product,
                    product->base ? product->base : y,
                    run->input + ((size_t)i * run->input_stride),
                    y);
    }
    return;
  }

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

/* Hidden cells */

LMU_RT static INLINE void
activate_gates(const LmuLayerPlan* const layer,
               float* const              x,
               const uint32_t            n_blocks)
{
  activate(layer->gate_activation, layer->slope, x, n_blocks);
}

LMU_RT static INLINE void
activate_state(const LmuLayerPlan* const layer,
               float* const              x,
               const uint32_t            n_blocks)
{
  activate(layer->activation, layer->slope, x, n_blocks);
}

/// Set h and c of an LSTM from activated gates i, f, o, and the candidate
LMU_RT static INLINE void
step_lstm(const LmuLayerPlan* const layer, float* const g, float* const h)
{
  const uint32_t size = layer->unit_blocks * LMU_LANES;
  float* const   c    = h + size;
  activate_gates(layer, g, 2U * layer->unit_blocks);
  activate_state(layer, g + (2U * size), layer->unit_blocks);
  activate_gates(layer, g + (3U * size), layer->unit_blocks);
  for (uint32_t i = 0U; i < size; i += WIDTH) {
    const Vec next = (load(g + size + i) * load(c + i)) +
                     (load(g + i) * load(g + (2U * size) + i));
    store(c + i, next);
    store(h + i, next);
  }

  activate_state(layer, h, layer->unit_blocks);
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
  activate_gates(layer, g, 2U * layer->unit_blocks);
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
  activate_state(layer, next, layer->unit_blocks);
  for (uint32_t i = 0U; i < size; i += WIDTH) {
    const Vec candidate = load(next + i);
    store(h + i, candidate + (load(z + i) * (load(h + i) - candidate)));
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

/// Copy whole blocks to any place
LMU_RT static INLINE void
copy_blocks(float* const to, const float* const from, const uint32_t n_blocks)
{
  for (uint32_t i = 0U; i < n_blocks * LMU_LANES; i += WIDTH) {
    *(Unaligned*)(to + i) = load(from + i);
  }
}

/// Set h from gates, which are spoilt, and write it to where it is needed
LMU_RT static INLINE void
step_cell(const LmuLayerPlan* const layer, float* const gates, const Places to)
{
  const bool plain =
    layer->cell == LMU_CELL_DENSE || layer->cell == LMU_CELL_SIMPLE_RNN;
  if (plain) {
    activate_to(layer->activation, layer->slope, gates, layer->unit_blocks, to);
    return;
  }

  if (layer->cell == LMU_CELL_LSTM) {
    step_lstm(layer, gates, to.aligned);
  } else {
    step_gru(layer, gates, to.aligned);
  }
  if (to.past) {
    copy_blocks(to.past, to.aligned, layer->unit_blocks);
  }
  copy_blocks(to.output, to.aligned, layer->unit_blocks);
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
    const Places to = {h, NULL, run->output + ((size_t)i * run->output_stride)};
    step_cell(layer, g, to);
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
  float* const past  = m + memory;
  float* const x     = past + layer->n_past;
  float* const h     = numbers + layer->hidden;
  float* const gates = scratch + ((size_t)blocks * LMU_LANES);
  const bool   keeps =
    layer->cell == LMU_CELL_LSTM || layer->cell == LMU_CELL_GRU;
  for (uint32_t i = 0U; i < run->n_frames; ++i) {
    float* const output = run->output + ((size_t)i * run->output_stride);
    copy(x, run->input + ((size_t)i * run->input_stride), layer->n_inputs);
    product(&layer->fused, layer->fused.base, m, scratch);

    // Padding of m falls on h and x, and that of h on x, which are written
    // later
    copy_blocks(m, scratch, blocks);
    if (layer->cell == LMU_CELL_NONE) {
      write_memory(layer, scratch, output);
    } else {
      const Places to = {keeps ? h : NULL, past, output};
      step_cell(layer, gates, to);
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
  const uint32_t size = layer->steps[0].n_blocks * LMU_LANES;
  for (uint32_t c = 0U; c < layer->channels; ++c) {
    const LmuAffine* const drive = &layer->drives[lmu_step_of(layer, c)];
    const LmuAffine* const step  = &layer->steps[lmu_step_of(layer, c)];
    float* const           y     = scratch + ((size_t)c * size);
    product(drive, drive->base, u + c, y);
    product(step, y, m + ((size_t)c * layer->order), y);
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
  float* const   past   = m + memory;
  float* const   x      = past + layer->n_past;
  float* const   h      = numbers + layer->hidden;
  float* const   u =
    scratch + ((size_t)layer->steps[0].n_blocks * LMU_LANES * layer->channels);
  for (uint32_t i = 0U; i < run->n_frames; ++i) {
    float* const output = run->output + ((size_t)i * run->output_stride);
    copy(x, run->input + ((size_t)i * run->input_stride), layer->n_inputs);
    product(&layer->encode, layer->encode.base, m, u);
    step_memory(layer, u, m, scratch);

    if (layer->cell == LMU_CELL_NONE) {
      write_memory(layer, m, output);
    } else {
      product(&layer->gates, layer->gates.base, m, scratch);
      const Places to = {h, past, output};
      step_cell(layer, scratch, to);
    }
  }
}
