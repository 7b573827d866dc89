// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_CONCEAL_H
#define LMU_CORE_DSP_SETUP_CONCEAL_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/dsp/setup/gap_context.h"

#include <stdbool.h>
#include <stddef.h>

/**
   @file
   Filling gaps of a sound with what was probably there.

   For each gap, a predictor from the newest samples and from the Legendre
   coefficients of a window is found on the sound around, on both sides.  The
   gap is filled so that its prediction errors are least in all frames that the
   gap touches, to one reach after it.  As these are least squares of one
   filter, the system to solve is Toeplitz, and needs the sound of one reach
   on each side.  (Janssen, Veldhuis, Vries 1986 do so for plain linear
   prediction.)

   Where gaps leave too little sound that is whole, the window is 2 ms.  Gaps
   that are within reach of each other are filled in turns, each with what
   is in the others, but for those that are too long to be filled; outside of
   the sound stands what is predicted from it.
   What is filled in never exceeds what is around, and the longer the gap, the
   more it is silence in the middle.  Where there is too little to learn from,
   or the gap is longer than LMU_MAX_CONCEAL_MS, the ends fade to silence.

   With n for the frames of a gap, L for those of the window of 30 ms, and N for
   those learned from, at most 80 ms on each side and both ways of time, it
   takes about 2 n^2 + 2 n L + L (N + 200 L) multiplications a gap, at 48 kHz
   0.1 s; a gap in reach of others takes its turn several times, without
   learning anew.

   A sound of any length may be filled as it comes: lmu_concealer_end() says
   how much of it the next step needs, and lmu_concealer_margin() how much of
   what is before its gaps.
*/

/// Longest gap that is filled with more than its faded ends [ms]
#define LMU_MAX_CONCEAL_MS 200.0

/// What conceals gaps at one sample rate, constant, owns the heap
typedef struct LmuConcealerImpl LmuConcealer;

/// Work on one channel of a sound
typedef struct {
  LmuGappedSignal gapped;   ///< The sound, and what is to be filled
  bool*           is_faded; ///< Set to whether ends were only faded, [n_gaps]
  size_t n_begun; ///< Gaps that hold their faded ends at least, or zero
  size_t n_done;  ///< Gaps that are filled, zero to begin
} LmuConcealment;

/**
   Make what conceals gaps.

   @param concealer Set to a new one, or to null on error.
   @param rate Sample rate [Hz], 1000 to 1000000.
   @return LMU_BAD_RATE or LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_concealer_new(LmuConcealer** concealer, double rate);

/// Free it, or do nothing if it is null
LMU_SETUP void
lmu_concealer_free(LmuConcealer* concealer);

/// Return how many frames on each side of a gap tell what is filled in
LMU_SETUP size_t
lmu_concealer_margin(const LmuConcealer* concealer);

/// Return the length of the longest gap that is filled [frames]
LMU_SETUP size_t
lmu_concealer_max_length(const LmuConcealer* concealer);

/**
   Return the frame before which the next step needs all sound and all gaps.

   What is after it does not matter, nor does what ends lmu_concealer_margin()
   frames before the next gap, nor what a gap longer than both that and
   lmu_concealer_max_length() divides from it.

   @param concealment Work, with one gap or more that is not filled.
*/
LMU_SETUP size_t
lmu_concealer_end(const LmuConcealer*   concealer,
                  const LmuConcealment* concealment);

/**
   Fill the next gap, and those in its reach.

   Gaps may be added between steps.

   What is in gaps does not matter.  Other frames are only read, and those that
   are not finite count as lost.

   @return LMU_BAD_VALUE if gaps are empty, not in order, not a frame apart, or
   not in the sound, or LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_concealer_step(const LmuConcealer* concealer, LmuConcealment* concealment);

/// Fill all gaps, by lmu_concealer_step()
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_concealer_process(const LmuConcealer* concealer,
                      LmuConcealment*     concealment);

#endif // LMU_CORE_DSP_SETUP_CONCEAL_H
