// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/trace.h"
#include "core/memory/rt/modes.h"
#include "plugin/raster.h"
#include "plugin/snapshot.h"
#include "plugin/view.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Greatest picture, and pixels around it that must not change
#define MAX_PIXELS 40000U
#define GUARD 1000U
#define UNTOUCHED 0x12345678U

#define PI 3.14159265358979323846

static uint32_t canvas[GUARD + MAX_PIXELS + GUARD];
/// Pairs of four frames each
#define N_PAIRS 256U

static const LmuOutline outline = {4U * N_PAIRS, 4U, 0U};

static Snapshot snapshot;

static Raster
draw(const uint32_t width, const uint32_t height)
{
  const Raster raster = {canvas + GUARD, width, height};
  ck_assert_uint_le((size_t)width * height, MAX_PIXELS);
  for (uint32_t i = 0U; i < GUARD + MAX_PIXELS + GUARD; ++i) {
    canvas[i] = UNTOUCHED;
  }
  raster_draw(&raster, &snapshot);
  return raster;
}

/// Fill the trace of the input with some periods of a sine
static void
set_sine(const double periods)
{
  memset(&snapshot, 0, sizeof(snapshot));
  snapshot.outline                = outline;
  snapshot.has_trace[TRACE_INPUT] = true;
  for (uint32_t i = 0U; i < N_PAIRS; ++i) {
    const double angle = 2.0 * PI * periods * i / N_PAIRS;
    float* const pair  = snapshot.traces[TRACE_INPUT] + (2U * (size_t)i);
    pair[0]            = (float)sin(angle);
    pair[1]            = (float)sin(angle);
  }
}

/// Return the middle of what differs from the background in a column above the
/// bars
static double
row_of_trace(const Raster* const raster, const uint32_t x)
{
  double sum   = 0.0;
  double total = 0.0;
  for (uint32_t y = 0U; y < ((raster->height * 7U) + 9U) / 10U; ++y) {
    const uint32_t pixel  = raster->pixels[(y * raster->width) + x];
    const double   weight = (double)(pixel & 0xFFU) - 0x3D; // The middle line
    if (weight > 0.0) {
      sum += weight * (y + 0.5);
      total += weight;
    }
  }
  return total > 0.0 ? sum / total : -1.0;
}

static const uint32_t sizes[][2] = {{1U, 1U},
                                    {2U, 1U},
                                    {1U, 100U},
                                    {60U, 38U},
                                    {90U, 57U},
                                    {110U, 69U},
                                    {300U, 100U}};

#define N_SIZES ((int)(sizeof(sizes) / sizeof(sizes[0])))

START_TEST(all_pixels_are_drawn_and_no_others)
{
  set_sine(2.0);
  const uint32_t count = sizes[_i][0] * sizes[_i][1];
  (void)draw(sizes[_i][0], sizes[_i][1]);
  for (uint32_t i = 0U; i < GUARD + MAX_PIXELS + GUARD; ++i) {
    const int is_inside = i >= GUARD && i < GUARD + count;
    if (is_inside ? canvas[i] >> 24U != 0xFFU : canvas[i] != UNTOUCHED) {
      ck_abort_msg("pixel %u is %x", i, canvas[i]);
    }
  }
}
END_TEST

START_TEST(sine_is_a_sine)
{
  set_sine(1.0);
  const Raster raster = draw(90U, 57U);
  const double middle = 0.35 * 57.0;
  for (uint32_t x = 2U; x < 88U; ++x) {
    const double wanted = middle * (1.0 - sin(2.0 * PI * (x + 0.5) / 90.0));
    ck_assert_double_eq_tol(row_of_trace(&raster, x), wanted, 1.5);
  }
}
END_TEST

START_TEST(quiet_sound_is_made_visible)
{
  set_sine(1.0);
  for (uint32_t i = 0U; i < 2U * N_PAIRS; ++i) {
    snapshot.traces[TRACE_INPUT][i] *= 0.03f;
  }
  const Raster raster = draw(90U, 57U);
  ck_assert_double_lt(row_of_trace(&raster, 22U), 8.0);
}
END_TEST

START_TEST(loudest_coefficient_has_the_highest_bar)
{
  set_sine(1.0);
  snapshot.order       = 8;
  snapshot.n_numbers   = 8U;
  snapshot.basis       = VIEW_COEFFICIENTS;
  snapshot.numbers[_i] = sqrtf((2.0f * (float)_i) + 1.0f);

  const Raster raster = draw(96U, 60U);
  for (uint32_t bar = 0U; bar < 8U; ++bar) {
    // Just below the sound, where only a full bar gets
    const uint32_t pixel = raster.pixels[(44U * 96U) + (bar * 12U) + 4U];
    ck_assert_int_eq(pixel == 0xFF8A78C8U, bar == (uint32_t)_i);
  }
}
END_TEST

START_TEST(loudest_mode_has_the_highest_bar)
{
  const uint32_t at = lmu_mode_index((uint32_t)_i);
  set_sine(1.0);
  snapshot.order                   = 16;
  snapshot.n_numbers               = LMU_BLOCK;
  snapshot.basis                   = VIEW_MODES;
  snapshot.numbers[at]             = 0.6f;
  snapshot.numbers[at + LMU_LANES] = 0.8f;

  const Raster raster = draw(96U, 60U);
  for (uint32_t bar = 0U; bar < 8U; ++bar) {
    const uint32_t pixel = raster.pixels[(44U * 96U) + (bar * 12U) + 4U];
    ck_assert_int_eq(pixel == 0xFF8A78C8U, bar == (uint32_t)_i);
  }
}
END_TEST

START_TEST(what_is_no_number_is_drawn_somewhere)
{
  static const float values[] = {
    NAN, INFINITY, -INFINITY, 1e38f, -1e38f, 1e-42f};

  set_sine(1.0);
  snapshot.order                   = (int32_t)LMU_MAX_ORDER;
  snapshot.n_numbers               = LMU_MAX_ORDER;
  snapshot.n_points                = SHAPE_POINTS;
  snapshot.has_trace[TRACE_OUTPUT] = true;
  snapshot.basis                   = _i % 2 ? VIEW_MODES : VIEW_COEFFICIENTS;
  for (uint32_t i = 0U; i < LMU_MAX_ORDER; ++i) {
    snapshot.numbers[i] = values[_i / 2];
  }
  for (uint32_t i = 0U; i < 2U * N_PAIRS; i += 3U) {
    snapshot.traces[TRACE_INPUT][i]  = values[_i / 2];
    snapshot.traces[TRACE_OUTPUT][i] = values[_i / 2];
  }
  for (uint32_t i = 0U; i < SHAPE_POINTS; i += 2U) {
    snapshot.shape[i] = values[_i / 2];
  }

  const Raster raster = draw(90U, 57U);
  for (uint32_t i = 0U; i < 90U * 57U; ++i) {
    ck_assert_uint_eq(raster.pixels[i] >> 24U, 0xFFU);
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("raster");
  tcase_add_loop_test(tcase, all_pixels_are_drawn_and_no_others, 0, N_SIZES);
  tcase_add_test(tcase, sine_is_a_sine);
  tcase_add_test(tcase, quiet_sound_is_made_visible);
  tcase_add_loop_test(tcase, loudest_coefficient_has_the_highest_bar, 0, 8);
  tcase_add_loop_test(tcase, loudest_mode_has_the_highest_bar, 0, 8);
  tcase_add_loop_test(tcase, what_is_no_number_is_drawn_somewhere, 0, 12);
  return run_case("raster", tcase);
}
