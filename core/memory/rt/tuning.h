// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_TUNING_H
#define LMU_CORE_MEMORY_RT_TUNING_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/pade.h"

#include <stdint.h>

/**
   @file
   One step of the memory at one theta, the [s/s] Pade approximant of the exact
   step in modal form (core/memory/rt/modes.h).

   The approximant is a sum over its poles rho with residues a,
   `R(A / theta) = 1 + sum a (theta inv(A) - rho)^-1`, and each term is diagonal
   but for the start corner.  With z the state, u the input, and 2s numbers a
   mode, a step is

       c_j  = gain_j (T_j - 2 u / theta)          T_j = Re sum U_j z
       z   += q z + sum_j U_j c_j                 T_j for the next frame

   so that one pass over the modes does all.  q is R - 1, as R itself would lose
   the low bits that a long window needs.
*/

/**
   Numbers that depend on theta.

   Owned by one engine, used by one thread.  All channels share them.
*/
typedef struct LmuTuningImpl {
  uint32_t stages;               ///< s, 1 to LMU_MAX_STAGES
  double   theta;                ///< Window [frames]
  float    drive;                ///< 2 / theta
  float    gain[LMU_MAX_STAGES]; ///< Of a real pole, or real and imaginary
  float*   numbers; ///< q, U_j, [n_blocks][1 + stages][2][LMU_LANES]
} LmuTuning;

/// Return the number of floats in LmuTuning.numbers
LMU_RT uint32_t
lmu_tuning_size(const LmuModes* modes, uint32_t stages);

/**
   Set theta, in a time that depends on the order alone.

   Call lmu_memory_retune() on each state afterwards.

   @param tuning Numbers to set, with stages and room for its numbers.
   @param modes Modes.
   @param theta Window [frames], 1 or more, finite.
   @param kernels Loops for this CPU.
*/
LMU_RT void
lmu_tuning_set(LmuTuning*        tuning,
               const LmuModes*   modes,
               double            theta,
               const LmuKernels* kernels);

#endif // LMU_CORE_MEMORY_RT_TUNING_H
