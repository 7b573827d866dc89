// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_QUIET_H
#define LMU_TRAIN_PAIR_QUIET_H

#include "core/base/attributes.h"
#include "train/pair/pair.h"

#include <stdbool.h>

/**
   @file
   What a device does where nothing, or little, goes in.
*/

/// Output for soft and for no input
typedef struct {
  bool   has_silence; ///< Whether the input is silent for long enough anywhere
  double noise;       ///< Mean square of the output there, with no DC
  bool   is_gated;    ///< Whether nothing comes out for soft input
  double gate;        ///< Mean square of the loudest input that is gated
} LmuQuiet;

/**
   Return what a device does where little goes in.

   @param pair Recordings, finite, aligned and of the same length.
   @param dry_power Mean square of the dry one.
   @param wet_power Mean square of the wet one.
*/
LMU_SETUP LmuQuiet
lmu_quiet_of(const LmuCapture* pair, double dry_power, double wet_power);

#endif // LMU_TRAIN_PAIR_QUIET_H
