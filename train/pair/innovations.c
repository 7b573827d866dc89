// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/innovations.h"

#include "core/math/setup/toeplitz.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define PI 3.14159265358979323846

#define BLOCK ((size_t)LMU_INNOVATIONS_BLOCK)
#define ORDER ((size_t)LMU_INNOVATIONS_ORDER)
#define WINDOW (2U * BLOCK)            // Frames that a predictor is made from
#define MARGIN ((WINDOW - BLOCK) / 2U) // Of them, those before the block

/// Added to the power, as noise of -90 dB would be: what keeps predictors of
/// sine waves in double precision from being arbitrary
#define LOADING 1e-9

/// Copy the surroundings of a block, zeros outside of the signal
static void
load(LmuInnovationsWork* const work,
     const float* const        x,
     const size_t              n_x,
     const ptrdiff_t           from)
{
  const ptrdiff_t first = from - (ptrdiff_t)MARGIN;
  for (size_t i = 0U; i < WINDOW; ++i) {
    const ptrdiff_t frame = first + (ptrdiff_t)i;
    const bool      is_in = frame >= 0 && (size_t)frame < n_x;
    work->x[i]            = is_in ? (double)x[frame] : 0.0;
  }
}

/// Return the mean square of some numbers
static double
power(const double* const x, const size_t count)
{
  double sum = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    sum += x[i] * x[i];
  }
  return sum / (double)count;
}

/// Set the autocorrelation of the surroundings under a Hann window
static void
correlate(LmuInnovationsWork* const work)
{
  memset(work->windowed, 0, sizeof(work->windowed));
  memset(work->correlation, 0, sizeof(work->correlation));
  for (size_t i = 0U; i < WINDOW; ++i) {
    const double phase = 2.0 * PI * ((double)i + 0.5) / WINDOW;
    work->windowed[i]  = (0.5 - (0.5 * cos(phase))) * work->x[i];
  }

  for (size_t i = 0U; i < WINDOW; ++i) {
    const double x = work->windowed[i];
    for (size_t k = 0U; k <= ORDER; ++k) {
      work->correlation[k] += x * work->windowed[i + k];
    }
  }
  work->correlation[0] *= 1.0 + LOADING;
}

/// Set the error of prediction in the block
static void
predict(LmuInnovationsWork* const work)
{
  memcpy(work->error, work->x + MARGIN, sizeof(work->error));
  for (size_t k = 0U; k < ORDER; ++k) {
    const double        factor = work->predictor[k];
    const double* const past   = work->x + MARGIN - 1U - k;
    for (size_t i = 0U; i < BLOCK; ++i) {
      work->error[i] -= factor * past[i];
    }
  }
}

void
lmu_innovations_block(LmuInnovationsWork* const work,
                      float* const              e,
                      const float* const        x,
                      const size_t              n_x,
                      const ptrdiff_t           from,
                      const double              min_power)
{
  memset(e, 0, BLOCK * sizeof(float));
  load(work, x, n_x, from);
  if (power(work->x + MARGIN, BLOCK) <= min_power) {
    return;
  }

  correlate(work);
  if (!lmu_toeplitz_solve(work->predictor,
                          work->solver,
                          work->correlation,
                          work->correlation + 1,
                          ORDER)) {
    return;
  }

  predict(work);
  const double scale = sqrt(power(work->error, BLOCK));
  for (size_t i = 0U; i < BLOCK && scale > 0.0; ++i) {
    e[i] = (float)(work->error[i] / scale);
  }
}
