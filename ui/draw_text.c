// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_text.h"

#include <stdio.h>
#include <string.h>

#define MAX_TEXT 512U
#define SUBSCRIPT_SIZE 0.72 // Of the letter's size
#define SUBSCRIPT_DROP 0.22

void
lmu_draw_set_color(cairo_t* const cr, const LmuColor color)
{
  cairo_set_source_rgb(cr, color.red, color.green, color.blue);
}

void
lmu_draw_set_font(cairo_t* const cr, const double size, const bool bold)
{
  cairo_select_font_face(cr,
                         "sans-serif",
                         CAIRO_FONT_SLANT_NORMAL,
                         bold ? CAIRO_FONT_WEIGHT_BOLD
                              : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cr, size);
}

double
lmu_draw_text_width(cairo_t* const cr, const char* const text)
{
  cairo_text_extents_t extents;
  cairo_text_extents(cr, text, &extents);
  return extents.x_advance;
}

void
lmu_draw_text(cairo_t* const    cr,
              const char* const text,
              const double      x,
              const double      y,
              const LmuAlign    align)
{
  const double width = lmu_draw_text_width(cr, text);
  const double start = (align == LMU_ALIGN_LEFT)    ? x
                       : (align == LMU_ALIGN_RIGHT) ? x - width
                                                    : x - (0.5 * width);
  cairo_move_to(cr, start, y);
  cairo_show_text(cr, text);
}

/// Return whether a byte goes on with a character that began before
static bool
is_continuation(const char c)
{
  return ((unsigned char)c & 0xC0U) == 0x80U;
}

void
lmu_draw_text_fit(cairo_t* const    cr,
                  const char* const text,
                  const double      x,
                  const double      y,
                  const double      width)
{
  char   fitting[MAX_TEXT] = "";
  size_t length            = strlen(text);
  length                   = (length < MAX_TEXT - 4U) ? length : MAX_TEXT - 4U;
  while (length && is_continuation(text[length])) {
    --length;
  }

  snprintf(fitting, sizeof(fitting), "%.*s", (int)length, text);
  while (length && lmu_draw_text_width(cr, fitting) > width) {
    do {
      --length;
    } while (length && is_continuation(text[length]));
    snprintf(fitting, sizeof(fitting), "%.*s…", (int)length, text);
  }
  lmu_draw_text(cr, fitting, x, y, LMU_ALIGN_LEFT);
}

double
lmu_draw_subscript(cairo_t* const    cr,
                   const char* const letter,
                   const char* const subscript,
                   const double      x,
                   const double      y)
{
  cairo_matrix_t matrix;
  cairo_get_font_matrix(cr, &matrix);

  const double size  = matrix.xx;
  const double start = lmu_draw_text_width(cr, letter);
  lmu_draw_text(cr, letter, x, y, LMU_ALIGN_LEFT);
  cairo_set_font_size(cr, SUBSCRIPT_SIZE * size);
  const double width = start + lmu_draw_text_width(cr, subscript);
  lmu_draw_text(
    cr, subscript, x + start, y + (SUBSCRIPT_DROP * size), LMU_ALIGN_LEFT);
  cairo_set_font_size(cr, size);
  return width;
}
