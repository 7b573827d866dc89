// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_polynomials.h"

#include "ui/draw_axis.h"
#include "ui/draw_text.h"

#include <stdio.h>

// All in units
#define MARGIN 24.0
#define LEFT 84.0
#define RIGHT 84.0 // For the names
#define TOP 84.0   // For the titles
#define LINE_WIDTH 2.0
#define SAMPLE_WIDTH 18.0
#define MAX_NAME_GAP 26.0

static LmuColor
curve_color(const LmuPolynomialsPicture* const picture, const uint32_t i)
{
  return lmu_color_at(picture->theme->series,
                      LMU_N_SERIES_COLORS,
                      (double)i / (picture->n_curves - 1U));
}

static void
draw_curve(cairo_t* const                     cr,
           const LmuPolynomialsPicture* const picture,
           const LmuRect* const               panel,
           const LmuAxis* const               y_axis,
           const uint32_t                     curve)
{
  const uint32_t     n_points = picture->n_points;
  const float* const values   = picture->values + ((size_t)curve * n_points);
  cairo_new_path(cr);
  for (uint32_t i = 0U; i < n_points; ++i) {
    cairo_line_to(cr,
                  panel->x + (panel->width * i / (n_points - 1U)),
                  lmu_axis_y(y_axis, panel, (double)values[i]));
  }
  lmu_draw_set_color(cr, curve_color(picture, curve));
  cairo_set_line_width(cr, LINE_WIDTH);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke(cr);
}

static void
draw_names(cairo_t* const                     cr,
           const LmuPolynomialsPicture* const picture,
           const LmuRect* const               panel)
{
  const double even = panel->height / picture->n_curves;
  const double step = (even < MAX_NAME_GAP) ? even : MAX_NAME_GAP;
  const double x    = panel->x + panel->width + 16.0;
  for (uint32_t i = 0U; i < picture->n_curves; ++i) {
    const double y = panel->y + ((i + 0.5) * step);
    char         number[16];
    snprintf(number, sizeof(number), "%u", i);

    lmu_draw_set_color(cr, curve_color(picture, i));
    cairo_set_line_width(cr, 2.0 * LINE_WIDTH);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + SAMPLE_WIDTH, y);
    cairo_stroke(cr);
    lmu_draw_set_color(cr, picture->theme->text);
    lmu_draw_set_font(cr, LMU_TEXT_HEADING, false);
    lmu_draw_subscript(cr, "P", number, x + SAMPLE_WIDTH + 8.0, y + 4.5);
  }
}

static void
draw_header(cairo_t* const                     cr,
            const LmuPolynomialsPicture* const picture,
            const double                       width)
{
  const double room = width - (2.0 * MARGIN);
  lmu_draw_set_color(cr, picture->theme->text);
  lmu_draw_set_font(cr, LMU_TEXT_TITLE, true);
  lmu_draw_text_fit(cr, picture->title, MARGIN, MARGIN + 14.0, room);
  lmu_draw_set_color(cr, picture->theme->muted);
  lmu_draw_set_font(cr, LMU_TEXT_HEADING, false);
  lmu_draw_text_fit(cr, picture->subtitle, MARGIN, MARGIN + 37.0, room);
}

void
lmu_draw_polynomials(cairo_t* const                     cr,
                     const LmuPolynomialsPicture* const picture,
                     const double                       width,
                     const double                       height,
                     const double                       scale)
{
  const double  w     = width / scale;
  const double  h     = height / scale;
  const LmuRect panel = {
    LEFT, TOP, w - LEFT - RIGHT, h - TOP - MARGIN - LMU_AXIS_BELOW};
  const LmuAxis position = {
    0.0, 1.0, "θ′ / θ  (0 is now, 1 is one window ago)", 5U};
  const LmuAxis value = {-1.05, 1.05, "P(θ′ / θ)", 5U};

  cairo_save(cr);
  lmu_draw_set_color(cr, picture->theme->background);
  cairo_paint(cr);
  cairo_scale(cr, scale, scale);
  draw_header(cr, picture, w);
  lmu_draw_axes(cr, picture->theme, &panel, &position, &value);
  for (uint32_t i = picture->n_curves; i-- > 0U;) {
    draw_curve(cr, picture, &panel, &value, i);
  }
  draw_names(cr, picture, &panel);
  cairo_restore(cr);
}
