// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_live.h"

#include "core/memory/rt/bandwidth.h"
#include "ui/draw_axis.h"
#include "ui/draw_span.h"
#include "ui/draw_text.h"
#include "ui/draw_widget.h"
#include "ui/draw_window.h"
#include "ui/live.h"
#include "ui/panel_spec.h"
#include "ui/strip.h"
#include "ui/value.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define N_TAPS 4U
#define HEADROOM 1.05
#define LINE_WIDTH 1.5
#define POINTS_PER_WAVE 16U // Of the finest wave
#define LEAST_POINTS 256U
#define LEAST_STEP 0.75   // Between two points [pixels]
#define OUTLINE_WIDTH 1.8 // Around what is true, so that thin parts are seen
#define LEAST_BRACKET 3.0 // Shorter waves are not drawn [units]
#define BRACKET_GAP 7.0
#define KEYS_WIDTH 330.0 // Of the names of colours, and a gap before
#define TICK_WIDTH 60.0  // Room for a number
#define TICK_HEIGHT 22.0
#define LABEL_HEIGHT 70.0 // Least height for a label along it
#define VIEWS_PER_SECOND 25.0
#define SAMPLE_WIDTH 22.0
#define MAX_LABEL 96U

/// Return how many numbers fit along an edge
static uint32_t
count_ticks(const double length, const double room)
{
  return (uint32_t)fmin(fmax(length / room, 1.0), 8.0);
}

/// Return the axis of the past, in the unit that suits it
static LmuAxis
time_axis(const LmuRect* const panel, const double length_s)
{
  const bool     is_long = length_s >= 1.0;
  const uint32_t n_ticks = count_ticks(panel->width, TICK_WIDTH);
  return (LmuAxis){-length_s * (is_long ? 1.0 : 1e3),
                   0.0,
                   is_long ? "before now (s)" : "before now (ms)",
                   n_ticks};
}

/// Draw a name and a line or a bar of a colour, return where they start
static double
draw_key(cairo_t* const        cr,
         const LmuTheme* const theme,
         const char* const     name,
         const LmuColor        color,
         const double          point[2])
{
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  lmu_draw_set_color(cr, theme->muted);
  lmu_draw_text(cr, name, point[0], point[1], LMU_ALIGN_RIGHT);

  const double x = point[0] - lmu_draw_text_width(cr, name) - 7.0;
  lmu_draw_set_color(cr, color);
  cairo_set_line_width(cr, 3.0);
  cairo_move_to(cr, x - SAMPLE_WIDTH, point[1] - 4.0);
  cairo_line_to(cr, x, point[1] - 4.0);
  cairo_stroke(cr);
  return x - SAMPLE_WIDTH - 16.0;
}

/// Draw what the colours mean
static void
draw_keys(cairo_t* const         cr,
          const LmuTheme* const  theme,
          const LmuPanel* const  panel,
          const LmuLayout* const layout)
{
  const LmuScene scene    = lmu_scene(panel->spec);
  double         point[2] = {layout->legend.x + layout->legend.width,
                             layout->legend.y + 16.0};
  if (scene.has_error) {
    lmu_draw_window_legend(cr, theme, point[0], point[1]);
    return;
  }
  if (scene.has_curve) {
    point[0] = draw_key(cr, theme, "memory", theme->estimate, point);
  }
  if (scene.has_output) {
    point[0] = draw_key(cr, theme, "output", theme->error, point);
  }
  if (!lmu_panel_spec_has(panel->spec, "position")) {
    (void)draw_key(cr, theme, "input", theme->truth, point);
  }
}

/// Write a length of time
static void
write_time(char* const text, const uint32_t size, const double seconds)
{
  const bool   is_long  = seconds >= 0.9995;
  const double shown    = is_long ? seconds : 1e3 * seconds;
  const int    decimals = (shown < 9.995) ? 2 : (shown < 99.95) ? 1 : 0;
  (void)snprintf(text, size, "%.*f %s", decimals, shown, is_long ? "s" : "ms");
}

