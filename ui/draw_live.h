// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_LIVE_H
#define LMU_UI_DRAW_LIVE_H

#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <cairo.h>

/**
   @file
   The picture of a memory at work.
*/

/// Draw the window, its error, and the coefficients now and over time
void
lmu_draw_live(cairo_t*         cr,
              const LmuTheme*  theme,
              const LmuPanel*  panel,
              const LmuLayout* layout,
              double           scale);

#endif // LMU_UI_DRAW_LIVE_H
