// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/impulse.h"

#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/math/rt/fft.h"
#include "core/math/setup/fft.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_REACH (UINT32_C(1) << 24U)

/// Power that is added to each bin of the input, in means of it: what is found
/// in music is the same from 0.02 to 1, but for more noise where it is small,
/// and for more of what is left of music's own correlation where it is great
#define LOADING 0.1

struct LmuImpulseImpl {
  LmuArena arena;
  LmuFft   fft;
  uint32_t reach;
  uint32_t size;     ///< Of transforms
  double*  cross_re; ///< Sum of conj(in) out, [size / 2 + 1]
  double*  cross_im; ///< The same
  double*  power;    ///< Sum of |in|^2, [size / 2 + 1]
};

/// Return the least power of two that is four times the reach
static uint32_t
transform_size(const uint32_t reach)
{
  uint32_t size = 2U;
  while (size < 4U * reach) {
    size *= 2U;
  }
  return size;
}

/// Take all blocks, the arena says whether it could
static void
take_blocks(LmuImpulse* const impulse)
{
  const size_t n_bins = (impulse->size / 2U) + 1U;
  const size_t n_room = lmu_fft_room(impulse->size);
  LmuArena*    arena  = &impulse->arena;
  float* const room   = (float*)lmu_arena_take(arena, n_room, sizeof(float));
  impulse->cross_re   = (double*)lmu_arena_take(arena, n_bins, sizeof(double));
  impulse->cross_im   = (double*)lmu_arena_take(arena, n_bins, sizeof(double));
  impulse->power      = (double*)lmu_arena_take(arena, n_bins, sizeof(double));
  if (room) {
    lmu_fft_init(&impulse->fft, room, impulse->size);
  }
}

LmuStatus
lmu_impulse_new(LmuImpulse** const impulse, const uint32_t reach)
{
  *impulse = NULL;
  if (!reach || reach > MAX_REACH) {
    return LMU_BAD_VALUE;
  }

  LmuImpulse* const result = (LmuImpulse*)calloc(1U, sizeof(LmuImpulse));
  if (!result) {
    return LMU_NO_MEMORY;
  }

  result->reach = reach;
  result->size  = transform_size(reach);
  take_blocks(result);
  if (result->arena.failed) {
    lmu_impulse_free(result);
    return LMU_NO_MEMORY;
  }

  *impulse = result;
  return LMU_SUCCESS;
}

void
lmu_impulse_free(LmuImpulse* const impulse)
{
  if (impulse) {
    lmu_arena_clear(&impulse->arena);
    free(impulse);
  }
}

uint32_t
lmu_impulse_segment(const LmuImpulse* const impulse)
{
  return impulse->size;
}

/// Add one bin: the spectra of real and imaginary part of what went into the
/// transform are the even and the odd half of bins k and -k
static void
add_bin(LmuImpulse* const impulse, const LmuSpectrum* const z, const uint32_t k)
{
  const uint32_t mirror = (impulse->size - k) % impulse->size;
  const double   sum_re = (double)z->re[k] + (double)z->re[mirror];
  const double   sum_im = (double)z->im[k] + (double)z->im[mirror];
  const double   gap_re = (double)z->re[k] - (double)z->re[mirror];
  const double   gap_im = (double)z->im[k] - (double)z->im[mirror];

  // In: (sum_re + i gap_im) / 2, out: (sum_im - i gap_re) / 2
  impulse->cross_re[k] += 0.25 * ((sum_re * sum_im) - (gap_im * gap_re));
  impulse->cross_im[k] -= 0.25 * ((sum_re * gap_re) + (gap_im * sum_im));
  impulse->power[k] += 0.25 * ((sum_re * sum_re) + (gap_im * gap_im));
}

/// Return whether there is any signal.  Beside another one in the same
/// transform rounding makes a small copy of it out of silence.
static bool
is_any(const float* const x, const uint32_t count)
{
  uint32_t i = 0U;
  while (i < count && x[i] == 0.0f) {
    ++i;
  }
  return i < count;
}

void
lmu_impulse_add(LmuImpulse* const  impulse,
                const float* const in,
                const float* const out,
                const uint32_t     count)
{
  LmuFft* const            fft  = &impulse->fft;
  const LmuSpectrum* const work = &fft->work[0];
  if (!is_any(in, count) || !is_any(out, count)) {
    return;
  }

  memset(work->re, 0, impulse->size * sizeof(float));
  memset(work->im, 0, impulse->size * sizeof(float));
  memcpy(work->re, in, count * sizeof(float));
  memcpy(work->im, out, count * sizeof(float));

  lmu_fft_process(fft, 0U, lmu_fft_count(fft));
  for (uint32_t k = 0U; k <= impulse->size / 2U; ++k) {
    add_bin(impulse, lmu_fft_result(fft), k);
  }
}

void
lmu_impulse_merge(LmuImpulse* const impulse, const LmuImpulse* const other)
{
  for (uint32_t k = 0U; k <= impulse->size / 2U; ++k) {
    impulse->cross_re[k] += other->cross_re[k];
    impulse->cross_im[k] += other->cross_im[k];
    impulse->power[k] += other->power[k];
  }
}

/// Return the mean power of a bin
static double
mean_power(const LmuImpulse* const impulse)
{
  const uint32_t n_bins = (impulse->size / 2U) + 1U;
  double         sum    = 0.0;
  for (uint32_t k = 0U; k < n_bins; ++k) {
    sum += impulse->power[k];
  }
  return sum / n_bins;
}

/// Put a bin of the response and its mirror into the transform, real and
/// imaginary parts swapped for the inverse
static void
load_bin(const LmuImpulse* const impulse, const uint32_t k, const double load)
{
  const LmuSpectrum* const work    = &impulse->fft.work[0];
  const uint32_t           mirror  = (impulse->size - k) % impulse->size;
  const double             divisor = (impulse->power[k] + load) * impulse->size;
  const float              re      = (float)(impulse->cross_re[k] / divisor);
  const float              im      = (float)(impulse->cross_im[k] / divisor);
  work->re[mirror]                 = -im;
  work->im[mirror]                 = re;
  work->re[k]                      = im;
  work->im[k]                      = re;
}

void
lmu_impulse_read(LmuImpulse* const impulse, float* const response)
{
  const size_t reach = impulse->reach;
  const double load  = LOADING * mean_power(impulse);
  memset(response, 0, ((2U * reach) + 1U) * sizeof(float));
  if (!(load > 0.0)) {
    return;
  }

  for (uint32_t k = 0U; k <= impulse->size / 2U; ++k) {
    load_bin(impulse, k, load);
  }
  lmu_fft_process(&impulse->fft, 0U, lmu_fft_count(&impulse->fft));

  const float* const lags = lmu_fft_result(&impulse->fft)->im;
  memcpy(response, lags + impulse->size - reach, reach * sizeof(float));
  memcpy(response + reach, lags, (reach + 1U) * sizeof(float));
}
