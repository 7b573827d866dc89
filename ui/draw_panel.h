// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_PANEL_H
#define LMU_UI_DRAW_PANEL_H

#include "ui/draw_live.h"
#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"

#include <cairo.h>

#include <stdbool.h>

/**
   Draw what a View changes of a window that was drawn before.

   @return False if all must be drawn, as something lies over it.
*/
bool
lmu_draw_panel_picture(cairo_t*         cr,
                       const LmuPanel*  panel,
                       const LmuLayout* layout,
                       double           scale,
                       LmuBackdrop*     backdrop);

/**
   Draw the header of a window that was drawn before, where readings are.

   @return False if all must be drawn, as something lies over it.
*/
bool
lmu_draw_panel_header(cairo_t*         cr,
                      const LmuPanel*  panel,
                      const LmuLayout* layout,
                      double           scale);

/**
   Draw all of a window.

   @param cr Context, in pixels.
   @param panel State.
   @param layout Places, which say how large it is.
   @param scale Pixels per unit.
   @param backdrop What is kept from one picture to the next, or null.
*/
void
lmu_draw_panel(cairo_t*         cr,
               const LmuPanel*  panel,
               const LmuLayout* layout,
               double           scale,
               LmuBackdrop*     backdrop);

#endif // LMU_UI_DRAW_PANEL_H
