// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/memory.h"

#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"

#include <stddef.h>
#include <stdint.h>

size_t
lmu_memory_size(const LmuModes* const modes)
{
  return sizeof(LmuMemory) + (sizeof(float) * modes->n_blocks * LMU_BLOCK);
}

void
lmu_memory_reset(LmuMemory* const memory, const LmuModes* const modes)
{
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    memory->rows[i] = 0.0f;
  }
  for (uint32_t i = 0U; i < modes->n_blocks * LMU_BLOCK; ++i) {
    memory->z[i] = 0.0f;
  }
}

void
lmu_memory_retune(LmuMemory* const        memory,
                  const LmuModes* const   modes,
                  const LmuTuning* const  tuning,
                  const LmuKernels* const kernels)
{
  kernels->rows(tuning, memory->z, modes->n_blocks, memory->rows);
}
