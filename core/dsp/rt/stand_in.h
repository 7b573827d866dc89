// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_STAND_IN_H
#define LMU_CORE_DSP_RT_STAND_IN_H

#include "core/base/attributes.h"
#include "core/dsp/rt/lattice.h"
#include "core/kernels/rt/kernels.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What stands in for sound that is lost, from its first frame on.

   Two linear predictors are found over and over: a long one, which knows the
   notes of a chord, and a quick one, which knows an attack some milliseconds
   later.  Lost sound goes on by the one that recently erred less.  If even that
   erred more than in what it learned from, less of it is heard, as where
   something new begins nothing is better than something wrong.

   All frames take the same time, whether sound is lost or not.

   Calls come in the order begin (where sound gets lost), read, hear in each
   frame.  Made by lmu_stand_in_new() off the audio thread, then used by one
   thread.
*/

/// Predictors, by how long they take
typedef enum {
  LMU_LONG,
  LMU_QUICK,
  LMU_STAND_IN_LATTICES,
} LmuStandInLattice;

/// What a frame is that is heard
typedef enum {
  LMU_WHOLE,   ///< Sound
  LMU_LOST,    ///< What stands in for it
  LMU_RETURNS, ///< Sound that fades in over what stood in for it
} LmuHeard;

/// Engine of one sound, do not copy
typedef struct {
  LmuLattice* lattices[LMU_STAND_IN_LATTICES];
  uint32_t    n_channels;
  double      part; ///< Of the way that errors go to the last one
  double      pace; ///< Part of the way that the level goes
  uint32_t    span; ///< Over which a peak is taken [frames]

  uint32_t mask;                        ///< Length of lines, less one
  uint32_t position;                    ///< Of the next frame in them
  float*   heard[LMU_LATTICE_CHANNELS]; ///< Sound, twice, [2 (mask + 1)]
  float*   own[LMU_LATTICE_CHANNELS];   ///< The same, but for how it went on

  float    next[LMU_STAND_IN_LATTICES][LMU_LATTICE_CHANNELS];
  double   errors[LMU_STAND_IN_LATTICES]; ///< Of late [mean square]
  double   peaks[2];                      ///< Of the last span, and this one
  uint32_t age;                           ///< Of this span [frames]
  bool     works;                         ///< Whether predictors are found
  uint32_t n_back; ///< Frames that returned, at most as many as are in reach
  uint32_t chosen; ///< Predictor that stands in
  double   trust;  ///< How much of it is to be heard, 0 to 1
  double   level;  ///< How much of it is heard
} LmuStandIn;

/// Forget all
LMU_RT void
lmu_stand_in_reset(LmuStandIn* self);

/// Begin to stand in, from the next frame on
LMU_RT void
lmu_stand_in_begin(LmuStandIn* self);

/// Set a frame of what stands in, [n_channels]
LMU_RT void
lmu_stand_in_read(const LmuStandIn* self, float* frame);

/// Hear a frame, [n_channels], and do a share of the work
LMU_RT void
lmu_stand_in_hear(LmuStandIn* self, const float* frame, LmuHeard what);

/// Hear a frame of whole sound that will not be lost, which takes no work; what
/// was learned is forgotten
LMU_RT void
lmu_stand_in_rest(LmuStandIn* self, const float* frame);

#endif // LMU_CORE_DSP_RT_STAND_IN_H
