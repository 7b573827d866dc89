// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/recurrence.h"

#include "core/kernels/rt/kernels.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/modes.h"

#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/// Degrees above |s / 2|, as multiples of its cube root and more, from which on
/// solutions are below rounding, so that they may start there (Miller)
#define DECAY_ROOTS 11.0
#define DECAY_MORE 20.0

double complex
lmu_lane(const double* const block, const uint32_t lane)
{
  return lmu_cartesian(block[lane], block[LMU_LANES + lane]);
}

void
lmu_set_lane(double* const        block,
             const uint32_t       lane,
             const double complex value)
{
  block[lane]             = creal(value);
  block[LMU_LANES + lane] = cimag(value);
}

/// Return the number of degrees that a solution has
static uint32_t
degrees_of(const double complex s, const uint32_t order)
{
  const double x     = 0.5 * cabs(s);
  const double count = x + (DECAY_ROOTS * cbrt(x)) + DECAY_MORE;
  return x > 0.0 ? (uint32_t)fmin(count, order) : 0U;
}

/// Begin solutions whose highest degree is the one below `from`, and return the
/// next degree at which something is to be done
static uint32_t
begin(LmuRecurrence* const  self,
      const uint32_t* const starts,
      const uint32_t        from,
      const uint32_t        order)
{
  uint32_t to = self->n_kept < from ? self->n_kept : 0U;
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    if (starts[i] == from) {
      self->here[i] = 1.0;
      self->next[i] = from == order ? -1.0 : 0.0;
    } else if (starts[i] < from && starts[i] > to) {
      to = starts[i];
    }
  }
  return to;
}

void
lmu_recurrence_solve(LmuRecurrence* const    self,
                     const uint32_t          order,
                     const double* const     s,
                     const LmuKernels* const kernels)
{
  uint32_t starts[LMU_LANES];
  uint32_t from = self->n_kept;
  memset(self->by, 0, sizeof(self->by));
  memset(self->next, 0, sizeof(self->next));
  memset(self->here, 0, sizeof(self->here));
  memset(self->square, 0, sizeof(self->square));
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    const double complex rate = lmu_lane(s, i);
    starts[i]                 = degrees_of(rate, order);
    from                      = starts[i] > from ? starts[i] : from;
    if (starts[i]) {
      lmu_set_lane(self->by, i, lmu_quotient(2.0, rate));
    }
  }

  while (from) {
    const uint32_t to = begin(self, starts, from, order);
    kernels->descend(self, from, to);
    from = to;
  }
}
