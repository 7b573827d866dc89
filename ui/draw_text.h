// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_TEXT_H
#define LMU_UI_DRAW_TEXT_H

#include "ui/theme.h"

#include <cairo.h>

#include <stdbool.h>

/**
   @file
   Text.  It must be valid UTF-8, or cairo draws nothing from then on.
*/

/// Sizes of text [units]
#define LMU_TEXT_TITLE 19.0
#define LMU_TEXT_HEADING 13.5
#define LMU_TEXT_LABEL 11.5

/// Where a text is, from its anchor
typedef enum {
  LMU_ALIGN_LEFT,
  LMU_ALIGN_CENTER,
  LMU_ALIGN_RIGHT,
} LmuAlign;

/// Use a colour from now on
void
lmu_draw_set_color(cairo_t* cr, LmuColor color);

/// Use a font size from now on
void
lmu_draw_set_font(cairo_t* cr, double size, bool bold);

/// Return the width of a text
double
lmu_draw_text_width(cairo_t* cr, const char* text);

/// Draw a text with its baseline at `y`
void
lmu_draw_text(cairo_t*    cr,
              const char* text,
              double      x,
              double      y,
              LmuAlign    align);

/// Draw a text from `x`, and cut it with an ellipsis if it is too wide
void
lmu_draw_text_fit(cairo_t*    cr,
                  const char* text,
                  double      x,
                  double      y,
                  double      width);

/// Draw a letter with a smaller text below its foot, and return their width
double
lmu_draw_subscript(cairo_t*    cr,
                   const char* letter,
                   const char* subscript,
                   double      x,
                   double      y);

#endif // LMU_UI_DRAW_TEXT_H
