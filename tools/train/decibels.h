// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_DECIBELS_H
#define LMU_TOOLS_TRAIN_DECIBELS_H

#include <math.h>

/// Return a ratio of energies in decibels, at least -200
static inline double
lmu_energy_db(const double ratio)
{
  return 10.0 * log10(fmax(ratio, 1e-20));
}

#endif // LMU_TOOLS_TRAIN_DECIBELS_H
