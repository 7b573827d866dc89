// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_FORECASTER_H
#define LMU_CORE_DSP_SETUP_FORECASTER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/dsp/rt/forecaster.h"
#include "core/kernels/rt/kernels.h"

#include <stdint.h>

/// What a forecaster is to be
typedef struct {
  const LmuKernels* kernels; ///< Or null for the best
  double            memory;  ///< Frames until e times less counts, 64 or more
  double            ridge;   ///< 1e-12 to 1, as for learners
  uint32_t          n_channels; ///< 1 to LMU_MAX_FORECAST_CHANNELS
  uint32_t          n_horizons; ///< 1 to LMU_MAX_FORECASTS
  uint32_t max_reach; ///< Greatest horizon, and reach of samples [frames]
  uint32_t hop;       ///< Frames from weights to weights, about
} LmuForecasterSpec;

/// Greatest reach [frames], four seconds at the greatest sample rate
#define LMU_MAX_REACH 3200000U

/**
   Make a forecaster.

   @param forecaster Set to a new forecaster, or to null on error.
   @param spec What it is to be.
   @param plan What it forecasts at first, within the spec.
   @return LMU_BAD_VALUE if a number is out of range, or LMU_NO_MEMORY, or
   LMU_DIVERGED.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_forecaster_new(LmuForecaster**          forecaster,
                   const LmuForecasterSpec* spec,
                   const LmuForecastPlan*   plan);

/// Free a forecaster, or do nothing if it is null
LMU_SETUP void
lmu_forecaster_free(LmuForecaster* self);

#endif // LMU_CORE_DSP_SETUP_FORECASTER_H
