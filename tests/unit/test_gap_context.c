// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/dsp/setup/gap_context.h"
#include "core/dsp/setup/predictor.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define N 200U
#define MARGIN 60U
#define REACH 10U

static float sound[N];

/// Number all frames from one, and take what is around a gap
static LmuGapContext
around(const LmuGap* const gaps, const size_t n_gaps, const size_t gap)
{
  const LmuGappedSignal gapped = {sound, N, gaps, n_gaps};
  LmuGapContext         result = {0};
  for (size_t i = 0U; i < N; ++i) {
    sound[i] = (float)i + 1.0f;
  }
  sound[90] = NAN;
  ck_assert_int_eq(lmu_gap_context_init(&result, &gapped, gap, MARGIN),
                   LMU_SUCCESS);
  return result;
}

static const LmuGap all_gaps[] = {{5U, 3U},
                                  {100U, 20U},
                                  {150U, 5U},
                                  {195U, 5U}};

START_TEST(all_within_the_margin_is_copied_and_marked)
{
  for (size_t g = 0U; g < 4U; ++g) {
    LmuGapContext self = around(all_gaps, 4U, g);
    ck_assert_uint_eq(self.n_frames,
                      (2U * (size_t)MARGIN) + all_gaps[g].length);
    for (size_t i = 0U; i < self.n_frames; ++i) {
      const size_t at   = all_gaps[g].start + i;
      const bool   in   = at >= MARGIN && at < N + MARGIN;
      bool         lost = !in || at - MARGIN == 90U;
      for (size_t k = 0U; k < 4U; ++k) {
        lost = lost || (at >= all_gaps[k].start + MARGIN &&
                        at < all_gaps[k].start + all_gaps[k].length + MARGIN);
      }
      const double wanted =
        in && at - MARGIN != 90U ? (double)(at - MARGIN) + 1.0 : 0.0;
      ck_assert_double_eq(self.sound[i], wanted);
      ck_assert_double_eq(self.reversed[self.n_frames - 1U - i], wanted);
      ck_assert_int_eq(self.is_known[i], !lost);
    }
    lmu_gap_context_reset(&self);
  }
}
END_TEST

START_TEST(stretches_have_a_known_past_both_ways)
{
  LmuGapContext self = around(all_gaps, 4U, 1U);
  LmuStretch    stretches[LMU_MAX_STRETCHES];
  const size_t  n =
    lmu_gap_context_stretches(&self, stretches, REACH, 40U, true);

  // Before 90, after 90 there is too little, before 150, and after 155
  ck_assert_uint_eq(n, 6U);
  for (size_t i = 0U; i < n; ++i) {
    const double step = i % 2U ? 1.0 : -1.0;
    for (size_t t = 0U; t < stretches[i].n_frames; ++t) {
      for (size_t j = 0U; j <= REACH; ++j) {
        const double* const first = stretches[i].sound - t;
        ck_assert_double_eq(first[j], first[0] + (step * (double)j));
      }
    }
  }
  lmu_gap_context_reset(&self);
}
END_TEST

START_TEST(where_little_is_whole_all_that_is_known_is_used)
{
  LmuGapContext self = around(all_gaps, 4U, 1U);
  LmuStretch    stretches[LMU_MAX_STRETCHES];
  ck_assert_uint_eq(
    lmu_gap_context_stretches(&self, stretches, REACH, 90U, true), 0U);
  ck_assert_uint_gt(
    lmu_gap_context_stretches(&self, stretches, REACH, 90U, false), 6U);
  ck_assert_uint_eq(
    lmu_gap_context_stretches(&self, stretches, REACH, 1000U, false), 0U);
  lmu_gap_context_reset(&self);
}
END_TEST

START_TEST(as_many_frames_as_are_wanted_are_enough)
{
  LmuGapContext self = around(all_gaps, 4U, 1U);
  LmuStretch    stretches[LMU_MAX_STRETCHES];
  const size_t n = lmu_gap_context_stretches(&self, stretches, REACH, 1U, true);
  size_t       all = 0U;
  for (size_t i = 0U; i < n; i += 2U) { // Those of one way of time
    all += stretches[i].n_frames;
  }
  ck_assert_uint_eq(
    lmu_gap_context_stretches(&self, stretches, REACH, all, true), n);
  ck_assert_uint_eq(
    lmu_gap_context_stretches(&self, stretches, REACH, all + 1U, true), 0U);
  lmu_gap_context_reset(&self);
}
END_TEST

START_TEST(peaks_are_of_known_frames_near_the_gap)
{
  LmuGapContext self = around(all_gaps, 4U, 1U);
  ck_assert_double_eq(lmu_gap_context_peak(&self, 1U), 121.0);
  ck_assert_double_eq(lmu_gap_context_peak(&self, 32U), 150.0);
  ck_assert_double_eq(lmu_gap_context_peak(&self, 1000U), 180.0);
  lmu_gap_context_reset(&self);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("context");
  tcase_add_test(tcase, all_within_the_margin_is_copied_and_marked);
  tcase_add_test(tcase, stretches_have_a_known_past_both_ways);
  tcase_add_test(tcase, where_little_is_whole_all_that_is_known_is_used);
  tcase_add_test(tcase, as_many_frames_as_are_wanted_are_enough);
  tcase_add_test(tcase, peaks_are_of_known_frames_near_the_gap);
  return run_case("context", tcase);
}
