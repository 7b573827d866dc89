// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/aligned.h"
#include "core/dsp/rt/outline.h"
#include "core/dsp/rt/trace.h"
#include "core/kernels/rt/kernels.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern const LmuKernels lmu_kernels_wide;

/// Longest window in these tests [frames]
#define MAX_WINDOW 200000U

/// Frames that are heard
#define N_FRAMES 500000U

static float*    signals[LMU_TRACE_SIGNALS];
static LmuTrace* trace;
static float     values[LMU_TRACE_SIGNALS][LMU_OUTLINE_VALUES];

static void
setup(void)
{
  const uint32_t n_levels = lmu_trace_levels(MAX_WINDOW);
  uint32_t       seed     = 1U;
  trace = (LmuTrace*)lmu_aligned_zeros(lmu_trace_size(n_levels));
  ck_assert_ptr_nonnull(trace);
  for (uint32_t k = 0U; k < LMU_TRACE_SIGNALS; ++k) {
    signals[k] = (float*)calloc(N_FRAMES, sizeof(float));
    ck_assert_ptr_nonnull(signals[k]);
    for (uint32_t i = 0U; i < N_FRAMES; ++i) {
      seed          = (seed * 1664525U) + 1013904223U;
      signals[k][i] = (float)(seed >> 8U) / 16777216.0f - 0.3f;
    }
  }
  lmu_trace_init(trace, n_levels, lmu_kernels(0U));
}

static void
teardown(void)
{
  for (uint32_t k = 0U; k < LMU_TRACE_SIGNALS; ++k) {
    free(signals[k]);
  }
  free(trace);
}

/// Hear some frames of both signals from one on
static void
hear(const uint32_t from, const uint32_t count)
{
  const float* const inputs[LMU_TRACE_SIGNALS] = {signals[0] + from,
                                                  signals[1] + from};
  lmu_trace_process(trace, inputs, count);
}

/// Write frames of both signals where the trace keeps them, and hear them
static void
hear_in_place(const uint32_t from, const uint32_t count)
{
  const float* inputs[LMU_TRACE_SIGNALS];
  for (uint32_t k = 0U; k < LMU_TRACE_SIGNALS; ++k) {
    float* const room = lmu_trace_room(trace, k);
    memcpy(room, signals[k] + from, count * sizeof(float));
    inputs[k] = room;
  }
  lmu_trace_process(trace, inputs, count);
}

/// Hear the signals up to a frame, in parts of many sizes
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
    (size % 2U ? hear : hear_in_place)(now, part);
    now += part;
  }
}

/// Check a pair against the frames of a signal, which was silent before the
/// first
static void
assert_pair(const float* const pair,
            const float* const signal,
            const int64_t      begin,
            const int64_t      end)
{
  float least    = INFINITY;
  float greatest = -INFINITY;
  for (int64_t i = begin; i < end; ++i) {
    const float x = i < 0 ? 0.0f : signal[i];
    least         = fminf(least, x);
    greatest      = fmaxf(greatest, x);
  }
  ck_assert_float_eq(pair[0], least);
  ck_assert_float_eq(pair[1], greatest);
}

/// Check all values of a window that ends now
static void
assert_values(const uint32_t          now,
              const LmuOutline* const outline,
              const float* const      signal,
              const float* const      outs)
{
  const int64_t from = (int64_t)now - outline->window - outline->lead;
  const int64_t span = outline->span;
  for (uint32_t i = 0U; span == 1 && i < outline->window; ++i) {
    const int64_t frame = from + i;
    ck_assert_float_eq(outs[i], frame < 0 ? 0.0f : signal[frame]);
  }

  const int64_t n_pairs = span > 1 ? lmu_outline_size(outline) / 2U : 0;
  for (int64_t i = 0; i < n_pairs; ++i) {
    const int64_t begin = from + (i * span);
    const int64_t end   = begin + span < now ? begin + span : now;
    assert_pair(outs + (2 * i), signal, begin, end);
  }
}

static void
assert_window(const uint32_t now, const uint32_t window)
{
  const LmuOutline outline = lmu_trace_read(trace, window, values);
  ck_assert_uint_eq(outline.window, window);
  ck_assert(lmu_outline_is_good(&outline));
  ck_assert_uint_le(lmu_outline_size(&outline), LMU_OUTLINE_VALUES);

  // Enough for a picture
  ck_assert_uint_ge(lmu_outline_size(&outline), window < 488U ? window : 488U);
  for (uint32_t k = 0U; k < LMU_TRACE_SIGNALS; ++k) {
    assert_values(now, &outline, signals[k], values[k]);
  }
}

// Samples, each of the late levels, and some of those that are always built
static const uint32_t windows[] = {
  1U,    2U,     100U,   255U,   256U,   257U,   976U,   977U,
  1952U, 1953U,  3000U,  3904U,  3905U,  7808U,  7809U,  8192U,
  9600U, 15616U, 16001U, 48000U, 62464U, 62465U, 200000U};

