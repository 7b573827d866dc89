// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Windows look as they did: test_pictures FOLDER, or --write FOLDER to make
// anew what they are compared with, after a look at the pictures themselves.
//
// Pictures are compared in grey at half their size, so that the last bit of a
// smooth edge may differ, but no label may move or change.

#include "core/memory/setup/decoder.h"
#include "tests/unit/run.h"
#include "ui/draw_live.h"
#include "ui/draw_panel.h"
#include "ui/draw_text.h"
#include "ui/example.h"
#include "ui/layout.h"
#include "ui/live.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"

#include <cairo.h>
#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Grey levels that a pixel may differ by, an eighth of black to white
#define MAX_DIFFERENCE 32

/// Pixels that may differ by more, of which a label that moves changes hundreds
#define MAX_PIXELS 12U

/// Mean difference in grey levels of a picture twice as large, where letters
/// lie at halves of pixels: 1.9 at most, and 4 with all cards left out
#define MAX_MEAN 2.5

/// Width of a text in DejaVu Sans of size 100
#define PROBE "LMU 0123 Window"
#define PROBE_WIDTH 931.0

/// A picture in grey
typedef struct {
  uint32_t width;
  uint32_t height;
  uint8_t* pixels;
} Grey;

/// What is drawn
typedef struct {
  const char* plugin;
  bool        is_dark;
  bool        is_full; ///< With an example in it
} Picture;

static const Picture pictures[] = {{"delay", false, true},
                                   {"delay-stereo", true, false},
                                   {"model", true, false},
                                   {"predict", false, false},
                                   {"memory8", true, false},
                                   {"memory-cv8", false, false},
                                   {"decode8", true, true},
                                   {"scope", true, true}};

#define N_PICTURES ((int)(sizeof(pictures) / sizeof(pictures[0])))

static const char* folder;
static LmuPanel    panel;
static LmuLayout   layout;

/// End the program unless something holds, also outside of tests
static void
demand(const bool holds)
{
  if (!holds) {
    abort();
  }
}

/// Set up the panel of a picture
static void
set_panel(const Picture* const picture)
{
  double best[2];
  double least[2];
  lmu_panel_init(&panel, lmu_panel_spec(picture->plugin));
  lmu_layout_size(panel.spec, best, least);
  lmu_layout_init(&layout, panel.spec, best[0], best[1]);
  panel.is_dark = picture->is_dark;
  if (picture->is_full) {
    demand(lmu_example_set(&panel));
  }
}

static uint32_t
pixel_at(const uint8_t* const data,
         const uint32_t       stride,
         const uint32_t       x,
         const uint32_t       y)
{
  uint32_t pixel = 0U;
  memcpy(&pixel, data + ((size_t)y * stride) + (4U * (size_t)x), 4U);
  return ((pixel >> 16U) & 255U) + ((pixel >> 8U) & 255U) + (pixel & 255U);
}

/// Return a surface in grey, with `step` pixels to a side made one
static Grey
shrunk(cairo_surface_t* const surface, const uint32_t step)
{
  cairo_surface_flush(surface);
  const uint8_t* const data = cairo_image_surface_get_data(surface);
  const uint32_t stride     = (uint32_t)cairo_image_surface_get_stride(surface);
  Grey grey   = {(uint32_t)cairo_image_surface_get_width(surface) / step,
                 (uint32_t)cairo_image_surface_get_height(surface) / step,
                 NULL};
  grey.pixels = (uint8_t*)malloc((size_t)grey.width * grey.height);
  for (uint32_t y = 0U; y < grey.height; ++y) {
    for (uint32_t x = 0U; x < grey.width; ++x) {
      uint32_t sum = 0U;
      for (uint32_t i = 0U; i < step * step; ++i) {
        sum += pixel_at(
          data, stride, (x * step) + (i % step), (y * step) + (i / step));
      }
      grey.pixels[(y * grey.width) + x] = (uint8_t)(sum / (3U * step * step));
    }
  }
  return grey;
}

/// Draw the panel at a scale
static cairo_surface_t*
drawn(const double scale)
{
  cairo_surface_t* const surface =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                               (int)lround(layout.width * scale),
                               (int)lround(layout.height * scale));
  cairo_t* const cr = cairo_create(surface);
  lmu_draw_panel(cr, &panel, &layout, scale, NULL);
  demand(cairo_status(cr) == CAIRO_STATUS_SUCCESS);
  cairo_destroy(cr);
  return surface;
}

/// Draw the panel at half of a scale's size, so that all scales are alike
static Grey
drawn_grey(const uint32_t scale)
{
  cairo_surface_t* const surface = drawn(scale);
  const Grey             grey    = shrunk(surface, 2U * scale);
  cairo_surface_destroy(surface);
  return grey;
}

static void
write_path(char path[512], const int i)
{
  (void)snprintf(path, 512U, "%s/%s.png", folder, pictures[i].plugin);
}

