// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_BASE_PROGRESS_H
#define LMU_TOOLS_BASE_PROGRESS_H

#include "core/base/attributes.h"

#include <stdbool.h>

/**
   @file
   A bar on the terminal for work that takes more than two seconds.
*/

/// State of a progress bar
typedef struct {
  bool   enabled;  ///< Standard error is a terminal, and not --quiet
  bool   is_shown; ///< Something is on the terminal
  double start_s;  ///< When it began
  double newest_s; ///< When it was drawn last
  double length_s; ///< Length of the sound, or zero
} LmuProgress;

/// Begin work on `length_s` seconds of sound, zero if it is no sound
LMU_SETUP void
lmu_progress_init(LmuProgress* progress, double length_s, bool quiet);

/// Tell how much is done, from 0 to 1; cheap enough to call for each block
LMU_SETUP void
lmu_progress_set(LmuProgress* progress, double done);

/// Take the bar off the terminal
LMU_SETUP void
lmu_progress_reset(LmuProgress* progress);

#endif // LMU_TOOLS_BASE_PROGRESS_H