#define N_WINDOWS ((int)(sizeof(windows) / sizeof(windows[0])))

START_TEST(values_are_those_of_their_frames)
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
  for (uint32_t i = 1U; i < 300U; i += 7U) {
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

START_TEST(window_may_grow_within_a_level)
{
  hear_until(0U);
  hear_until(100000U);
  assert_window(100000U, 1000U);
  assert_window(100000U, 1900U);
  hear_until(100010U);
  assert_window(100010U, 1200U);
  assert_window(100010U, 1952U);
}
END_TEST

START_TEST(reset_forgets_all_input)
{
  hear_until(0U);
  hear_until(N_FRAMES);
  lmu_trace_reset(trace);
  ck_assert(!lmu_trace_has(trace, 0U));

  hear(0U, 1U);
  assert_window(1U, windows[_i]);
}
END_TEST

START_TEST(a_signal_that_begins_starts_the_trace_again)
{
  const float* const first[LMU_TRACE_SIGNALS] = {signals[0], NULL};
  lmu_trace_process(trace, first, 3000U);
  ck_assert(lmu_trace_has(trace, 0U));
  ck_assert(!lmu_trace_has(trace, 1U));

  hear(0U, 50U);
  ck_assert(lmu_trace_has(trace, 1U));
  assert_window(50U, windows[_i]);
}
END_TEST

START_TEST(a_signal_that_ends_is_silent)
{
  hear(0U, 5000U);

  const float* const first[LMU_TRACE_SIGNALS] = {signals[0] + 5000U, NULL};
  lmu_trace_process(trace, first, 5000U);
  memset(signals[1] + 5000U, 0, 5000U * sizeof(float));
  assert_window(10000U, windows[_i]);
}
END_TEST

START_TEST(reading_changes_nothing)
{
  static float after[LMU_TRACE_SIGNALS][LMU_OUTLINE_VALUES];
  hear_until(0U);
  hear_until(54321U);
  for (uint32_t i = 0U; i < 100U; ++i) {
    (void)lmu_trace_read(trace, windows[i % N_WINDOWS], after);
    hear(54321U + i, 1U);
  }
  memset(after, 0, sizeof(after));
  (void)lmu_trace_read(trace, 20000U, values);

  lmu_trace_reset(trace);
  hear(0U, 54421U);
  (void)lmu_trace_read(trace, 20000U, after);
  ck_assert_mem_eq(values, after, sizeof(values));
}
END_TEST

static void
check_kernels(const LmuKernels* const kernels, const uint32_t window)
{
  lmu_trace_init(trace, trace->n_levels, kernels);
  hear(0U, 100003U);
  assert_window(100003U, window);
}

START_TEST(all_kernels_see_the_same)
{
  for (uint32_t k = 0U; lmu_kernels(k); ++k) {
    check_kernels(lmu_kernels(k), windows[_i]);
  }
  check_kernels(&lmu_kernels_wide, windows[_i]);
}
END_TEST

START_TEST(window_longer_than_a_trace_holds_is_cut)
{
  hear_until(0U);
  hear_until(N_FRAMES);

  const LmuOutline outline = lmu_trace_read(trace, UINT32_MAX, values);
  ck_assert(lmu_outline_is_good(&outline));
  ck_assert_uint_ge(outline.window, MAX_WINDOW);
  assert_values(N_FRAMES, &outline, signals[1], values[1]);
}
END_TEST

START_TEST(levels_are_enough_for_the_window)
{
  ck_assert_uint_eq(lmu_trace_levels(1.0), 6U);
  ck_assert_uint_eq(lmu_trace_levels(15616.0), 6U);
  ck_assert_uint_eq(lmu_trace_levels(15617.0), 7U);
  ck_assert_uint_eq(lmu_trace_levels(3.2e6), 14U);
  ck_assert_uint_eq(lmu_trace_levels(1e300), LMU_TRACE_MAX_LEVELS);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("trace");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, values_are_those_of_their_frames, 0, N_WINDOWS);
  tcase_add_loop_test(tcase, any_frame_may_be_the_last, 0, N_WINDOWS);
  tcase_add_test(tcase, window_may_change_with_each_reading);
  tcase_add_test(tcase, window_may_grow_within_a_level);
  tcase_add_loop_test(tcase, reset_forgets_all_input, 0, N_WINDOWS);
  tcase_add_loop_test(
    tcase, a_signal_that_begins_starts_the_trace_again, 0, N_WINDOWS);
  tcase_add_loop_test(tcase, a_signal_that_ends_is_silent, 0, N_WINDOWS);
  tcase_add_test(tcase, reading_changes_nothing);
  tcase_add_loop_test(tcase, all_kernels_see_the_same, 0, N_WINDOWS);
  tcase_add_test(tcase, window_longer_than_a_trace_holds_is_cut);
  tcase_add_test(tcase, levels_are_enough_for_the_window);
  return run_case("trace", tcase);
}
