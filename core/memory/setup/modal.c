// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/modal.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/recurrence.h"
#include "core/memory/setup/asymptotic.h"
#include "core/memory/setup/paper_scale.h"
#include "core/memory/setup/recurrence.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Newton steps of a block of modes, most take three
#define MAX_STEPS 20U

/// Relative size of the last Newton step, the error is then its square times
/// the number of the mode
#define TOLERANCE 1e-9

struct LmuModalImpl {
  LmuModes          modes;
  double*           numbers; ///< s and p of modes
  const LmuKernels* kernels;
};

/// Return s of a block of modes
static double*
rates_of(const LmuModal* const modal, const uint32_t block)
{
  return modal->numbers + ((size_t)block * LMU_BLOCK);
}

/// Return the first row of inv(V) of a block of modes
static double*
parts_of(const LmuModal* const modal, const uint32_t block)
{
  return rates_of(modal, modal->modes.n_blocks + block);
}

/// Return how many modes a block has
static uint32_t
count_of(const LmuModal* const modal, const uint32_t block)
{
  const uint32_t left = modal->modes.n_modes - (block * LMU_LANES);
  return left < LMU_LANES ? left : LMU_LANES;
}

static bool
is_exact(const LmuModal* const modal, const uint32_t mode)
{
  return lmu_asymptotic_is_exact(mode, modal->modes.order);
}

/**
   Move modes by a Newton step in 1/s, and return whether all have arrived.

   What the first row leaves of a vector is w[-1] / 2, and the vector is also
   the left one but for signs, so 1/s is off by w[0] w[-1] / 2 / square.
*/
static bool
step(const LmuModal* const      modal,
     const uint32_t             block,
     const LmuRecurrence* const solutions)
{
  double* const s      = rates_of(modal, block);
  bool          result = true;
  for (uint32_t i = 0U; i < count_of(modal, block); ++i) {
    if (is_exact(modal, (block * LMU_LANES) + i)) {
      continue;
    }

    const double complex rate = lmu_lane(s, i);
    const double complex rest =
      lmu_product(lmu_lane(solutions->next, i), lmu_lane(solutions->here, i));
    const double complex part =
      0.5 * rate * rest / lmu_lane(solutions->square, i);

    lmu_set_lane(s, i, rate / (1.0 + part));
    result = result && cabs(part) < TOLERANCE;
  }
  return result;
}

/// Solve for a block of modes, and refine those that are not exact
static bool
refine(const LmuModal* const modal,
       const uint32_t        block,
       LmuRecurrence* const  solutions)
{
  bool arrived = false;
  for (uint32_t i = 0U; i < MAX_STEPS && !arrived; ++i) {
    lmu_recurrence_solve(
      solutions, modal->modes.order, rates_of(modal, block), modal->kernels);
    arrived = step(modal, block, solutions);
  }
  lmu_recurrence_solve(
    solutions, modal->modes.order, rates_of(modal, block), modal->kernels);
  return arrived;
}

/// Return the value of a mode at the new end of the window.  By the recurrence
/// the sum of its polynomials there is this.
static double complex
start_of(const double complex s, const uint32_t order, const double complex w0)
{
  const double complex end = (order % 2U) ? -2.0 : 2.0;
  return s * (w0 + end);
}

void
lmu_modal_scales(const LmuModal* const      modal,
                 const uint32_t             block,
                 const LmuRecurrence* const solutions,
                 double* const              scales)
{
  memset(scales, 0, LMU_BLOCK * sizeof(double));
  for (uint32_t i = 0U; i < count_of(modal, block); ++i) {
    // So that V inv(V) = 1 and the mode is +i at the new end of the window
    const double complex s      = lmu_lane(rates_of(modal, block), i);
    const double complex square = lmu_lane(solutions->square, i);
    const double complex root = csqrt(cimag(s) == 0.0 ? 2.0 * square : square);
    const double complex start =
      start_of(s, modal->modes.order, lmu_lane(solutions->next, i));

    const double sign = cimag(start / root) < 0.0 ? -1.0 : 1.0;
    lmu_set_lane(scales, i, sign / root);
  }
}

/// Find a block of modes, and the first row of inv(V)
static bool
find(const LmuModal* const modal, const uint32_t block)
{
  LmuRecurrence solutions = {0};
  double        scales[LMU_BLOCK];

  const bool result = refine(modal, block, &solutions);
  lmu_modal_scales(modal, block, &solutions, scales);
  for (uint32_t i = 0U; i < count_of(modal, block); ++i) {
    const double complex first =
      lmu_product(lmu_lane(solutions.next, i), lmu_lane(scales, i));
    lmu_set_lane(parts_of(modal, block), i, first);
  }
  return result;
}

/// Set the first row of inv(V) of a block of exact modes, whose first Legendre
/// coefficient is 2 / omega
static void
set_exact(const LmuModal* const modal, const uint32_t block)
{
  const double* const s = rates_of(modal, block);
  double* const       p = parts_of(modal, block);
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    p[i] = 2.0 / s[LMU_LANES + i];
  }
}

static bool
find_all(const LmuModal* const modal)
{
  bool result = true;
  lmu_asymptotic_rates(modal->numbers, modal->modes.order);
  for (uint32_t i = 0U; i < modal->modes.n_blocks; ++i) {
    if (is_exact(modal, (i * LMU_LANES) + LMU_LANES - 1U)) {
      set_exact(modal, i);
    } else {
      result = find(modal, i) && result;
    }
  }
  return result;
}

