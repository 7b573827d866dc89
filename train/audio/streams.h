// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_STREAMS_H
#define LMU_TRAIN_AUDIO_STREAMS_H

#include "core/base/attributes.h"
#include "core/nn/rt/limits.h"
#include "train/real.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Recordings one behind another, cut into lanes.

   A pair is what went into a device and what came out of it, and where its
   controls stood.
*/

/// A recording and its target, which belong to the caller
typedef struct {
  const float* input;                          ///< [n_frames]
  const float* target;                         ///< [n_frames]
  size_t       n_frames;                       ///< One or more
  double       conditions[LMU_MAX_CONDITIONS]; ///< Controls, from 0 to 1
} LmuRecording;

/// Recordings that are one long one
typedef struct {
  const LmuRecording* pairs; ///< [n_pairs]
  uint32_t            n_pairs;
  uint32_t            n_conditions;
  double              input_gain;  ///< What the input is multiplied by
  double              target_gain; ///< The same of targets
} LmuStreams;

/// Frames of lanes to fill
typedef struct {
  LmuReal* input;    ///< Set to [n_frames][1 + n_conditions][lanes]
  LmuReal* target;   ///< Set to [n_frames][lanes]
  uint32_t n_frames; ///< Number of frames
  uint32_t lanes;    ///< Number of lanes in the arrays
} LmuBatch;

/// Return the number of frames of all recordings
LMU_SETUP size_t
lmu_streams_length(const LmuStreams* streams);

/// Return the mean square of targets
LMU_SETUP double
lmu_streams_power(const LmuStreams* streams);

/**
   Fill one lane of a batch.

   @param first Index of the first frame in all recordings.  What is before the
   first or behind the last is silence, with the nearest recording's controls.
*/
LMU_SETUP void
lmu_streams_fill(const LmuStreams* streams,
                 const LmuBatch*   batch,
                 uint32_t          lane,
                 int64_t           first);

#endif // LMU_TRAIN_AUDIO_STREAMS_H
