// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_REPEAT_H
#define LMU_TRAIN_PAIR_REPEAT_H

#include "core/base/attributes.h"
#include "train/pair/pair.h"

#include <stddef.h>

/**
   @file
   Whether a device does the same where its input is the same again.
*/

/// Passages of the input that come twice, sample for sample
typedef struct {
  size_t n_frames;   ///< Frames that were compared, 0 if nothing comes twice
  double difference; ///< Mean square of half the difference of the outputs
} LmuRepeat;

/// Compare the outputs of what comes twice, recordings are aligned and of the
/// same length
LMU_SETUP LmuRepeat
lmu_repeat_of(const LmuCapture* pair);

#endif // LMU_TRAIN_PAIR_REPEAT_H
