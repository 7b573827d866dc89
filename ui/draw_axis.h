// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_AXIS_H
#define LMU_UI_DRAW_AXIS_H

#include "ui/theme.h"

#include <cairo.h>

#include <stdint.h>

/**
   @file
   Axes with round numbers, and the panel behind curves.
*/

/// Room below a panel for numbers and a label [units]
#define LMU_AXIS_BELOW 38.0

/// A rectangle [units]
typedef struct {
  double x;
  double y;
  double width;
  double height;
} LmuRect;

/// Values along an edge of a panel
typedef struct {
  double      minimum;   ///< Value at the left or the bottom
  double      maximum;   ///< Value at the right or the top
  const char* label;     ///< What it is, or null
  uint32_t    max_ticks; ///< Greatest number of numbers
} LmuAxis;

/// Return where a value is from left to right
double
lmu_axis_x(const LmuAxis* axis, const LmuRect* panel, double value);

/// Return where a value is from top to bottom
double
lmu_axis_y(const LmuAxis* axis, const LmuRect* panel, double value);

/// Fill a panel, and draw lines and numbers of both axes, each may be null
void
lmu_draw_axes(cairo_t*        cr,
              const LmuTheme* theme,
              const LmuRect*  panel,
              const LmuAxis*  x_axis,
              const LmuAxis*  y_axis);

/**
   Write a number with a given count of decimals and a true minus sign.

   @param text Set to the number, [size].
*/
void
lmu_axis_number(char* text, uint32_t size, double value, int decimals);

/// Cut all that follows at the edges of a panel, rounded to pixels, as parts of
/// those take long
void
lmu_draw_clip(cairo_t* cr, const LmuRect* panel);

#endif // LMU_UI_DRAW_AXIS_H
