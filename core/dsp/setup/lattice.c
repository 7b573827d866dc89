// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/lattice.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/dsp/rt/lattice.h"
#include "core/kernels/rt/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Return a number of floats, padded so that what follows is aligned
static size_t
padded(const size_t count)
{
  const size_t lanes = LMU_ALIGNMENT / sizeof(float);
  return ((count + lanes - 1U) / lanes) * lanes;
}

/// Give all arrays their parts of one block of zeros, those of float64 first
static bool
allocate(LmuLattice* const self)
{
  const size_t  order   = padded(self->order);
  const size_t  window  = padded((size_t)self->window + 1U);
  const size_t  impulse = padded((size_t)self->order + 2U);
  const size_t  n_wide  = 2U * (order + impulse);
  const size_t  n_short = 2U * (size_t)self->n_channels * window;
  double* const numbers = (double*)lmu_aligned_zeros((n_wide * sizeof(double)) +
                                                     (n_short * sizeof(float)));
  if (!numbers) {
    return false;
  }

  self->weights[0] = numbers;
  self->weights[1] = numbers + order;
  self->rising     = numbers + (2U * order);
  self->falling    = self->rising + impulse;
  float* next      = (float*)(numbers + n_wide);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    self->forward[c]  = next;
    self->backward[c] = next + window;
    next += 2U * window;
  }
  return true;
}

LmuStatus
lmu_lattice_new(LmuLattice** const lattice, const LmuLatticeSpec* const spec)
{
  *lattice = NULL;
  if (!spec->order || spec->order % LMU_LATTICE_STEP) {
    return LMU_BAD_ORDER;
  }
  if (!spec->n_channels || spec->n_channels > LMU_LATTICE_CHANNELS ||
      spec->window <= spec->order || !spec->n_parts ||
      spec->n_parts > spec->window - spec->order) {
    return LMU_BAD_VALUE;
  }

  LmuLattice* const self = (LmuLattice*)calloc(1U, sizeof(LmuLattice));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  self->kernels    = spec->kernels ? spec->kernels : lmu_kernels(0U);
  self->n_channels = spec->n_channels;
  self->order      = spec->order;
  self->window     = spec->window;
  self->n_parts    = spec->n_parts;
  if (!allocate(self)) {
    free(self);
    return LMU_NO_MEMORY;
  }

  *lattice = self;
  return LMU_SUCCESS;
}

void
lmu_lattice_free(LmuLattice* const lattice)
{
  if (lattice) {
    free(lattice->weights[0]);
    free(lattice);
  }
}
