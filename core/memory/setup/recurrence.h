// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_RECURRENCE_H
#define LMU_CORE_MEMORY_SETUP_RECURRENCE_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/recurrence.h"

#include <complex.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Solutions of core/memory/rt/recurrence.h from the old end down to w[-1].
*/

/**
   Solve for a block of rates.

   Afterwards `here` is w[-1], `next` is w[0], `square` is the sum of all, and
   what was to be kept is in `kept`.  All are of any scale.

   @param self Solutions, of which `kept` and `n_kept` are set.
   @param order Number of coefficients, at least n_kept.
   @param s Rates, [2][LMU_LANES].  A rate of zero has no solution, but zeros.
   @param kernels Loops for this CPU.
*/
LMU_SETUP void
lmu_recurrence_solve(LmuRecurrence*    self,
                     uint32_t          order,
                     const double*     s,
                     const LmuKernels* kernels);

/// Return the number of float64 that keep `count` degrees
LMU_SETUP static inline size_t
lmu_recurrence_size(const uint32_t count)
{
  const size_t lanes = LMU_LANES;
  return 4U * (((size_t)count + 1U) / 2U) * lanes;
}

/// Return one number of a block, [2][LMU_LANES]
LMU_SETUP double complex
lmu_lane(const double* block, uint32_t lane);

/// Set one number of a block, [2][LMU_LANES]
LMU_SETUP void
lmu_set_lane(double* block, uint32_t lane, double complex value);

#endif // LMU_CORE_MEMORY_SETUP_RECURRENCE_H
