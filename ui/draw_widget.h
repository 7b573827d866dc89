// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_WIDGET_H
#define LMU_UI_DRAW_WIDGET_H

#include "ui/draw_axis.h"
#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <cairo.h>

#include <stdbool.h>

/**
   @file
   Knobs, switches, menus and buttons.
*/

/// Add a rectangle with round corners to the path
void
lmu_draw_round(cairo_t* cr, const LmuRect* bounds, double radius);

/// Draw a control with its label and value
void
lmu_draw_cell(cairo_t*        cr,
              const LmuTheme* theme,
              const LmuPanel* panel,
              const LmuSlot*  cell);

/// Draw a card behind a group of controls
void
lmu_draw_card(cairo_t* cr, const LmuTheme* theme, const LmuCard* card);

/// Draw a button
void
lmu_draw_button(cairo_t*        cr,
                const LmuTheme* theme,
                const LmuRect*  bounds,
                const char*     text,
                bool            is_lit);

/// Draw the menu that is open
void
lmu_draw_menu(cairo_t*         cr,
              const LmuTheme*  theme,
              const LmuPanel*  panel,
              const LmuLayout* layout);

#endif // LMU_UI_DRAW_WIDGET_H
