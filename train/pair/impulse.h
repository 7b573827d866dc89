// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_IMPULSE_H
#define LMU_TRAIN_PAIR_IMPULSE_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdint.h>

/**
   @file
   Impulse response of a system, over lags of both signs, from what goes in and
   comes out.

   Spectra of segments are summed and divided, with a load on the divisor: the
   H1 estimator of Bendat and Piersol, "Random Data", chapter 6, regularised.  A
   lag is weighted down by the part of a segment that it is long.
*/

/// Sums of spectra, owned by the heap
typedef struct LmuImpulseImpl LmuImpulse;

/**
   Make an estimate of nothing.

   @param impulse Set to a new one, or to null on error.
   @param reach Greatest lag, 1 to 2^24 [frames].
   @return LMU_BAD_VALUE or LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_impulse_new(LmuImpulse** impulse, uint32_t reach);

/// Free an estimate, or do nothing if it is null
LMU_SETUP void
lmu_impulse_free(LmuImpulse* impulse);

/// Return the greatest number of frames of a segment, at least four times reach
LMU_SETUP uint32_t
lmu_impulse_segment(const LmuImpulse* impulse);

/**
   Add a segment, or do nothing where either signal is silent.

   @param impulse Estimate.
   @param in What went in, [count].
   @param out What came out at the same time, [count].
   @param count Frames, at most lmu_impulse_segment().
*/
LMU_SETUP void
lmu_impulse_add(LmuImpulse*  impulse,
                const float* in,
                const float* out,
                uint32_t     count);

/// Add what another one, of the same reach, has summed
LMU_SETUP void
lmu_impulse_merge(LmuImpulse* impulse, const LmuImpulse* other);

/**
   Read the response.

   @param impulse Estimate, whose sums stay.
   @param response Set to the response from lag -reach to reach, zeros if
   nothing went in, [2 reach + 1].
*/
LMU_SETUP void
lmu_impulse_read(LmuImpulse* impulse, float* response);

#endif // LMU_TRAIN_PAIR_IMPULSE_H
