// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// The sound that devices are learned by where nobody plays

#include "tests/unit/run.h"
#include "train/audio/test_signal.h"

#include <check.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const double rates[] = {8000.0, 44100.0, 48000.0, 192000.0};

#define N_RATES ((int)(sizeof(rates) / sizeof(rates[0])))

/// Parts of the signal whose levels are looked at [s]
#define PART_S 0.1

static float
peak_of(const float* const x, const size_t count)
{
  float peak = 0.0f;
  for (size_t i = 0U; i < count; ++i) {
    peak = fmaxf(peak, fabsf(x[i]));
  }
  return peak;
}

START_TEST(signal_is_finite_and_below_full_scale)
{
  size_t       n_frames = 0U;
  float* const x        = lmu_test_signal_new(&n_frames, rates[_i]);
  ck_assert_ptr_nonnull(x);
  for (size_t i = 0U; i < n_frames; ++i) {
    ck_assert(fabsf(x[i]) <= (float)LMU_TEST_SIGNAL_PEAK);
  }
  ck_assert_float_eq_tol(
    peak_of(x, n_frames), (float)LMU_TEST_SIGNAL_PEAK, 1e-6f);
  free(x);
}
END_TEST

START_TEST(signal_begins_with_silence_and_an_onset_and_ends_with_silence)
{
  size_t       n_frames = 0U;
  float* const x        = lmu_test_signal_new(&n_frames, rates[_i]);
  const size_t silent   = (size_t)(0.5 * rates[_i]);
  ck_assert_float_eq(peak_of(x, silent), 0.0f);
  ck_assert_float_eq(x[silent], (float)LMU_TEST_SIGNAL_PEAK);
  ck_assert_float_eq(peak_of(x + n_frames - (silent / 2U), silent / 2U), 0.0f);
  free(x);
}
END_TEST

START_TEST(signal_is_soft_and_loud)
{
  size_t       n_frames  = 0U;
  float* const x         = lmu_test_signal_new(&n_frames, rates[_i]);
  const size_t part      = (size_t)(PART_S * rates[_i]);
  uint32_t     counts[4] = {0U, 0U, 0U, 0U};
  for (size_t i = 0U; i + part <= n_frames; i += part) {
    const double db = 20.0 * log10((double)peak_of(x + i, part) + 1e-9);
    counts[0] += (db > -6.0);
    counts[1] += (db > -14.0 && db <= -6.0);
    counts[2] += (db > -30.0 && db <= -14.0);
    counts[3] += (db > -60.0 && db <= -30.0);
  }
  for (uint32_t i = 0U; i < 4U; ++i) {
    ck_assert_uint_ge(counts[i], 15U); // 1.5 s of each
  }
  free(x);
}
END_TEST

START_TEST(signal_is_the_same_each_time)
{
  size_t       n_frames = 0U;
  size_t       n_again  = 0U;
  float* const x        = lmu_test_signal_new(&n_frames, rates[_i]);
  float* const again    = lmu_test_signal_new(&n_again, rates[_i]);
  ck_assert_uint_eq(n_frames, n_again);
  ck_assert(!memcmp(x, again, n_frames * sizeof(float)));
  free(again);
  free(x);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("test_signal");
  tcase_add_loop_test(tcase, signal_is_finite_and_below_full_scale, 0, N_RATES);
  tcase_add_loop_test(
    tcase,
    signal_begins_with_silence_and_an_onset_and_ends_with_silence,
    0,
    N_RATES);
  tcase_add_loop_test(tcase, signal_is_soft_and_loud, 0, N_RATES);
  tcase_add_loop_test(tcase, signal_is_the_same_each_time, 0, N_RATES);
  return run_case("test_signal", tcase);
}
