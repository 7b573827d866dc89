// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MATH_RT_FFT_H
#define LMU_CORE_MATH_RT_FFT_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   Fourier transforms of powers of two, in parts: sum of x[n] exp(-2 pi i n k /
   size) for each k.

   Stages leave numbers in order (Stockham's autosort algorithm, radix 2), so
   each goes from one of two arrays to the other.  They are made of butterflies,
   of which any number can be done at a time, so that a transform takes as many
   frames as there are.  Sums are in single precision.

   With real and imaginary parts swapped in what goes in and what comes out, it
   is the inverse, times `size`.
*/

/// Complex numbers, real and imaginary parts apart
typedef struct {
  float* re;
  float* im;
} LmuSpectrum;

/// Transforms of any length up to one, filled by lmu_fft_init()
typedef struct {
  uint32_t    max_size; ///< Greatest length
  uint32_t    size;     ///< Length, set by lmu_fft_set_stages()
  uint32_t    stages;   ///< Its logarithm to base 2
  LmuSpectrum work[2];  ///< The first is the input, [max_size]
  LmuSpectrum turns;    ///< exp(-2 pi i k / max_size), [max_size / 2]
} LmuFft;

/// Set the length to 2^stages, at most max_size
LMU_RT static inline void
lmu_fft_set_stages(LmuFft* const fft, const uint32_t stages)
{
  fft->stages = stages;
  fft->size   = 1U << stages;
}

/// Return the number of butterflies
LMU_RT static inline uint32_t
lmu_fft_count(const LmuFft* const fft)
{
  return fft->stages * (fft->size / 2U);
}

/**
   Do some butterflies.

   @param fft Transform, whose first array holds the input before butterfly 0.
   @param from First butterfly, where the last call ended.
   @param to Behind the last one, at most lmu_fft_count().
*/
LMU_RT void
lmu_fft_process(const LmuFft* fft, uint32_t from, uint32_t to);

/// Return what came out, once all butterflies are done
LMU_RT static inline const LmuSpectrum*
lmu_fft_result(const LmuFft* const fft)
{
  return &fft->work[fft->stages % 2U];
}

#endif // LMU_CORE_MATH_RT_FFT_H
