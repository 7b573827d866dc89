// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_ANALYSIS_H
#define LMU_UI_DRAW_ANALYSIS_H

#include "ui/draw_heat.h"
#include "ui/draw_overview.h"
#include "ui/draw_window.h"
#include "ui/theme.h"

#include <cairo.h>

#include <stdint.h>

/// A page about one sound in a memory
typedef struct {
  const LmuTheme*         theme;
  const char*             title;     ///< In one line
  const char*             subtitle;  ///< In one line
  const LmuWindowPicture* windows;   ///< Side by side, [n_windows]
  uint32_t                n_windows; ///< At least one
  LmuOverviewPicture      overview;  ///< Below them
  LmuHeatPicture          heat;      ///< Below it, at the same times
} LmuAnalysisPicture;

/// Draw the page
void
lmu_draw_analysis(cairo_t*                  cr,
                  const LmuAnalysisPicture* picture,
                  double                    width,
                  double                    height,
                  double                    scale);

/// Least width of a page for each of its windows [units]
#define LMU_ANALYSIS_WINDOW_WIDTH 190U

/// Return the width of the strip of a page, for one column a pixel
double
lmu_analysis_strip_width(double width, double scale);

#endif // LMU_UI_DRAW_ANALYSIS_H
