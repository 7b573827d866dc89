// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_MATCH_H
#define LMU_CORE_DSP_RT_MATCH_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   Match of loudness: a gain that makes a changed sound as loud as the sound it
   was made from, and keeps it below full scale.

   Both sounds are weighted as people hear them (ITU-R BS.1770, K-weighting),
   and the square root of the ratio of their recent energies is where the gain
   goes. While the first sound is silent it rests.  A limiter without delay
   keeps the product below LMU_MATCH_CEILING.
*/

/// Greatest number of channels, which share one gain
#define LMU_MATCH_CHANNELS 2U

/// Greatest gain, and the inverse of the least: 30 dB
#define LMU_MATCH_MAX_GAIN 31.6227766

/// Greatest sample that comes out, -0.5 dB of full scale
#define LMU_MATCH_CEILING 0.944060876f

/// Frames between two looks at the energies, while the gain goes straight
#define LMU_MATCH_STEP 16U

/// How fast the gain follows
typedef enum {
  LMU_MATCH_SLOW, ///< Keeps attack and sustain as they are
  LMU_MATCH_FAST, ///< Follows each note
  LMU_N_MATCH_SPEEDS,
} LmuMatchSpeed;

/// Filter of second order, b[0] + b[1]/z + b[2]/z^2 over 1 + a[0]/z + a[1]/z^2
typedef struct {
  double b[3];
  double a[2];
} LmuMatchFilter;

/**
   Coefficients for one sample rate, constant.

   Made by lmu_match_plan_init().
*/
typedef struct {
  LmuMatchFilter filters[2];               ///< Head and low end of K-weighting
  double         hear[LMU_N_MATCH_SPEEDS]; ///< Part of new energy in a frame
  double         rise[LMU_N_MATCH_SPEEDS]; ///< Part of the way up in a step
  double         fall[LMU_N_MATCH_SPEEDS]; ///< Part of the way down in a step
  double         release;                  ///< Decay of the limiter in a frame
} LmuMatchPlan;

/// Lanes of the filters: the first sound, then the second
#define LMU_MATCH_LANES (2U * LMU_MATCH_CHANNELS)

/// State, which lmu_match_reset() starts
typedef struct {
  double   past[2][2][LMU_MATCH_LANES]; ///< Of filters, [filter][delay][lane]
  double   energy[2];                   ///< Recent, of each sound
  double   gain;                        ///< Before the limiter
  double   step;                        ///< How it moves in a frame
  double   peak;                        ///< That the limiter knows of
  uint32_t left;                        ///< Frames until the next step
} LmuMatch;

/// Forget all sound, at a gain of 1
LMU_RT void
lmu_match_reset(LmuMatch* match);

/**
   Return the gain of a frame, limiter included.

   @param plan Coefficients.
   @param match State.
   @param speed How fast to follow.
   @param from Sound that is as loud as wanted, finite, [LMU_MATCH_CHANNELS].
   @param to Sound to be made as loud, finite, [LMU_MATCH_CHANNELS].
   @return Factor for all channels of `to`.
*/
LMU_RT float
lmu_match_step(const LmuMatchPlan* plan,
               LmuMatch*           match,
               LmuMatchSpeed       speed,
               const float*        from,
               const float*        to);

#endif // LMU_CORE_DSP_RT_MATCH_H
