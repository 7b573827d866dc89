// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_overview.h"

#include "ui/draw_axis.h"
#include "ui/draw_heat.h"
#include "ui/draw_text.h"
#include "ui/draw_window.h"

#include <math.h>
#include <stddef.h>

#define TOP 22.0      // For the marks
#define BELOW 42.0    // For numbers, and for marks of the strip
#define QUIETEST 1e-6 // Least amplitude to draw to scale

static double
greatest(const LmuOverviewPicture* const picture)
{
  double peak = QUIETEST;
  for (uint32_t i = 0U; i < picture->n_columns; ++i) {
    peak = fmax(peak, (double)picture->maxima[i]);
    peak = fmax(peak, -(double)picture->minima[i]);
  }
  return peak;
}

static void
draw_outline(cairo_t* const                  cr,
             const LmuOverviewPicture* const picture,
             const LmuRect* const            panel)
{
  const double   peak      = greatest(picture);
  const LmuAxis  value     = {-peak, peak, NULL, 1U};
  const uint32_t n_columns = picture->n_columns;
  const double   step      = panel->width / n_columns;

  cairo_new_path(cr);
  for (uint32_t i = 0U; i < n_columns; ++i) {
    cairo_line_to(cr,
                  panel->x + ((i + 0.5) * step),
                  lmu_axis_y(&value, panel, (double)picture->maxima[i]) - 0.4);
  }
  for (uint32_t i = n_columns; i-- > 0U;) {
    cairo_line_to(cr,
                  panel->x + ((i + 0.5) * step),
                  lmu_axis_y(&value, panel, (double)picture->minima[i]) + 0.4);
  }
  cairo_close_path(cr);
  lmu_draw_set_color(cr, picture->theme->truth);
  cairo_fill(cr);
}

/// Draw where the part shown below comes from
static void
draw_part(cairo_t* const                  cr,
          const LmuOverviewPicture* const picture,
          const LmuRect* const            panel)
{
  const LmuAxis time   = {0.0, picture->length_s, NULL, 10U};
  const double  left   = lmu_axis_x(&time, panel, picture->start_s);
  const double  right  = lmu_axis_x(&time, panel, picture->end_s);
  const double  bottom = panel->y + panel->height;

  cairo_new_path(cr);
  cairo_move_to(cr, left, bottom);
  cairo_line_to(cr, right, bottom);
  cairo_line_to(cr, panel->x + panel->width, bottom + BELOW);
  cairo_line_to(cr, panel->x, bottom + BELOW);
  cairo_close_path(cr);
  lmu_draw_set_color(
    cr, lmu_color_between(picture->theme->panel, picture->theme->grid, 0.5));
  cairo_fill(cr);

  lmu_draw_axes(cr, picture->theme, panel, &time, NULL);
  cairo_rectangle(cr, left, panel->y, right - left, panel->height);
  lmu_draw_set_color(cr, picture->theme->grid);
  cairo_fill(cr);
}

static void
draw_mark(cairo_t* const                  cr,
          const LmuOverviewPicture* const picture,
          const uint32_t                  i,
          const double                    x,
          const double                    top,
          const double                    bottom)
{
  lmu_draw_set_color(cr, picture->theme->text);
  cairo_set_line_width(cr, 1.0);
  cairo_move_to(cr, x, top);
  cairo_line_to(cr, x, bottom);
  cairo_stroke(cr);
  lmu_draw_mark(cr, picture->theme, picture->marks[i], x, top);
}

static void
draw_marks(cairo_t* const                  cr,
           const LmuOverviewPicture* const picture,
           const LmuRect* const            panel)
{
  const LmuAxis whole  = {0.0, picture->length_s, NULL, 1U};
  const LmuAxis part   = {picture->start_s, picture->end_s, NULL, 1U};
  const double  bottom = panel->y + panel->height;
  for (uint32_t i = 0U; i < picture->n_marks; ++i) {
    const double time = picture->marks_s[i];
    const double x    = lmu_axis_x(&whole, panel, time);
    draw_mark(cr, picture, i, x, panel->y - 11.0, bottom);
    if (time >= picture->start_s && time <= picture->end_s) {
      const double below = lmu_axis_x(&part, panel, time);
      draw_mark(cr, picture, i, below, bottom + BELOW - 11.0, bottom + BELOW);
    }
  }
}

void
lmu_draw_overview(cairo_t* const                  cr,
                  const LmuOverviewPicture* const picture,
                  const double                    width,
                  const double                    height,
                  const double                    scale)
{
  LmuRect panel = lmu_heat_panel(width, height, scale);
  panel.y       = TOP;
  panel.height  = (height / scale) - TOP - BELOW;

  cairo_save(cr);
  cairo_scale(cr, scale, scale);
  draw_part(cr, picture, &panel);
  draw_outline(cr, picture, &panel);
  draw_marks(cr, picture, &panel);
  cairo_restore(cr);
}
