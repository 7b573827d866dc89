// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/forecaster.h"

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/dsp/rt/forecaster.h"
#include "core/dsp/rt/learner.h"
#include "core/dsp/setup/learner.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"
#include "core/memory/setup/tables.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Stages of the memory's step
#define STAGES 3U

/// Hops in which weights go most of the way to new ones
#define GLIDE_HOPS 0.05

/// A forecaster with what belongs to it
typedef struct {
  LmuForecaster    forecaster; // First, so that both have one address
  LmuArena         arena;      ///< All arrays
  const LmuTables* tables[LMU_MAX_FORECAST_ORDER + 1U];
  const LmuModes*  modes[LMU_MAX_FORECAST_ORDER + 1U];
} Owner;

static bool
is_sane(const LmuForecasterSpec* const spec)
{
  return spec->n_channels && spec->n_channels <= LMU_MAX_FORECAST_CHANNELS &&
         spec->n_horizons && spec->n_horizons <= LMU_MAX_FORECASTS &&
         spec->max_reach && spec->max_reach <= LMU_MAX_REACH &&
         spec->memory >= 64.0 && isfinite(spec->memory) && spec->hop;
}

static bool
fits(const LmuForecastPlan* const plan, const LmuForecasterSpec* const spec)
{
  bool fit = plan->order <= LMU_MAX_FORECAST_ORDER &&
             plan->n_taps <= LMU_MAX_FORECAST_TAPS &&
             plan->order + plan->n_taps && plan->theta >= 1.0 &&
             isfinite(plan->theta) && plan->spacing &&
             plan->spacing <= spec->max_reach &&
             lmu_forecast_reach(plan) <= spec->max_reach;
  for (uint32_t h = 0U; h < spec->n_horizons; ++h) {
    fit = fit && plan->horizons[h] && plan->horizons[h] <= spec->max_reach;
  }
  return fit;
}

static float*
take(Owner* const owner, const size_t count)
{
  return (float*)lmu_arena_take(&owner->arena, count, sizeof(float));
}

static LmuMemory*
take_memory(Owner* const owner)
{
  return (LmuMemory*)lmu_arena_take(
    &owner->arena, 1U, lmu_memory_size(owner->modes[LMU_MAX_FORECAST_ORDER]));
}

/// Allocate all but modes and learner
static bool
allocate(Owner* const owner)
{
  LmuForecaster* const self   = &owner->forecaster;
  const size_t         size   = (size_t)self->mask + 1U;
  const uint32_t       stride = self->learner->stride;
  self->tuning.numbers =
    take(owner, lmu_tuning_size(owner->modes[LMU_MAX_FORECAST_ORDER], STAGES));
  self->features[0] = take(owner, stride);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    self->history[c] = take(owner, size);
    self->now[c]     = take_memory(owner);
  }
  for (uint32_t h = 0U; h < self->n_horizons; ++h) {
    self->features[1U + h] = take(owner, stride);
    self->weights[h]       = take(owner, stride);
    for (uint32_t c = 0U; c < self->n_channels; ++c) {
      self->past[h][c] = take_memory(owner);
      self->raw[h][c]  = take(owner, size);
      self->due[h][c]  = take(owner, size);
    }
  }
  return !owner->arena.failed;
}

static LmuStatus
find_modes(Owner* const owner)
{
  for (uint32_t d = 1U; d <= LMU_MAX_FORECAST_ORDER; ++d) {
    const LmuStatus status =
      lmu_tables_take(&owner->tables[d], d, LMU_TABLES_MODES);
    if (status) {
      return status;
    }
    owner->modes[d] = lmu_tables_modes(owner->tables[d]);
  }
  owner->forecaster.modes = owner->modes;
  return LMU_SUCCESS;
}

/// Return the mask of the smallest ring that holds so many frames
static uint32_t
mask_of(const uint32_t n_frames)
{
  uint32_t size = 1U;
  while (size < n_frames) {
    size *= 2U;
  }
  return size - 1U;
}

static LmuStatus
init(Owner* const owner, const LmuForecasterSpec* const spec)
{
  LmuForecaster* const self = &owner->forecaster;
  self->kernels             = spec->kernels ? spec->kernels : lmu_kernels(0U);
  self->n_channels          = spec->n_channels;
  self->n_horizons          = spec->n_horizons;
  self->max_reach           = spec->max_reach;
  self->memory              = spec->memory;
  self->glide               = 1.0 - exp(-1.0 / (GLIDE_HOPS * spec->hop));
  self->tuning.stages       = STAGES;

  // A horizon, and from there taps on, both of which may be the greatest
  self->mask = mask_of((2U * spec->max_reach) + 1U);

  const LmuLearnerSpec learner = {LMU_MAX_FORECAST_ORDER +
                                    LMU_MAX_FORECAST_TAPS,
                                  spec->n_horizons,
                                  spec->memory * spec->n_channels,
                                  spec->hop * spec->n_channels,
                                  spec->ridge,
                                  self->kernels};
  LmuStatus            status  = lmu_learner_new(&self->learner, &learner);
  status                       = status ? status : find_modes(owner);
  if (status) {
    return status;
  }
  return allocate(owner) ? LMU_SUCCESS : LMU_NO_MEMORY;
}

LmuStatus
lmu_forecaster_new(LmuForecaster** const          forecaster,
                   const LmuForecasterSpec* const spec,
                   const LmuForecastPlan* const   plan)
{
  *forecaster = NULL;
  if (!is_sane(spec) || !fits(plan, spec)) {
    return LMU_BAD_VALUE;
  }

  Owner* const owner = (Owner*)calloc(1, sizeof(Owner));
  if (!owner) {
    return LMU_NO_MEMORY;
  }

  const LmuStatus status = init(owner, spec);
  if (status) {
    lmu_forecaster_free(&owner->forecaster);
    return status;
  }

  owner->forecaster.plan = *plan;
  lmu_forecaster_reset(&owner->forecaster);
  *forecaster = &owner->forecaster;
  return LMU_SUCCESS;
}

void
lmu_forecaster_free(LmuForecaster* const self)
{
  if (!self) {
    return;
  }

  Owner* const owner = (Owner*)self;
  lmu_arena_clear(&owner->arena);
  lmu_learner_free(self->learner);
  for (uint32_t d = 1U; d <= LMU_MAX_FORECAST_ORDER; ++d) {
    lmu_tables_give(owner->tables[d]);
  }
  free(owner);
}
