// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/rt/trace.h"
#include "core/setup/aligned.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Longest window in these tests [frames]
#define MAX_WINDOW 200000U

/// Frames that are heard
#define N_FRAMES 500000U

static float*    signal_of_test;
static LmuTrace* trace;
static float     columns[2U * LMU_TRACE_COLUMNS];

static void
setup(void)
{
  const uint32_t n_levels = lmu_trace_levels(MAX_WINDOW);
  trace          = (LmuTrace*)lmu_aligned_zeros(lmu_trace_size(n_levels));
  signal_of_test = (float*)calloc(N_FRAMES, sizeof(float));
  ck_assert_ptr_nonnull(trace);
  ck_assert_ptr_nonnull(signal_of_test);

  uint32_t seed = 1U;
  for (uint32_t i = 0U; i < N_FRAMES; ++i) {
    seed              = (seed * 1664525U) + 1013904223U;
    signal_of_test[i] = (float)(seed >> 8U) / 16777216.0f - 0.3f;
  }
  lmu_trace_reset(trace, n_levels);
}

static void
teardown(void)
{
  free(signal_of_test);
  free(trace);
}

/// Hear the signal up to a frame, in parts of many sizes
static void
hear_until(const uint32_t end)
{
  static uint32_t size;
  static uint32_t now;
  now = end ? now : 0U;
  while (now < end) {
    size = (size + 7U) % 61U;

    const uint32_t left = end - now;
    const uint32_t part = size < left ? size : left;
    lmu_trace_process(trace, signal_of_test + now, part);
    now += part;
  }
}

/// Return a frame of the past, which was silent before the first
static float
frame_at(const int64_t frame)
{
  return frame < 0 ? 0.0f : signal_of_test[frame];
}

/**
   Check a column against the signal.

   It may begin `slack` frames early, and end so unless it is the last.
*/
static void
assert_column(const float*  column,
              const int64_t begin,
              const int64_t end,
              const int64_t slack,
              const int     is_last)
{
  float least[2]    = {INFINITY, INFINITY};
  float greatest[2] = {-INFINITY, -INFINITY};
  for (int64_t i = begin - slack; i < end; ++i) {
    const float x = frame_at(i);
    least[0]      = fminf(least[0], x);
    greatest[0]   = fmaxf(greatest[0], x);
    if (i >= begin && (is_last || i < end - slack)) {
      least[1]    = fminf(least[1], x);
      greatest[1] = fmaxf(greatest[1], x);
    }
  }
  ck_assert_float_ge(column[0], least[0]);
  ck_assert_float_le(column[1], greatest[0]);
  ck_assert_float_le(column[0], least[1]);
  ck_assert_float_ge(column[1], greatest[1]);
}

/// Check all columns of a window
static void
assert_window(const uint32_t now, const uint32_t window)
{
  const uint32_t count  = lmu_trace_read(trace, window, columns);
  const uint32_t wanted = window < 256U ? window : 256U;
  ck_assert_uint_eq(count, wanted);

  // Up to 1000 frames exact, else by pairs of a level
  const int64_t pair  = (int64_t)exp2(ceil(log2(window / 1000.0)));
  const int64_t slack = pair > 1 ? pair - 1 : 0;
  ck_assert_int_le(pair, 1 + ((window / 256U) / 2U));
  for (uint32_t i = 0U; i < count; ++i) {
    const int64_t from  = (int64_t)now - window;
    const int64_t begin = from + ((int64_t)window * i / count);
    const int64_t end   = from + ((int64_t)window * (i + 1) / count);
    assert_column(
      columns + (2U * (size_t)i), begin, end, slack, i + 1U == count);
  }
}

static const uint32_t windows[] = {1U,
                                   2U,
                                   100U,
                                   255U,
                                   256U,
                                   257U,
                                   999U,
                                   1000U,
                                   1001U,
                                   1999U,
                                   2000U,
                                   2001U,
                                   4800U,
                                   7777U,
                                   8001U,
                                   16001U,
                                   48000U,
                                   200000U};

#define N_WINDOWS ((int)(sizeof(windows) / sizeof(windows[0])))

