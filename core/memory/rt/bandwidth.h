// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_BANDWIDTH_H
#define LMU_CORE_MEMORY_RT_BANDWIDTH_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   What a memory can hold.
*/

/// Cycles in the window for each coefficient that a memory can hold
#define LMU_CYCLES_PER_ORDER 0.25

/// Greatest order that is any use at a window, the rest is above Nyquist
LMU_RT static inline double
lmu_useful_order(const double theta)
{
  return 0.5 * theta / LMU_CYCLES_PER_ORDER;
}

/**
   Return the highest frequency that a memory can hold [Hz].

   @param order Number of coefficients.
   @param theta Window [frames].
   @param rate Frames per second [Hz].
   @return Frequency, at most half the rate.
*/
LMU_RT static inline double
lmu_bandwidth(const uint32_t order, const double theta, const double rate)
{
  const double bandwidth = LMU_CYCLES_PER_ORDER * order * rate / theta;
  return bandwidth < 0.5 * rate ? bandwidth : 0.5 * rate;
}

#endif // LMU_CORE_MEMORY_RT_BANDWIDTH_H
