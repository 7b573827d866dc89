// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_window.h"

#include "ui/draw_axis.h"
#include "ui/draw_curve.h"
#include "ui/draw_text.h"

#include <math.h>
#include <stddef.h>

#define LEFT 60.0        // For numbers and the label
#define RIGHT 10.0       // For half of a number
#define TOP 28.0         // For the title
#define GAP 22.0         // Between the window and its error, for the note
#define ERROR_SHARE 0.25 // Of the height
#define HEADROOM 1.08    // Above the greatest value
#define QUIETEST 1e-6    // Least amplitude to draw to scale
#define TRUTH_WIDTH 3.6  // So that it is seen below the estimate
#define LINE_WIDTH 1.5
#define MARK_RADIUS 9.0
#define TICK_WIDTH 44.0 // Room for a number
#define TICK_HEIGHT 22.0
#define SAMPLE_WIDTH 22.0 // Of a line in the legend

static double
greatest(const float* const values, const uint32_t n_values, const double least)
{
  double peak = least;
  for (uint32_t i = 0U; i < n_values; ++i) {
    peak = fmax(peak, fabs((double)values[i]));
  }
  return peak;
}

static void
draw_curves(cairo_t* const                cr,
            const LmuWindowPicture* const picture,
            const LmuRect* const          panel,
            const LmuAxis* const          y_axis)
{
  const LmuTheme* const theme = picture->theme;

  lmu_draw_curve_begin(cr, panel);
  lmu_draw_curve_samples(cr, panel, y_axis, picture->truth, picture->n_truth);
  lmu_draw_curve_end(cr, theme->truth, TRUTH_WIDTH);

  lmu_draw_curve_begin(cr, panel);
  for (uint32_t i = 0U; i < picture->n_estimate; ++i) {
    const double share = (double)i / (picture->n_estimate - 1U);
    cairo_line_to(cr,
                  panel->x + (share * panel->width),
                  lmu_axis_y(y_axis, panel, (double)picture->estimate[i]));
  }
  lmu_draw_curve_end(cr, theme->estimate, LINE_WIDTH);
}

static void
draw_title(cairo_t* const                cr,
           const LmuWindowPicture* const picture,
           const LmuRect* const          panel)
{
  const double y = panel->y - 10.0;
  double       x = panel->x;
  if (picture->mark) {
    lmu_draw_mark(cr, picture->theme, picture->mark, x + MARK_RADIUS, y - 4.5);
    x += (2.0 * MARK_RADIUS) + 7.0;
  }
  if (picture->title) {
    lmu_draw_set_font(cr, LMU_TEXT_HEADING, true);
    lmu_draw_set_color(cr, picture->theme->text);
    lmu_draw_text_fit(cr, picture->title, x, y, panel->x + panel->width - x);
  }
}

static void
draw_note(cairo_t* const                cr,
          const LmuWindowPicture* const picture,
          const LmuRect* const          panel)
{
  if (picture->note) {
    lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
    lmu_draw_set_color(cr, picture->theme->error);
    lmu_draw_text_fit(
      cr, picture->note, panel->x, panel->y - 6.0, panel->width);
  }
}

/// Return how many numbers fit along an edge
static uint32_t
count_ticks(const double length, const double room)
{
  return (uint32_t)fmin(fmax(length / room, 1.0), 6.0);
}

static void
draw_panels(cairo_t* const                cr,
            const LmuWindowPicture* const picture,
            const double                  width,
            const double                  height)
{
  const double  room  = height - TOP - GAP - LMU_AXIS_BELOW;
  const double  error = ERROR_SHARE * room;
  const LmuRect upper = {LEFT, TOP, width - LEFT - RIGHT, room - error};
  const LmuRect lower = {
    LEFT, TOP + room - error + GAP, width - LEFT - RIGHT, error};
  const double peak =
    HEADROOM * greatest(picture->truth, picture->n_truth, QUIETEST);

  // The same scale for both if it can be, so that the error is judged by eye
  const double even = peak * error / upper.height;
  const double low =
    fmax(even, HEADROOM * greatest(picture->error, picture->n_truth, QUIETEST));

  const uint32_t columns = count_ticks(upper.width, TICK_WIDTH);
  const uint32_t rows    = count_ticks(upper.height, TICK_HEIGHT);
  const LmuAxis  time  = {-picture->length_ms, 0.0, "before now (ms)", columns};
  const LmuAxis  value = {-peak, peak, "amplitude", rows};
  const LmuAxis  small = {-low, low, NULL, count_ticks(error, TICK_HEIGHT)};

  draw_title(cr, picture, &upper);
  draw_note(cr, picture, &lower);
  lmu_draw_axes(cr, picture->theme, &upper, NULL, &value);
  lmu_draw_axes(cr, picture->theme, &lower, &time, &small);
  draw_curves(cr, picture, &upper, &value);

  lmu_draw_curve_begin(cr, &lower);
  lmu_draw_curve_samples(cr, &lower, &small, picture->error, picture->n_truth);
  lmu_draw_curve_end(cr, picture->theme->error, LINE_WIDTH);
}

void
lmu_draw_window(cairo_t* const                cr,
                const LmuWindowPicture* const picture,
                const double                  width,
                const double                  height,
                const double                  scale)
{
  cairo_save(cr);
  cairo_scale(cr, scale, scale);
  draw_panels(cr, picture, width / scale, height / scale);
  cairo_restore(cr);
}

void
lmu_draw_window_legend(cairo_t* const        cr,
                       const LmuTheme* const theme,
                       const double          right,
                       const double          y)
{
  const char* const names[]  = {"error", "reconstruction", "true window"};
  const LmuColor    colors[] = {theme->error, theme->estimate, theme->truth};
  const double      widths[] = {LINE_WIDTH, LINE_WIDTH, TRUTH_WIDTH};

  double x = right;
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  for (int i = 0; i < 3; ++i) {
    lmu_draw_set_color(cr, theme->muted);
    lmu_draw_text(cr, names[i], x, y, LMU_ALIGN_RIGHT);
    x -= lmu_draw_text_width(cr, names[i]) + 7.0;

    lmu_draw_set_color(cr, colors[i]);
    cairo_set_line_width(cr, widths[i]);
    cairo_move_to(cr, x - SAMPLE_WIDTH, y - 4.0);
    cairo_line_to(cr, x, y - 4.0);
    cairo_stroke(cr);
    x -= SAMPLE_WIDTH + 18.0;
  }
}

void
lmu_draw_mark(cairo_t* const        cr,
              const LmuTheme* const theme,
              const char* const     mark,
              const double          x,
              const double          y)
{
  lmu_draw_set_color(cr, theme->text);
  cairo_arc(cr, x, y, MARK_RADIUS, 0.0, 2.0 * 3.14159265358979323846);
  cairo_fill(cr);

  lmu_draw_set_color(cr, theme->background);
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, true);
  lmu_draw_text(cr, mark, x, y + (0.36 * LMU_TEXT_LABEL), LMU_ALIGN_CENTER);
}
