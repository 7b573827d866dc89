// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/network_forms.h"

#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/math/setup/matrix.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/readout.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/affine.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/layer_matrix.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Choice */

static bool
has_feedback(const LmuLayer* const layer)
{
  return layer->hidden_to_memory || layer->memory_to_memory;
}

bool
lmu_form_fits(const LmuForm         form,
              const LmuLayer* const layer,
              const bool            stored)
{
  if (layer->type == LMU_LAYER_DENSE || form == LMU_FORM_DENSE) {
    return layer->type == LMU_LAYER_DENSE && form == LMU_FORM_DENSE;
  }
  if (layer->type != LMU_LAYER_LMU) {
    return form == LMU_FORM_FUSED; // What has no memory is a product with h, x
  }
  switch (form) {
  case LMU_FORM_BLOCKED:
    return !has_feedback(layer);
  case LMU_FORM_MODAL:
    return layer->method == LMU_PADE && !stored && layer->cell != LMU_CELL_NONE;
  default:
    return true;
  }
}

/// Sizes that work depends on
typedef struct {
  double m;       ///< Numbers of memory
  double padded;  ///< The same, padded for each channel
  double columns; ///< Of [m; h; x]
  double gates;   ///< Rows of gates
  double encode;  ///< Rows of u, padded if they are many
} Sizes;

static Sizes
sizes_of(const LmuLayer* const layer)
{
  const uint32_t n_gates = lmu_row_groups(layer);
  const uint32_t m       = lmu_layer_memory(layer);
  const Sizes    sizes   = {m,
                            (double)layer->memory_d * lmu_padded(layer->order),
                            (double)m + layer->n_inputs + layer->units,
                            (double)n_gates * lmu_padded(layer->units),
                       (layer->memory_d <= LMU_NARROW)
                              ? layer->memory_d
                              : lmu_padded(layer->memory_d)};
  return sizes;
}

// Measured by bench/cell: what a frame takes beside its multiplications, and
// what a mode takes, in multiplications
#define SPLIT_EXTRA 2300.0
#define BLOCKED_EXTRA 1850.0
#define MODAL_EXTRA 5400.0
#define MODE_WORK 7.0
#define READOUT_WORK 10.0

/// Multiplications of many frames at once, beside those of one
#define BLOCKED_SHARE 0.5

double
lmu_form_work(const LmuForm form, const LmuLayer* const layer)
{
  const Sizes  s       = sizes_of(layer);
  const double recurs  = s.gates * layer->units;
  const double outward = s.gates * (s.columns - layer->units);
  switch (form) {
  case LMU_FORM_FUSED:
    return (s.padded + s.gates) * s.columns;
  case LMU_FORM_SPLIT:
    return SPLIT_EXTRA + (s.encode * s.columns) + (s.padded * layer->order) +
           outward + recurs;
  case LMU_FORM_BLOCKED:
    return BLOCKED_EXTRA + recurs +
           (BLOCKED_SHARE * ((s.encode * layer->n_inputs) + outward +
                             (s.padded * (layer->order + LMU_BLOCKED_FRAMES))));
  case LMU_FORM_MODAL:
    return layer->memory_d * (MODAL_EXTRA + (MODE_WORK * layer->order)) +
           (s.encode * s.columns) + outward + recurs + (READOUT_WORK * s.gates);
  case LMU_FORM_DENSE:
    break;
  }
  return (double)layer->n_inputs * layer->units;
}

LmuForm
lmu_form_best(const LmuLayer* const layer, const bool stored)
{
  LmuForm best  = LMU_FORM_DENSE;
  bool    found = false;
  for (uint32_t i = 0U; i < LMU_N_FORMS; ++i) {
    const LmuForm form = (LmuForm)i;
    if (lmu_form_fits(form, layer, stored) &&
        (!found || lmu_form_work(form, layer) < lmu_form_work(best, layer))) {
      best  = form;
      found = true;
    }
  }
  return best;
}

/* Fused */

/// Add factor times a row to another
static void
add_row(double* const       to,
        const double* const from,
        const uint32_t      count,
        const double        factor)
{
  for (uint32_t i = 0U; i < count; ++i) {
    to[i] += factor * from[i];
  }
}

