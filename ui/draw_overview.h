// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_OVERVIEW_H
#define LMU_UI_DRAW_OVERVIEW_H

#include "ui/theme.h"

#include <cairo.h>

#include <stdint.h>

/// A whole sound, and the places that are looked at
typedef struct {
  const LmuTheme*    theme;
  double             length_s;  ///< Length of the sound
  const float*       minima;    ///< Least sample of each column, [n_columns]
  const float*       maxima;    ///< Greatest of each column, [n_columns]
  uint32_t           n_columns; ///< Number of columns
  const double*      marks_s;   ///< Times of marks, [n_marks]
  const char* const* marks;     ///< Their numbers, [n_marks]
  uint32_t           n_marks;   ///< Number of marks
  double             start_s;   ///< Start of the part shown below
  double             end_s;     ///< End of it
} LmuOverviewPicture;

/**
   Draw the outline of a sound, with lines to the part of it shown below.

   Its sides agree with lmu_heat_panel(), and its lower edge is meant to touch
   the heat strip.
*/
void
lmu_draw_overview(cairo_t*                  cr,
                  const LmuOverviewPicture* picture,
                  double                    width,
                  double                    height,
                  double                    scale);

#endif // LMU_UI_DRAW_OVERVIEW_H
