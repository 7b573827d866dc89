// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/rt/angle.h"

#include "core/rt/modes.h"

#include <stdint.h>

/// Complex number
typedef struct {
  double re;
  double im;
} Turn;

LMU_RT static Turn
times(const Turn x, const Turn y)
{
  const Turn product = {(x.re * y.re) - (x.im * y.im),
                        (x.re * y.im) + (x.im * y.re)};
  return product;
}

/// Return exp(-i pi r / 4) by its power series, to 1e-15 for r from 0 to 1
LMU_RT static Turn
eighth(const double r)
{
  const double x  = r * 0.78539816339744830962;
  const double x2 = x * x;

  const double re =
    1.0 -
    (x2 / 2.0) *
      (1.0 - (x2 / 12.0) *
               (1.0 - (x2 / 30.0) *
                        (1.0 - (x2 / 56.0) *
                                 (1.0 - (x2 / 90.0) *
                                          (1.0 - (x2 / 132.0) *
                                                   (1.0 - (x2 / 182.0)))))));
  const double im =
    x * (1.0 - (x2 / 6.0) *
                 (1.0 - (x2 / 20.0) *
                          (1.0 - (x2 / 42.0) *
                                   (1.0 - (x2 / 72.0) *
                                            (1.0 - (x2 / 110.0) *
                                                     (1.0 - (x2 / 156.0)))))));

  const Turn result = {re, -im};
  return result;
}

void
lmu_angles(const double r, float* const re, float* const im, float step[2])
{
  const Turn quarter = times(eighth(r), eighth(r));

  Turn       turns[LMU_LANES];
  const Turn first = times(quarter, quarter); // exp(-i pi r)
  Turn       by    = times(first, first);
  turns[0].re      = -first.im;
  turns[0].im      = first.re;
  for (uint32_t n = 1U; n < LMU_LANES; n *= 2U) {
    for (uint32_t i = 0U; i < n; ++i) {
      turns[n + i] = times(turns[i], by);
    }
    by = times(by, by);
  }

  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    re[i] = (float)turns[i].re;
    im[i] = (float)turns[i].im;
  }
  step[0] = (float)by.re;
  step[1] = (float)by.im;
}
