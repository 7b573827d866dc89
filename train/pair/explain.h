// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_EXPLAIN_H
#define LMU_TRAIN_PAIR_EXPLAIN_H

#include "core/base/attributes.h"
#include "train/pair/pair.h"

/**
   @file
   How much of a wet recording simple devices make of the dry one.
*/

/**
   Return the part of the wet recording's power that the best of three devices
   explains, 0 to 1: a filter of 64 taps by least squares behind a wire, a hard
   limiter, or a rectifier.

   @param pair Recordings, finite, aligned and of the same length.
   @param dry_power Mean square of the dry one, more than 0.
*/
LMU_SETUP double
lmu_explained(const LmuCapture* pair, double dry_power);

#endif // LMU_TRAIN_PAIR_EXPLAIN_H
