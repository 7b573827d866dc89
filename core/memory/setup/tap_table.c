// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/tap_table.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/taps.h"
#include "core/memory/setup/eigenvectors.h"
#include "core/memory/setup/modal.h"
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

/// Modes that are evaluated together, to read the polynomials less often
#define GROUP 4U

/// One number of each mode of a group
typedef float Quad __attribute__((vector_size(GROUP * sizeof(float))));

/// Real and imaginary parts of a group
typedef struct {
  Quad re;
  Quad im;
} Parts;

/// What it takes to evaluate modes in the rows of a table
typedef struct {
  LmuTapDesign* design;  ///< How rows are made of positions
  Parts*        vectors; ///< Eigenvectors of a group, [order]
  Parts*  values;  ///< Of a group at positions of both ends, [2][n_positions]
  double* weights; ///< Of positions in rows, [2][n_rows][n_positions]
  double complex* work; ///< For lmu_modal_vectors()
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

/// Set the weights of positions in all rows of both ends
static void
set_weights(const LmuTaps* const taps, const Workspace* const work)
{
  const size_t count = lmu_tap_design_count(work->design);
  for (uint32_t end = 0U; end < 2U; ++end) {
    for (uint32_t i = taps->n_rows; i-- > 0U;) {
      double* const out = work->weights + (((end * taps->n_rows) + i) * count);
      const double  distance = row_distance(taps, i);
      const bool    is_first = i + 1U == taps->n_rows;
      lmu_tap_design_read(
        work->design, end, is_first, distance * distance, out);
    }
  }
}

/// Set vectors of a group of modes, the last mode again where there are less
static void
set_vectors(const LmuModal* const  modal,
            const uint32_t         first,
            const Workspace* const work)
{
  const LmuModes* const modes = lmu_modal_modes(modal);
  const uint32_t        last  = modes->n_modes - 1U;
  const double complex* v     = NULL;
  for (uint32_t k = 0U; k < GROUP; ++k) {
    const uint32_t place = k % LMU_EIGENVECTORS;
    if (place == 0U) {
      const uint32_t mode = first + k < last ? first + k : last;
      v                   = lmu_modal_vectors(modal, mode, work->work);
    }
    for (uint32_t n = 0U; n < modes->order; ++n) {
      const double complex part = v[((size_t)place * modes->order) + n];
      work->vectors[n].re[k]    = (float)creal(part);
      work->vectors[n].im[k]    = (float)cimag(part);
    }
  }
}

/// Sum every other term of a group of modes at a row
static Parts
sum_half(const float* const p, const Parts* const vectors, const uint32_t order)
{
  Parts sum = {{0.0f}, {0.0f}};
  for (uint32_t n = 0U; n < order; n += 2U) {
    sum.re += p[n] * vectors[n].re;
    sum.im += p[n] * vectors[n].im;
  }
  return sum;
}

/// Store what the taper leaves out of a mode at one row
static void
store_mode(LmuTapTable* const   table,
           const uint32_t       end,
           const uint32_t       row,
           const uint32_t       mode,
           const double complex value)
{
  const LmuTaps* const taps  = &table->taps;
  const double         part  = lmu_taper(mode, table->order);
  const size_t         width = (size_t)taps->n_edge_blocks * LMU_BLOCK;
  const double phase = PI * ((2.0 * mode) + 1.0) * row_position(taps, end, row);
  const double gain  = 2.0 * row_part(taps, row);
  float* const out   = table->ends[end] + (row * width) + lmu_mode_index(mode) -
                     (taps->first_edge * LMU_BLOCK);

  out[0]         = (float)(gain * (creal(value) - (part * sin(phase))));
  out[LMU_LANES] = (float)(-gain * (cimag(value) - (part * cos(phase))));
}

/// Evaluate a group of modes at all positions of both ends
static void
set_values(const Workspace* const work, const uint32_t order)
{
  // P_n(-x) is P_n(x) for even n, and -P_n(x) for odd n
  const uint32_t     count = lmu_tap_design_count(work->design);
  const float* const p     = lmu_tap_design_polynomials(work->design);
  for (uint32_t i = 0U; i < count; ++i) {
    const float* const here = p + ((size_t)i * order);
    const Parts        even = sum_half(here, work->vectors, order);
    const Parts odd = sum_half(here + 1U, work->vectors + 1U, order - 1U);

    work->values[i].re         = even.re + odd.re;
    work->values[i].im         = even.im + odd.im;
    work->values[count + i].re = even.re - odd.re;
    work->values[count + i].im = even.im - odd.im;
  }
}

/// Store a group of modes in one row of an end
static void
fill_row(LmuTapTable* const     table,
         const uint32_t         end,
         const uint32_t         row,
         const uint32_t         first,
         const uint32_t         n_modes,
         const Workspace* const work)
{
  const uint32_t      count = lmu_tap_design_count(work->design);
  const double* const weights =
    work->weights + (((size_t)end * table->taps.n_rows + row) * count);
  for (uint32_t k = 0U; k < GROUP && first + k < n_modes; ++k) {
    double re = 0.0;
    double im = 0.0;
    for (uint32_t i = 0U; i < count; ++i) {
      const Parts* const value = &work->values[(end * count) + i];
      re += weights[i] * (double)value->re[k];
      im += weights[i] * (double)value->im[k];
    }
    store_mode(table, end, row, first + k, lmu_cartesian(re, im));
  }
}

/// Fill both ends with all modes that they have
static void
fill_rows(LmuTapTable* const     table,
          const LmuModal* const  modal,
          const Workspace* const work)
{
  const uint32_t n_modes = lmu_modal_modes(modal)->n_modes;
  set_weights(&table->taps, work);
  for (uint32_t k = table->taps.first_edge * LMU_LANES; k < n_modes;
       k += GROUP) {
    set_vectors(modal, k, work);
    set_values(work, table->order);
    for (uint32_t i = 0U; i < 2U * table->taps.n_rows; ++i) {
      fill_row(table, i % 2U, i / 2U, k, n_modes, work);
    }
  }
}

static LmuStatus
fill(LmuTapTable* const table, const LmuModal* const modal)
{
  const size_t order = table->order;
  Workspace    work  = {0};
  if (lmu_tap_design_new(&work.design, table->order)) {
    return LMU_NO_MEMORY;
  }

  const size_t count = 2U * (size_t)lmu_tap_design_count(work.design);
  work.vectors       = (Parts*)lmu_aligned_zeros(order * sizeof(Parts));
  work.values        = (Parts*)lmu_aligned_zeros(count * sizeof(Parts));
  work.weights = (double*)calloc(count * table->taps.n_rows, sizeof(double));
  work.work    = lmu_modal_work(table->order);

  const bool enough = work.vectors && work.values && work.weights && work.work;
  if (enough) {
    fill_rows(table, modal, &work);
  }
  free(work.work);
  free(work.weights);
  free(work.values);
  free(work.vectors);
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
