// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/tap_table.h"

#include "core/base/setup/aligned.h"
#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/recurrence.h"
#include "core/memory/rt/taps.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/recurrence.h"
#include "core/memory/setup/tap_design.h"
#include "core/memory/setup/taper.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define PI 3.14159265358979323846

/// Mode as a part of the order from which on tables have it, below that their
/// readings and exponentials are the same
#define EDGE_START 0.19

/// Distance from an end [windows / order] at which a taper blurs nothing
#define EDGE 30.0

/// Rows per unit of the square root of that, a quintic then errs by 0.1 %
#define ROWS_PER_ROOT 20.0

/// Half of the window, as a square root
#define HALF 0.70710678118654752440

/// Part of the table's range over which it fades to nothing
#define FADE 0.2

struct LmuTapTableImpl {
  LmuTaps  taps;
  uint32_t order;
  float*   taper;
  float*   ends[2];
};

/// What it takes to evaluate modes in the rows of a table
typedef struct {
  const LmuKernels* kernels;
  LmuArena          arena;   ///< All arrays
  LmuTapDesign*     design;  ///< How rows are made of positions
  double*           weights; ///< Of positions in rows, [2][n_positions][n_rows]
  double*           kept;    ///< Solutions of a block, see LmuRecurrence
  double*           values;  ///< At positions, [2][n_positions][2][LMU_LANES]
  double*           rows;    ///< In rows of one end, [n_rows][2][LMU_LANES]
  double            scales[LMU_BLOCK]; ///< That make solutions modes
  double            tapers[LMU_LANES]; ///< Parts that the taper has of a block
} Workspace;

/// Square root of the distance of a row, the third row is at the very end
static double
row_distance(const LmuTaps* const taps, const uint32_t row)
{
  return ((double)row - 2.0) / taps->density;
}

/// Place in the window of a row of one end
static double
row_position(const LmuTaps* const taps, const uint32_t end, const uint32_t row)
{
  const double distance = row_distance(taps, row);
  const double r        = fmin(distance * distance, 1.0);

  return end ? 1.0 - r : r;
}

/// How much of a row to add, less than one where the table ends
static double
row_part(const LmuTaps* const taps, const uint32_t row)
{
  if (taps->edge >= HALF) {
    return 1.0; // Both tables together are the whole window
  }

  const double x = (1.0 - (fabs(row_distance(taps, row)) / taps->edge)) / FADE;
  return 0.5 - (0.5 * cos(PI * fmin(fmax(x, 0.0), 1.0)));
}

/// Set the weights of positions in all rows of an end
static void
set_weights(const LmuTaps* const   taps,
            const uint32_t         end,
            double* const          buffer,
            const Workspace* const work)
{
  const size_t  count = lmu_tap_design_count(work->design);
  double* const out   = work->weights + (end * count * taps->n_rows);
  for (uint32_t i = taps->n_rows; i-- > 0U;) {
    const double distance = row_distance(taps, i);
    const bool   is_first = i + 1U == taps->n_rows;
    lmu_tap_design_read(
      work->design, end, is_first, distance * distance, buffer);
    for (size_t j = 0U; j < count; ++j) {
      out[(j * taps->n_rows) + i] = buffer[j];
    }
  }
}

/// Set what positions read of a block of modes
static void
set_values(const LmuModal* const modal,
           const uint32_t        block,
           Workspace* const      work)
{
  const LmuModes* const modes = lmu_modal_modes(modal);
  LmuRecurrence solutions     = {.n_kept = lmu_tap_design_degrees(work->design),
                                 .kept   = work->kept};
  lmu_recurrence_solve(&solutions,
                       modes->order,
                       modes->s + ((size_t)block * LMU_BLOCK),
                       work->kernels);
  lmu_modal_scales(modal, block, &solutions, work->scales);
  lmu_tap_design_values(work->design, work->kept, work->values);
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    work->tapers[i] = lmu_taper((block * LMU_LANES) + i, modes->order);
  }
}

/// Store what the taper leaves out of a block of modes in a row, whose place is
/// r windows ago
static void
store_row(float* const           out,
          const uint32_t         block,
          const double           r,
          const double           gain,
          const double* const    row,
          const Workspace* const work)
{
  const double   first = PI * ((2.0 * block * LMU_LANES) + 1.0) * r;
  const bool     any   = work->tapers[0] > 0.0;
  double complex phase = any ? cexp(lmu_cartesian(0.0, first)) : 0.0;
  double complex turn  = any ? cexp(lmu_cartesian(0.0, 2.0 * PI * r)) : 0.0;
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    const double complex value =
      lmu_product(lmu_lane(row, i), lmu_lane(work->scales, i));
    const double part = work->tapers[i];

    out[i]             = (float)(gain * (creal(value) - (part * cimag(phase))));
    out[LMU_LANES + i] = (float)(gain * ((part * creal(phase)) - cimag(value)));
    phase              = lmu_product(phase, turn);
  }
}

