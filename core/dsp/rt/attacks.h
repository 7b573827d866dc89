// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_ATTACKS_H
#define LMU_CORE_DSP_RT_ATTACKS_H

#include "core/base/attributes.h"

/**
   @file
   What stands out of a sound for a moment: the gain that takes its attacks down
   to the level of what lasts.

   A level that follows each peak at once is compared with one that rises by
   LMU_ATTACK_RISE_DB in a second at most, and falls more slowly than it.
*/

/// How fast a sound may rise and not count as an attack [dB per second]
#define LMU_ATTACK_RISE_DB 200.0

/// How far a sound may stand above what lasts, as periods of low notes do, 2 dB
#define LMU_ATTACK_MARGIN 1.25f

/// Coefficients for one sample rate, constant
typedef struct {
  float rise;    ///< Greatest factor of what lasts in a frame
  float fall;    ///< Least factor of what lasts in a frame
  float release; ///< Decay of a peak in a frame
} LmuAttackPlan;

/// State, of which zero is the reset
typedef struct {
  float peak; ///< Level now
  float last; ///< Level of what lasts
} LmuAttacks;

/**
   Return the gain of a frame, from above 0 to 1.

   @param plan Coefficients, from lmu_attack_plan_init().
   @param attacks State.
   @param size Greatest size of all channels, finite.
*/
LMU_RT static inline float
lmu_attacks_step(const LmuAttackPlan* const plan,
                 LmuAttacks* const          attacks,
                 const float                size)
{
  const float least = 1e-5f; // -100 dB, below which all lasts
  const float held  = plan->release * attacks->peak;
  const float floor = held > least ? held : least;
  attacks->peak     = size > floor ? size : floor;

  const float low  = plan->fall * attacks->last;
  const float high = plan->rise * attacks->last;
  const float last = attacks->peak > low ? attacks->peak : low;
  const float most = high > least ? high : least;
  attacks->last    = last < most ? last : most;

  const float gain = LMU_ATTACK_MARGIN * attacks->last / attacks->peak;
  return gain < 1.0f ? gain : 1.0f;
}

#endif // LMU_CORE_DSP_RT_ATTACKS_H
