// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Lines and outlines are what cairo makes of the same shapes at its best

#include "tests/unit/run.h"
#include "ui/draw_axis.h"
#include "ui/draw_span.h"

#include <cairo.h>
#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 300
#define HEIGHT 120
#define COUNT 90U

/// Greatest mean difference of a colour, of 255, as columns have four steps and
/// those of cairo more: 0.10 measured
#define MAX_MEAN 0.15

/// Greatest difference of a pixel, where a steep line turns: 62 measured
#define MAX_DIFFERENCE 72

static const double  scales[] = {0.7, 1.0, 1.5, 2.0};
static const LmuAxis axis     = {-1.0, 1.0, NULL, 4U};
static const LmuRect panel    = {10.3, 8.6, 270.4, 95.2};

#define N_SCALES 4

/// Return an image of a colour and a context on it, at a scale
static cairo_t*
new_context(const double scale)
{
  cairo_surface_t* const surface = cairo_image_surface_create(
    CAIRO_FORMAT_RGB24, (int)(WIDTH * scale), (int)(HEIGHT * scale));
  cairo_t* const cr = cairo_create(surface);
  cairo_surface_destroy(surface);
  cairo_set_source_rgb(cr, 0.2, 0.1, 0.3);
  cairo_paint(cr);
  cairo_set_source_rgb(cr, 0.9, 0.6, 0.1);
  cairo_scale(cr, scale, scale);
  return cr;
}

/// Return a sound, slow enough for a pixel to be no whole wave
static double
value_at(const double i)
{
  return 0.6 * sin(0.31 * i) * cos(0.043 * i);
}

/// Pairs, as a View has them
typedef struct {
  float pairs[COUNT][2];
} Outline;

static void
set_pairs(float pairs[COUNT][2])
{
  for (uint32_t i = 0U; i < COUNT; ++i) {
    pairs[i][0] = (float)(value_at(i) - 0.2);
    pairs[i][1] = (float)(value_at(i) + 0.1 + (0.1 * sin(0.9 * i)));
  }
}

/// Go to a value in the panel
static void
line_to(cairo_t* const cr,
        const uint32_t i,
        const float    value,
        const double   lift)
{
  cairo_line_to(cr,
                panel.x + ((i + 0.5) / COUNT * panel.width),
                lmu_axis_y(&axis, &panel, (double)value) - lift);
}

static const unsigned char*
pixels_of(cairo_t* const cr, size_t* const size)
{
  cairo_surface_t* const surface = cairo_get_target(cr);
  cairo_surface_flush(surface);
  *size = (size_t)cairo_image_surface_get_stride(surface) *
          (size_t)cairo_image_surface_get_height(surface);
  return cairo_image_surface_get_data(surface);
}

/// Compare, and free both
static void
check_same(cairo_t* const a, cairo_t* const b)
{
  size_t                     size     = 0U;
  const unsigned char* const first    = pixels_of(a, &size);
  const unsigned char* const second   = pixels_of(b, &size);
  double                     sum      = 0.0;
  int                        greatest = 0;
  for (size_t i = 0U; i < size; ++i) {
    const int difference = (i % 4U == 3U) ? 0 : abs(first[i] - second[i]);
    greatest             = (difference > greatest) ? difference : greatest;
    sum += difference;
  }
  ck_assert_int_le(greatest, MAX_DIFFERENCE);
  ck_assert_double_lt(sum / (0.75 * (double)size), MAX_MEAN);
  cairo_destroy(a);
  cairo_destroy(b);
}

START_TEST(outlines_are_what_cairo_fills)
{
  Outline              outline;
  const Outline* const shape = &outline;
  cairo_t* const       span  = new_context(scales[_i]);
  cairo_t* const       cr    = new_context(scales[_i]);
  set_pairs(outline.pairs);
  lmu_draw_span_outline(span, &panel, &axis, shape->pairs, COUNT, 1.8);

  cairo_set_antialias(cr, CAIRO_ANTIALIAS_BEST);
  for (uint32_t i = 0U; i < COUNT; ++i) {
    line_to(cr, i, outline.pairs[i][1], 0.9);
  }
  for (uint32_t i = COUNT; i-- > 0U;) {
    line_to(cr, i, outline.pairs[i][0], -0.9);
  }
  cairo_fill(cr);
  check_same(span, cr);
}
END_TEST

START_TEST(lines_are_what_cairo_strokes)
{
  float          values[COUNT];
  cairo_t* const span = new_context(scales[_i]);
  cairo_t* const cr   = new_context(scales[_i]);
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_BEST);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width(cr, 1.5);
  for (uint32_t i = 0U; i < COUNT; ++i) {
    values[i] = (float)value_at(i);
    line_to(cr, i, values[i], 0.0);
  }
  cairo_stroke(cr);
  lmu_draw_span_line(span, &panel, &axis, values, COUNT, 1.5);
  check_same(span, cr);
}
END_TEST

/// Fill the panel, rounded to pixels, with the colour of the background
static void
clear_panel(cairo_t* const cr)
{
  lmu_draw_clip(cr, &panel);
  cairo_set_source_rgb(cr, 0.2, 0.1, 0.3);
  cairo_paint(cr);
}

START_TEST(nothing_is_drawn_outside_of_the_panel)
{
  Outline              outline;
  const Outline* const shape = &outline;
  float                values[COUNT];
  cairo_t* const       span  = new_context(scales[_i]);
  cairo_t* const       empty = new_context(scales[_i]);
  for (uint32_t i = 0U; i < COUNT; ++i) {
    values[i]           = (i % 2U) ? 1e9f : -1e9f;
    outline.pairs[i][0] = (i % 3U) ? -1e9f : 3.0f;
    outline.pairs[i][1] = 1e9f;
  }
  lmu_draw_span_outline(span, &panel, &axis, shape->pairs, COUNT, 1.8);
  lmu_draw_span_line(span, &panel, &axis, values, COUNT, 1.5);
  clear_panel(span);
  check_same(span, empty);
}
END_TEST

START_TEST(panels_outside_of_the_image_are_cut)
{
  const LmuRect  bounds[] = {{-40.0, -50.0, 900.0, 700.0},
                             {WIDTH, 0.0, 50.0, 50.0},
                             {0.0, HEIGHT + 3.0, 50.0, 50.0}};
  const float    values[] = {-0.5f, 0.5f, -2.0f};
  cairo_t* const cr       = new_context(1.0);
  for (uint32_t i = 0U; i < 3U; ++i) {
    lmu_draw_span_line(cr, &bounds[i], &axis, values, 3U, 1e3);
    lmu_draw_span_line(cr, &bounds[i], &axis, values, 0U, 1.0);
    lmu_draw_span_line(cr, &bounds[i], &axis, values, 1U, 1.0);
  }
  cairo_destroy(cr);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("span");
  tcase_add_loop_test(tcase, outlines_are_what_cairo_fills, 0, N_SCALES);
  tcase_add_loop_test(tcase, lines_are_what_cairo_strokes, 0, N_SCALES);
  tcase_add_loop_test(
    tcase, nothing_is_drawn_outside_of_the_panel, 0, N_SCALES);
  tcase_add_test(tcase, panels_outside_of_the_image_are_cut);
  return run_case("span", tcase);
}
