// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Pictures in the mixer.  With LMU_PICTURES=FOLDER they are kept there.
// usage: test_display LMU.SO

#include "plugin/inline_display.h"
#include "plugin/ports.h"
#include "tests/plugin/display.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000U
#define BLOCK 240U

/// What hosts draw at
#define WIDTH 90U
#define HEIGHT 57U

static float in[BLOCK];
static float out[BLOCK];

/// Play a tone that fades in again and again
static void
play_tone(DisplayStrip* const strip,
          const uint32_t      n_blocks,
          const double        level)
{
  for (uint32_t i = 0U; i < n_blocks; ++i) {
    for (uint32_t j = 0U; j < BLOCK; ++j) {
      const double t = ((i * BLOCK) + j) / (double)RATE;
      in[j] = (float)(level * sin(2.0 * M_PI * 110.0 * t) * fmod(4.0 * t, 1.0));
    }
    strip_play(strip, in, out, BLOCK);
  }
}

/// Keep a picture as a file, if that was asked for
static void
keep(const InlineDisplaySurface* const surface, const char* const name)
{
  const char* const folder = getenv("LMU_PICTURES");
  char              path[512];
  if (!folder) {
    return;
  }

  (void)snprintf(
    path, sizeof(path), "%s/%s-%d.ppm", folder, name, surface->width);
  FILE* const file = fopen(path, "wb");
  ck_assert_ptr_nonnull(file);
  (void)fprintf(file, "P6 %d %d 255\n", surface->width, surface->height);
  for (int y = 0; y < surface->height; ++y) {
    for (int x = 0; x < surface->width; ++x) {
      uint32_t pixel = 0U;
      memcpy(&pixel,
             surface->data + ((ptrdiff_t)y * surface->stride) +
               ((ptrdiff_t)x * (ptrdiff_t)sizeof(pixel)),
             sizeof(pixel));
      const uint8_t rgb[] = {
        (uint8_t)(pixel >> 16U), (uint8_t)(pixel >> 8U), (uint8_t)pixel};
      (void)fwrite(rgb, sizeof(rgb), 1U, file);
    }
  }
  (void)fclose(file);
}

START_TEST(every_plugin_draws)
{
  static const uint32_t widths[] = {60U, WIDTH, 110U};

  DisplayStrip* const strip = strip_new(host_lists[_i]);
  play_tone(strip, 150U, 0.8);
  for (uint32_t i = 0U; i < 3U; ++i) {
    const InlineDisplaySurface* const surface =
      strip_draw(strip, widths[i], 200U);
    ck_assert_ptr_nonnull(surface);
    ck_assert_int_eq(surface->width, (int)widths[i]);
    ck_assert_int_eq(surface->stride, (int)(4U * widths[i]));
    keep(surface, host_lists[_i]->name);
  }
  strip_free(strip);
}
END_TEST

START_TEST(height_depends_on_what_the_host_asks_alone)
{
  DisplayStrip* const strip = strip_new(&lmu_scope_ports[0]);
  for (uint32_t i = 0U; i < 20U; ++i) {
    play_tone(strip, i, 0.01 * i);
    ck_assert_int_eq(strip_draw(strip, WIDTH, 200U)->height, (int)HEIGHT);
    ck_assert_int_eq(strip_draw(strip, WIDTH, 30U)->height, 30);
    ck_assert_int_eq(strip_draw(strip, 1U, 30U)->height, 1);
  }
  ck_assert_ptr_null(strip_draw(strip, 0U, 30U));
  ck_assert_ptr_null(strip_draw(strip, WIDTH, 0U));
  ck_assert_int_le(strip_draw(strip, UINT32_MAX, UINT32_MAX)->width, 2048);
  strip_free(strip);
}
END_TEST

START_TEST(picture_follows_the_sound)
{
  static uint8_t before[WIDTH * HEIGHT * 4U];

  DisplayStrip* const strip = strip_new(host_lists[_i]);
  memcpy(before, strip_draw(strip, WIDTH, HEIGHT)->data, sizeof(before));
  ck_assert_mem_eq(
    before, strip_draw(strip, WIDTH, HEIGHT)->data, sizeof(before));
  play_tone(strip, 100U, 0.5);
  ck_assert_mem_ne(
    before, strip_draw(strip, WIDTH, HEIGHT)->data, sizeof(before));
  strip_free(strip);
}
END_TEST

START_TEST(host_is_asked_to_draw_some_times_a_second)
{
  DisplayStrip* const strip = strip_new(host_lists[_i]);
  play_tone(strip, RATE / BLOCK, 0.5);
  ck_assert_uint_ge(strip->n_draws, 15U);
  ck_assert_uint_le(strip->n_draws, 20U);
  strip_free(strip);
}
END_TEST

START_TEST(host_is_not_asked_to_draw_the_same_again)
{
  DisplayStrip* const strip = strip_new(host_lists[_i]);
  play_tone(strip, RATE / BLOCK, 0.0);

  const uint32_t before = strip->n_draws;
  play_tone(strip, RATE / BLOCK, 0.0);
  ck_assert_uint_le(before, 20U);
  if (!host_is_model(_i)) { // Whose answer to silence may move
    ck_assert_uint_eq(strip->n_draws, before);
  }
  strip_free(strip);
}
END_TEST

START_TEST(nothing_is_drawn_for_a_host_that_did_not_offer_to)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  const InlineDisplayInterface* const interface =
    (const InlineDisplayInterface*)instance->descriptor->extension_data(
      INLINE_DISPLAY_INTERFACE_URI);
  ck_assert_ptr_nonnull(interface);
  ck_assert_ptr_null(interface->render(instance->handle, WIDTH, HEIGHT));
  instance_free(instance);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_loop_test(tcase, every_plugin_draws, 0, N_PLUGINS);
  tcase_add_test(tcase, height_depends_on_what_the_host_asks_alone);
  tcase_add_loop_test(tcase, picture_follows_the_sound, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, host_is_asked_to_draw_some_times_a_second, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, host_is_not_asked_to_draw_the_same_again, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, nothing_is_drawn_for_a_host_that_did_not_offer_to, 0, N_PLUGINS);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "display", add);
}
