// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_LIVE_H
#define LMU_UI_DRAW_LIVE_H

#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"
#include "ui/strip.h"
#include "ui/theme.h"

#include <cairo.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   The picture of a memory at work.
*/

/// All that decides what lies behind curves
typedef struct {
  const LmuTheme*     theme;
  const LmuPanelSpec* spec;
  double              scale;
  double              width;  ///< Of the window [units]
  double              height; //
  bool                has_view;
  double              theta_s;
  double              rate_hz;
  uint32_t            order;
  uint32_t            n_shown;
  uint32_t            n_rows;
  double              peak; ///< Rounded, as all peaks
  double              error_peak;
  double              bars_peak;
} LmuStill;

/// What Views rarely change, kept so that it is not drawn for each of them;
/// zero is an empty one
typedef struct {
  cairo_surface_t* image; ///< Axes and texts, all of the picture
  LmuStill         still; ///< What they were drawn for
  LmuStrip         strip;
} LmuBackdrop;

/// Free what a backdrop owns, and empty it
void
lmu_backdrop_reset(LmuBackdrop* backdrop);

/// Draw the window, its error, and the coefficients now and over time
void
lmu_draw_live(cairo_t*         cr,
              const LmuTheme*  theme,
              const LmuPanel*  panel,
              const LmuLayout* layout,
              double           scale,
              LmuBackdrop*     backdrop);

#endif // LMU_UI_DRAW_LIVE_H
