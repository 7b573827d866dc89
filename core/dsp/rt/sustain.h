// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_SUSTAIN_H
#define LMU_CORE_DSP_RT_SUSTAIN_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Sound that goes on for ever from its last window.

   The window becomes a linear system without input, whose poles are on the unit
   circle: a bank of sinusoids.  So its energy can neither grow nor fade, and
   the spectrum stays.  Frequencies are the peaks of the window's spectrum,
   refined by least squares together with amplitudes and phases, of which each
   channel has its own.  The whole is scaled so that its level is that of the
   window, less the mean.

   Analysis is spread over frames in equal shares, and its time depends on the
   length of the window alone.  Phases are those at which the sound would be by
   then: a steady tone and what continues it may be faded into each other.

   Calls come in the order hear, begin, step in each frame, where step is for
   the frame that was heard last.  Made by lmu_sustain_new() off the audio
   thread, then used by one thread.
*/

/// Engine of one sound, do not copy
typedef struct LmuSustainImpl LmuSustain;

/// Forget all that was heard, and be silent
LMU_RT void
lmu_sustain_reset(LmuSustain* sustain);

/// Set in how many frames the sound falls by 60 dB, more than 0, or infinity
LMU_RT void
lmu_sustain_set_decay(LmuSustain* sustain, double n_frames);

/// Hear a frame of samples that lmu_sane() returned, [n_channels]
LMU_RT void
lmu_sustain_hear(LmuSustain* sustain, const float* frame);

/**
   Continue the sound from the frame that was heard last.

   What plays goes on for lmu_sustain_delay() frames, and then fades into the
   new sound.  If nothing plays, the new sound starts at its full level.  A call
   before that forgets the one before.

   @param sustain Engine.
   @param window Length of what is taken [frames], kept within what the engine
   supports.
*/
LMU_RT void
lmu_sustain_begin(LmuSustain* sustain, uint32_t window);

/// Fade out what plays, and forget what would play
LMU_RT void
lmu_sustain_end(LmuSustain* sustain);

/// Do a share of the analysis, and set a frame of sound, [n_channels]
LMU_RT void
lmu_sustain_step(LmuSustain* sustain, float* frame);

/// Return how long after lmu_sustain_begin() its sound starts [frames]
LMU_RT uint32_t
lmu_sustain_delay(const LmuSustain* sustain);

/// Return whether a sound is still to start
LMU_RT bool
lmu_sustain_is_busy(const LmuSustain* sustain);

/// Return how many frames the newest sound has played, 0 if nothing plays
LMU_RT uint32_t
lmu_sustain_age(const LmuSustain* sustain);

#endif // LMU_CORE_DSP_RT_SUSTAIN_H
