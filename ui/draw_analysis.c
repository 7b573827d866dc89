// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_analysis.h"

#include "ui/draw_axis.h"
#include "ui/draw_text.h"

// All in units
#define MARGIN 24.0
#define HEADER 62.0        // Title and subtitle
#define OVERVIEW 116.0     // Height of the outline with its marks
#define HEADING 40.0       // Above the outline
#define WINDOWS_SHARE 0.44 // Of what is left

static void
draw_header(cairo_t* const                  cr,
            const LmuAnalysisPicture* const picture,
            const double                    width)
{
  lmu_draw_set_color(cr, picture->theme->text);
  lmu_draw_set_font(cr, LMU_TEXT_TITLE, true);
  lmu_draw_text_fit(
    cr, picture->title, MARGIN, MARGIN + 14.0, width - (2.0 * MARGIN));

  lmu_draw_set_color(cr, picture->theme->muted);
  lmu_draw_set_font(cr, LMU_TEXT_HEADING, false);
  lmu_draw_text_fit(
    cr, picture->subtitle, MARGIN, MARGIN + 37.0, width - (2.0 * MARGIN));
}

/// Draw windows side by side
static void
draw_windows(cairo_t* const                  cr,
             const LmuAnalysisPicture* const picture,
             const LmuRect* const            bounds)
{
  const double width = bounds->width / picture->n_windows;
  for (uint32_t i = 0U; i < picture->n_windows; ++i) {
    cairo_save(cr);
    cairo_translate(cr, bounds->x + (i * width), bounds->y);
    lmu_draw_window(cr, &picture->windows[i], width, bounds->height, 1.0);
    cairo_restore(cr);
  }
}

/// Draw the outline and the strip, one above the other
static void
draw_time(cairo_t* const                  cr,
          const LmuAnalysisPicture* const picture,
          const LmuRect* const            bounds,
          const double                    scale)
{
  const double width  = bounds->width * scale;
  const double height = (bounds->height - OVERVIEW - HEADING + 12.0) * scale;

  cairo_save(cr);
  cairo_translate(cr, bounds->x, bounds->y);
  lmu_draw_set_color(cr, picture->theme->text);
  lmu_draw_set_font(cr, LMU_TEXT_HEADING, true);
  lmu_draw_text(
    cr, "Coefficients over time", 60.0, HEADING - 14.0, LMU_ALIGN_LEFT);

  // Both draw in pixels, so that the strip has sharp columns at any scale
  cairo_translate(cr, 0.0, HEADING - 8.0);
  cairo_scale(cr, 1.0 / scale, 1.0 / scale);
  lmu_draw_overview(cr, &picture->overview, width, OVERVIEW * scale, scale);
  cairo_translate(cr, 0.0, (OVERVIEW - 4.0) * scale);
  lmu_draw_heat(cr, &picture->heat, width, height, scale);
  cairo_restore(cr);
}

void
lmu_draw_analysis(cairo_t* const                  cr,
                  const LmuAnalysisPicture* const picture,
                  const double                    width,
                  const double                    height,
                  const double                    scale)
{
  const double  w       = width / scale;
  const double  h       = height / scale;
  const double  room    = h - HEADER - MARGIN - MARGIN;
  const double  windows = WINDOWS_SHARE * room;
  const LmuRect upper = {MARGIN, HEADER + MARGIN, w - (2.0 * MARGIN), windows};
  const LmuRect lower = {
    MARGIN, HEADER + MARGIN + windows, w - (2.0 * MARGIN), room - windows};

  cairo_save(cr);
  lmu_draw_set_color(cr, picture->theme->background);
  cairo_paint(cr);
  cairo_scale(cr, scale, scale);
  draw_header(cr, picture, w);
  lmu_draw_window_legend(cr, picture->theme, w - MARGIN - 10.0, HEADER + 14.0);
  draw_windows(cr, picture, &upper);
  draw_time(cr, picture, &lower, scale);
  cairo_restore(cr);
}

double
lmu_analysis_strip_width(const double width, const double scale)
{
  const double inner = width - (2.0 * MARGIN * scale);
  return scale * lmu_heat_panel(inner, 0.0, scale).width;
}
