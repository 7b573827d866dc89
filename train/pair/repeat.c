// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/repeat.h"

#include "train/stop.h"

#include <math.h>
#include <stddef.h>

/// Passages that are looked for again, spread over the recording
#define N_ANCHORS 16U

/// Least length of what comes twice
#define MIN_LENGTH_S 0.5

/// Part of a passage that is not compared, as the device has not forgotten what
/// was before
#define SETTLING 0.5

/// Part of the peak that an anchor's first sample must reach, as it is to be
/// rare
#define LOUD 0.1f

/// Return the first loud frame from a place on, or the end
static size_t
find_loud(const LmuCapture* const pair, const float level, size_t frame)
{
  while (frame < pair->n_dry && fabsf(pair->dry[frame]) < level) {
    ++frame;
  }
  return frame;
}

/// Return for how many frames the input is the same from two places on
static size_t
common_length(const LmuCapture* const pair,
              const size_t            first,
              const size_t            again)
{
  size_t length = 0U;
  while (again + length < pair->n_dry &&
         pair->dry[first + length] == pair->dry[again + length]) {
    ++length;
  }
  return length;
}

/// Add the squares of half the differences, but for those of the start
static void
compare(LmuRepeat* const        repeat,
        const LmuCapture* const pair,
        const size_t            first,
        const size_t            again,
        const size_t            length)
{
  const size_t start = (size_t)(SETTLING * (double)length);
  for (size_t i = start; i < length; ++i) {
    const double gap =
      0.5 * ((double)pair->wet[first + i] - (double)pair->wet[again + i]);
    repeat->difference += gap * gap;
  }
  repeat->n_frames += length - start;
}

/// Look for one passage further on
static void
add_anchor(LmuRepeat* const        repeat,
           const LmuCapture* const pair,
           const size_t            first)
{
  const size_t least = (size_t)(MIN_LENGTH_S * pair->rate);
  for (size_t again = first + least;
       again + least <= pair->n_dry && !lmu_stop_asked_at(&pair->stop, again);
       ++again) {
    const size_t length = common_length(pair, first, again);
    if (length >= least) {
      compare(repeat, pair, first, again, length);
      return;
    }
  }
}

static float
peak_of(const float* const x, const size_t count)
{
  float peak = 0.0f;
  for (size_t i = 0U; i < count; ++i) {
    peak = fmaxf(peak, fabsf(x[i]));
  }
  return peak;
}

LmuRepeat
lmu_repeat_of(const LmuCapture* const pair)
{
  const float level  = LOUD * peak_of(pair->dry, pair->n_dry);
  LmuRepeat   repeat = {0};
  for (size_t i = 0U; i < N_ANCHORS && !lmu_stop_asked(&pair->stop); ++i) {
    const size_t first = find_loud(pair, level, pair->n_dry / N_ANCHORS * i);
    if (first < pair->n_dry) {
      add_anchor(&repeat, pair, first);
    }
  }
  if (repeat.n_frames) {
    repeat.difference /= (double)repeat.n_frames;
  }
  return repeat;
}
