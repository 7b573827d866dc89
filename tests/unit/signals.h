// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UNIT_SIGNALS_H
#define LMU_TESTS_UNIT_SIGNALS_H

#include "bench/noise.h" // IWYU pragma: export

#include <math.h>

#define PI 3.14159265358979323846

/// Return a level [dB] of a ratio
static inline double
to_db(const double ratio)
{
  return 20.0 * log10(ratio + 1e-30);
}

#endif // LMU_TESTS_UNIT_SIGNALS_H
