// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_RT_TRACE_H
#define LMU_CORE_RT_TRACE_H

#include "core/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Least and greatest samples of the last frames of a signal, to draw it.

   The last samples are kept as they are.  Level k of a pyramid of rings has a
   pair for each 2^k frames: from level 4 on they are built as the samples come,
   those below from the samples when they are read, as far as they were not.  A
   window is read from the level of 500 to 1000 pairs in it, so that the work
   never depends on the signal, and is at most that of 8000 samples and 1000
   pairs, however long the window.
*/

/// Pairs that each level holds, a power of two
#define LMU_TRACE_PAIRS 1024U

/// Samples that are kept, a power of two: a window that is read from level 3,
/// and what is built at a time
#define LMU_TRACE_SAMPLES 8192U

/// Levels that are built when they are read, from level 1 on
#define LMU_TRACE_LATE_LEVELS 3U

/// Most columns that a trace is read as
#define LMU_TRACE_COLUMNS 256U

/// Most levels, which hold half a million seconds at 1 MHz
#define LMU_TRACE_MAX_LEVELS 30U

/// Least and greatest of some frames
typedef struct {
  float least;
  float minus_greatest; ///< So that one minimum finds both
} LmuTracePair;

/**
   Trace of one signal.

   Plain data of lmu_trace_size() bytes from lmu_aligned_zeros(), memcpy copies
   it.
*/
typedef struct {
  uint32_t n_levels;
  uint64_t now; ///< Frames heard, counted from lmu_trace_reset()

  /// Frame that each late level is built up to
  uint64_t built[LMU_TRACE_LATE_LEVELS];

  _Alignas(16) float samples[LMU_TRACE_SAMPLES];

  LmuTracePair
    pairs[]; ///< Of levels from 1 on, [n_levels - 1][LMU_TRACE_PAIRS]
} LmuTrace;

/// Return the number of levels that a window takes [frames]
LMU_RT uint32_t
lmu_trace_levels(double max_window);

/// Return the size of a trace [bytes]
LMU_RT size_t
lmu_trace_size(uint32_t n_levels);

/// Start with silence, in no time
LMU_RT void
lmu_trace_reset(LmuTrace* trace, uint32_t n_levels);

/// Return whether nothing was heard since
LMU_RT bool
lmu_trace_is_empty(const LmuTrace* trace);

/// Hear samples that are numbers
LMU_RT void
lmu_trace_process(LmuTrace* trace, const float* input, uint32_t n_frames);

/**
   Read the last frames.

   The first column begins at the start of the window, and the last ends now.
   Between them columns begin and end at pairs of their level, at most a quarter
   of a column too early.

   @param trace Trace.  What it heard stays the same.
   @param window How far to look back, 1 or more [frames].  What the levels do
   not hold is left out.
   @param out Set to least and greatest in turn, oldest first, room for
   LMU_TRACE_COLUMNS.
   @return Number of pairs: a frame for each, or LMU_TRACE_COLUMNS if the window
   has as many.
*/
LMU_RT uint32_t
lmu_trace_read(LmuTrace* trace, uint32_t window, float* out);

#endif // LMU_CORE_RT_TRACE_H
