// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/streams.h"

#include "train/real.h"

#include <stddef.h>
#include <stdint.h>

size_t
lmu_streams_length(const LmuStreams* const streams)
{
  size_t length = 0U;
  for (uint32_t i = 0U; i < streams->n_pairs; ++i) {
    length += streams->pairs[i].n_frames;
  }
  return length;
}

/// Where a frame is
typedef struct {
  uint32_t pair;
  int64_t  frame; ///< In that pair, or outside the first or the last
} Position;

/// Return where a frame of all recordings is
static Position
position_of(const LmuStreams* const streams, const int64_t frame)
{
  Position position = {0U, frame};
  while (position.pair + 1U < streams->n_pairs &&
         position.frame >= (int64_t)streams->pairs[position.pair].n_frames) {
    position.frame -= (int64_t)streams->pairs[position.pair].n_frames;
    ++position.pair;
  }
  return position;
}

/// Set one frame of a lane
static void
set_frame(const LmuStreams* const streams,
          const LmuBatch* const   batch,
          const uint32_t          lane,
          const uint32_t          t,
          const Position          at)
{
  const LmuRecording* const pair  = &streams->pairs[at.pair];
  const uint32_t            width = 1U + streams->n_conditions;
  LmuReal* const x      = batch->input + ((size_t)t * width * batch->lanes);
  const int      inside = at.frame >= 0 && at.frame < (int64_t)pair->n_frames;
  x[lane] =
    inside ? (LmuReal)(streams->input_gain * (double)pair->input[at.frame]) : 0;
  for (uint32_t i = 1U; i < width; ++i) {
    x[((size_t)i * batch->lanes) + lane] = (LmuReal)pair->conditions[i - 1U];
  }
  batch->target[((size_t)t * batch->lanes) + lane] =
    inside ? (LmuReal)(streams->target_gain * (double)pair->target[at.frame])
           : 0;
}

void
lmu_streams_fill(const LmuStreams* const streams,
                 const LmuBatch* const   batch,
                 const uint32_t          lane,
                 const int64_t           first)
{
  Position at = position_of(streams, first);
  for (uint32_t t = 0U; t < batch->n_frames; ++t) {
    if (at.frame >= (int64_t)streams->pairs[at.pair].n_frames &&
        at.pair + 1U < streams->n_pairs) {
      at.frame = 0;
      ++at.pair;
    }
    set_frame(streams, batch, lane, t, at);
    ++at.frame;
  }
}

double
lmu_streams_power(const LmuStreams* const streams)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < streams->n_pairs; ++i) {
    const LmuRecording* const r = &streams->pairs[i];
    for (size_t j = 0U; j < r->n_frames; ++j) {
      sum += (double)r->target[j] * (double)r->target[j];
    }
  }
  return sum / (double)lmu_streams_length(streams);
}
