// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_EMPHASIS_H
#define LMU_CORE_DSP_RT_EMPHASIS_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   What a memory hears or what is read from it, with the droop undone.

   An input that is held for a frame droops by sinc(f / rate).  These seven
   taps undo that to 0.011 dB up to 0.36 of the rate, and less above, where the
   memory of a useful order holds nothing.  The phase is linear: they delay by
   LMU_EMPHASIS_FRAMES, so read as much earlier.
*/

/// Delay [frames]
#define LMU_EMPHASIS_FRAMES 3U

/// Gain of a constant, so that no tap at all has more than 0.05 dB too much
#define LMU_EMPHASIS_GAIN 0.997

/// Weights of the middle and of each pair around it, of the least greatest
/// relative error, by weighted least squares
static const float lmu_emphasis_taps[LMU_EMPHASIS_FRAMES + 1U] = {
  (float)(LMU_EMPHASIS_GAIN * 1.148438750084193),
  (float)(LMU_EMPHASIS_GAIN * -0.08964417710416),
  (float)(LMU_EMPHASIS_GAIN * 0.019458885969033),
  (float)(LMU_EMPHASIS_GAIN * -0.00403408390697)};

/// The last inputs, zero is silence
typedef struct {
  float past[2U * LMU_EMPHASIS_FRAMES]; ///< The newest first
} LmuEmphasis;

/// Return the next output
LMU_RT static inline float
lmu_emphasis_next(LmuEmphasis* const emphasis, const float in)
{
  const float* const taps = lmu_emphasis_taps;
  float* const       x    = emphasis->past;
  const float        out  = (taps[0] * x[2]) + (taps[1] * (x[1] + x[3])) +
                    (taps[2] * (x[0] + x[4])) + (taps[3] * (in + x[5]));
  for (uint32_t i = 5U; i > 0U; --i) {
    x[i] = x[i - 1U];
  }
  x[0] = in;
  return out;
}

#endif // LMU_CORE_DSP_RT_EMPHASIS_H