/// Draw the period of the finest wave that the memory holds, behind the heading
static void
draw_bandwidth(cairo_t* const         cr,
               const LmuTheme* const  theme,
               const LmuLive* const   live,
               const LmuLayout* const layout,
               double                 x)
{
  const double hz =
    lmu_bandwidth(live->order, live->theta_s * live->rate_hz, live->rate_hz);
  const double length = layout->window.width / (hz * live->theta_s);
  const double y      = layout->legend.y + 16.0;
  const double end    = layout->legend.x + layout->legend.width - KEYS_WIDTH;
  char         text[MAX_LABEL];
  char         period[32];
  write_time(period, sizeof(period), 1.0 / hz);
  (void)snprintf(text,
                 sizeof(text),
                 "finest wave %s, %.*f %s",
                 period,
                 (hz >= 1e3 && hz < 1e4) ? 1 : 0,
                 (hz >= 1e3) ? 1e-3 * hz : hz,
                 (hz >= 1e3) ? "kHz" : "Hz");

  lmu_draw_set_font(cr, LMU_TEXT_LABEL - 1.0, false);
  const double room = end - x - lmu_draw_text_width(cr, text);
  if (room < 0.0) {
    return; // The bandwidth is a reading too
  }
  if (length >= LEAST_BRACKET && length + BRACKET_GAP <= room) {
    lmu_draw_set_color(cr, theme->estimate);
    cairo_set_line_width(cr, 1.0);
    cairo_move_to(cr, x, y - 8.0);
    cairo_line_to(cr, x, y);
    cairo_move_to(cr, x + length, y - 8.0);
    cairo_line_to(cr, x + length, y);
    cairo_move_to(cr, x, y - 4.0);
    cairo_line_to(cr, x + length, y - 4.0);
    cairo_stroke(cr);
    x += length + BRACKET_GAP;
  }
  lmu_draw_set_color(cr, theme->muted);
  lmu_draw_text(cr, text, x, y, LMU_ALIGN_LEFT);
}

static void
draw_heading(cairo_t* const         cr,
             const LmuTheme* const  theme,
             const LmuPanel* const  panel,
             const LmuLayout* const layout)
{
  char text[MAX_LABEL] = "Window";
  if (panel->live.has_view) {
    char length[32];
    write_time(length, sizeof(length), panel->live.theta_s);
    (void)snprintf(text, sizeof(text), "The last %s", length);
  }
  lmu_draw_set_font(cr, LMU_TEXT_HEADING, true);
  lmu_draw_set_color(cr, theme->text);
  lmu_draw_text(
    cr, text, layout->legend.x, layout->legend.y + 16.0, LMU_ALIGN_LEFT);
  if (panel->live.order && lmu_scene(panel->spec).has_curve) {
    const double x = layout->legend.x + lmu_draw_text_width(cr, text) + 16.0;
    draw_bandwidth(cr, theme, &panel->live, layout, x);
  }
  draw_keys(cr, theme, panel, layout);
}

/// Draw a text in the middle of a panel
static void
draw_notice(cairo_t* const       cr,
            const LmuRect* const panel,
            const char* const    text,
            const double         drop)
{
  lmu_draw_text(cr,
                text,
                panel->x + (0.5 * panel->width),
                panel->y + (0.5 * panel->height) + drop,
                LMU_ALIGN_CENTER);
}

/// Draw the markers of a delay's taps
static void
draw_taps(cairo_t* const        cr,
          const LmuTheme* const theme,
          const LmuPanel* const panel,
          const LmuRect* const  window)
{
  for (uint32_t i = 0U; i < N_TAPS; ++i) {
    double point[2];
    char   number[8];
    char   symbol[16];
    lmu_panel_tap(point, panel, window, i);
    (void)snprintf(number, sizeof(number), "%u", i + 1U);
    (void)snprintf(symbol, sizeof(symbol), "tap%u_gain", i + 1U);
    const bool is_off = lmu_panel_value(panel, symbol, -60.0f) <= -60.0f;
    const bool is_lit =
      panel->hover.kind == LMU_TARGET_TAP && panel->hover.index == i;

    const LmuColor color =
      is_lit ? theme->estimate : (is_off ? theme->muted : theme->text);
    lmu_draw_set_color(cr, color);
    cairo_set_line_width(cr, 1.0);
    if (!is_off) {
      const double x = floor(point[0]) + 0.5;
      cairo_move_to(cr, x, window->y);
      cairo_line_to(cr, x, window->y + window->height);
      cairo_stroke(cr);
    }

    LmuTheme marks = *theme;
    marks.text     = color;
    lmu_draw_mark(cr, &marks, number, point[0], point[1]);
  }
}

