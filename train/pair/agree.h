// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_AGREE_H
#define LMU_TRAIN_PAIR_AGREE_H

#include "core/base/attributes.h"
#include "train/pair/pair.h"
#include "train/pair/report.h"

#include <stddef.h>

/**
   @file
   One latency of several recordings of one device.

   The onset of a response that rises slowly may be found some samples late, and
   elsewhere in each recording.  A model cannot foresee, and is judged by each
   sample, so all recordings of a device take the least that was found in any.
*/

/// A pair of recordings, and what was found in it
typedef struct {
  LmuCapture     pair;
  LmuPairReport* report; ///< Usable
} LmuTakeOfDevice;

/**
   Let pairs of one device have one latency: the least that is sure.

   Those that are off by more than 0.2 ms were recorded otherwise and stay, and
   so do those in doubt.

   @param takes Pairs and their reports, [count].
*/
LMU_SETUP void
lmu_pairs_agree(const LmuTakeOfDevice* takes, size_t count);

#endif // LMU_TRAIN_PAIR_AGREE_H
