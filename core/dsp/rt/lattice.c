// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/lattice.h"

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Parts of the power of the window below which is no sound but rounding, and
/// mean square that is silence
#define RIDGE 1e-9
#define SILENCE 1e-14

/// Greatest reflection, which rounding may pass
#define MOST 0.9999999

/// Some of the samples of a pass
typedef struct {
  uint32_t first;
  uint32_t count;
} Range;

void
lmu_lattice_reset(LmuLattice* const lattice)
{
  lattice->pass     = 0U;
  lattice->part     = 0U;
  lattice->is_fresh = false;
  for (uint32_t i = 0U; i < 2U; ++i) {
    memset(lattice->weights[i], 0, lattice->order * sizeof(double));
    lattice->left[i] = 0.0;
  }
}

/// Return what the present frame has to do of a number of samples
LMU_RT static Range
share_of(const LmuLattice* const lattice, const uint32_t count)
{
  const uint32_t each  = (count / lattice->n_parts / LMU_LANES) * LMU_LANES;
  const uint32_t first = each * lattice->part;
  const bool     last  = lattice->part + 1U == lattice->n_parts;
  const Range    range = {first, last ? count - first : each};
  return range;
}

/// Copy some of the window that was the newest at the first part
LMU_RT static void
copy(LmuLattice* const lattice, const float* const* const ends)
{
  const Range  range = share_of(lattice, lattice->window);
  const size_t size  = range.count * sizeof(float);
  for (uint32_t c = 0U; c < lattice->n_channels; ++c) {
    const float* const from =
      ends[c] - lattice->part - lattice->window + range.first;
    memcpy(lattice->forward[c] + 1U + range.first, from, size);
    memcpy(lattice->backward[c] + range.first, from, size);
  }
}

/// Prepare for the first pass, which only sums
LMU_RT static void
begin(LmuLattice* const lattice)
{
  const uint32_t end  = lattice->order;
  const size_t   size = ((size_t)end + 2U) * sizeof(double);
  memset(lattice->rising, 0, size);
  memset(lattice->falling, 0, size);
  lattice->rising[end]  = 1.0;
  lattice->falling[end] = 1.0;
  lattice->by           = 0.0f;
}

/// Take some of a pass: errors of one order, and the sums that make the next
LMU_RT static void
reflect(LmuLattice* const lattice)
{
  const uint32_t order = lattice->pass - 1U;
  const Range    range = share_of(lattice, lattice->window - order);
  for (uint32_t c = 0U; c < lattice->n_channels; ++c) {
    float* const        forward  = lattice->forward[c] + range.first;
    float* const        backward = lattice->backward[c] + range.first;
    const bool          is_first = !range.first;
    const LmuReflection pass     = {forward,
                                    backward,
                                    range.count,
                                    lattice->by,
                                is_first ? 0.0f : *(backward - 1)};
    lattice->kernels->reflect(&pass, &lattice->sums);
    if (is_first) {
      const double alone = (double)*forward; // Nothing is before it
      lattice->sums.power -= alone * alone;
    }
  }
}

/// Find the next reflection, and send the impulse through it
LMU_RT static void
turn(LmuLattice* const lattice)
{
  const uint32_t order   = lattice->pass;
  const uint32_t offset  = lattice->order - order;
  const double   silence = SILENCE * lattice->window;
  const double   power   = lattice->sums.power;
  lattice->first         = (order == 1U) ? power : lattice->first;

  const double floor = silence + (RIDGE * lattice->first);
  const double all   = (power > 0.0 ? power : 0.0) + floor;
  const double by    = 2.0 * lattice->sums.product / all;
  const double low   = by > -MOST ? by : -MOST;
  lattice->by        = (float)(low < MOST ? low : MOST);

  lattice->kernels->unfold(lattice->rising + offset,
                           lattice->falling + offset,
                           (double)lattice->by,
                           order + 1U);
}

/// Write what was found beside the weights in use
LMU_RT static void
finish(LmuLattice* const lattice)
{
  const uint32_t order   = lattice->order;
  const uint32_t other   = 1U - lattice->now;
  double* const  weights = lattice->weights[other];
  for (uint32_t i = 0U; i < order; ++i) {
    weights[i] = -lattice->rising[order - i];
  }
  const double by      = (double)lattice->by;
  const double count   = 2.0 * (lattice->window - order) * lattice->n_channels;
  const double power   = lattice->sums.power > 0.0 ? lattice->sums.power : 0.0;
  lattice->left[other] = power * (1.0 - (by * by)) / count;
  lattice->is_fresh    = true;
}

void
lmu_lattice_step(LmuLattice* const lattice, const float* const* const ends)
{
  if (lattice->pass) {
    reflect(lattice);
  } else {
    copy(lattice, ends);
  }
  if (++lattice->part < lattice->n_parts) {
    return;
  }

  const LmuReflectionSums none    = {0.0, 0.0};
  const bool              is_last = lattice->pass == lattice->order;
  if (lattice->pass) {
    turn(lattice);
  } else {
    begin(lattice);
  }
  if (is_last) {
    finish(lattice);
  }
  lattice->sums = none;
  lattice->part = 0U;
  lattice->pass = is_last ? 0U : lattice->pass + 1U;
}

void
lmu_lattice_take(LmuLattice* const lattice)
{
  lattice->now      = lattice->is_fresh ? 1U - lattice->now : lattice->now;
  lattice->is_fresh = false;
}

double
lmu_lattice_predict(const LmuLattice* const lattice, const float* const end)
{
  return lattice->kernels->foretell(
    lattice->weights[lattice->now], end - lattice->order, lattice->order);
}

double
lmu_lattice_left(const LmuLattice* const lattice)
{
  return lattice->left[lattice->now];
}