/// Draw the position that is read
static void
draw_position(cairo_t* const        cr,
              const LmuTheme* const theme,
              const LmuPanel* const panel,
              const LmuRect* const  window)
{
  const double position = (double)lmu_panel_value(panel, "position", 0.0f);
  const double x        = window->x + ((1.0 - position) * window->width);
  const bool   is_lit   = panel->hover.kind == LMU_TARGET_POSITION;
  lmu_draw_set_color(cr, is_lit ? theme->estimate : theme->text);
  cairo_set_line_width(cr, 1.5);
  cairo_move_to(cr, x, window->y);
  cairo_line_to(cr, x, window->y + window->height);
  cairo_stroke(cr);
  cairo_move_to(cr, x - 6.0, window->y);
  cairo_line_to(cr, x + 6.0, window->y);
  cairo_line_to(cr, x, window->y + 8.0);
  cairo_close_path(cr);
  cairo_fill(cr);
}

/// Draw the reconstruction, with no more points than its waves need,
/// or than can be seen
static void
draw_estimate(cairo_t* const       cr,
              const LmuRect* const window,
              const LmuAxis* const value,
              const LmuLive* const live)
{
  double length = window->width;
  double height = 0.0;
  cairo_user_to_device_distance(cr, &length, &height);

  const uint32_t waves  = POINTS_PER_WAVE * live->order / 4U;
  const uint32_t seen   = (uint32_t)(0.5 * length / LEAST_STEP) + 1U;
  const uint32_t wanted = (waves < seen) ? waves : seen;
  float          values[LMU_DECODER_POINTS];
  uint32_t       step = 1U;
  while (live->n_estimate / (2U * step) >= wanted &&
         live->n_estimate / (2U * step) >= LEAST_POINTS) {
    step *= 2U;
  }

  const uint32_t count = live->n_estimate / step;
  for (uint32_t i = 0U; i < count; ++i) {
    float sum = 0.0f;
    for (uint32_t j = 0U; j < step; ++j) {
      sum += live->estimate[(i * step) + j];
    }
    values[i] = sum / (float)step;
  }
  lmu_draw_span_line(cr, window, value, values, count, LINE_WIDTH);
}

/// Draw the sound and what the memory makes of it
static void
draw_curves(cairo_t* const        cr,
            const LmuTheme* const theme,
            const LmuPanel* const panel,
            const LmuRect* const  window,
            const LmuAxis* const  value)
{
  const LmuLive* const live  = &panel->live;
  const LmuScene       scene = lmu_scene(panel->spec);
  if (live->n_input) {
    lmu_draw_set_color(cr, theme->truth);
    lmu_draw_span_outline(
      cr, window, value, live->input, live->n_input, OUTLINE_WIDTH);
  }
  if (scene.has_curve && live->n_estimate) {
    lmu_draw_set_color(cr, theme->estimate);
    draw_estimate(cr, window, value, live);
  }
  if (scene.has_output && live->n_output) {
    lmu_draw_set_color(cr, theme->error);
    lmu_draw_span_outline(cr, window, value, live->output, live->n_output, 1.0);
  }
}

/// Return the scale of the error: on that of the window, if that can be, to be
/// judged by eye
static LmuAxis
error_axis(const LmuLive* const live, const LmuLayout* const layout)
{
  const LmuRect* const panel = &layout->error;
  const double         peak  = HEADROOM * lmu_live_round(live->peak);
  const double         even  = peak * panel->height / layout->window.height;
  const double low = fmax(even, HEADROOM * lmu_live_round(live->error_peak));
  return (LmuAxis){-low, low, NULL, count_ticks(panel->height, TICK_HEIGHT)};
}

static LmuAxis
window_axis(const LmuLive* const live, const LmuRect* const window)
{
  const double peak = HEADROOM * lmu_live_round(live->peak);
  return (LmuAxis){-peak,
                   peak,
                   (window->height >= LABEL_HEIGHT) ? "amplitude" : NULL,
                   count_ticks(window->height, TICK_HEIGHT)};
}

/// Draw what lies behind the curves
static void
draw_axes(cairo_t* const         cr,
          const LmuTheme* const  theme,
          const LmuLive* const   live,
          const LmuLayout* const layout)
{
  const bool     has_error = layout->error.height > 0.0;
  const LmuAxis  value     = window_axis(live, &layout->window);
  const LmuRect* lowest    = has_error ? &layout->error : &layout->window;
  const LmuAxis  time = time_axis(lowest, live->has_view ? live->theta_s : 1.0);
  lmu_draw_axes(cr,
                theme,
                &layout->window,
                (live->has_view && !has_error) ? &time : NULL,
                live->has_view ? &value : NULL);
  if (has_error) {
    const LmuAxis error = error_axis(live, layout);
    lmu_draw_axes(cr,
                  theme,
                  &layout->error,
                  live->has_view ? &time : NULL,
                  live->has_view ? &error : NULL);
  }
}

