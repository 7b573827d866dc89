// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_heat.h"

#include "ui/draw_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define LEFT 60.0    // For numbers and the label
#define RIGHT 86.0   // For the legend
#define TOP 4.0      // For half of a number
#define BAR_GAP 16.0 // From the strip to the legend
#define BAR_WIDTH 14.0
#define DECADES 2.0 // From the strongest colour to zero's
#define BAR_STEPS 256

/// Return where a value is in the scale of colours, from 0 to 1
static double
color_position(const double value, const double peak)
{
  const double size  = fabs(value) / peak;
  const double level = (size > 0.0) ? 1.0 + (log10(size) / DECADES) : 0.0;
  const double shown = fmin(fmax(level, 0.0), 1.0);
  return 0.5 + (0.5 * copysign(shown, value));
}

static uint32_t
pixel(const LmuColor color)
{
  return 0xFF000000U | ((uint32_t)lround(255.0 * color.red) << 16U) |
         ((uint32_t)lround(255.0 * color.green) << 8U) |
         (uint32_t)lround(255.0 * color.blue);
}

void
lmu_heat_set_pixels(uint32_t              pixels[LMU_HEAT_PIXELS],
                    const LmuTheme* const theme)
{
  for (uint32_t i = 0U; i < LMU_HEAT_PIXELS; ++i) {
    pixels[i] = pixel(lmu_color_at(
      theme->heat, LMU_N_HEAT_COLORS, (double)i / (LMU_HEAT_PIXELS - 1U)));
  }
}

uint32_t
lmu_heat_index(const double value, const double peak)
{
  return (uint32_t)lround((LMU_HEAT_PIXELS - 1U) * color_position(value, peak));
}

/// Fill an image with one pixel a value, the first coefficient at the bottom
static cairo_surface_t*
make_image(const LmuHeatPicture* const picture)
{
  const uint32_t         n_rows = picture->n_rows;
  cairo_surface_t* const image  = cairo_image_surface_create(
    CAIRO_FORMAT_RGB24, (int)picture->n_columns, (int)n_rows);
  if (cairo_surface_status(image) != CAIRO_STATUS_SUCCESS) {
    return image;
  }

  uint32_t pixels[LMU_HEAT_PIXELS];
  lmu_heat_set_pixels(pixels, picture->theme);
  cairo_surface_flush(image);
  unsigned char* const data   = cairo_image_surface_get_data(image);
  const size_t         stride = (size_t)cairo_image_surface_get_stride(image);
  for (uint32_t row = 0U; row < n_rows; ++row) {
    uint32_t* const line =
      (uint32_t*)(void*)(data + ((n_rows - 1U - row) * stride));
    for (uint32_t i = 0U; i < picture->n_columns; ++i) {
      const double value = (double)picture->values[((size_t)i * n_rows) + row];
      line[i]            = pixels[lmu_heat_index(value, picture->peak)];
    }
  }
  cairo_surface_mark_dirty(image);
  return image;
}

void
lmu_draw_heat_strip(cairo_t* const              cr,
                    const LmuHeatPicture* const picture,
                    const LmuRect* const        panel,
                    const double                scale)
{
  cairo_surface_t* const image = make_image(picture);
  const bool             dense = picture->n_rows > panel->height * scale ||
                     picture->n_columns > panel->width * scale + 1.0;

  cairo_save(cr);
  cairo_translate(cr, panel->x, panel->y);
  cairo_scale(
    cr, panel->width / picture->n_columns, panel->height / picture->n_rows);
  cairo_set_source_surface(cr, image, 0.0, 0.0);
  cairo_pattern_set_filter(cairo_get_source(cr),
                           dense ? CAIRO_FILTER_BEST : CAIRO_FILTER_NEAREST);
  cairo_rectangle(cr, 0.0, 0.0, picture->n_columns, picture->n_rows);
  cairo_fill(cr);
  cairo_restore(cr);
  cairo_surface_destroy(image);
}

static void
draw_bar(cairo_t* const              cr,
         const LmuHeatPicture* const picture,
         const LmuRect* const        bar)
{
  cairo_pattern_t* const gradient =
    cairo_pattern_create_linear(0.0, bar->y + bar->height, 0.0, bar->y);
  for (int i = 0; i <= BAR_STEPS; ++i) {
    const double   position = (double)i / BAR_STEPS;
    const LmuColor color =
      lmu_color_at(picture->theme->heat, LMU_N_HEAT_COLORS, position);
    cairo_pattern_add_color_stop_rgb(
      gradient, position, color.red, color.green, color.blue);
  }

  cairo_set_source(cr, gradient);
  cairo_rectangle(cr, bar->x, bar->y, bar->width, bar->height);
  cairo_fill_preserve(cr);
  cairo_pattern_destroy(gradient);
  lmu_draw_set_color(cr, picture->theme->grid);
  cairo_set_line_width(cr, 1.0);
  cairo_stroke(cr);
}

static void
draw_legend(cairo_t* const              cr,
            const LmuHeatPicture* const picture,
            const LmuRect* const        panel)
{
  const LmuRect bar = {
    panel->x + panel->width + BAR_GAP, panel->y, BAR_WIDTH, panel->height};
  draw_bar(cr, picture, &bar);

  const double values[] = {picture->peak,
                           0.1 * picture->peak,
                           0.0,
                           -0.1 * picture->peak,
                           -picture->peak};
  lmu_draw_set_color(cr, picture->theme->muted);
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  lmu_draw_subscript(cr, "m", "n", bar.x, bar.y + bar.height + 16.0);
  for (int i = 0; i < 5; ++i) {
    char text[32];
    snprintf(text,
             sizeof(text),
             "%s%g",
             (values[i] > 0.0)   ? "+"
             : (values[i] < 0.0) ? "−"
                                 : "",
             fabs(values[i]));
    const double y =
      bar.y + (bar.height * (1.0 - color_position(values[i], picture->peak)));
    lmu_draw_text(cr,
                  text,
                  bar.x + bar.width + 6.0,
                  y + (0.36 * LMU_TEXT_LABEL),
                  LMU_ALIGN_LEFT);
  }
}

LmuRect
lmu_heat_panel(const double width, const double height, const double scale)
{
  return (LmuRect){LEFT,
                   TOP,
                   (width / scale) - LEFT - RIGHT,
                   (height / scale) - TOP - LMU_AXIS_BELOW};
}

void
lmu_draw_heat(cairo_t* const              cr,
              const LmuHeatPicture* const picture,
              const double                width,
              const double                height,
              const double                scale)
{
  const LmuRect panel  = lmu_heat_panel(width, height, scale);
  const LmuAxis time   = {picture->start_s, picture->end_s, "time (s)", 12U};
  const LmuAxis number = {
    0.0, picture->n_rows, "coefficient n", (uint32_t)(panel.height / 26.0)};

  cairo_save(cr);
  cairo_scale(cr, scale, scale);
  lmu_draw_axes(cr, picture->theme, &panel, &time, &number);
  lmu_draw_heat_strip(cr, picture, &panel, scale);
  draw_legend(cr, picture, &panel);
  cairo_restore(cr);
}
