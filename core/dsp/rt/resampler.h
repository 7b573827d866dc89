// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_RESAMPLER_H
#define LMU_CORE_DSP_RT_RESAMPLER_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   One signal at two sample rates: from the host's rate to the network's, and
   back, with a constant latency.

   Each host frame in gives zero or more inner frames, which the caller runs
   through the network and gives back; then one host frame comes out.
   Windowed sinc filters (Kaiser) in polyphase form, both ways band-limited to
   the lower rate.  The order of sums depends on the frame's place in time
   alone, not on blocks.
*/

/// Most inner frames that one host frame may give
#define LMU_MAX_INNER 64U

/// Resampler of some signals in and some out, do not copy
typedef struct LmuResamplerImpl LmuResampler;

/// Forget all input
LMU_RT void
lmu_resampler_reset(LmuResampler* resampler);

/**
   Take one host frame, and give the inner frames that are due.

   @param resampler Resampler.
   @param input One sample of each signal in, [n_inputs].
   @param inner Set to inner frames, [LMU_MAX_INNER][n_inputs].
   @return Number of inner frames, at most LMU_MAX_INNER.
*/
LMU_RT uint32_t
lmu_resampler_put(LmuResampler* resampler, const float* input, float* inner);

/**
   Take the network's answer to those inner frames, and give one host frame.

   @param resampler Resampler.
   @param inner Inner frames, [n_frames][n_outputs].
   @param n_frames What lmu_resampler_put() returned.
   @param output Set to one sample of each signal out, [n_outputs].
*/
LMU_RT void
lmu_resampler_get(LmuResampler* resampler,
                  const float*  inner,
                  uint32_t      n_frames,
                  float*        output);

/// Take over what a resampler of the same rates holds, of the signals that both
/// have
LMU_RT void
lmu_resampler_adopt(LmuResampler* resampler, const LmuResampler* source);

/// Return what it delays by, from put to get [host frames], a whole number
LMU_RT double
lmu_resampler_latency(const LmuResampler* resampler);

#endif // LMU_CORE_DSP_RT_RESAMPLER_H
