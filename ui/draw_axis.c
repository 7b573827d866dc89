// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_axis.h"

#include "ui/draw_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#define MAX_NUMBER 32U
#define NUMBER_DROP 15.0 // From the panel to the foot of numbers below it
#define LABEL_DROP 32.0  // And to the foot of the label
#define NUMBER_GAP 6.0   // From the panel to numbers left of it

/// Round numbers along an axis
typedef struct {
  double step;     ///< Between two numbers
  double first;    ///< The least
  int    decimals; ///< Digits after the point
} Ticks;

double
lmu_axis_x(const LmuAxis* const axis,
           const LmuRect* const panel,
           const double         value)
{
  const double share =
    (value - axis->minimum) / (axis->maximum - axis->minimum);
  return panel->x + (share * panel->width);
}

double
lmu_axis_y(const LmuAxis* const axis,
           const LmuRect* const panel,
           const double         value)
{
  const double share =
    (value - axis->minimum) / (axis->maximum - axis->minimum);
  return panel->y + ((1.0 - share) * panel->height);
}

/// Choose 1, 2 or 5 times a power of ten as the step
static Ticks
choose_ticks(const LmuAxis* const axis)
{
  const double range = axis->maximum - axis->minimum;
  const double least = range / fmax(axis->max_ticks, 1.0);
  const double power = pow(10.0, floor(log10(least)));
  const double ratio = least / power;
  const double step  = power * ((ratio <= 1.0)   ? 1.0
                                : (ratio <= 2.0) ? 2.0
                                : (ratio <= 5.0) ? 5.0
                                                 : 10.0);

  const double first  = step * ceil((axis->minimum / step) - 1e-6);
  const double digits = -floor(log10(step) + 1e-6);
  return (Ticks){step, first, (digits > 0.0) ? (int)digits : 0};
}

void
lmu_axis_number(char* const    text,
                const uint32_t size,
                const double   value,
                const int      decimals)
{
  const double least = 0.5 * pow(10.0, -decimals);
  const bool   zero  = fabs(value) < least;
  snprintf(text,
           size,
           "%s%.*f",
           (value < 0.0 && !zero) ? "−" : "",
           decimals,
           zero ? 0.0 : fabs(value));
}

/// Move a line to the middle of a pixel, so that it is sharp
static void
sharpen(cairo_t* const cr, double* const x, double* const y)
{
  cairo_user_to_device(cr, x, y);
  *x = floor(*x) + 0.5;
  *y = floor(*y) + 0.5;
  cairo_device_to_user(cr, x, y);
}

static void
draw_line(cairo_t* const cr, double x0, double y0, double x1, double y1)
{
  sharpen(cr, &x0, &y0);
  sharpen(cr, &x1, &y1);
  cairo_move_to(cr, x0, y0);
  cairo_line_to(cr, x1, y1);
  cairo_stroke(cr);
}

static void
draw_x_axis(cairo_t* const        cr,
            const LmuTheme* const theme,
            const LmuRect* const  panel,
            const LmuAxis* const  axis)
{
  const Ticks  ticks  = choose_ticks(axis);
  const double bottom = panel->y + panel->height;
  const double end    = axis->maximum + (1e-6 * ticks.step);
  for (int i = 0; ticks.first + (i * ticks.step) <= end; ++i) {
    const double value = ticks.first + (i * ticks.step);
    const double x     = lmu_axis_x(axis, panel, value);
    char         text[MAX_NUMBER];
    lmu_axis_number(text, sizeof(text), value, ticks.decimals);

    lmu_draw_set_color(cr, theme->grid);
    draw_line(cr, x, panel->y, x, bottom);
    lmu_draw_set_color(cr, theme->muted);
    lmu_draw_text(cr, text, x, bottom + NUMBER_DROP, LMU_ALIGN_CENTER);
  }

  if (axis->label) {
    lmu_draw_text(cr,
                  axis->label,
                  panel->x + (0.5 * panel->width),
                  bottom + LABEL_DROP,
                  LMU_ALIGN_CENTER);
  }
}

static void
draw_y_label(cairo_t* const       cr,
             const LmuRect* const panel,
             const char* const    label,
             const double         numbers)
{
  const double x = panel->x - numbers - (2.0 * NUMBER_GAP);
  if (x < LMU_TEXT_LABEL) {
    return; // Long numbers leave no room
  }

  cairo_save(cr);
  cairo_translate(cr, x, panel->y + (0.5 * panel->height));
  cairo_rotate(cr, -0.5 * 3.14159265358979323846);
  lmu_draw_text(cr, label, 0.0, 0.0, LMU_ALIGN_CENTER);
  cairo_restore(cr);
}

static void
draw_y_axis(cairo_t* const        cr,
            const LmuTheme* const theme,
            const LmuRect* const  panel,
            const LmuAxis* const  axis)
{
  const Ticks  ticks  = choose_ticks(axis);
  const double end    = axis->maximum + (1e-6 * ticks.step);
  double       widest = 0.0;
  for (int i = 0; ticks.first + (i * ticks.step) <= end; ++i) {
    const double value = ticks.first + (i * ticks.step);
    const double y     = lmu_axis_y(axis, panel, value);
    char         text[MAX_NUMBER];
    lmu_axis_number(text, sizeof(text), value, ticks.decimals);

    lmu_draw_set_color(cr, theme->grid);
    draw_line(cr, panel->x, y, panel->x + panel->width, y);
    lmu_draw_set_color(cr, theme->muted);
    lmu_draw_text(cr,
                  text,
                  panel->x - NUMBER_GAP,
                  y + (0.36 * LMU_TEXT_LABEL),
                  LMU_ALIGN_RIGHT);
    widest = fmax(widest, lmu_draw_text_width(cr, text));
  }

  if (axis->label) {
    draw_y_label(cr, panel, axis->label, widest);
  }
}

void
lmu_draw_axes(cairo_t* const        cr,
              const LmuTheme* const theme,
              const LmuRect* const  panel,
              const LmuAxis* const  x_axis,
              const LmuAxis* const  y_axis)
{
  lmu_draw_set_color(cr, theme->panel);
  cairo_rectangle(cr, panel->x, panel->y, panel->width, panel->height);
  cairo_fill(cr);

  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  cairo_set_line_width(cr, 1.0);
  if (x_axis) {
    draw_x_axis(cr, theme, panel, x_axis);
  }
  if (y_axis) {
    draw_y_axis(cr, theme, panel, y_axis);
  }
}

void
lmu_draw_clip(cairo_t* const cr, const LmuRect* const panel)
{
  double x[] = {panel->x, panel->x + panel->width};
  double y[] = {panel->y, panel->y + panel->height};
  for (int i = 0; i < 2; ++i) {
    cairo_user_to_device(cr, &x[i], &y[i]);
    x[i] = round(x[i]);
    y[i] = round(y[i]);
    cairo_device_to_user(cr, &x[i], &y[i]);
  }
  cairo_rectangle(cr, x[0], y[0], x[1] - x[0], y[1] - y[0]);
  cairo_clip(cr);
}
