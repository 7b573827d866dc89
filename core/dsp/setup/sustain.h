// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_SUSTAIN_H
#define LMU_CORE_DSP_SETUP_SUSTAIN_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/dsp/rt/sustain.h"
#include "core/kernels/rt/kernels.h"

#include <stdint.h>

/// Greatest window [frames]
#define LMU_MAX_SUSTAIN (1U << 18U)

/// What a sustain is to be
typedef struct {
  double            rate;       ///< 4e3 to 8e5 [Hz]
  uint32_t          n_channels; ///< 1 or 2, of the same frequencies
  uint32_t          max_window; ///< 65 to LMU_MAX_SUSTAIN [frames]
  const LmuKernels* kernels;    ///< Or null for the best
} LmuSustainSpec;

/**
   Make a sustain, silent and without decay.

   @param sustain Set to a new sustain, or to null on error.
   @param spec What it is to be.
   @return LMU_BAD_RATE, LMU_BAD_VALUE, or LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_sustain_new(LmuSustain** sustain, const LmuSustainSpec* spec);

/// Free a sustain, or do nothing if it is null
LMU_SETUP void
lmu_sustain_free(LmuSustain* sustain);

#endif // LMU_CORE_DSP_SETUP_SUSTAIN_H
