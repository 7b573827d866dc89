// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MATH_SETUP_FFT_H
#define LMU_CORE_MATH_SETUP_FFT_H

#include "core/base/attributes.h"
#include "core/math/rt/fft.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   What core/math/rt/fft.h needs.
*/

/// Return how many numbers transforms of up to a length take
LMU_SETUP size_t
lmu_fft_room(uint32_t max_size);

/**
   Prepare transforms.

   @param fft Set to transforms of length `max_size`.
   @param room Zeroed numbers, [lmu_fft_room()], which must outlive it.
   @param max_size Greatest length, a power of two from 2 on.
*/
LMU_SETUP void
lmu_fft_init(LmuFft* fft, float* room, uint32_t max_size);

#endif // LMU_CORE_MATH_SETUP_FFT_H