/// Write the rows of m, each as long as all columns and the base behind them
static void
fuse_memory(const LmuLayerMatrix* const matrix, double* const rows)
{
  const uint32_t order = matrix->order;
  const size_t   width = (size_t)matrix->columns + 1U;
  for (uint32_t i = 0U; i < matrix->memory; ++i) {
    const uint32_t c   = i / order;
    double* const  row = rows + (i * width);
    const double   b   = lmu_layer_matrix_drive(matrix, c)[i % order];
    memcpy(row + ((size_t)c * order),
           lmu_layer_matrix_step(matrix, c) + ((size_t)(i % order) * order),
           order * sizeof(double));
    add_row(
      row, matrix->encode + ((size_t)c * matrix->columns), matrix->columns, b);
    row[matrix->columns] = b * matrix->encode_base[c];
  }
}

/// Write the rows of gates, which take the new m, in terms of the old
static void
fuse_gates(const LmuLayerMatrix* const matrix,
           const double* const         memory,
           double* const               rows)
{
  const size_t width = (size_t)matrix->columns + 1U;
  for (uint32_t i = 0U; i < matrix->rows; ++i) {
    const double* const gate = matrix->gates + ((size_t)i * matrix->columns);
    double* const       row  = rows + (i * width);
    memcpy(row + matrix->memory,
           gate + matrix->memory,
           (matrix->columns - matrix->memory) * sizeof(double));
    row[matrix->columns] = matrix->gates_base[i];
    for (uint32_t j = 0U; j < matrix->memory; ++j) {
      add_row(row, memory + (j * width), (uint32_t)width, gate[j]);
    }
  }
}

static LmuStatus
fill_fused(LmuLayerPlan* const         plan,
           const LmuLayerMatrix* const matrix,
           LmuArena* const             arena)
{
  const uint32_t memory = lmu_padded(matrix->memory);
  const uint32_t rows   = memory + matrix->rows;
  const size_t   width  = (size_t)matrix->columns + 1U;
  double* const  all    = (double*)calloc(rows * (width + 1U), sizeof(double));
  if (!all) {
    return LMU_NO_MEMORY;
  }

  double* const base = all + (rows * width);
  fuse_memory(matrix, all);
  fuse_gates(matrix, all, all + (memory * width));
  for (uint32_t i = 0U; i < rows; ++i) {
    base[i] = all[(i * width) + matrix->columns];
  }
  const LmuPart part = {all, rows, (uint32_t)width, 0U, matrix->columns, base};
  lmu_affine_pack(&plan->fused, &part, arena);
  free(all);
  return LMU_SUCCESS;
}

/* Split */

/// Return all rows of a matrix of the layer, and some of its columns
static LmuPart
part_of(const LmuLayerMatrix* const matrix,
        const double* const         values,
        const uint32_t              rows,
        const uint32_t              first,
        const uint32_t              columns,
        const double* const         base)
{
  const LmuPart part = {values, rows, matrix->columns, first, columns, base};
  return part;
}

static void
fill_split(LmuLayerPlan* const         plan,
           const LmuLayerMatrix* const matrix,
           LmuArena* const             arena)
{
  const uint32_t order  = matrix->order;
  const uint32_t all    = matrix->columns;
  const LmuPart  encode = part_of(
    matrix, matrix->encode, matrix->channels, 0U, all, matrix->encode_base);
  const LmuPart gates =
    part_of(matrix, matrix->gates, matrix->rows, 0U, all, matrix->gates_base);

  // A base of zeros, as the product starts from it
  double* const zeros = (double*)calloc(order, sizeof(double));
  arena->failed       = arena->failed || !zeros;

  lmu_affine_pack(&plan->encode, &encode, arena);
  lmu_affine_pack(&plan->gates, &gates, arena);
  for (uint32_t i = 0U; i < plan->n_steps; ++i) {
    const LmuPart step = {
      lmu_layer_matrix_step(matrix, i), order, order, 0U, order, NULL};
    const LmuPart drive = {
      lmu_layer_matrix_drive(matrix, i), order, 1U, 0U, 1U, zeros};
    lmu_affine_pack(&plan->steps[i], &step, arena);
    lmu_affine_pack(&plan->drives[i], &drive, arena);
  }
  free(zeros);
}

