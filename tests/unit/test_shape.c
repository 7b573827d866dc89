// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/rt/fpu.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/shape.h"
#include "core/memory/rt/bandwidth.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// What the header promises
#define MAX_SINE_ERROR 2e-4

START_TEST(a_glide_arrives_in_a_straight_line)
{
  LmuGlide glide;
  lmu_glide_set(&glide, 1.0);
  ck_assert(lmu_glide_rests(&glide));
  lmu_glide_to(&glide, 2.0, 4U);
  for (int i = 1; i <= 4; ++i) {
    ck_assert(!lmu_glide_rests(&glide));
    ck_assert_double_eq_tol(lmu_glide_next(&glide), 1.0 + (i / 4.0), 1e-15);
  }
  ck_assert(lmu_glide_rests(&glide));
  ck_assert_double_eq(lmu_glide_next(&glide), 2.0);
}
END_TEST

START_TEST(a_glide_turns_where_it_is)
{
  LmuGlide glide;
  lmu_glide_set(&glide, 0.0);
  lmu_glide_to(&glide, 1.0, 10U);
  for (int i = 0; i < 5; ++i) {
    (void)lmu_glide_next(&glide);
  }
  lmu_glide_to(&glide, 0.0, 10U);
  ck_assert_double_eq_tol(lmu_glide_next(&glide), 0.45, 1e-12);
}
END_TEST

START_TEST(the_same_target_again_does_not_slow_a_glide)
{
  LmuGlide glide;
  lmu_glide_set(&glide, 0.0);
  for (int i = 0; i < 10; ++i) {
    lmu_glide_to(&glide, 1.0, 10U);
    (void)lmu_glide_next(&glide);
  }
  ck_assert_double_eq(glide.value, 1.0);
}
END_TEST

START_TEST(an_approach_arrives_exactly)
{
  double value = 10.0;
  int    steps = 0;
  while (value != 400.0 && steps < 1000) {
    const double next = lmu_approach(value, 400.0, 0.1);
    ck_assert_double_gt(next, value);
    value = next;
    ++steps;
  }
  ck_assert_int_lt(steps, 200);
}
END_TEST

START_TEST(the_limit_is_transparent_below_full_scale_and_bounded_above)
{
  float before = -3.0f;
  for (int i = -1000; i <= 1000; ++i) {
    const float x = (float)i / 100.0f;
    const float y = lmu_soft_limit(x);
    if (fabsf(x) <= 1.0f) {
      ck_assert_float_eq(y, x);
    }
    ck_assert_float_lt(fabsf(y), 2.0f);
    ck_assert_float_gt(y, before);
    before = y;
  }
}
END_TEST

START_TEST(the_sine_is_one)
{
  for (int i = 0; i < 3000; ++i) {
    const double turns = i / 1000.0;
    ck_assert_double_eq_tol(
      lmu_sine(turns), sin(2.0 * PI * turns), MAX_SINE_ERROR);
  }
}
END_TEST

START_TEST(a_smooth_step_starts_and_ends_level)
{
  ck_assert_double_eq(lmu_smooth_step(-1.0), 0.0);
  ck_assert_double_eq(lmu_smooth_step(0.0), 0.0);
  ck_assert_double_eq(lmu_smooth_step(0.5), 0.5);
  ck_assert_double_eq(lmu_smooth_step(1.0), 1.0);
  ck_assert_double_eq(lmu_smooth_step(2.0), 1.0);
  ck_assert_double_lt(lmu_smooth_step(0.01), 1e-3);
}
END_TEST

START_TEST(bandwidth_is_what_the_manual_says)
{
  // 12 coefficients over 20 ms end at 150 Hz
  ck_assert_double_eq_tol(lmu_bandwidth(12U, 960.0, 48000.0), 150.0, 1e-9);
  ck_assert_double_eq_tol(lmu_bandwidth(4096U, 960.0, 48000.0), 24000.0, 1e-9);
  ck_assert_double_eq_tol(lmu_useful_order(960.0), 1920.0, 1e-9);
}
END_TEST

START_TEST(denormals_are_zero_inside_and_back_outside)
{
  volatile float tiny = 1e-38f;
  volatile float half = 0.01f;
  ck_assert_float_gt(tiny * half, 0.0f);

  const LmuFpu   host   = lmu_fpu_enter();
  volatile float inside = tiny * half;
  lmu_fpu_leave(host);
#if defined(__x86_64__) || defined(__aarch64__)
  ck_assert_float_eq(inside, 0.0f);
#endif
  ck_assert_float_gt(tiny * half, 0.0f);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("shape");
  tcase_add_test(tcase, a_glide_arrives_in_a_straight_line);
  tcase_add_test(tcase, a_glide_turns_where_it_is);
  tcase_add_test(tcase, the_same_target_again_does_not_slow_a_glide);
  tcase_add_test(tcase, an_approach_arrives_exactly);
  tcase_add_test(tcase,
                 the_limit_is_transparent_below_full_scale_and_bounded_above);
  tcase_add_test(tcase, the_sine_is_one);
  tcase_add_test(tcase, a_smooth_step_starts_and_ends_level);
  tcase_add_test(tcase, bandwidth_is_what_the_manual_says);
  tcase_add_test(tcase, denormals_are_zero_inside_and_back_outside);
  return run_case("shape", tcase);
}
