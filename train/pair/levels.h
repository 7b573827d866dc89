// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_LEVELS_H
#define LMU_TRAIN_PAIR_LEVELS_H

#include "core/base/attributes.h"
#include "train/stop.h"

#include <stddef.h>

/**
   @file
   What one recording by itself tells.
*/

/// Levels of a recording, with 1 as full scale
typedef struct {
  size_t n_bad; ///< Samples that are not finite, what follows is of the rest
  size_t first_bad;     ///< Frame of the first of them
  size_t n_clipped;     ///< Frames in runs of three or more at the same extreme
  size_t first_clipped; ///< Frame of the first of them
  double peak;          ///< Greatest magnitude
  double mean;
  double power; ///< Mean square, with that of the mean
} LmuLevels;

/// Return the levels of x, zeros if it is empty, [count].  Stops if asked to.
LMU_SETUP LmuLevels
lmu_levels_of(const float* x, size_t count, LmuStop stop);

#endif // LMU_TRAIN_PAIR_LEVELS_H