/* Ahead */

/// Write Ad^k Bd for k from LMU_BLOCKED_FRAMES - 1 to 0 as columns
static void
look_back(const LmuLayerMatrix* const matrix,
          const uint32_t              channel,
          double* const               now,
          double* const               drive)
{
  const uint32_t      order = matrix->order;
  const double* const step  = lmu_layer_matrix_step(matrix, channel);
  double* const       next  = now + order;
  memcpy(now, lmu_layer_matrix_drive(matrix, channel), order * sizeof(double));
  for (uint32_t k = LMU_BLOCKED_FRAMES; k-- > 0U;) {
    for (uint32_t i = 0U; i < order; ++i) {
      drive[(i * LMU_BLOCKED_FRAMES) + k] = now[i];
      next[i]                             = 0.0;
      for (uint32_t j = 0U; j < order; ++j) {
        next[i] += step[((size_t)i * order) + j] * now[j];
      }
    }
    memcpy(now, next, order * sizeof(double));
  }
}

/// Pack Ad^LMU_BLOCKED_FRAMES of a channel, and what the last
/// LMU_BLOCKED_FRAMES of u add to m
static bool
advance_blocks(LmuLayerPlan* const         plan,
               const LmuLayerMatrix* const matrix,
               const uint32_t              channel,
               LmuArena* const             arena)
{
  const uint32_t order = matrix->order;
  const size_t   size  = (size_t)order * order;
  double* const  room  = (double*)calloc(
    (2U * size) + ((LMU_BLOCKED_FRAMES + 3UL) * order), sizeof(double));
  if (!room) {
    return false;
  }

  double* const step  = room;
  double* const other = step + size;
  double* const now   = other + size;
  double* const drive = now + (2UL * order);
  double* const zeros = drive + ((size_t)LMU_BLOCKED_FRAMES * order);
  look_back(matrix, channel, now, drive);
  memcpy(step, lmu_layer_matrix_step(matrix, channel), size * sizeof(double));
  for (uint32_t power = 1U; power < LMU_BLOCKED_FRAMES; power *= 2U) {
    lmu_matrix_multiply(other, step, step, order);
    memcpy(step, other, size * sizeof(double));
  }

  const LmuPart blocked = {step, order, order, 0U, order, NULL};
  const LmuPart driven  = {
     drive, order, LMU_BLOCKED_FRAMES, 0U, LMU_BLOCKED_FRAMES, zeros};
  lmu_affine_pack(&plan->steps[channel], &blocked, arena);
  lmu_affine_pack(&plan->drives[channel], &driven, arena);
  free(room);
  return true;
}

/// Write the columns of m in gates, padded for each channel
static void
spread(const LmuLayerMatrix* const matrix, double* const out)
{
  const uint32_t padded = lmu_padded(matrix->order);
  for (uint32_t i = 0U; i < matrix->rows; ++i) {
    for (uint32_t j = 0U; j < matrix->memory; ++j) {
      out[((size_t)i * matrix->channels * padded) +
          ((j / matrix->order) * padded) + (j % matrix->order)] =
        matrix->gates[((size_t)i * matrix->columns) + j];
    }
  }
}

/// Write what acts on gates beside m: x, and h of the frame before
static void
fill_outward(LmuLayerPlan* const         plan,
             const LmuLayerMatrix* const matrix,
             LmuArena* const             arena)
{
  const LmuPart gates  = part_of(matrix,
                                matrix->gates,
                                matrix->rows,
                                matrix->memory + matrix->hidden,
                                matrix->inputs,
                                matrix->gates_base);
  const LmuPart recurs = part_of(
    matrix, matrix->gates, matrix->rows, matrix->memory, matrix->hidden, NULL);
  lmu_affine_pack(&plan->gates, &gates, arena);
  if (matrix->hidden) {
    lmu_affine_pack(&plan->recurrent, &recurs, arena);
  }
}

