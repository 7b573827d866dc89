// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_COMMAND_METER_H
#define LMU_TOOLS_COMMAND_METER_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   How loud a sound is.  Zero is the state before any sound.
*/

/// Peak and sum of squares so far
typedef struct {
  double   peak;      ///< Greatest magnitude
  double   energy;    ///< Sum of squares
  uint64_t n_samples; ///< Number of samples
} LmuMeter;

/// Listen to samples; return false if one of them is not a finite number
LMU_SETUP LMU_NODISCARD bool
lmu_meter_process(LmuMeter* meter, const float* samples, uint32_t n_samples);

/// Return the peak in dB of full scale, minus infinity for silence
LMU_SETUP double
lmu_meter_peak_db(const LmuMeter* meter);

/// Return the root mean square in dB of full scale
LMU_SETUP double
lmu_meter_rms_db(const LmuMeter* meter);

#endif // LMU_TOOLS_COMMAND_METER_H
