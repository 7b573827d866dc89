// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loop of core/memory/rt/recurrence.h for any vector size, part of
   kernels_body.h.
*/

#include "core/base/attributes.h"
#include "core/math/rt/vector.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/recurrence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Vectors at once, so that one does not wait for another
#define ASTRIDE 2U

/// Complex numbers of some lanes
typedef struct {
  Doubles re[ASTRIDE];
  Doubles im[ASTRIDE];
} Lanes;

LMU_RT static INLINE Lanes
load_lanes(double* const x)
{
  Lanes result;
  for (uint32_t i = 0U; i < ASTRIDE; ++i) {
    result.re[i] = *doubles_at(x + (i * DOUBLES));
    result.im[i] = *doubles_at(x + LMU_LANES + (i * DOUBLES));
  }
  return result;
}

LMU_RT static INLINE void
store_lanes(double* const x, const Lanes* const value)
{
  for (uint32_t i = 0U; i < ASTRIDE; ++i) {
    *doubles_at(x + (i * DOUBLES))             = value->re[i];
    *doubles_at(x + LMU_LANES + (i * DOUBLES)) = value->im[i];
  }
}

/// Some lanes of LmuRecurrence
typedef struct {
  Lanes by;
  Lanes next;
  Lanes here;
  Lanes square;
} Descent;

/// Advance one vector of solutions by one degree
LMU_RT static INLINE void
descend_vector(Descent* const self,
               const uint32_t i,
               const double   factor,
               const double   sign)
{
  const Doubles re    = self->here.re[i];
  const Doubles im    = self->here.im[i];
  const Doubles by_re = self->by.re[i] * factor;
  const Doubles by_im = self->by.im[i] * factor;

  self->square.re[i] += ((re * re) - (im * im)) * (sign * factor);
  self->square.im[i] += (re * im) * (2.0 * sign * factor);
  self->here.re[i] = self->next.re[i] - (by_re * re) + (by_im * im);
  self->here.im[i] = self->next.im[i] - (by_re * im) - (by_im * re);
  self->next.re[i] = re;
  self->next.im[i] = im;
}

/// Advance some lanes from degree from - 1 to degree to - 1
LMU_RT static INLINE void
descend_lanes(LmuRecurrence* const self,
              const uint32_t       lane,
              const uint32_t       from,
              const uint32_t       to)
{
  const bool keeps = self->kept && from <= self->n_kept;
  Descent    lanes = {load_lanes(self->by + lane),
                      load_lanes(self->next + lane),
                      load_lanes(self->here + lane),
                      load_lanes(self->square + lane)};
  for (uint32_t n = from; n-- > to;) {
    const double factor = (2.0 * n) + 1.0;
    const double sign   = (n % 2U) ? -1.0 : 1.0;
    if (keeps) {
      const size_t row = lmu_recurrence_row(n, self->n_kept);
      store_lanes(self->kept + (row * LMU_BLOCK) + lane, &lanes.here);
    }
    for (uint32_t i = 0U; i < ASTRIDE; ++i) {
      descend_vector(&lanes, i, factor, sign);
    }
  }
  store_lanes(self->next + lane, &lanes.next);
  store_lanes(self->here + lane, &lanes.here);
  store_lanes(self->square + lane, &lanes.square);
}

LMU_RT static void
descend(LmuRecurrence* const self, const uint32_t from, const uint32_t to)
{
  for (uint32_t i = 0U; i < LMU_LANES; i += ASTRIDE * DOUBLES) {
    descend_lanes(self, i, from, to);
  }
}
