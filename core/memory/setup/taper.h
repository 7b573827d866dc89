// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_TAPER_H
#define LMU_CORE_MEMORY_SETUP_TAPER_H

#include "core/base/attributes.h"

#include <math.h>
#include <stdint.h>

/**
   @file
   How much of each mode is taken as an exponential, see core/memory/rt/taps.h.
*/

/// Modes as parts of the order: up to here the taper is one, from there zero.
/// From 0.3 on modes are no longer exponentials.
#define LMU_TAPER_START 0.22
#define LMU_TAPER_END 0.295

/// Return how much of a mode is taken, from 0 to 1
LMU_SETUP static inline double
lmu_taper(const uint32_t mode, const uint32_t order)
{
  const double start = LMU_TAPER_START;
  const double x = (((double)mode / order) - start) / (LMU_TAPER_END - start);

  return 0.5 + (0.5 * cos(3.14159265358979323846 * fmin(fmax(x, 0.0), 1.0)));
}

/// Return the number of modes of which anything is taken
LMU_SETUP static inline uint32_t
lmu_taper_count(const uint32_t order)
{
  return (uint32_t)ceil(LMU_TAPER_END * order);
}

#endif // LMU_CORE_MEMORY_SETUP_TAPER_H
