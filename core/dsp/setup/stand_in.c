// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/stand_in.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/dsp/rt/lattice.h"
#include "core/dsp/rt/stand_in.h"
#include "core/dsp/setup/lattice.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define MIN_RATE 1e3
#define MAX_RATE 1e6

// By experiment, see bench/dropouts.sh: what restores recordings best at a cost
// that is about that of what else the plugin does

/// Windows to learn from, how far predictors reach, which may be some periods
/// of a chord [s], and their orders at most
static const double windows[LMU_STAND_IN_LATTICES] = {0.08, 0.02};
static const double reaches[LMU_STAND_IN_LATTICES] = {0.024, 0.003};
static const double orders[LMU_STAND_IN_LATTICES]  = {2048.0, 128.0};

/// Least samples of a window for each order
#define LEAST_FRAMES 3.0

/// Frames of the long window that are passed over in one frame of sound
#define SHARE 4096.0

/// Over which errors are taken, of which the peak is taken, and in
/// which the level goes most of the way [s]
#define ERROR_SECONDS 0.005
#define PEAK_SECONDS 0.05
#define LEVEL_SECONDS 0.0005

static LmuStatus
make_lattices(LmuStandIn* const self, const LmuStandInSpec* const spec)
{
  const double step    = LMU_LATTICE_STEP;
  const double n_parts = ceil(windows[LMU_LONG] * spec->rate / SHARE);
  LmuStatus    status  = LMU_SUCCESS;
  for (uint32_t i = 0U; !status && i < LMU_STAND_IN_LATTICES; ++i) {
    const double         least  = step * (LEAST_FRAMES + n_parts);
    const double         window = fmax(ceil(windows[i] * spec->rate), least);
    const double         reach  = fmin(reaches[i] * spec->rate, orders[i]);
    const double         most   = fmin(reach, window / LEAST_FRAMES);
    const double         order  = fmax(step * floor(most / step), step);
    const LmuLatticeSpec own    = {self->n_channels,
                                   (uint32_t)order,
                                   (uint32_t)window,
                                   (uint32_t)n_parts,
                                   spec->kernels};
    status                      = lmu_lattice_new(&self->lattices[i], &own);
  }
  return status;
}

/// Make lines as long as what predictors read
static bool
make_lines(LmuStandIn* const self)
{
  const LmuLattice* const lattice = self->lattices[LMU_LONG];
  const uint32_t          least   = lattice->window + lattice->n_parts;
  uint32_t                size    = 1U;
  while (size < least) {
    size *= 2U;
  }
  float* const numbers = (float*)lmu_aligned_zeros(
    4U * (size_t)size * self->n_channels * sizeof(float));
  if (!numbers) {
    return false;
  }

  self->mask = size - 1U;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    self->heard[c] = numbers + (4U * (size_t)size * c);
    self->own[c]   = self->heard[c] + (2U * (size_t)size);
  }
  return true;
}

LmuStatus
lmu_stand_in_new(LmuStandIn** const stand_in, const LmuStandInSpec* const spec)
{
  *stand_in = NULL;
  if (!(spec->rate >= MIN_RATE && spec->rate <= MAX_RATE)) {
    return LMU_BAD_RATE;
  }
  if (!spec->n_channels || spec->n_channels > LMU_LATTICE_CHANNELS) {
    return LMU_BAD_VALUE;
  }

  LmuStandIn* const self = (LmuStandIn*)calloc(1U, sizeof(LmuStandIn));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  self->n_channels = spec->n_channels;
  self->part = 1.0 / (1.0 + (ERROR_SECONDS * spec->rate * spec->n_channels));
  self->span = (uint32_t)(PEAK_SECONDS * spec->rate) + 1U;
  self->pace = 1.0 / (1.0 + (LEVEL_SECONDS * spec->rate));

  const LmuStatus status = make_lattices(self, spec);
  if (status || !make_lines(self)) {
    lmu_stand_in_free(self);
    return status ? status : LMU_NO_MEMORY;
  }

  *stand_in = self;
  return LMU_SUCCESS;
}

void
lmu_stand_in_free(LmuStandIn* const stand_in)
{
  if (stand_in) {
    for (uint32_t i = 0U; i < LMU_STAND_IN_LATTICES; ++i) {
      lmu_lattice_free(stand_in->lattices[i]);
    }
    free(stand_in->heard[0]);
    free(stand_in);
  }
}