static LmuStatus
init(LmuModal* const modal, const uint32_t order)
{
  const uint32_t n_modes  = (order + 1U) / 2U;
  const uint32_t n_blocks = (n_modes + LMU_LANES - 1U) / LMU_LANES;
  const size_t   size     = (size_t)n_blocks * LMU_BLOCK;

  modal->kernels = lmu_kernels(0U);
  modal->numbers = (double*)lmu_aligned_zeros(2U * size * sizeof(double));
  if (!modal->numbers) {
    return LMU_NO_MEMORY;
  }

  const LmuModes modes = {
    order, n_modes, n_blocks, modal->numbers, modal->numbers + size};
  modal->modes = modes;
  return find_all(modal) ? LMU_SUCCESS : LMU_DIVERGED;
}

LmuStatus
lmu_modal_new(LmuModal** const modal, const uint32_t order)
{
  *modal = NULL;
  if (!order || order > LMU_MAX_ORDER) {
    return LMU_BAD_ORDER;
  }

  LmuModal* const self = (LmuModal*)calloc(1, sizeof(LmuModal));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  const LmuStatus status = init(self, order);
  if (status) {
    lmu_modal_free(self);
    return status;
  }

  *modal = self;
  return LMU_SUCCESS;
}

void
lmu_modal_free(LmuModal* const modal)
{
  if (modal) {
    free(modal->numbers);
    free(modal);
  }
}

const LmuModes*
lmu_modal_modes(const LmuModal* const modal)
{
  return &modal->modes;
}

double*
lmu_modal_work(const uint32_t order)
{
  return (double*)lmu_aligned_zeros(lmu_recurrence_size(order) *
                                    sizeof(double));
}

const double*
lmu_modal_row(const double* const work, const uint32_t count, const uint32_t n)
{
  return work + ((size_t)lmu_recurrence_row(n, count) * LMU_BLOCK);
}

/// Multiply complex numbers of a block by others, and by a factor
static void
scale_row(double* const row, const double* const scales, const double factor)
{
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    const double re    = factor * row[i];
    const double im    = factor * row[LMU_LANES + i];
    row[i]             = (re * scales[i]) - (im * scales[LMU_LANES + i]);
    row[LMU_LANES + i] = (re * scales[LMU_LANES + i]) + (im * scales[i]);
  }
}

void
lmu_modal_vectors(const LmuModal* const modal,
                  const uint32_t        block,
                  const uint32_t        count,
                  double* const         work)
{
  const uint32_t order     = modal->modes.order;
  LmuRecurrence  solutions = {.n_kept = count, .kept = work};
  double         scales[LMU_BLOCK];

  lmu_recurrence_solve(
    &solutions, order, rates_of(modal, block), modal->kernels);
  lmu_modal_scales(modal, block, &solutions, scales);
  for (uint32_t n = 0U; n < count; ++n) {
    const size_t row = lmu_recurrence_row(n, count);
    scale_row(work + (row * LMU_BLOCK), scales, lmu_paper_scale(n));
  }
}

/// Return Re(v z) of a block, with sums apart so that they are made at once
static double
real_part(const double* const v, const float* const z)
{
  double sums[4] = {0.0};
  for (uint32_t i = 0U; i < LMU_LANES; i += 4U) {
    for (uint32_t j = i; j < i + 4U; ++j) {
      sums[j - i] +=
        (v[j] * (double)z[j]) - (v[LMU_LANES + j] * (double)z[LMU_LANES + j]);
    }
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void
lmu_modal_to_legendre(const LmuModal* const modal,
                      const uint32_t        n_states,
                      const float* const    z,
                      double* const         m,
                      double* const         work)
{
  const size_t order = modal->modes.order;
  const size_t size  = (size_t)modal->modes.n_blocks * LMU_BLOCK;
  memset(m, 0, n_states * order * sizeof(double));
  for (uint32_t b = 0U; b < modal->modes.n_blocks; ++b) {
    // By far the most work, so it is done once for all states
    lmu_modal_vectors(modal, b, modal->modes.order, work);
    for (uint32_t n = 0U; n < order; ++n) {
      const double* const v = lmu_modal_row(work, modal->modes.order, n);
      for (uint32_t j = 0U; j < n_states; ++j) {
        m[(j * order) + n] +=
          2.0 * real_part(v, z + (j * size) + ((size_t)b * LMU_BLOCK));
      }
    }
  }
}

void
lmu_modal_project(const double* const work,
                  const double* const weights,
                  const uint32_t      count,
                  const double        odd,
                  double* const       sums)
{
  memset(sums, 0, LMU_BLOCK * sizeof(double));
  for (uint32_t n = 0U; n < count; ++n) {
    const double* const v      = lmu_modal_row(work, count, n);
    const double        weight = (n % 2U) ? odd * weights[n] : weights[n];
    for (uint32_t i = 0U; i < LMU_BLOCK; ++i) {
      sums[i] += weight * v[i];
    }
  }
}

void
lmu_modal_from_legendre(const LmuModal* const modal,
                        const double* const   m,
                        const uint32_t        n_coefficients,
                        float* const          z,
                        double* const         work)
{
  const uint32_t order = modal->modes.order;
  const uint32_t count = n_coefficients < order ? n_coefficients : order;
  double         sums[LMU_BLOCK];
  for (uint32_t b = 0U; b < modal->modes.n_blocks; ++b) {
    lmu_modal_vectors(modal, b, count, work);
    lmu_modal_project(work, m, count, -1.0, sums);
    for (uint32_t i = 0U; i < LMU_BLOCK; ++i) {
      z[(b * LMU_BLOCK) + i] = (float)sums[i];
    }
  }
}
