// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_LOUDNESS_H
#define LMU_PLUGIN_LOUDNESS_H

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/match.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   The control Match: an output as loud as the input, faded in and out.
*/

/// Match of one instance
typedef struct {
  LmuMatchPlan  plan;
  LmuMatch      match;
  LmuMatchSpeed speed;
  LmuGlide      part; ///< Of the match in the sound, 0 while it is off
} Loudness;

/// Prepare for a sample rate
LMU_SETUP void
loudness_init(Loudness* loudness, double rate);

/// Forget all sound
LMU_SETUP void
loudness_reset(Loudness* loudness);

/// Follow the control, at the start of a segment
LMU_RT void
loudness_update(Loudness* loudness, const Plugin* plugin, MatchChoice choice);

/// Return whether the match is heard
LMU_RT static inline bool
loudness_is_on(const Loudness* const loudness)
{
  return loudness->part.value > 0.0 || !lmu_glide_rests(&loudness->part);
}

/**
   Return the gain of a frame, while the match is heard.

   @param loudness Match.
   @param bypass_gain Part of the plugin in the sound, by lv2:enabled.
   @param from Input, [LMU_MATCH_CHANNELS], zero in channels that are not there.
   @param to Output before this gain, alike.
*/
LMU_RT float
loudness_gain(Loudness*    loudness,
              double       bypass_gain,
              const float* from,
              const float* to);

#endif // LMU_PLUGIN_LOUDNESS_H
