// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_FORECASTER_H
#define LMU_CORE_DSP_RT_FORECASTER_H

#include "core/base/attributes.h"
#include "core/dsp/rt/learner.h"
#include "core/dsp/rt/win_rate.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   What a signal will be, forecast from its Legendre memory.

   u(t + h) is a weighted sum of the memory's modes at t, which hold the same as
   its coefficients, and of a few samples, which matter for the nearest future.
   Weights are learned while it runs (core/dsp/rt/learner.h): what comes true
   now is compared with a memory of the same signal h frames late, so that no
   feature is stored.

   A forecast is limited to a bit more than the recent peak, and multiplied by
   the factor from 0 to 1 that was best recently, so that where nothing can be
   foretold it is nothing, rather than noise.  Nor may forecasts risk more
   energy than those before them saved, so the prediction gain of all that was
   heard is not below 0 dB by more than a thousandth of a decibel.

   Made by lmu_forecaster_new() off the audio thread, then used by one thread.
*/

/// Greatest number of channels, which share what is learned
#define LMU_MAX_FORECAST_CHANNELS 2U

/// Greatest order of the memory
#define LMU_MAX_FORECAST_ORDER 64U

/// Greatest number of samples beside the memory
#define LMU_MAX_FORECAST_TAPS 64U

/// Greatest number of horizons at once
#define LMU_MAX_FORECASTS 8U

/// What a forecast is made of
typedef struct {
  uint32_t order;   ///< Of the memory, 0 to LMU_MAX_FORECAST_ORDER
  double   theta;   ///< Its window [frames], 1 or more
  uint32_t n_taps;  ///< Samples beside it, 0 to LMU_MAX_FORECAST_TAPS, but
                    ///< one feature at least in all
  uint32_t spacing; ///< Frames from one of them to the next, 1 or more
  uint32_t horizons[LMU_MAX_FORECASTS]; ///< h [frames], 1 or more
} LmuForecastPlan;

/// One forecast of one channel
typedef struct {
  float next; ///< Of the input h frames from now
  float due;  ///< What was forecast for now, h frames ago
} LmuForecast;

/// How good recent forecasts of one horizon were
typedef struct {
  double     energy; ///< Mean square of the input
  double     error;  ///< Mean square of input less forecast
  double     raw;    ///< Mean square of the forecast before its factor
  double     common; ///< Mean product of that and the input
  double     factor; ///< The best one, 0 to 1
  double     power;  ///< Mean square of the input for a shorter while
  double     credit; ///< Energy that forecasts saved, which they may risk
  LmuWinRate win_rate;
} LmuForecastScore;

/// Forecaster, do not copy
typedef struct LmuForecasterImpl {
  const LmuKernels*      kernels;
  const LmuModes* const* modes; ///< Of each order, [LMU_MAX_FORECAST_ORDER + 1]
  uint32_t               n_channels;
  uint32_t               n_horizons;
  uint32_t               max_reach; ///< Horizon, or taps times spacing, at most
  double                 memory;    ///< Over which scores are taken [frames]
  double                 glide;     ///< Part of the way that weights go

  LmuForecastPlan plan;
  LmuTuning       tuning;
  LmuLearner*     learner;
  uint32_t        age; ///< Frames since the plan was set, saturates
  double          peak;
  double          level; ///< Mean size of the input

  LmuMemory* now[LMU_MAX_FORECAST_CHANNELS]; ///< Of the input
  LmuMemory* past[LMU_MAX_FORECASTS][LMU_MAX_FORECAST_CHANNELS]; ///< h late

  uint32_t mask;                               ///< Size of rings, less one
  uint32_t position;                           ///< Of this frame in all rings
  float*   history[LMU_MAX_FORECAST_CHANNELS]; ///< Input, [mask + 1]
  float*   raw[LMU_MAX_FORECASTS][LMU_MAX_FORECAST_CHANNELS]; ///< By when due
  float*   due[LMU_MAX_FORECASTS][LMU_MAX_FORECAST_CHANNELS]; ///< By when due

  float* features[1U + LMU_MAX_FORECASTS]; ///< Now, and h late
  float* weights[LMU_MAX_FORECASTS];       ///< On their way to the learner's
  LmuForecastScore scores[LMU_MAX_FORECASTS];
} LmuForecaster;

/// Greatest horizon that is forecast from the newest samples [frames]
#define LMU_NEAR_HORIZON 12U

/**
   Return the best plan for one horizon, as bench/forecast.c measures it.

   Near ones are forecast from the newest samples and the memory of a quarter of
   the window.  For others half of the weights are of the memory of its newer
   half, and half of samples over all of it, as a memory of so few coefficients
   does not see what is fast.

   @param n_weights Weights, 2 to LMU_MAX_FORECAST_ORDER.
   @param theta Window [frames], 4 or more.
   @param horizon Horizon [frames].
*/
LMU_RT LmuForecastPlan
lmu_forecast_plan(uint32_t n_weights, double theta, uint32_t horizon);

/// Return how old the oldest sample beside the memory is [frames]
LMU_RT uint32_t
lmu_forecast_reach(const LmuForecastPlan* plan);

/// Forget all, in a time that grows with the greatest horizon
LMU_SETUP void
lmu_forecaster_reset(LmuForecaster* self);

/// Forecast by another plan, and forget all but the input
LMU_RT void
lmu_forecaster_set_plan(LmuForecaster* self, const LmuForecastPlan* plan);

/// Set the window [frames], 1 or more; the window's content stretches with it
LMU_RT void
lmu_forecaster_set_theta(LmuForecaster* self, double theta);

/// Set after how many frames what was learned counts a factor of e less, 64 or
/// more
LMU_RT void
lmu_forecaster_set_memory(LmuForecaster* self, double memory);

/**
   Hear one frame, and forecast.

   @param self Forecaster.
   @param input Samples that lmu_sane() returned, [n_channels].
   @param learns Whether to learn from them, and to keep the score.
   @param output Set to forecasts, [n_horizons][n_channels].
*/
LMU_RT void
lmu_forecaster_process(LmuForecaster* self,
                       const float*   input,
                       bool           learns,
                       LmuForecast*   output);

/// Hear one frame and forecast nothing, before a plan is set that is to know
/// the past: takes next to no time
LMU_RT void
lmu_forecaster_hear(LmuForecaster* self, const float* input, bool learns);

/// Return the recent prediction gain of a horizon: energy by error, 1 or more
/// where it is of use, and 1 in silence
LMU_RT double
lmu_forecaster_gain(const LmuForecaster* self, uint32_t horizon);

/**
   Return how sure it is that forecasts of a horizon are better than nothing.

   The memory is cut into 64 moments.  In each, forecasts win if what they leave
   of the input has less energy than the input.  Of the part of recent
   moments that were won, less two standard deviations, 0.5 is what chance
   makes, and 0 here; all is 1.  So it is low after a change of plan, in silence
   and in noise, and rises where small gains last.
*/
LMU_RT double
lmu_forecaster_confidence(const LmuForecaster* self, uint32_t horizon);

#endif // LMU_CORE_DSP_RT_FORECASTER_H
