// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_GLIDE_H
#define LMU_CORE_DSP_RT_GLIDE_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Values that move to where they are sent, per frame, so that the size of
   blocks never changes the sound.
*/

/// Value that moves in a straight line
typedef struct {
  double   value;    ///< Where it is
  double   target;   ///< Where it goes
  double   step;     ///< How much it moves in a frame
  uint32_t n_frames; ///< How long it still moves
} LmuGlide;

/// Put a glide somewhere, at rest
LMU_RT static inline void
lmu_glide_set(LmuGlide* const glide, const double value)
{
  const LmuGlide rest = {value, value, 0.0, 0U};
  *glide              = rest;
}

/// Send a glide somewhere, to arrive in n_frames
LMU_RT static inline void
lmu_glide_to(LmuGlide* const glide,
             const double    target,
             const uint32_t  n_frames)
{
  if (target != glide->target) {
    glide->target   = target;
    glide->step     = (target - glide->value) / n_frames;
    glide->n_frames = n_frames;
  }
}

/// Move by a frame and return the value
LMU_RT static inline double
lmu_glide_next(LmuGlide* const glide)
{
  if (glide->n_frames) {
    --glide->n_frames;
    glide->value = glide->n_frames ? glide->value + glide->step : glide->target;
  }
  return glide->value;
}

/// Return whether a glide has arrived
LMU_RT static inline bool
lmu_glide_rests(const LmuGlide* const glide)
{
  return !glide->n_frames;
}

/// Distance as a part of the value below which an approach has arrived
#define LMU_APPROACH_END 1e-5

/**
   Return the next value on an exponential way to a target.

   @param value Where it is, positive.
   @param target Where it goes, positive.
   @param part How much of the way to go, from 0 to 1.
*/
LMU_RT static inline double
lmu_approach(const double value, const double target, const double part)
{
  const double next = value + (part * (target - value));
  const double gap  = next < target ? target - next : next - target;
  return (gap < LMU_APPROACH_END * target) ? target : next;
}

#endif // LMU_CORE_DSP_RT_GLIDE_H
