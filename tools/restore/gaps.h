// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_RESTORE_GAPS_H
#define LMU_TOOLS_RESTORE_GAPS_H

#include "core/dsp/setup/gap_context.h"
#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
  uint64_t    n_frames; ///< Length of the sound, or zero if it is unknown
} LmuGapsFile;

/// What counts as a gap
typedef struct {
  size_t min;  ///< Shortest run of zeros that is one [frames], 1 or more
  size_t max;  ///< Longest one [frames], zero to look at none
  size_t near; ///< Sound on each side that tells fades from cuts [frames]
} LmuGapsSearch;

/// Sound around a run of zeros
typedef struct {
  const float* sound;    ///< [n_frames]
  const bool*  is_lost;  ///< Frames that are known to be, [n_frames]
  size_t       n_frames; ///< As far as it is known
  double       quantum;  ///< Least magnitude so far, but for zero
} LmuGapsSound;

/**
   Add gaps from a file with a line of "start,length" for each.

   Empty lines, those that begin with #, and a first line without numbers are
   skipped.

   @return LMU_EXIT_BAD_INPUT if it cannot be read, or a gap is not in the
   sound.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_gaps_load(LmuGaps* gaps, LmuFailure* error, const LmuGapsFile* file);

/// Return LMU_EXIT_BAD_INPUT if gaps, in order, are not in a sound whose length
/// is known now
LMU_SETUP LMU_NODISCARD LmuExit
lmu_gaps_check(const LmuGaps* gaps, LmuFailure* error, const LmuGapsFile* file);

/// Return how many frames on each side of a run of zeros a search looks at
LMU_SETUP size_t
lmu_gaps_distance(const LmuGapsSearch* search);

/// Return whether a sample is zero, with either sign
LMU_SETUP bool
lmu_gaps_is_zero(float sample);

/**
   Return whether a run of zeros cuts through sound.

   Sound is cut where it is there on both sides, and does not fade.  Where it
   is faint it must be as loud on both sides too, as what ends in one note is
   no part of the next; and where it is so faint that rounding makes zeros of
   it, the run must be longer than others, and begin and end with a step, or
   much longer than others in sound that goes on the same.

   @param run Zeros between two frames that are none, or to an end of the sound,
   where they are no gap.
*/
LMU_SETUP bool
lmu_gaps_is_gap(const LmuGapsSearch* search,
                const LmuGapsSound*  sound,
                LmuGap               run);

/// Put gaps in order, and make one of those that touch
LMU_SETUP void
lmu_gaps_sort(LmuGaps* gaps);

/// Free gaps, there are none then
LMU_SETUP void
lmu_gaps_reset(LmuGaps* gaps);

#endif // LMU_TOOLS_RESTORE_GAPS_H
