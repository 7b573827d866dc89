// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_TRACE_H
#define LMU_CORE_DSP_RT_TRACE_H

#include "core/base/attributes.h"
#include "core/dsp/rt/outline.h"
#include "core/kernels/rt/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Least and greatest samples of the last frames of two signals, to draw them.

   The last samples are kept as they are.  Level k of a pyramid of rings has a
   pair for each 2^k frames: from level 5 on they are built as the samples come,
   those below from the samples when they are read, as far as they were not.  A
   window is read from the level of 244 to 488 pairs in it, or as samples if
   they are fewer than 976, so that the work never depends on the signal, and is
   at most that of 7808 samples and 488 pairs, however long the window.
*/

/// Signals that are heard together
#define LMU_TRACE_SIGNALS 2U

/// Pairs that each level holds, a power of two
#define LMU_TRACE_PAIRS 512U

/// Samples that are kept, a power of two: a window that is read from level 4,
/// and what is built at a time
#define LMU_TRACE_SAMPLES 8192U

/// Frames that can be written into a trace at a time
#define LMU_TRACE_ROOM 64U

/// Frames that levels are built of at a time
#define LMU_TRACE_BATCH 256U

/// Levels that are built when they are read, from level 2 on
#define LMU_TRACE_LATE_LEVELS 3U

/// Most levels, which hold half a million seconds at 1 MHz
#define LMU_TRACE_MAX_LEVELS 31U

/// Least and greatest of some frames
typedef struct {
  float least;
  float greatest;
} LmuTracePair;

/**
   Trace of some signals.

   Plain data of lmu_trace_size() bytes from lmu_aligned_zeros(), memcpy copies
   it.
*/
typedef struct {
  const LmuKernels* kernels;

  uint64_t now;      ///< Frames heard, counted from lmu_trace_reset()
  uint32_t n_levels; ///< With that of samples, and an empty one
  uint32_t heard;    ///< Bits of signals that were heard

  /// Frames that each late level is built of, from one on up to another
  uint64_t built[LMU_TRACE_LATE_LEVELS][2];

  _Alignas(
    64) float samples[LMU_TRACE_SIGNALS][LMU_TRACE_SAMPLES + LMU_TRACE_ROOM];

  /// Of levels from 2 on, [n_levels - 2][LMU_TRACE_SIGNALS][LMU_TRACE_PAIRS]
  LmuTracePair pairs[];
} LmuTrace;

/// Return the number of levels that a window takes [frames]
LMU_RT uint32_t
lmu_trace_levels(double max_window);

/// Return the size of a trace [bytes]
LMU_RT size_t
lmu_trace_size(uint32_t n_levels);

/// Start a zeroed trace
LMU_RT void
lmu_trace_init(LmuTrace* trace, uint32_t n_levels, const LmuKernels* kernels);

/// Start with silence again, in no time
LMU_RT void
lmu_trace_reset(LmuTrace* trace);

/// Return whether a signal was heard since
LMU_RT static inline bool
lmu_trace_has(const LmuTrace* const trace, const uint32_t signal)
{
  return (trace->heard >> signal) & 1U;
}

/// Return where the next frames of a signal can be written to, at most
/// LMU_TRACE_ROOM, so that hearing them takes no copy.  Reading the trace
/// before they are heard spoils them.
LMU_RT static inline float*
lmu_trace_room(LmuTrace* const trace, const uint32_t signal)
{
  return trace->samples[signal] + (trace->now % LMU_TRACE_SAMPLES);
}

/// Return whether a signal comes where it is kept, or never came
LMU_RT static inline bool
lmu_trace_expects(LmuTrace* const    trace,
                  const uint32_t     signal,
                  const float* const input)
{
  return input ==
         (lmu_trace_has(trace, signal) ? lmu_trace_room(trace, signal) : NULL);
}

/// Hear finite samples as lmu_trace_process() does if that takes next to no
/// work, as it mostly does, or return false
LMU_RT static inline bool
lmu_trace_step(LmuTrace* const    trace,
               const float* const first,
               const float* const second,
               const uint32_t     n_frames)
{
  const uint32_t at = (uint32_t)trace->now % LMU_TRACE_BATCH;
  if (at + n_frames >= LMU_TRACE_BATCH ||
      !lmu_trace_expects(trace, 0U, first) ||
      !lmu_trace_expects(trace, 1U, second)) {
    return false;
  }
  trace->now += n_frames;
  return true;
}

/**
   Hear finite samples of all signals.

   @param trace Trace.  If it has not heard a signal yet, it starts again.
   @param inputs Samples, perhaps written to lmu_trace_room(), or null for
   silence, [LMU_TRACE_SIGNALS][n_frames].
   @param n_frames Any number of frames.
*/
LMU_RT void
lmu_trace_process(LmuTrace*          trace,
                  const float* const inputs[LMU_TRACE_SIGNALS],
                  uint32_t           n_frames);

/**
   Read the last frames of all signals that were heard.

   @param trace Trace.  What it heard stays the same.
   @param window How far to look back, 1 or more [frames].  What the levels do
   not hold is left out.
   @param outs Set to the values of outlines, [LMU_TRACE_SIGNALS]
   [LMU_OUTLINE_VALUES], those of signals that were not heard stay as they are.
   @return Where the values are.
*/
LMU_RT LmuOutline
lmu_trace_read(LmuTrace* trace,
               uint32_t  window,
               float     outs[LMU_TRACE_SIGNALS][LMU_OUTLINE_VALUES]);

#endif // LMU_CORE_DSP_RT_TRACE_H
