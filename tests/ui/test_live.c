// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// A window rests in silence

#include "core/memory/setup/decoder.h"
#include "plugin/view.h"
#include "tests/unit/run.h"
#include "ui/draw_live.h"
#include "ui/draw_panel.h"
#include "ui/layout.h"
#include "ui/live.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"
#include "ui/view.h"

#include <cairo.h>
#include <check.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ORDER 32U
#define WIDTH 800
#define HEIGHT 500

/// Views until scales have fallen from 1 to the least and the strip is empty
#define MAX_VIEWS 1500U

static LmuPanel  panel;
static LmuLayout layout;
static LmuView   view;

/// Set all of the view to a level
static void
set_view(const float level)
{
  view.theta_s   = 0.1;
  view.rate_hz   = 48e3;
  view.order     = ORDER;
  view.basis     = VIEW_COEFFICIENTS;
  view.n_numbers = ORDER;
  view.n_input   = VIEW_COLUMNS;
  for (uint32_t i = 0U; i < ORDER; ++i) {
    view.numbers[i] = level;
  }
  for (uint32_t i = 0U; i < VIEW_COLUMNS; ++i) {
    view.input[i][0] = -level;
    view.input[i][1] = level;
  }
}

static bool
step(LmuDecoder* const decoder, const float level)
{
  set_view(level);
  ++view.sequence;
  return lmu_live_step(&panel.live, decoder, &view);
}

/// Play a sound and then silence, return Views until nothing changes
static uint32_t
rest(LmuDecoder* const decoder)
{
  uint32_t n_views = 0U;
  lmu_panel_init(&panel, lmu_panel_spec("scope"));
  ck_assert(step(decoder, 0.5f));
  while (n_views < MAX_VIEWS && step(decoder, 0.0f)) {
    ++n_views;
  }
  return n_views;
}

START_TEST(silence_changes_nothing_after_a_while)
{
  LmuDecoder* const decoder = lmu_decoder_new();
  const uint32_t    n_views = rest(decoder);
  ck_assert_uint_gt(n_views, LMU_LIVE_COLUMNS); // The strip moves until then
  ck_assert_uint_lt(n_views, MAX_VIEWS);
  ck_assert(!step(decoder, 1e-9f)); // Nor does what cannot be seen
  ck_assert(step(decoder, 1e-4f));
  lmu_decoder_free(decoder);
}
END_TEST

START_TEST(another_window_is_seen_in_silence)
{
  LmuDecoder* const decoder = lmu_decoder_new();
  rest(decoder);
  set_view(0.0f);
  view.theta_s = 0.2;
  ck_assert(lmu_live_step(&panel.live, decoder, &view));
  lmu_decoder_free(decoder);
}
END_TEST

/// Return a picture of the panel
static cairo_surface_t*
drawn(void)
{
  cairo_surface_t* const surface =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cairo_t* const cr = cairo_create(surface);
  lmu_layout_init(&layout, panel.spec, WIDTH, HEIGHT);
  lmu_draw_panel(cr, &panel, &layout, 1.0, NULL);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  return surface;
}

START_TEST(what_is_not_drawn_looks_the_same)
{
  LmuDecoder* const decoder = lmu_decoder_new();
  rest(decoder);
  cairo_surface_t* const before = drawn();
  ck_assert(!step(decoder, 0.0f));
  ck_assert(!step(decoder, 0.0f));

  cairo_surface_t* const after = drawn();
  const size_t size = (size_t)cairo_image_surface_get_stride(after) * HEIGHT;
  ck_assert_int_eq(memcmp(cairo_image_surface_get_data(before),
                          cairo_image_surface_get_data(after),
                          size),
                   0);
  cairo_surface_destroy(after);
  cairo_surface_destroy(before);
  lmu_decoder_free(decoder);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("live");
  tcase_add_test(tcase, silence_changes_nothing_after_a_while);
  tcase_add_test(tcase, another_window_is_seen_in_silence);
  tcase_add_test(tcase, what_is_not_drawn_looks_the_same);
  return run_case("live", tcase);
}
