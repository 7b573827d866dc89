// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_NETWORK_STEP_H
#define LMU_TOOLS_NETWORK_STEP_H

#include "core/memory/setup/discretise.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What theta and method made a given step of a memory.

   Steps are as the paper scales m, not orthonormal.
*/

/// Most that a step is apart from the one it is: a float32 step of order 256 by
/// TensorFlow's expm() is off by 5e-4
#define LMU_STEP_NEAR 5e-3

/// Greatest order of a step that is compared, which takes seconds: its cube
#define LMU_STEP_MAX_ORDER 1024U

/// A step, and what is known of it
typedef struct {
  uint32_t      order;
  const double* ad; ///< [order][order], a column for m_prev
} LmuStep;

/// What made a step
typedef struct {
  LmuMethod method;   ///< LMU_ZOH or LMU_EULER
  double    theta;    ///< Window [frames]
  double    distance; ///< |Ad - ours| / |ours - I|, root of sums of squares
} LmuStepOrigin;

/**
   Return how far a step is from the one of a method and a window, relative to
   what it changes, or infinity if there is none.
*/
LMU_SETUP double
lmu_step_distance(const LmuStep* step, LmuMethod method, double theta);

/**
   Find the window and the method of a step, of at most LMU_STEP_MAX_ORDER.

   Above order 512, only a window of a whole number of frames is found by
   zero-order hold.

   @param origin Set to the nearest that was found.
   @return Whether it is near enough to be what made the step.
*/
LMU_SETUP bool
lmu_step_solve(LmuStepOrigin* origin, const LmuStep* step);

#endif // LMU_TOOLS_NETWORK_STEP_H