static Grey
golden(const int i)
{
  char path[512];
  write_path(path, i);
  cairo_surface_t* const surface = cairo_image_surface_create_from_png(path);
  ck_assert_msg(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
                "%s cannot be read",
                path);
  const Grey grey = shrunk(surface, 1U);
  cairo_surface_destroy(surface);
  return grey;
}

/// Write a picture to compare with
static void
save(const Grey* const grey, const char* const path)
{
  cairo_surface_t* const surface = cairo_image_surface_create(
    CAIRO_FORMAT_A8, (int)grey->width, (int)grey->height);
  uint8_t* const data   = cairo_image_surface_get_data(surface);
  const uint32_t stride = (uint32_t)cairo_image_surface_get_stride(surface);
  for (uint32_t y = 0U; y < grey->height; ++y) {
    memcpy(data + ((size_t)y * stride),
           grey->pixels + ((size_t)y * grey->width),
           grey->width);
  }
  cairo_surface_mark_dirty(surface);
  demand(cairo_surface_write_to_png(surface, path) == CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy(surface);
}

/// Return how many pixels differ
static uint32_t
count_different(const Grey* const a, const Grey* const b)
{
  uint32_t count = 0U;
  ck_assert_uint_eq(a->width, b->width);
  ck_assert_uint_eq(a->height, b->height);
  for (uint32_t i = 0U; i < a->width * a->height; ++i) {
    count +=
      (abs((int)a->pixels[i] - (int)b->pixels[i]) > MAX_DIFFERENCE) ? 1U : 0U;
  }
  return count;
}

static double
mean_difference(const Grey* const a, const Grey* const b)
{
  double sum = 0.0;
  ck_assert_uint_eq(a->width, b->width);
  ck_assert_uint_eq(a->height, b->height);
  for (uint32_t i = 0U; i < a->width * a->height; ++i) {
    sum += abs((int)a->pixels[i] - (int)b->pixels[i]);
  }
  return sum / (a->width * a->height);
}

START_TEST(windows_look_as_they_did)
{
  set_panel(&pictures[_i]);
  const Grey now    = drawn_grey(1U);
  const Grey before = golden(_i);
  ck_assert_uint_le(count_different(&now, &before), MAX_PIXELS);
  free(now.pixels);
  free(before.pixels);
}
END_TEST

START_TEST(windows_look_the_same_twice_as_large)
{
  if (pictures[_i].is_full) {
    return; // Rows of the strip are rounded to pixels, so they lie elsewhere
  }

  set_panel(&pictures[_i]);
  const Grey now    = drawn_grey(2U);
  const Grey before = golden(_i);
  ck_assert_double_lt(mean_difference(&now, &before), MAX_MEAN);
  free(now.pixels);
  free(before.pixels);
}
END_TEST

START_TEST(a_card_that_is_missing_is_seen_twice_as_large)
{
  set_panel(&pictures[1]);
  const Grey before = golden(1);
  layout.n_cells    = 0U;
  layout.n_cards    = 0U;
  const Grey now    = drawn_grey(2U);
  ck_assert_double_gt(mean_difference(&now, &before), MAX_MEAN);
  free(now.pixels);
  free(before.pixels);
}
END_TEST

START_TEST(a_label_that_moves_is_seen)
{
  set_panel(&pictures[1]);
  const Grey before = golden(1);
  layout.cells[0].bounds.x += 3.0; // Only the label lies by this
  const Grey now = drawn_grey(1U);
  ck_assert_uint_gt(count_different(&now, &before), MAX_PIXELS);
  free(now.pixels);
  free(before.pixels);
}
END_TEST

/// Draw each View on the picture of the one before, and all of the last anew
static void
draw_views(cairo_surface_t* const surfaces[2], LmuExample* const example)
{
  LmuBackdrop       backdrop = {0};
  LmuDecoder* const decoder  = lmu_decoder_new();
  cairo_t* const    cr       = cairo_create(surfaces[0]);
  cairo_t* const    anew     = cairo_create(surfaces[1]);
  lmu_draw_panel(cr, &panel, &layout, 1.0, &backdrop);
  while (lmu_example_step(example)) {
    lmu_live_step(&panel.live, decoder, lmu_example_view(example));
    demand(lmu_draw_panel_picture(cr, &panel, &layout, 1.0, &backdrop));
  }
  lmu_draw_panel(anew, &panel, &layout, 1.0, NULL);
  cairo_destroy(anew);
  cairo_destroy(cr);
  lmu_decoder_free(decoder);
  lmu_backdrop_reset(&backdrop);
}

START_TEST(views_drawn_one_by_one_look_like_the_last_drawn_anew)
{
  const Picture empty = {pictures[_i].plugin, pictures[_i].is_dark, false};
  set_panel(&empty);
  LmuExample* const      example     = lmu_example_new(&panel);
  cairo_surface_t* const surfaces[2] = {drawn(1.0), drawn(1.0)};
  ck_assert_ptr_nonnull(example);
  draw_views(surfaces, example);

  const Grey kept = shrunk(surfaces[0], 1U);
  const Grey anew = shrunk(surfaces[1], 1U);
  for (uint32_t y = 0U; y < kept.height; ++y) {
    // Readings above the picture are drawn with the rest of the window
    if (y > layout.picture.y && y < layout.picture.y + layout.picture.height) {
      ck_assert_mem_eq(kept.pixels + ((size_t)y * kept.width),
                       anew.pixels + ((size_t)y * anew.width),
                       kept.width);
    }
  }
  free(kept.pixels);
  free(anew.pixels);
  cairo_surface_destroy(surfaces[0]);
  cairo_surface_destroy(surfaces[1]);
  lmu_example_free(example);
}
END_TEST

START_TEST(a_header_drawn_alone_looks_like_all_drawn_anew)
{
  const double scales[] = {1.0, 1.5};
  set_panel(&pictures[_i]);
  for (uint32_t s = 0U; s < 2U; ++s) {
    cairo_surface_t* const kept = drawn(scales[s]);
    cairo_t* const         cr   = cairo_create(kept);
    for (uint32_t i = 0U; i < panel.spec->n_controls; ++i) {
      if (lmu_panel_spec_reads(&panel.spec->controls[i])) {
        panel.values[i] += 0.37f * (panel.spec->controls[i].maximum -
                                    panel.spec->controls[i].minimum);
      }
    }
    ck_assert(lmu_draw_panel_header(cr, &panel, &layout, scales[s]));
    cairo_destroy(cr);

    cairo_surface_t* const anew    = drawn(scales[s]);
    const Grey             greys[] = {shrunk(kept, 1U), shrunk(anew, 1U)};
    ck_assert_mem_eq(greys[0].pixels,
                     greys[1].pixels,
                     (size_t)greys[0].width * greys[0].height);
    free(greys[0].pixels);
    free(greys[1].pixels);
    cairo_surface_destroy(kept);
    cairo_surface_destroy(anew);
  }
}
END_TEST

START_TEST(windows_of_any_size_and_scale_can_be_drawn)
{
  const double scales[] = {0.5, 1.0, 1.5, 2.0, 3.0};
  set_panel(&pictures[0]);
  for (int i = 0; i < 5; ++i) {
    for (uint32_t n = 0U; n < 3U; ++n) {
      const double width = 660.0 + (300.0 * n);
      lmu_layout_init(
        &layout, panel.spec, width, lmu_layout_height(panel.spec, width));
      cairo_surface_destroy(drawn(scales[i]));
    }
  }
}
END_TEST

START_TEST(names_that_are_no_text_are_drawn_too)
{
  set_panel(&pictures[2]);
  (void)snprintf(
    panel.path, sizeof(panel.path), "/x/\xFF\xC0 \n\x01.safetensors");
  cairo_surface_destroy(drawn(1.0));
}
END_TEST

/// Return whether fonts are those of the pictures
static bool
has_font(void)
{
  cairo_surface_t* const surface =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24, 8, 8);
  cairo_t* const cr = cairo_create(surface);
  lmu_draw_set_font(cr, 100.0, false);
  const double width = lmu_draw_text_width(cr, PROBE);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  if (fabs(width - PROBE_WIDTH) > 1.0) {
    (void)printf("1..0 # SKIP the usual font is not DejaVu Sans (%.0f)\n",
                 width);
  }
  return fabs(width - PROBE_WIDTH) <= 1.0;
}

