// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/outline.h"

#include <stdint.h>

void
lmu_outline_column(const LmuOutline* const outline,
                   const float* const      values,
                   const uint32_t          index,
                   const uint32_t          n_columns,
                   float                   column[2])
{
  const uint64_t window = outline->window;
  const uint64_t begin  = (window * index) / n_columns;
  const uint64_t next   = (window * (index + 1U)) / n_columns;
  const uint64_t last   = next > begin ? next - 1U : begin;
  const uint64_t first  = (outline->lead + begin) / outline->span;
  const uint64_t end    = ((outline->lead + last) / outline->span) + 1U;

  // A sample is the least and the greatest of itself
  const uint32_t step  = outline->span == 1U ? 1U : 2U;
  const uint32_t other = step - 1U;
  column[0]            = values[step * first];
  column[1]            = values[(step * first) + other];
  for (uint64_t i = first + 1U; i < end; ++i) {
    const float least    = values[step * i];
    const float greatest = values[(step * i) + other];
    column[0]            = least < column[0] ? least : column[0];
    column[1]            = greatest > column[1] ? greatest : column[1];
  }
}

uint32_t
lmu_outline_columns(const LmuOutline* const outline,
                    const float* const      values,
                    const uint32_t          most,
                    float                   columns[][2])
{
  const uint32_t count = outline->window < most ? outline->window : most;
  for (uint32_t i = 0U; i < count; ++i) {
    lmu_outline_column(outline, values, i, count, columns[i]);
  }
  return count;
}
