// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/setup/tap_table.h"

#include "core/rt/legendre.h"
#include "core/rt/modes.h"
#include "core/rt/taps.h"
#include "core/setup/aligned.h"
#include "core/setup/cartesian.h"
#include "core/setup/modal.h"
#include "core/status.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define PI 3.14159265358979323846

/// Modes as parts of the order: up to here the taper is one, from there zero.
/// From 0.3 on modes are no longer exponentials.
#define TAPER_START 0.22
#define TAPER_END 0.295

/// Distance from an end [windows / order] at which a taper blurs nothing
#define EDGE 30.0

/// Half of the window, as a square root
#define HALF 0.70710678118654752440

/// Part of the table's range over which it fades to nothing
#define FADE 0.2

/// Phase from row to row of the fastest mode, a quintic then errs by 0.1 %
#define ROW_PHASE 0.8

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

/// What it takes to evaluate modes at the rows of a table
typedef struct {
  float*          p;       ///< sqrt(2n + 1) P_n at the new end, [n_rows][order]
  Parts*          vectors; ///< Eigenvectors of a group, [order]
  double*         values;  ///< Polynomials, [order]
  double complex* work;    ///< For lmu_modal_vector(), [3][order]
} Workspace;

static double
taper(const double mode, const double order)
{
  const double x = ((mode / order) - TAPER_START) / (TAPER_END - TAPER_START);

  return 0.5 + (0.5 * cos(PI * fmin(fmax(x, 0.0), 1.0)));
}

/// Square root of the distance of a row, the third row is at the very end
static double
row_distance(const LmuTaps* const taps, const uint32_t row)
{
  return ((double)row - 2.0) / taps->density;
}

/// Place in the window of a row of one end
static double
row_place(const LmuTaps* const taps, const uint32_t end, const uint32_t row)
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

/// Set polynomials at all rows of the new end
static void
set_polynomials(const LmuTaps* const   taps,
                const uint32_t         order,
                const Workspace* const work)
{
  float* out = work->p;
  for (uint32_t i = 0U; i < taps->n_rows; ++i) {
    const double r = row_place(taps, 0U, i);
    lmu_legendre_all(work->values, order, (2.0 * r) - 1.0);
    for (uint32_t n = 0U; n < order; ++n) {
      *out++ = (float)(sqrt((2.0 * n) + 1.0) * work->values[n]);
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
  for (uint32_t k = 0U; k < GROUP; ++k) {
    const uint32_t              mode = first + k < last ? first + k : last;
    const double complex* const v = lmu_modal_vector(modal, mode, work->work);
    for (uint32_t n = 0U; n < modes->order; ++n) {
      work->vectors[n].re[k] = (float)creal(v[n]);
      work->vectors[n].im[k] = (float)cimag(v[n]);
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
  const double         part  = taper(mode, table->order);
  const size_t         width = (size_t)taps->n_edge_blocks * LMU_BLOCK;
  const double phase = PI * ((2.0 * mode) + 1.0) * row_place(taps, end, row);
  const double gain  = 2.0 * row_part(taps, row);
  float* const out   = table->ends[end] + (row * width) + lmu_mode_place(mode) -
                     (taps->first_edge * LMU_BLOCK);

  out[0]         = (float)(gain * (creal(value) - (part * sin(phase))));
  out[LMU_LANES] = (float)(-gain * (cimag(value) - (part * cos(phase))));
}

/// Evaluate and store a group of modes at one row of both ends
static void
fill_row(LmuTapTable* const     table,
         const uint32_t         row,
         const uint32_t         first,
         const uint32_t         n_modes,
         const Workspace* const work)
{
  // P_n(-x) is P_n(x) for even n, and -P_n(x) for odd n
  const uint32_t     order = table->order;
  const float* const p     = work->p + ((size_t)row * order);
  const Parts        even  = sum_half(p, work->vectors, order);
  const Parts        odd   = sum_half(p + 1U, work->vectors + 1U, order - 1U);

  for (uint32_t k = 0U; k < GROUP && first + k < n_modes; ++k) {
    const double complex x = lmu_cartesian(even.re[k], even.im[k]);
    const double complex y = lmu_cartesian(odd.re[k], odd.im[k]);
    store_mode(table, 0U, row, first + k, x + y);
    store_mode(table, 1U, row, first + k, x - y);
  }
}

static LmuStatus
fill(LmuTapTable* const table, const LmuModal* const modal)
{
  const uint32_t n_modes = lmu_modal_modes(modal)->n_modes;
  const size_t   order   = table->order;
  const size_t   n_rows  = table->taps.n_rows;
  Workspace      work    = {
            (float*)calloc(n_rows * order, sizeof(float)),
            (Parts*)lmu_aligned_zeros(order * sizeof(Parts)),
            (double*)calloc(order, sizeof(double)),
            (double complex*)calloc(3U * order, sizeof(double complex)),
  };

  const bool enough = work.p && work.vectors && work.values && work.work;
  if (enough) {
    set_polynomials(&table->taps, table->order, &work);
    for (uint32_t k = table->taps.first_edge * LMU_LANES; k < n_modes;
         k += GROUP) {
      set_vectors(modal, k, &work);
      for (uint32_t i = 0U; i < table->taps.n_rows; ++i) {
        fill_row(table, i, k, n_modes, &work);
      }
    }
  }
  free(work.work);
  free(work.values);
  free(work.vectors);
  free(work.p);
  return enough ? LMU_SUCCESS : LMU_NO_MEMORY;
}

/// Return the shape of a table, without its arrays
static LmuTaps
shape(const LmuModes* const modes)
{
  const double   order = modes->order;
  const double   edge  = sqrt(EDGE / order);
  const uint32_t band  = (uint32_t)ceil(TAPER_END * order);
  const uint32_t first = (uint32_t)(TAPER_START * order);

  LmuTaps taps       = {0};
  taps.n_blocks      = modes->n_blocks;
  taps.n_band_blocks = (band + LMU_LANES - 1U) / LMU_LANES;
  taps.first_edge    = first / LMU_LANES;
  taps.n_edge_blocks = modes->n_blocks - taps.first_edge;
  taps.edge          = edge < HALF ? edge : 1.0;

  // The fastest mode turns by order times twice the arc sine
  const double reach = edge < HALF ? edge : HALF;
  const double slope = 2.0 * order / sqrt(1.0 - (reach * reach));
  taps.density       = slope / ROW_PHASE;
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
    table->taper[k] = (float)(2.0 * taper(k, modes->order));
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
