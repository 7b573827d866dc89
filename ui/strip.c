// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/strip.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define N_TIMES LMU_LIVE_COLUMNS
#define N_CHANNELS 3U

void
lmu_strip_reset(LmuStrip* const strip)
{
  cairo_surface_destroy(strip->image);
  memset(strip, 0, sizeof(*strip));
}

/// Return whether nothing changed but what is new
static bool
is_same(const LmuStrip* const strip, const LmuStrip* const wanted)
{
  return strip->image && strip->theme == wanted->theme &&
         strip->n_rows == wanted->n_rows && strip->peak == wanted->peak &&
         strip->top == wanted->top && strip->height == wanted->height;
}

/// Start anew with other colours or another bounds
static bool
start(LmuStrip* const self, const LmuStrip* const wanted)
{
  const double height =
    round(wanted->top + wanted->height) - round(wanted->top);
  lmu_strip_reset(self);
  *self       = *wanted;
  self->image = cairo_image_surface_create(
    CAIRO_FORMAT_RGB24, (int)N_TIMES, (int)fmax(height, 1.0));
  lmu_heat_set_pixels(self->pixels, self->theme);
  return cairo_surface_status(self->image) == CAIRO_STATUS_SUCCESS;
}

/// Return the mean colour of rows from one to another, which may be between
static uint32_t
mean(const uint32_t* const colors, const double from, const double to)
{
  const uint32_t first            = (uint32_t)from;
  double         sums[N_CHANNELS] = {0.0};
  for (uint32_t row = first; row < to; ++row) {
    const double share = fmin(row + 1.0, to) - fmax(row, from);
    for (uint32_t i = 0U; i < N_CHANNELS; ++i) {
      sums[i] += share * ((colors[row] >> (8U * i)) & 255U);
    }
  }

  uint32_t result = 0xFF000000U;
  for (uint32_t i = 0U; i < N_CHANNELS; ++i) {
    result |= (uint32_t)lround(sums[i] / (to - from)) << (8U * i);
  }
  return result;
}

/// Draw the coefficients of one time, the first at the bottom
static void
draw_time(LmuStrip* const      self,
          const LmuLive* const live,
          const uint32_t       time,
          unsigned char* const data)
{
  const uint32_t n_rows = self->n_rows;
  const uint32_t height = (uint32_t)cairo_image_surface_get_height(self->image);
  const size_t   stride = (size_t)cairo_image_surface_get_stride(self->image);
  const bool     dense  = n_rows > height;
  uint32_t       colors[LMU_LIVE_ROWS];
  for (uint32_t row = 0U; row < n_rows; ++row) {
    const double value        = -(double)live->history[time][row]; // Blue
    colors[n_rows - 1U - row] = self->pixels[lmu_heat_index(value, self->peak)];
  }

  // The place starts and ends between pixels, and rows are where it has them
  const double step  = n_rows / self->height;
  const double start = (round(self->top) - self->top) * step;
  for (uint32_t y = 0U; y < height; ++y) {
    const double   from = fmax(start + (y * step), 0.0);
    const double   to   = fmin(start + ((y + 1.0) * step), n_rows);
    const uint32_t color =
      dense ? mean(colors, from, to) : colors[(uint32_t)(0.5 * (from + to))];
    memcpy(data + (y * stride) + (sizeof(color) * time), &color, sizeof(color));
  }
}

/// Move the image on, and draw what is new
static void
draw_new(LmuStrip* const self, const LmuLive* const live, const uint32_t n_new)
{
  cairo_surface_flush(self->image);
  unsigned char* const data   = cairo_image_surface_get_data(self->image);
  const int            height = cairo_image_surface_get_height(self->image);
  const size_t stride = (size_t)cairo_image_surface_get_stride(self->image);
  const size_t n_kept = N_TIMES - n_new;
  for (int y = 0; y < height && n_new; ++y) {
    unsigned char* const row = data + ((size_t)y * stride);
    memmove(row, row + (sizeof(uint32_t) * n_new), sizeof(uint32_t) * n_kept);
  }
  for (uint32_t time = N_TIMES - n_new; time < N_TIMES; ++time) {
    draw_time(self, live, time, data);
  }
  cairo_surface_mark_dirty(self->image);
}

/// Fill a place with the image, which has its rows of pixels already
static void
draw_image(const LmuStrip* const strip,
           cairo_t* const        cr,
           const LmuRect* const  bounds,
           const double          scale)
{
  const bool dense = N_TIMES > (bounds->width * scale) + 1.0;
  cairo_save(cr);
  lmu_draw_clip(cr, bounds);
  cairo_translate(cr, bounds->x, round(strip->top) / scale);
  cairo_scale(cr, bounds->width / N_TIMES, 1.0 / scale);
  cairo_set_source_surface(cr, strip->image, 0.0, 0.0);
  cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter(cairo_get_source(cr),
                           dense ? CAIRO_FILTER_BEST : CAIRO_FILTER_NEAREST);
  cairo_paint(cr);
  cairo_restore(cr);
}

void
lmu_strip_draw(LmuStrip* const       strip,
               cairo_t* const        cr,
               const LmuTheme* const theme,
               const LmuLive* const  live,
               const LmuRect* const  bounds,
               const double          scale)
{
  const LmuStrip wanted = {.theme   = theme,
                           .n_rows  = live->n_rows,
                           .n_times = live->n_times - N_TIMES,
                           .peak    = lmu_live_round(live->history_peak),
                           .top     = bounds->y * scale,
                           .height  = bounds->height * scale};
  if (wanted.height < 1.0 ||
      (!is_same(strip, &wanted) && !start(strip, &wanted))) {
    return;
  }

  const uint32_t n_new = live->n_times - strip->n_times;
  draw_new(strip, live, (n_new < N_TIMES) ? n_new : N_TIMES);
  strip->n_times = live->n_times;
  draw_image(strip, cr, bounds, scale);
}
