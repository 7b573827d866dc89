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

static void
draw_marks(cairo_t* const                  cr,
           const LmuOverviewPicture* const picture,
           const LmuRect* const            panel)
{
  const LmuAxis time = {picture->start_s, picture->end_s, NULL, 1U};
  for (uint32_t i = 0U; i < picture->n_marks; ++i) {
    const double x = lmu_axis_x(&time, panel, picture->marks_s[i]);

    lmu_draw_set_color(cr, picture->theme->text);
    cairo_set_line_width(cr, 1.0);
    cairo_move_to(cr, x, panel->y - 2.0);
    cairo_line_to(cr, x, panel->y + panel->height);
    cairo_stroke(cr);
    lmu_draw_mark(cr, picture->theme, picture->marks[i], x, panel->y - 11.0);
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
  panel.height  = (height / scale) - TOP;

  cairo_save(cr);
  cairo_scale(cr, scale, scale);
  lmu_draw_axes(cr, picture->theme, &panel, NULL, NULL);
  draw_outline(cr, picture, &panel);
  draw_marks(cr, picture, &panel);
  cairo_restore(cr);
}