static void
draw_error(cairo_t* const         cr,
           const LmuTheme* const  theme,
           const LmuLive* const   live,
           const LmuLayout* const layout)
{
  const LmuAxis value = error_axis(live, layout);
  if (live->has_view && live->n_estimate && live->n_input) {
    lmu_draw_set_color(cr, theme->error);
    lmu_draw_span_outline(
      cr, &layout->error, &value, live->error, live->n_input, 1.0);
  }
}

static void
draw_window(cairo_t* const        cr,
            const LmuTheme* const theme,
            const LmuPanel* const panel,
            const LmuRect* const  window)
{
  const LmuLive* const live  = &panel->live;
  const LmuAxis        value = window_axis(live, window);
  if (live->has_view) {
    draw_curves(cr, theme, panel, window, &value);
  }
  if (lmu_panel_spec_has(panel->spec, "tap1_position")) {
    draw_taps(cr, theme, panel, window);
  } else if (lmu_panel_spec_has(panel->spec, "position")) {
    draw_position(cr, theme, panel, window);
  }
  if (!live->has_view) {
    lmu_draw_set_font(cr, LMU_TEXT_TITLE, false);
    lmu_draw_set_color(cr, theme->muted);
    draw_notice(cr, window, "Waiting for sound", -2.0);
    lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
    draw_notice(cr, window, "Play, and what is remembered shows here", 18.0);
  }
}

static LmuAxis
bars_axis(const LmuLive* const live)
{
  const double peak = HEADROOM * lmu_live_round(live->bars_peak);
  return (LmuAxis){-peak, peak, NULL, 4U};
}

/// Draw the coefficients of now as bars beside the strip, row for row
static void
draw_bars(cairo_t* const        cr,
          const LmuTheme* const theme,
          const LmuLive* const  live,
          const LmuRect* const  panel)
{
  const double  height = panel->height / live->n_rows;
  const double  gap    = (height > 3.0) ? 1.0 : 0.0;
  const LmuAxis value  = bars_axis(live);
  cairo_save(cr);
  lmu_draw_clip(cr, panel);
  lmu_draw_set_color(cr, theme->estimate);
  for (uint32_t i = 0U; i < live->n_rows; ++i) {
    const double size = (double)live->bars[i];
    const double zero = lmu_axis_x(&value, panel, 0.0);
    const double end  = lmu_axis_x(&value, panel, size);
    cairo_rectangle(cr,
                    fmin(zero, end),
                    panel->y + panel->height - ((i + 1.0) * height),
                    fabs(end - zero),
                    height - gap);
  }
  cairo_fill(cr);
  cairo_restore(cr);
}

/// Draw what lies behind the strip and the bars
static void
draw_coefficients(cairo_t* const         cr,
                  const LmuTheme* const  theme,
                  const LmuLive* const   live,
                  const LmuLayout* const layout)
{
  const LmuRect* const bounds  = &layout->heat;
  const LmuAxis        time    = {-(LMU_LIVE_COLUMNS / VIEWS_PER_SECOND),
                                  0.0,
                                  "before now (s)",
                                  count_ticks(bounds->width, TICK_WIDTH)};
  const LmuAxis        number  = {0.0,
                                  live->n_shown,
                          (bounds->height >= LABEL_HEIGHT) ? "coefficient"
                                                                   : NULL,
                                  count_ticks(bounds->height, TICK_HEIGHT)};
  const LmuAxis        value   = bars_axis(live);
  const bool           is_full = live->n_rows;
  lmu_draw_set_font(cr, LMU_TEXT_HEADING, true);
  lmu_draw_set_color(cr, theme->text);
  lmu_draw_text_fit(
    cr, "Strength of coefficients", bounds->x, bounds->y - 8.0, bounds->width);
  lmu_draw_text_fit(
    cr, "Now", layout->bars.x, layout->bars.y - 8.0, layout->bars.width);
  lmu_draw_axes(
    cr, theme, bounds, is_full ? &time : NULL, is_full ? &number : NULL);
  lmu_draw_axes(cr, theme, &layout->bars, is_full ? &value : NULL, NULL);
  if (live->has_view && !is_full) {
    lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
    lmu_draw_set_color(cr, theme->muted);
    draw_notice(cr, bounds, "This network has no memory", 4.0);
  }
}

/* What Views rarely change */

