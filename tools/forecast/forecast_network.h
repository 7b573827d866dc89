// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FORECAST_FORECAST_NETWORK_H
#define LMU_TOOLS_FORECAST_FORECAST_NETWORK_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "tools/base/failure.h"
#include "tools/forecast/normal_equations.h"

#include <stdint.h>

/**
   @file
   A linear predictor of a sound, as a network that plugins run.

   Its features are the coefficients of a long window, those of a short one that
   sees the newest frames, and the newest sample itself.  In the row of layers
   that a file can hold, the first layer passes on what it hears beside what it
   remembers:

       Layer 0, if recent > 0: LMU of a window of `recent` frames and that
       order, whose hidden cell is Dense and linear, the identity of [m, x]
       Layer 1: LMU of theta and order, which takes x alone into its memory,
       and whose hidden cell is Dense and linear, [m, layer 0] @ weights

   While it is fitted the last weights are an identity too, so that features
   come from the code that will run them.
*/

/// What a forecaster is to be
typedef struct {
  double   rate;      ///< Of the sound [Hz]
  double   theta;     ///< Long window [frames], 1 or more
  uint32_t order;     ///< Its coefficients
  uint32_t recent;    ///< Short window [frames], and its order, may be zero
  double   ridge;     ///< Of a diagonal of ones, above zero
  uint32_t n_skipped; ///< Frames at the start that do not count, where windows
                      ///< see silence that may be none of the sound's
  uint32_t n_horizons;
  double   horizons[LMU_MAX_HORIZONS]; ///< Whole numbers, rising [frames]
} LmuForecastSpec;

/// Energy of the sound over that of the error [dB], [n_horizons]
typedef struct {
  double trained[LMU_MAX_HORIZONS];     ///< Where it was fitted
  double validated[LMU_MAX_HORIZONS];   ///< Where it was chosen
  double tested[LMU_MAX_HORIZONS];      ///< Where nothing was chosen
  double persistence[LMU_MAX_HORIZONS]; ///< Of the newest sample, there too
  double mean_validated;                ///< Of all horizons
} LmuForecastGains;

/// Forecaster, it owns the heap
typedef struct {
  LmuForecastSpec  spec;
  uint32_t         n_features; ///< order + recent + 1, the newest sample last
  LmuGraph*        graph;      ///< Network, named by nobody yet
  LmuForecastGains gains;      ///< Set by lmu_forecast_network_set()
} LmuForecastNetwork;

/**
   Make a forecaster that puts out its features.

   @param forecaster Set to a forecaster, free with
   lmu_forecast_network_reset(), also on error.
   @return LMU_EXIT_BAD_VALUE if there can be no such network.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_forecast_network_init(LmuForecastNetwork*    forecaster,
                          LmuFailure*            error,
                          const LmuForecastSpec* spec);

/// Free what lmu_forecast_network_init() set
LMU_SETUP void
lmu_forecast_network_reset(LmuForecastNetwork* forecaster);

/**
   Have a forecaster predict, by weights that are best where it is trained.

   Each horizon's weights are then shrunk by the factor from 0 to 1 that is best
   for validation, so that there it never does worse than silence.

   @param training Sums of frames to fit.
   @param validation Sums of frames to choose by.
   @param test Sums of frames to judge by.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_forecast_network_set(LmuForecastNetwork*       forecaster,
                         LmuFailure*               error,
                         const LmuNormalEquations* training,
                         const LmuNormalEquations* validation,
                         const LmuNormalEquations* test);

#endif // LMU_TOOLS_FORECAST_FORECAST_NETWORK_H
