// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/aligned.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void*
lmu_aligned_zeros(const size_t size)
{
  const size_t whole = (size + LMU_ALIGNMENT - 1U) / LMU_ALIGNMENT;
  void* const  data  = aligned_alloc(LMU_ALIGNMENT, whole * LMU_ALIGNMENT);
  if (data) {
    memset(data, 0, whole * LMU_ALIGNMENT);
  }
  return data;
}
