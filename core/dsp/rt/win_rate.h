// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_WIN_RATE_H
#define LMU_CORE_DSP_RT_WIN_RATE_H

#include "core/base/attributes.h"

#include <stdbool.h>

/**
   @file
   How good forecasts are, and how sure it is that they are better than nothing:
   how often they recently were, beyond what comes by chance.
*/

/// Mean square that counts as silence, -140 dB
#define LMU_FORECAST_SILENCE 1e-14

/// Moments that count
#define LMU_WIN_MOMENTS 64.0

/// Recent share of parts of the memory in which forecasts were of use; zero is
/// the start
typedef struct {
  double saved; ///< Energy that forecasts saved in the present moment
  double left;  ///< Frames that are left of it
  double part;  ///< Recent share of moments that were won, 0 to 1
} LmuWinRate;

/**
   Count a frame, and its moment as won or lost when that is over.

   @param rate Win rate.
   @param saved Energy of the input less that of the error.
   @param memory Frames of which a moment is a 64th.
*/
LMU_RT static inline void
lmu_win_rate_update(LmuWinRate* const rate,
                    const double      saved,
                    const double      memory)
{
  rate->saved += saved;
  rate->left -= 1.0;

  const bool   is_over = rate->left <= 0.0;
  const double won     = rate->saved > 0.0 ? 1.0 : 0.0;
  rate->part += is_over ? (won - rate->part) / LMU_WIN_MOMENTS : 0.0;
  rate->saved = is_over ? 0.0 : rate->saved;
  rate->left += is_over ? memory / LMU_WIN_MOMENTS : 0.0;
}

/// Return the prediction gain: energy of a signal by that of what was not
/// forecast of it, 1 or more where forecasts are of use, and 1 in silence
LMU_RT static inline double
lmu_prediction_gain(const double energy, const double error)
{
  return (energy + LMU_FORECAST_SILENCE) / (error + LMU_FORECAST_SILENCE);
}

/// Return the confidence, 0 to 1
LMU_RT static inline double
lmu_win_rate_confidence(const LmuWinRate* const rate)
{
  // A mean of exponential weights is as sure as one of twice the moments
  const double part  = rate->part;
  const double error = part * (1.0 - part) / (2.0 * LMU_WIN_MOMENTS);
  const double sure  = (2.0 * (part - (2.0 * __builtin_sqrt(error)))) - 1.0;
  return sure > 0.0 ? sure : 0.0;
}

#endif // LMU_CORE_DSP_RT_WIN_RATE_H
