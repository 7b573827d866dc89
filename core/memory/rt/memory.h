// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_MEMORY_H
#define LMU_CORE_MEMORY_RT_MEMORY_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Legendre memory: the last theta frames of a signal as `order` numbers.

   Source: Voelker, Kajic, Eliasmith, "Legendre Memory Units", NeurIPS 2019,
   equations 1 to 4.  The state is kept as modes, see core/memory/rt/modes.h.
   Its norm never grows without input, for any sequence of thetas.
*/

/// Greatest input, 80 dB above full scale, other samples count as silence
#define LMU_MAX_INPUT 1e4f

/**
   State of one memory, one per channel.

   Plain data of lmu_memory_size() bytes: zero is the reset state, and memcpy
   copies it.
*/
typedef struct LmuMemoryImpl {
  float rows[LMU_LANES]; ///< Sums for the next step, [stages]
  float z[];             ///< Modes, [n_blocks][2][LMU_LANES]
} LmuMemory;

/// Return the size of a state [bytes]
LMU_RT size_t
lmu_memory_size(const LmuModes* modes);

/// Forget all input
LMU_RT void
lmu_memory_reset(LmuMemory* memory, const LmuModes* modes);

/// Follow a change of theta or of the state itself
LMU_RT void
lmu_memory_retune(LmuMemory*        memory,
                  const LmuModes*   modes,
                  const LmuTuning*  tuning,
                  const LmuKernels* kernels);

/// Return a sample that a memory may take: itself, or silence if it is not sane
LMU_RT static inline float
lmu_sane(const float sample)
{
  // As integers, magnitudes sort the same, with NaN last; and a mask takes
  // the same time for all
  union {
    float    value;
    uint32_t bits;
  } result = {sample}, limit = {LMU_MAX_INPUT};

  const uint32_t size = result.bits & 0x7FFFFFFFU;
  result.bits &= 0U - (uint32_t)(size <= limit.bits);
  return result.value;
}

#endif // LMU_CORE_MEMORY_RT_MEMORY_H
