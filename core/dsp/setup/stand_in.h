// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_STAND_IN_H
#define LMU_CORE_DSP_SETUP_STAND_IN_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/dsp/rt/stand_in.h"
#include "core/kernels/rt/kernels.h"

#include <stdint.h>

/**
   @file
   Making of what stands in for sound that is lost.
*/

/// What it is to be
typedef struct {
  double            rate;       ///< 1e3 to 1e6 [Hz]
  uint32_t          n_channels; ///< 1 or 2, of one predictor
  const LmuKernels* kernels;    ///< Or null for the best
} LmuStandInSpec;

/**
   Make what stands in, which is silence at first.

   @param stand_in Set to a new one, or to null on error.
   @param spec What it is to be.
   @return LMU_BAD_RATE, LMU_BAD_VALUE, or LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_stand_in_new(LmuStandIn** stand_in, const LmuStandInSpec* spec);

/// Free it, or do nothing if it is null
LMU_SETUP void
lmu_stand_in_free(LmuStandIn* stand_in);

#endif // LMU_CORE_DSP_SETUP_STAND_IN_H
