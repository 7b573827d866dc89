// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/rt/fft.h"

#include "core/base/attributes.h"

#include <stdint.h>

/// Do butterflies with the same factor, from x to y
LMU_RT static inline void
combine_run(const LmuSpectrum x[2],
            const LmuSpectrum y[2],
            const float       w_re,
            const float       w_im,
            const uint32_t    n)
{
  const float* const restrict x0_re = x[0].re;
  const float* const restrict x0_im = x[0].im;
  const float* const restrict x1_re = x[1].re;
  const float* const restrict x1_im = x[1].im;
  float* const restrict y0_re       = y[0].re;
  float* const restrict y0_im       = y[0].im;
  float* const restrict y1_re       = y[1].re;
  float* const restrict y1_im       = y[1].im;
  for (uint32_t i = 0U; i < n; ++i) {
    const float re = x0_re[i] - x1_re[i];
    const float im = x0_im[i] - x1_im[i];
    y0_re[i]       = x0_re[i] + x1_re[i];
    y0_im[i]       = x0_im[i] + x1_im[i];
    y1_re[i]       = (re * w_re) - (im * w_im);
    y1_im[i]       = (re * w_im) + (im * w_re);
  }
}

LMU_RT static inline LmuSpectrum
shifted(const LmuSpectrum* const spectrum, const uint32_t by)
{
  const LmuSpectrum result = {spectrum->re + by, spectrum->im + by};
  return result;
}

/// Stages with runs that are too short to be worth their start
#define N_SHORT 3U

/// Do some butterflies of one of the first stages, each with its own factor
LMU_RT static void
combine_short(const LmuFft* const fft,
              const uint32_t      stage,
              const uint32_t      from,
              const uint32_t      to)
{
  const uint32_t    stride = 1U << stage;
  const uint32_t    pace   = fft->max_size / fft->size;
  const LmuSpectrum x0     = fft->work[stage % 2U];
  const LmuSpectrum x1     = shifted(&x0, fft->size / 2U);
  const LmuSpectrum y0     = fft->work[(stage + 1U) % 2U];
  const LmuSpectrum y1     = shifted(&y0, stride);
  for (uint32_t i = from; i < to; ++i) {
    const uint32_t base = i & ~(stride - 1U);
    const float    w_re = fft->turns.re[base * pace];
    const float    w_im = fft->turns.im[base * pace];
    const float    re   = x0.re[i] - x1.re[i];
    const float    im   = x0.im[i] - x1.im[i];
    y0.re[i + base]     = x0.re[i] + x1.re[i];
    y0.im[i + base]     = x0.im[i] + x1.im[i];
    y1.re[i + base]     = (re * w_re) - (im * w_im);
    y1.im[i + base]     = (re * w_im) + (im * w_re);
  }
}

/// Do the same of a later stage
LMU_RT static void
combine_long(const LmuFft* const fft,
             const uint32_t      stage,
             const uint32_t      from,
             const uint32_t      to)
{
  const uint32_t           stride = 1U << stage;
  const uint32_t           pace   = fft->max_size / fft->size;
  const LmuSpectrum* const in     = &fft->work[stage % 2U];
  const LmuSpectrum* const out    = &fft->work[(stage + 1U) % 2U];
  uint32_t                 i      = from;
  while (i < to) {
    const uint32_t    base = i & ~(stride - 1U);
    const uint32_t    end  = (base + stride < to) ? base + stride : to;
    const LmuSpectrum x[] = {shifted(in, i), shifted(in, i + (fft->size / 2U))};
    const LmuSpectrum y[] = {shifted(out, i + base),
                             shifted(out, i + base + stride)};
    combine_run(
      x, y, fft->turns.re[base * pace], fft->turns.im[base * pace], end - i);
    i = end;
  }
}

void
lmu_fft_process(const LmuFft* const fft, const uint32_t from, const uint32_t to)
{
  const uint32_t half = fft->size / 2U;
  uint32_t       i    = from;
  while (i < to) {
    const uint32_t first = i % half;
    const uint32_t rest  = half - first;
    const uint32_t count = (to - i < rest) ? to - i : rest;
    if (i / half < N_SHORT) {
      combine_short(fft, i / half, first, first + count);
    } else {
      combine_long(fft, i / half, first, first + count);
    }
    i += count;
  }
}