static LmuStatus
fill_blocked(LmuLayerPlan* const         plan,
             const LmuLayerMatrix* const matrix,
             LmuArena* const             arena)
{
  const uint32_t spaced = matrix->channels * lmu_padded(matrix->order);
  double* const  remember =
    (double*)calloc(((size_t)matrix->rows * spaced) + 1U, sizeof(double));
  bool enough = remember != NULL;
  for (uint32_t i = 0U; enough && i < plan->n_steps; ++i) {
    enough = advance_blocks(plan, matrix, i, arena);
  }
  if (enough) {
    const LmuPart encode  = part_of(matrix,
                                   matrix->encode,
                                   matrix->channels,
                                   matrix->memory + matrix->hidden,
                                   matrix->inputs,
                                   matrix->encode_base);
    const LmuPart recalls = {remember, matrix->rows, spaced, 0U, spaced, NULL};
    spread(matrix, remember);
    lmu_affine_pack(&plan->encode, &encode, arena);
    lmu_affine_pack(&plan->remember, &recalls, arena);
    fill_outward(plan, matrix, arena);
  }
  free(remember);
  return enough ? LMU_SUCCESS : LMU_NO_MEMORY;
}

LmuStatus
lmu_form_fill(LmuLayerPlan* const         plan,
              const LmuLayerMatrix* const matrix,
              LmuArena* const             arena)
{
  if (plan->cell == LMU_CELL_GRU && !plan->reset_after) {
    const LmuPart candidate = {
      matrix->candidate, matrix->units, matrix->units, 0U, matrix->units, NULL};
    lmu_affine_pack(&plan->candidate, &candidate, arena);
  }

  switch (plan->form) {
  case LMU_FORM_FUSED:
    return fill_fused(plan, matrix, arena);
  case LMU_FORM_BLOCKED:
    return fill_blocked(plan, matrix, arena);
  case LMU_FORM_MODAL:
    fill_outward(plan, matrix, arena);
    break;
  default:
    fill_split(plan, matrix, arena);
    break;
  }
  return LMU_SUCCESS;
}

/* Modal */

/// Write weights of one channel's m: of all gates, then of all u
static void
channel_weights(const LmuLayerPlan* const   plan,
                const LmuLayerMatrix* const matrix,
                const uint32_t              channel,
                double* const               weights)
{
  const uint32_t order = matrix->order;
  const uint32_t n_gates =
    plan->n_readouts - (plan->feedback ? matrix->channels : 0U);
  const uint32_t padded = plan->unit_blocks * LMU_LANES;
  for (uint32_t i = 0U; i < plan->n_readouts; ++i) {
    const uint32_t      row = (i < n_gates)
                                ? ((i / plan->units) * padded) + (i % plan->units)
                                : i - n_gates;
    const double* const from =
      ((i < n_gates) ? matrix->gates : matrix->encode) +
      ((size_t)row * matrix->columns) + ((size_t)channel * order);
    memcpy(weights + ((size_t)i * order), from, order * sizeof(double));
  }
}

LmuStatus
lmu_form_fill_modal(LmuLayerPlan* const         plan,
                    const LmuLayerMatrix* const matrix,
                    const LmuModal* const       modal,
                    LmuArena* const             arena)
{
  const uint32_t hidden = plan->feedback ? matrix->hidden : 0U;
  const LmuPart  encode = part_of(matrix,
                                 matrix->encode,
                                 matrix->channels,
                                 matrix->memory + matrix->hidden - hidden,
                                 hidden + matrix->inputs,
                                 matrix->encode_base);
  const size_t   size   = (size_t)plan->modes->n_blocks * LMU_BLOCK;
  const size_t   each   = plan->n_readouts * size;
  float* const   out =
    (float*)lmu_arena_take(arena, matrix->channels * each, sizeof(float));
  double* const weights =
    (double*)calloc((size_t)plan->n_readouts * matrix->order, sizeof(double));
  LmuStatus status = (out && weights) ? LMU_SUCCESS : LMU_NO_MEMORY;

  lmu_affine_pack(&plan->encode, &encode, arena);
  for (uint32_t c = 0U; !status && c < matrix->channels; ++c) {
    channel_weights(plan, matrix, c, weights);
    status = lmu_readout_modal(
      modal, weights, matrix->order, plan->n_readouts, out + (c * each));
  }
  plan->readouts = out;
  free(weights);
  return status;
}
