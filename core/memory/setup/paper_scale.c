// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/paper_scale.h"

#include <stddef.h>
#include <stdint.h>

void
lmu_step_to_paper(double* const a, double* const b, const uint32_t order)
{
  for (uint32_t i = 0U; i < order; ++i) {
    const double to = lmu_paper_scale(i);
    if (b) {
      b[i] *= to;
    }
    for (uint32_t j = 0U; j < order; ++j) {
      double* const entry = a + ((size_t)i * order) + j;
      *entry              = *entry * to / lmu_paper_scale(j);
    }
  }
}

void
lmu_step_from_paper(double* const a, double* const b, const uint32_t order)
{
  for (uint32_t i = 0U; i < order; ++i) {
    const double from = lmu_paper_scale(i);
    if (b) {
      b[i] /= from;
    }
    for (uint32_t j = 0U; j < order; ++j) {
      double* const entry = a + ((size_t)i * order) + j;
      *entry              = *entry * lmu_paper_scale(j) / from;
    }
  }
}
