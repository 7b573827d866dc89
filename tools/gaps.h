// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_GAPS_H
#define LMU_TOOLS_GAPS_H

#include "core/setup/surroundings.h"
#include "tools/failure.h"

#include <stddef.h>

/**
   @file
   Gaps of a sound, from a file or found in it.
*/

/// A list of gaps, zero is empty, it owns the heap
typedef struct {
  LmuGap* items;   ///< [n_items]
  size_t  n_items; ///< Number of gaps
} LmuGaps;

/// What a list of gaps in a file is about
typedef struct {
  const char* path;     ///< CSV file
  double      rate;     ///< Frames in a unit: sample rate, or 1 for frames
  size_t      n_frames; ///< Length of the sound
} LmuGapsFile;

/// What counts as a gap
typedef struct {
  size_t min;  ///< Shortest run of zeros that is one [frames]
  size_t max;  ///< Longest one [frames], zero to look at none
  size_t near; ///< Sound on each side that tells fades from cuts [frames]
} LmuGapsSearch;

/**
   Add gaps from a file with a line of "start,length" for each.

   Empty lines, those that begin with #, and a first line without numbers are
   skipped.

   @return LMU_EXIT_BAD_INPUT if it cannot be read, or a gap is not in the
   sound.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_gaps_load(LmuGaps* gaps, LmuFailure* error, const LmuGapsFile* file);

/**
   Add gaps of a channel: all runs that are not finite, and runs of zeros that
   cut through sound, not where it starts, ends, or fades.
*/
LMU_SETUP void
lmu_gaps_find(LmuGaps*             gaps,
              const LmuGapsSearch* search,
              const float*         sound,
              size_t               n_frames);

/// Put gaps in order, and make one of those that touch
LMU_SETUP void
lmu_gaps_sort(LmuGaps* gaps);

/// Free gaps, there are none then
LMU_SETUP void
lmu_gaps_reset(LmuGaps* gaps);

#endif // LMU_TOOLS_GAPS_H
