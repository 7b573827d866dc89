// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/onset.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Median of the magnitude of normal noise, in standard deviations
#define NORMAL_MEDIAN 0.6745

/// What noise does not reach at any of 10^5 lags, in standard deviations
#define ABOVE_NOISE 7.0

/// The same at the few lags next to a response
#define ABOVE_NOISE_NEXT 3.5

/// Part of the peak that a response begins with, below it are the remains of
/// what blocks do not whiten
#define MIN_PART 0.15

/// The same where a wet recording that is late would lead for a few frames
#define MIN_LEADING_PART 0.25

/// Lags before the peak from which on the input's own repeats, those of music
/// in strict time, are to be told from a response, and what it takes
#define FAR 96
#define MIN_FAR_PART 0.25
#define MIN_FAR_LEADING_PART 0.5

/// A response around lag zero
typedef struct {
  const float* zero;  ///< Value at lag zero
  int64_t      reach; ///< Lags on either side
} Response;

static int
compare(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

static double
magnitude(const Response* const response, const int64_t lag)
{
  return fabs((double)response->zero[lag]);
}

/// Return the standard deviation of most lags
static double
noise_level(const Response* const response, float* const work)
{
  const size_t n_lags = (2U * (size_t)response->reach) + 1U;
  for (size_t i = 0U; i < n_lags; ++i) {
    work[i] = (float)magnitude(response, (int64_t)i - response->reach);
  }
  qsort(work, n_lags, sizeof(float), compare);
  return (double)work[n_lags / 2U] / NORMAL_MEDIAN;
}

static int64_t
find_peak(const Response* const response)
{
  int64_t peak = -response->reach;
  for (int64_t lag = peak; lag <= response->reach; ++lag) {
    peak = magnitude(response, lag) > magnitude(response, peak) ? lag : peak;
  }
  return peak;
}

static double
min_part(const int64_t peak, const int64_t lag)
{
  if (peak - lag > FAR) {
    return lag < 0 ? MIN_FAR_LEADING_PART : MIN_FAR_PART;
  }
  return lag < 0 && peak >= 0 ? MIN_LEADING_PART : MIN_PART;
}

/// Return what a lag before the peak must reach to be part of the response
static double
threshold(const LmuOnset* const onset, const int64_t lag, const double sigmas)
{
  const double part = min_part(onset->peak, lag);
  return fmax(part * fabs(onset->top), sigmas * onset->noise);
}

LmuOnset
lmu_onset_find(const float* const values,
               const uint32_t     reach,
               float* const       work)
{
  const Response response = {values + reach, (int64_t)reach};
  LmuOnset       onset    = {0};
  onset.noise             = noise_level(&response, work);
  onset.peak              = find_peak(&response);
  onset.top               = (double)response.zero[onset.peak];

  int64_t lag = -response.reach;
  while (lag < onset.peak &&
         magnitude(&response, lag) < threshold(&onset, lag, ABOVE_NOISE)) {
    ++lag;
  }
  while (lag > -response.reach &&
         magnitude(&response, lag - 1) >=
           threshold(&onset, lag - 1, ABOVE_NOISE_NEXT)) {
    --lag;
  }
  onset.onset = lag;
  return onset;
}
