// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_GAP_CONTEXT_H
#define LMU_CORE_DSP_SETUP_GAP_CONTEXT_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/dsp/setup/predictor.h"

#include <stdbool.h>
#include <stddef.h>

/**
   @file
   The sound around a gap, and what of it there is to learn from.
*/

/// Greatest number of stretches to learn from, both ways of time together
#define LMU_MAX_STRETCHES 32U

/// Part of a sound that is lost
typedef struct {
  size_t start;  ///< First lost frame
  size_t length; ///< Number of lost frames, one or more
} LmuGap;

/// A sound with gaps, which are in order and at least one frame apart
typedef struct {
  float*        sound;    ///< [n_frames]
  size_t        n_frames; ///< Length of the sound
  const LmuGap* gaps;     ///< [n_gaps]
  size_t        n_gaps;   ///< Number of gaps
} LmuGappedSignal;

/// Copy of the sound around a gap, owns the heap
typedef struct {
  size_t  margin;   ///< Frames before the gap, and after it
  size_t  length;   ///< Frames of the gap
  size_t  n_frames; ///< Frames of all
  size_t  n_before; ///< Frames that are before the start of the whole sound
  size_t  n_after;  ///< Frames that are after its end
  double* sound;    ///< Zero outside of the whole sound, [n_frames]
  double* reversed; ///< The same backwards, [n_frames]
  bool*   is_known; ///< Whether a frame is in no gap, and finite, [n_frames]
} LmuGapContext;

/**
   Copy the sound around a gap.

   @param context Set to it, free with lmu_gap_context_reset().
   @param gapped The sound.
   @param gap Index of the gap.
   @param margin Frames to copy before and after the gap.
   @return LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_gap_context_init(LmuGapContext*         context,
                     const LmuGappedSignal* gapped,
                     size_t                 gap,
                     size_t                 margin);

/// Free what lmu_gap_context_init() set
LMU_SETUP void
lmu_gap_context_reset(LmuGapContext* context);

/**
   Find what a predictor can learn from, in both ways of time.

   These are known frames, nearest to the gap first.

   @param stretches Set to sound within, [LMU_MAX_STRETCHES].
   @param reach Past samples that the predictor uses.
   @param n_least Number of frames that are enough.
   @param strict Whether all of the past must be known too, and may not be what
   gaps were filled with.
   @return Number of stretches, zero if they are not enough.
*/
LMU_SETUP size_t
lmu_gap_context_stretches(const LmuGapContext* context,
                          LmuStretch*          stretches,
                          size_t               reach,
                          size_t               n_least,
                          bool                 strict);

/// Return the greatest known magnitude at most `distance` frames from the gap
LMU_SETUP double
lmu_gap_context_peak(const LmuGapContext* context, size_t distance);

#endif // LMU_CORE_DSP_SETUP_GAP_CONTEXT_H
