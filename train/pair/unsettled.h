// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_UNSETTLED_H
#define LMU_TRAIN_PAIR_UNSETTLED_H

#include "core/base/attributes.h"
#include "train/pair/pair.h"

#include <stddef.h>

/**
   Return how long a device that was not at rest at first is given nothing.

   A device that was just switched on charges its capacitors, and one that rang
   when recording began rings on.  A model starts at rest, so it can learn none
   of that, though it may be most of all error.

   @param pair Recordings, finite, aligned and of the same length.
   @param dry_power Mean square of the dry one.
   @param wet_power Mean square of the wet one.
   @return Frames, or 0 if the device is at rest, or is given sound at once.
*/
LMU_SETUP size_t
lmu_unsettled_frames(const LmuCapture* pair,
                     double            dry_power,
                     double            wet_power);

#endif // LMU_TRAIN_PAIR_UNSETTLED_H