START_TEST(columns_are_least_and_greatest_of_their_frames)
{
  hear_until(0U);
  for (uint32_t now = 311U; now < N_FRAMES; now += 17321U) {
    hear_until(now);
    assert_window(now, windows[_i]);
  }
}
END_TEST

START_TEST(any_frame_may_be_the_last)
{
  hear_until(0U);
  hear_until(300000U);
  for (uint32_t i = 1U; i < 70U; ++i) {
    hear_until(300000U + i);
    assert_window(300000U + i, windows[_i]);
  }
}
END_TEST

START_TEST(window_may_change_with_each_reading)
{
  // Some windows are seldom read, so that levels have more to catch up with
  uint32_t now = 0U;
  hear_until(0U);
  for (uint32_t i = 1U; i < 300U; ++i) {
    now += (i * 37U) % ((i % 50U) ? 600U : 9000U);
    hear_until(now);
    assert_window(now, windows[(i * i) % N_WINDOWS]);
  }
}
END_TEST

START_TEST(last_column_has_the_last_frame)
{
  const float peak = 9.0f;
  hear_until(0U);
  hear_until(123457U);
  lmu_trace_process(trace, &peak, 1U);

  const uint32_t count = lmu_trace_read(trace, windows[_i], columns);
  for (uint32_t i = 0U; i < count; ++i) {
    ck_assert_int_eq(columns[(2U * (size_t)i) + 1U] == peak, i + 1U == count);
  }
}
END_TEST

START_TEST(reset_forgets_all_input)
{
  hear_until(0U);
  hear_until(N_FRAMES);
  lmu_trace_reset(trace, trace->n_levels);

  const uint32_t count = lmu_trace_read(trace, windows[_i], columns);
  for (uint32_t i = 0U; i < 2U * count; ++i) {
    ck_assert_float_eq(columns[i], 0.0f);
  }
}
END_TEST

START_TEST(reading_changes_nothing)
{
  static float after[2U * LMU_TRACE_COLUMNS];
  hear_until(0U);
  hear_until(54321U);
  for (uint32_t i = 0U; i < 100U; ++i) {
    (void)lmu_trace_read(trace, windows[i % N_WINDOWS], after);
    lmu_trace_process(trace, signal_of_test + 54321U + i, 1U);
  }
  (void)lmu_trace_read(trace, 20000U, columns);

  lmu_trace_reset(trace, trace->n_levels);
  lmu_trace_process(trace, signal_of_test, 54421U);
  (void)lmu_trace_read(trace, 20000U, after);
  ck_assert_mem_eq(columns, after, sizeof(columns));
}
END_TEST

START_TEST(window_longer_than_a_trace_holds_is_cut)
{
  hear_until(0U);
  hear_until(N_FRAMES);
  ck_assert_uint_eq(lmu_trace_read(trace, UINT32_MAX, columns), 256U);
  for (uint32_t i = 0U; i < 256U; ++i) {
    ck_assert_float_lt(columns[2U * (size_t)i], columns[(2U * (size_t)i) + 1U]);
  }
}
END_TEST

START_TEST(levels_are_enough_for_the_window)
{
  ck_assert_uint_eq(lmu_trace_levels(1.0), 5U);
  ck_assert_uint_eq(lmu_trace_levels(16000.0), 5U);
  ck_assert_uint_eq(lmu_trace_levels(16001.0), 6U);
  ck_assert_uint_eq(lmu_trace_levels(3.2e6), 13U);
  ck_assert_uint_eq(lmu_trace_levels(1e300), LMU_TRACE_MAX_LEVELS);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("trace");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(
    tcase, columns_are_least_and_greatest_of_their_frames, 0, N_WINDOWS);
  tcase_add_loop_test(tcase, any_frame_may_be_the_last, 0, N_WINDOWS);
  tcase_add_test(tcase, window_may_change_with_each_reading);
  tcase_add_loop_test(tcase, last_column_has_the_last_frame, 0, N_WINDOWS);
  tcase_add_loop_test(tcase, reset_forgets_all_input, 0, N_WINDOWS);
  tcase_add_test(tcase, reading_changes_nothing);
  tcase_add_test(tcase, window_longer_than_a_trace_holds_is_cut);
  tcase_add_test(tcase, levels_are_enough_for_the_window);
  return run_case("trace", tcase);
}
