// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_SPLIT_H
#define LMU_TRAIN_AUDIO_SPLIT_H

#include "core/base/attributes.h"
#include "train/audio/streams.h"

#include <stdint.h>

/**
   @file
   Which part of a recording is trained on, and which is kept to try the result.
*/

/// Most recordings of all targets, each in up to three parts
#define LMU_MAX_RECORDINGS 192U

/// Parts of recordings
typedef struct {
  LmuRecording train[LMU_MAX_RECORDINGS];
  LmuRecording valid[LMU_MAX_RECORDINGS];
  uint32_t     n_train;
  uint32_t     n_valid;
} LmuSplit;

/**
   Divide a recording: of ten parts, that one is kept whose loudness is nearest
   to the middle of those that are not silent, up to half a minute of it.

   @param split Added to; parts point into the recording.
   @param rate Sample rate [Hz].
*/
LMU_SETUP void
lmu_split_add(LmuSplit* split, const LmuRecording* recording, double rate);

#endif // LMU_TRAIN_AUDIO_SPLIT_H
