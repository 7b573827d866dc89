// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_RESTORE_RESTORER_H
#define LMU_TOOLS_RESTORE_RESTORER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/dsp/setup/conceal.h"
#include "tools/restore/gaps.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Finding and filling the gaps of one channel while it is read.

   It holds as much of the sound as the gaps that are next to fill ask for, at
   most a few seconds, however long the sound or a gap is.  What comes out does
   not depend on the number of frames that go in at once.
*/

/// Channel on its way through, it owns the heap
typedef struct LmuRestorerImpl LmuRestorer;

/// A gap that is filled
typedef struct {
  uint64_t start;    ///< First frame
  uint64_t length;   ///< Number of frames
  bool     is_faded; ///< Whether its ends only fade to silence
} LmuRestored;

/**
   Make a restorer.

   @param concealer What fills gaps, or null if nothing can at this rate.
   @param search What counts as a gap.
   @param listed Gaps beside those it finds, in order; it stays in use.
*/
LMU_SETUP LmuRestorer*
lmu_restorer_new(const LmuConcealer*  concealer,
                 const LmuGapsSearch* search,
                 const LmuGaps*       listed);

/// Free a restorer, or do nothing if it is null
LMU_SETUP void
lmu_restorer_free(LmuRestorer* restorer);

/**
   Hear the next frames.

   @param is_end Whether they are the last.
   @return LMU_BAD_RATE if there is a gap and nothing to fill it, or
   LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_restorer_process(LmuRestorer* restorer,
                     const float* sound,
                     size_t       n_frames,
                     bool         is_end);

/// Return how many frames lmu_restorer_read() can give
LMU_SETUP size_t
lmu_restorer_n_ready(const LmuRestorer* restorer);

/**
   Take the next frames that are ready.

   @param sound Set to them where they were lost, other frames stay as they
   are, [n_frames].
   @param stride Distance from one frame to the next in `sound`.
*/
LMU_SETUP void
lmu_restorer_read(LmuRestorer* restorer,
                  double*      sound,
                  size_t       stride,
                  size_t       n_frames);

/// Take the next gap that is filled, in order; return false if there is none
LMU_SETUP bool
lmu_restorer_next(LmuRestorer* restorer, LmuRestored* restored);

#endif // LMU_TOOLS_RESTORE_RESTORER_H
