// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_RESAMPLER_H
#define LMU_CORE_DSP_SETUP_RESAMPLER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/dsp/rt/resampler.h"

#include <stdint.h>

/// What a resampler is to be
typedef struct {
  double   host_rate;  ///< [Hz]
  double   inner_rate; ///< [Hz], at most 48 times more or less
  uint32_t n_inputs;   ///< Signals from the host, 1 or more
  uint32_t n_outputs;  ///< Signals to the host, 1 or more
} LmuResamplerSpec;

/**
   Make a resampler.

   @param resampler Set to a new resampler, or to null on error.
   @param spec What it is to be.
   @return LMU_BAD_RATE or LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_resampler_new(LmuResampler** resampler, const LmuResamplerSpec* spec);

/// Free a resampler, or do nothing if it is null
LMU_SETUP void
lmu_resampler_free(LmuResampler* resampler);

#endif // LMU_CORE_DSP_SETUP_RESAMPLER_H