/// Fill all rows of one end with a block of modes
static void
fill_block(const LmuTapTable* const table,
           const uint32_t           end,
           const uint32_t           block,
           const Workspace* const   work)
{
  const LmuTaps* const taps  = &table->taps;
  const size_t         count = lmu_tap_design_count(work->design);
  const size_t         width = (size_t)taps->n_edge_blocks * LMU_BLOCK;
  const size_t         first = (size_t)(block - taps->first_edge) * LMU_BLOCK;
  const LmuGram        from  = {work->weights + (end * count * taps->n_rows),
                                work->values + (end * count * LMU_BLOCK),
                                taps->n_rows,
                                taps->n_rows,
                                LMU_BLOCK,
                                (uint32_t)count,
                                0.0,
                                false};
  work->kernels->gram(work->rows, &from);
  for (uint32_t i = 0U; i < taps->n_rows; ++i) {
    store_row(table->ends[end] + (i * width) + first,
              block,
              row_position(taps, end, i),
              2.0 * row_part(taps, i),
              work->rows + ((size_t)i * LMU_BLOCK),
              work);
  }
}

/// Fill both ends with all modes that they have
static void
fill_rows(const LmuTapTable* const table,
          const LmuModal* const    modal,
          Workspace* const         work)
{
  const LmuTaps* const taps = &table->taps;
  for (uint32_t end = 0U; end < 2U; ++end) {
    set_weights(taps, end, work->values, work);
  }
  for (uint32_t b = taps->first_edge; b < taps->n_blocks; ++b) {
    set_values(modal, b, work);
    for (uint32_t end = 0U; end < 2U; ++end) {
      fill_block(table, end, b, work);
    }
  }
}

static double*
take(Workspace* const work, const size_t count)
{
  return (double*)lmu_arena_take(&work->arena, count, sizeof(double));
}

static LmuStatus
fill(const LmuTapTable* const table, const LmuModal* const modal)
{
  const size_t n_rows = table->taps.n_rows;
  Workspace    work   = {0};
  if (lmu_tap_design_new(&work.design, table->order)) {
    return LMU_NO_MEMORY;
  }

  const size_t   count   = 2U * (size_t)lmu_tap_design_count(work.design);
  const uint32_t degrees = lmu_tap_design_degrees(work.design);
  work.kernels           = lmu_kernels(0U);
  work.weights           = take(&work, count * n_rows);
  work.kept              = take(&work, lmu_recurrence_size(degrees));
  work.values            = take(&work, count * LMU_BLOCK);
  work.rows              = take(&work, n_rows * LMU_BLOCK);

  const bool enough = !work.arena.failed;
  if (enough) {
    fill_rows(table, modal, &work);
  }
  lmu_arena_clear(&work.arena);
  lmu_tap_design_free(work.design);
  return enough ? LMU_SUCCESS : LMU_NO_MEMORY;
}

/// Return the shape of a table, without its arrays
static LmuTaps
shape(const LmuModes* const modes)
{
  const double   order = modes->order;
  const double   edge  = sqrt(EDGE / order);
  const uint32_t band  = lmu_taper_count(modes->order);
  const uint32_t first = (uint32_t)(EDGE_START * order);

  LmuTaps taps       = {0};
  taps.n_blocks      = modes->n_blocks;
  taps.n_band_blocks = (band + LMU_LANES - 1U) / LMU_LANES;
  taps.first_edge    = first / LMU_LANES;
  taps.n_edge_blocks = modes->n_blocks - taps.first_edge;
  taps.edge          = edge < HALF ? edge : 1.0;

  const double reach = edge < HALF ? edge : HALF;
  taps.density       = ROWS_PER_ROOT * sqrt(order);
  taps.n_rows        = (uint32_t)(reach * taps.density) + LMU_TAP_POINTS + 1U;
  if (taps.n_band_blocks > taps.n_blocks) {
    taps.n_band_blocks = taps.n_blocks;
  }
  return taps;
}

static LmuStatus
init(LmuTapTable* const table, const LmuModal* const modal)
{
  const LmuModes* const modes = lmu_modal_modes(modal);
  LmuTaps* const        taps  = &table->taps;
  *taps                       = shape(modes);
  table->order                = modes->order;

  const size_t n_taper = (size_t)taps->n_band_blocks * LMU_LANES;
  const size_t n_end   = (size_t)taps->n_rows * taps->n_edge_blocks * LMU_BLOCK;
  table->taper         = (float*)lmu_aligned_zeros(n_taper * sizeof(float));
  table->ends[0]       = (float*)lmu_aligned_zeros(n_end * sizeof(float));
  table->ends[1]       = (float*)lmu_aligned_zeros(n_end * sizeof(float));
  if (!table->taper || !table->ends[0] || !table->ends[1]) {
    return LMU_NO_MEMORY;
  }

  for (uint32_t k = 0U; k < n_taper && k < modes->n_modes; ++k) {
    table->taper[k] = (float)(2.0 * lmu_taper(k, modes->order));
  }
  taps->taper   = table->taper;
  taps->ends[0] = table->ends[0];
  taps->ends[1] = table->ends[1];
  return fill(table, modal);
}

LmuStatus
lmu_tap_table_new(LmuTapTable** const table, const LmuModal* const modal)
{
  *table                  = NULL;
  LmuTapTable* const self = (LmuTapTable*)calloc(1, sizeof(LmuTapTable));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  const LmuStatus status = init(self, modal);
  if (status) {
    lmu_tap_table_free(self);
    return status;
  }
  *table = self;
  return LMU_SUCCESS;
}

void
lmu_tap_table_free(LmuTapTable* const table)
{
  if (table) {
    free(table->taper);
    free(table->ends[0]);
    free(table->ends[1]);
    free(table);
  }
}

const LmuTaps*
lmu_tap_table_taps(const LmuTapTable* const table)
{
  return &table->taps;
}