static bool
is_same(const LmuStill* const a, const LmuStill* const b)
{
  return a->theme == b->theme && a->spec == b->spec && a->scale == b->scale &&
         a->width == b->width && a->height == b->height &&
         a->has_view == b->has_view && a->theta_s == b->theta_s &&
         a->rate_hz == b->rate_hz && a->order == b->order &&
         a->n_shown == b->n_shown && a->n_rows == b->n_rows &&
         a->peak == b->peak && a->error_peak == b->error_peak &&
         a->bars_peak == b->bars_peak;
}

static LmuStill
still_of(const LmuTheme* const  theme,
         const LmuPanel* const  panel,
         const LmuLayout* const layout,
         const double           scale)
{
  const LmuLive* const live = &panel->live;
  return (LmuStill){theme,
                    panel->spec,
                    scale,
                    layout->width,
                    layout->height,
                    live->has_view,
                    live->theta_s,
                    live->rate_hz,
                    live->order,
                    live->n_shown,
                    live->n_rows,
                    lmu_live_round(live->peak),
                    lmu_live_round(live->error_peak),
                    lmu_live_round(live->bars_peak)};
}

/// Draw all that lies behind curves
static void
draw_behind(cairo_t* const         cr,
            const LmuTheme* const  theme,
            const LmuPanel* const  panel,
            const LmuLayout* const layout)
{
  lmu_draw_set_color(cr, theme->background);
  cairo_paint(cr);
  draw_heading(cr, theme, panel, layout);
  draw_axes(cr, theme, &panel->live, layout);
  draw_coefficients(cr, theme, &panel->live, layout);
}

/// Draw an image of what lies behind, from its corner in pixels on
static void
make_image(LmuBackdrop* const     self,
           const LmuPanel* const  panel,
           const LmuLayout* const layout,
           const double           corner[2])
{
  const LmuRect* const bounds = &layout->picture;
  const double         scale  = self->still.scale;
  const double right  = fmax(floor((bounds->x + bounds->width) * scale), 0.0);
  const double bottom = fmax(floor((bounds->y + bounds->height) * scale), 0.0);
  cairo_surface_destroy(self->image);
  self->image = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                           (int)fmax(right - corner[0], 1.0),
                                           (int)fmax(bottom - corner[1], 1.0));

  cairo_t* const cr = cairo_create(self->image);
  cairo_translate(cr, -corner[0], -corner[1]);
  cairo_scale(cr, scale, scale);
  draw_behind(cr, self->still.theme, panel, layout);
  cairo_destroy(cr);
}

/// Draw what lies behind, from an image if it did not change
static void
draw_still(cairo_t* const         cr,
           const LmuStill* const  still,
           const LmuPanel* const  panel,
           const LmuLayout* const layout,
           LmuBackdrop* const     backdrop)
{
  const double corner[] = {ceil(layout->picture.x * still->scale),
                           ceil(layout->picture.y * still->scale)};
  if (!backdrop->image || !is_same(still, &backdrop->still)) {
    backdrop->still = *still;
    make_image(backdrop, panel, layout, corner);
  }

  // A copy without any change of size, so that it takes no sums
  cairo_save(cr);
  cairo_scale(cr, 1.0 / still->scale, 1.0 / still->scale);
  cairo_set_source_surface(cr, backdrop->image, corner[0], corner[1]);
  cairo_rectangle(cr,
                  corner[0],
                  corner[1],
                  cairo_image_surface_get_width(backdrop->image),
                  cairo_image_surface_get_height(backdrop->image));
  cairo_fill(cr);
  cairo_restore(cr);
}

void
lmu_backdrop_reset(LmuBackdrop* const backdrop)
{
  cairo_surface_destroy(backdrop->image);
  backdrop->image = NULL;
  lmu_strip_reset(&backdrop->strip);
}

void
lmu_draw_live(cairo_t* const         cr,
              const LmuTheme* const  theme,
              const LmuPanel* const  panel,
              const LmuLayout* const layout,
              const double           scale,
              LmuBackdrop* const     backdrop)
{
  const LmuLive* const live  = &panel->live;
  const LmuStill       still = still_of(theme, panel, layout, scale);
  draw_still(cr, &still, panel, layout, backdrop);
  draw_window(cr, theme, panel, &layout->window);
  if (layout->error.height > 0.0) {
    draw_error(cr, theme, live, layout);
  }
  if (live->n_rows) {
    lmu_strip_draw(&backdrop->strip, cr, theme, live, &layout->heat, scale);
    draw_bars(cr, theme, live, &layout->bars);
  }
}
