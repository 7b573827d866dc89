// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/levels.h"

#include "train/stop.h"

#include <math.h>
#include <stddef.h>

/// Equal samples in a row from which a wave was cut off, not only turned
#define MIN_RUN 3U

/// Add what each finite sample tells, and return their sum
static void
add_samples(LmuLevels* const     levels,
            const float* const   x,
            const size_t         count,
            const LmuStop* const stop)
{
  double sum     = 0.0;
  double squares = 0.0;
  for (size_t i = 0U; i < count && !lmu_stop_asked_at(stop, i); ++i) {
    const double value = (double)x[i];
    if (!isfinite(value)) {
      levels->first_bad = levels->n_bad++ ? levels->first_bad : i;
      continue;
    }
    sum += value;
    squares += value * value;
    levels->peak = fmax(levels->peak, fabs(value));
  }

  const size_t n_good = count - levels->n_bad;
  levels->mean        = n_good ? sum / (double)n_good : 0.0;
  levels->power       = n_good ? squares / (double)n_good : 0.0;
}

/// Return the greatest value, or minus the least one if sign is -1
static float
extreme_of(const float* const   x,
           const size_t         count,
           const float          sign,
           const LmuStop* const stop)
{
  float extreme = 0.0f;
  for (size_t i = 0U; i < count && !lmu_stop_asked_at(stop, i); ++i) {
    const float value = sign * x[i];
    extreme           = isfinite(value) && value > extreme ? value : extreme;
  }
  return extreme;
}

/// Add runs at the greatest value, or at the least one if sign is -1
static void
add_runs(LmuLevels* const     levels,
         const float* const   x,
         const size_t         count,
         const float          sign,
         const LmuStop* const stop)
{
  const float extreme = extreme_of(x, count, sign, stop);
  size_t      run     = 0U;
  for (size_t i = 0U;
       i < count && extreme > 0.0f && !lmu_stop_asked_at(stop, i);
       ++i) {
    run = sign * x[i] == extreme ? run + 1U : 0U;
    if (run < MIN_RUN) {
      continue;
    }
    const size_t first = i + 1U - run;
    if (!levels->n_clipped || first < levels->first_clipped) {
      levels->first_clipped = first;
    }
    levels->n_clipped += run == MIN_RUN ? MIN_RUN : 1U;
  }
}

LmuLevels
lmu_levels_of(const float* const x, const size_t count, const LmuStop stop)
{
  LmuLevels levels = {0};
  add_samples(&levels, x, count, &stop);
  add_runs(&levels, x, count, 1.0f, &stop);
  add_runs(&levels, x, count, -1.0f, &stop);
  return levels;
}
