// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_OUTLINE_H
#define LMU_CORE_DSP_RT_OUTLINE_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What the outline of a sound over a window is made of.

   These are its samples, if they are few, or else least and greatest in turn of
   spans of equal length, oldest first.  Spans stay where they are while the
   window moves on, so the first may begin before the window, and the last ends
   with it.  Whoever draws makes columns of them.
*/

/// Most values of an outline
#define LMU_OUTLINE_VALUES 1024U

/// Where the values of an outline are, the same for all sounds of a plugin
typedef struct {
  uint32_t window; ///< 1 or more [frames]
  uint32_t span;   ///< Frames of each pair, or 1 for samples
  uint32_t lead;   ///< Frames of the first span before the window, less than it
} LmuOutline;

/// Return whether an outline can be drawn
LMU_RT static inline bool
lmu_outline_is_good(const LmuOutline* const outline)
{
  return outline->window > 0U && outline->window <= UINT32_MAX / 2U &&
         outline->span <= UINT32_MAX / 2U && outline->lead < outline->span;
}

/// Return the number of values of a good outline
LMU_RT static inline uint32_t
lmu_outline_size(const LmuOutline* const outline)
{
  const uint32_t frames = outline->lead + outline->window;
  return outline->span == 1U ? outline->window
                             : 2U * (((frames - 1U) / outline->span) + 1U);
}

/**
   Read one column of those that a window has.

   @param outline Outline.
   @param values Its values, [lmu_outline_size()].
   @param index Column, less than n_columns.
   @param n_columns Columns of equal width.
   @param column Set to least and greatest of all spans that it touches.
*/
LMU_RT void
lmu_outline_column(const LmuOutline* outline,
                   const float*      values,
                   uint32_t          index,
                   uint32_t          n_columns,
                   float             column[2]);

/**
   Read all columns of a window.

   @param outline Good outline.
   @param values Its values, [lmu_outline_size()].
   @param most Most columns that there is room for.
   @param columns Set to least and greatest of each, [most].
   @return How many there are: as many as fit, and not more than frames.
*/
LMU_RT uint32_t
lmu_outline_columns(const LmuOutline* outline,
                    const float*      values,
                    uint32_t          most,
                    float             columns[][2]);

#endif // LMU_CORE_DSP_RT_OUTLINE_H
