// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/burg.h"

#include <stddef.h>
#include <string.h>

/// Return the next reflection from errors in both ways of time
static double
reflection(const double* const forward,
           const double* const backward,
           const size_t        first,
           const size_t        n_frames)
{
  double product = 0.0;
  double power   = 1e-30;
  for (size_t t = first; t < n_frames; ++t) {
    product += forward[t] * backward[t - 1U];
    power += (forward[t] * forward[t]) + (backward[t - 1U] * backward[t - 1U]);
  }
  return 2.0 * product / power;
}

void
burg(double* const       weights,
     const size_t        order,
     const double* const sound,
     const size_t        n_frames,
     double* const       work)
{
  double* const forward  = work;
  double* const backward = work + n_frames;
  double* const before   = backward + n_frames;
  memcpy(forward, sound, n_frames * sizeof(double));
  memcpy(backward, sound, n_frames * sizeof(double));

  for (size_t k = 0U; k < order; ++k) {
    const double r = reflection(forward, backward, k + 1U, n_frames);
    memcpy(before, weights, k * sizeof(double));
    for (size_t i = 0U; i < k; ++i) {
      weights[i] -= r * before[k - 1U - i];
    }
    weights[k] = r;
    for (size_t t = n_frames - 1U; t > k; --t) {
      const double f = forward[t];
      forward[t] -= r * backward[t - 1U];
      backward[t] = backward[t - 1U] - (r * f);
    }
  }
}

void
burg_predict(double* const       next,
             const size_t        count,
             const double* const weights,
             const size_t        order)
{
  for (size_t i = 0U; i < count; ++i) {
    double* const now = next + i;
    *now              = 0.0;
    for (size_t j = 0U; j < order; ++j) {
      *now += weights[j] * *(now - j - 1U);
    }
  }
}
