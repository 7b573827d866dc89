// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/unsettled.h"

#include "train/pair/levels.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define BLOCK_S 0.01

// In powers of the whole recordings
#define SILENT_DRY 1e-7  // -70 dB, below which the input is silent
#define AT_REST_WET 1e-4 // -40 dB, below which the device is at rest

/// What the power of the first half of a fall is at least of the second
#define FALL 2.0

/// Return the frames at the start in which nothing goes in, in whole blocks
static size_t
silent_frames(const LmuCapture* const pair,
              const size_t            block,
              const double            dry_power)
{
  size_t n = 0U;
  while (n + block <= pair->n_dry &&
         lmu_levels_of(pair->dry + n, block, pair->stop).power <=
           SILENT_DRY * dry_power) {
    n += block;
  }
  return n;
}

/// Return whether the output falls to rest, other than noise that stays
static bool
falls(const LmuCapture* const pair, const size_t count, const double wet_power)
{
  const size_t half  = count / 2U;
  const double first = lmu_levels_of(pair->wet, half, pair->stop).power;
  const double last  = lmu_levels_of(pair->wet + half, half, pair->stop).power;
  return first > AT_REST_WET * wet_power && first > FALL * last;
}

size_t
lmu_unsettled_frames(const LmuCapture* const pair,
                     const double            dry_power,
                     const double            wet_power)
{
  const size_t block  = (size_t)fmax(ceil(BLOCK_S * pair->rate), 1.0);
  const size_t silent = silent_frames(pair, block, dry_power);
  return falls(pair, silent, wet_power) ? silent : 0U;
}
