// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/explain.h"

#include "core/math/setup/toeplitz.h"
#include "train/stop.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define N_TAPS ((size_t)64U)

/// Frames that are looked at at most, of the whole recording
#define N_BLOCKS 256U
#define BLOCK ((size_t)4096U)

/// Added to the power of the input, as noise of -80 dB
#define LOADING 1e-8

/// Level of the limiter below the RMS of what goes in
#define LIMIT 0.1

/// What a block of the input becomes before the filter
typedef double (*Bend)(double x, double rms);

/// Sums of the normal equations, with room
typedef struct {
  double x[N_TAPS + BLOCK];
  double autos[N_TAPS];
  double cross[N_TAPS];
  double power; ///< Of the output
  double taps[N_TAPS];
  double solver[2U * N_TAPS];
} Sums;

static double
pass(const double x, const double rms)
{
  (void)rms;
  return x;
}

static double
limit(const double x, const double rms)
{
  return fmin(fmax(x / (LIMIT * rms), -1.0), 1.0);
}

static double
rectify(const double x, const double rms)
{
  return fabs(x) / rms;
}

/// Add a block, from a frame that has as many before as there are taps
static void
add_block(Sums* const             sums,
          const LmuCapture* const pair,
          const size_t            from,
          const Bend              bend,
          const double            rms)
{
  for (size_t i = 0U; i < N_TAPS + BLOCK; ++i) {
    sums->x[i] = bend((double)pair->dry[from + i - N_TAPS], rms);
  }

  for (size_t i = 0U; i < BLOCK; ++i) {
    const double        y    = (double)pair->wet[from + i];
    const double* const last = sums->x + N_TAPS + i;
    sums->power += y * y;
    for (size_t k = 0U; k < N_TAPS; ++k) {
      sums->autos[k] += last[0] * last[-(ptrdiff_t)k];
      sums->cross[k] += y * last[-(ptrdiff_t)k];
    }
  }
}

/// Return the part of the output that the filter with least error makes
static double
solve(Sums* const sums)
{
  sums->autos[0] *= 1.0 + LOADING;
  if (!(sums->power > 0.0) ||
      !lmu_toeplitz_solve(
        sums->taps, sums->solver, sums->autos, sums->cross, N_TAPS)) {
    return 0.0;
  }

  double explained = 0.0;
  for (size_t k = 0U; k < N_TAPS; ++k) {
    explained += sums->taps[k] * sums->cross[k];
  }
  return fmin(fmax(explained / sums->power, 0.0), 1.0);
}

/// Return what a filter behind a bend explains
static double
explain(const LmuCapture* const pair, const Bend bend, const double rms)
{
  const size_t n_whole =
    pair->n_dry < N_TAPS + BLOCK ? 0U : (pair->n_dry - N_TAPS) / BLOCK;
  const size_t n = n_whole < N_BLOCKS ? n_whole : N_BLOCKS;
  Sums         sums;
  memset(&sums, 0, sizeof(sums));
  for (size_t i = 0U; i < n && !lmu_stop_asked(&pair->stop); ++i) {
    add_block(&sums, pair, N_TAPS + (i * n_whole / n * BLOCK), bend, rms);
  }
  return solve(&sums);
}

double
lmu_explained(const LmuCapture* const pair, const double dry_power)
{
  const double rms  = sqrt(dry_power);
  double       best = explain(pair, pass, rms);
  best              = fmax(best, explain(pair, limit, rms));
  return fmax(best, explain(pair, rectify, rms));
}
