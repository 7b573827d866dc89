// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_STRIP_H
#define LMU_UI_STRIP_H

#include "ui/draw_axis.h"
#include "ui/draw_heat.h"
#include "ui/live.h"
#include "ui/theme.h"

#include <cairo.h>

#include <stdint.h>

/**
   @file
   The strength of coefficients over time, as colours that move on.
*/

/// Strip, zero is an empty one
typedef struct {
  cairo_surface_t* image;   ///< A column for each time, and rows of pixels
  const LmuTheme*  theme;   ///< Of its colours
  uint32_t         n_rows;  ///< Rows of coefficients
  uint32_t         n_times; ///< Times that came up to the newest column
  double           peak;    ///< Of the strongest colours
  double           top;     ///< Of the place, in pixels of its window
  double           height;  //
  uint32_t         pixels[LMU_HEAT_PIXELS]; ///< All colours
} LmuStrip;

/// Free what a strip owns, and empty it
void
lmu_strip_reset(LmuStrip* strip);

/// Draw the recent past of a memory, no more of it than is new
void
lmu_strip_draw(LmuStrip*       strip,
               cairo_t*        cr,
               const LmuTheme* theme,
               const LmuLive*  live,
               const LmuRect*  bounds,
               double          scale);

#endif // LMU_UI_STRIP_H
