// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/legendre.h"

#include <stdint.h>

/// Bonnet: (n + 1) P_(n+1) = (2n + 1) x P_n - n P_(n-1)
LMU_RT static double
next(const uint32_t n, const double x, const double now, const double before)
{
  const double m = n;
  return ((((2.0 * m) + 1.0) * x * now) - (m * before)) / (m + 1.0);
}

double
lmu_legendre(const uint32_t n, const double x)
{
  double before = 0.0;
  double now    = 1.0;
  for (uint32_t i = 0U; i < n; ++i) {
    const double after = next(i, x, now, before);
    before             = now;
    now                = after;
  }
  return now;
}

void
lmu_legendre_all(double* const values, const uint32_t count, const double x)
{
  double before = 0.0;
  double now    = 1.0;
  for (uint32_t i = 0U; i < count; ++i) {
    values[i]          = now;
    const double after = next(i, x, now, before);
    before             = now;
    now                = after;
  }
}

void
lmu_legendre_curvatures(double* const  values,
                        const uint32_t count,
                        const double   x)
{
  // P'_(n+1) = P'_(n-1) + (2n + 1) P_n, and the same once more for P''
  double p[2]      = {0.0, 1.0};
  double slope[2]  = {0.0, 0.0};
  double second[2] = {0.0, 0.0};
  for (uint32_t n = 0U; n < count; ++n) {
    values[n] = second[1];

    const double factor = (2.0 * n) + 1.0;
    const double after2 = second[0] + (factor * slope[1]);
    const double after1 = slope[0] + (factor * p[1]);
    const double after0 = next(n, x, p[1], p[0]);

    second[0] = second[1];
    slope[0]  = slope[1];
    p[0]      = p[1];
    second[1] = after2;
    slope[1]  = after1;
    p[1]      = after0;
  }
}