static int
write_all(void)
{
  for (int i = 0; i < N_PICTURES; ++i) {
    char path[512];
    write_path(path, i);
    set_panel(&pictures[i]);
    const Grey grey = drawn_grey(1U);
    save(&grey, path);
    free(grey.pixels);
  }
  return EXIT_SUCCESS;
}

int
main(int argc, char** argv)
{
  folder = argv[argc - 1];
  if (!has_font()) {
    return 77;
  }
  if (argc == 3 && !strcmp(argv[1], "--write")) {
    return write_all();
  }

  TCase* const tcase = tcase_create("pictures");
  tcase_add_loop_test(tcase, windows_look_as_they_did, 0, N_PICTURES);
  tcase_add_loop_test(
    tcase, windows_look_the_same_twice_as_large, 0, N_PICTURES);
  tcase_add_test(tcase, a_card_that_is_missing_is_seen_twice_as_large);
  tcase_add_test(tcase, a_label_that_moves_is_seen);
  tcase_add_loop_test(
    tcase, views_drawn_one_by_one_look_like_the_last_drawn_anew, 0, N_PICTURES);
  tcase_add_loop_test(
    tcase, a_header_drawn_alone_looks_like_all_drawn_anew, 0, N_PICTURES);
  tcase_add_test(tcase, windows_of_any_size_and_scale_can_be_drawn);
  tcase_add_test(tcase, names_that_are_no_text_are_drawn_too);
  return run_case("pictures", tcase);
}
