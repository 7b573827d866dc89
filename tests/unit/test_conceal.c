// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/dsp/setup/conceal.h"
#include "core/dsp/setup/gap_context.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FRAMES 48000U
#define MAX_GAPS 40U

/// Four steady sinusoids are predicted but for the ridge of 1e-9 and samples
/// of 24 bits, which this leaves room for [dB]
#define TONES_DB 60.0

/// The same where half of all is lost, and little to learn from is whole
#define CLOSE_DB 20.0

/// The same with a tenth of a window known on one side
#define END_DB 20.0

/// A sound, what is left of it, and what was made of that
typedef struct {
  float          whole[MAX_FRAMES];
  float          sound[MAX_FRAMES];
  LmuGap         gaps[MAX_GAPS];
  bool           is_faded[MAX_GAPS];
  LmuConcealment work;
  double         rate;
} Case;

static Case self;

/// How many more times calloc() succeeds, below zero is for ever
static int n_allocations = -1;

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
void*
__real_calloc(size_t count, size_t size);

void*
__wrap_calloc(size_t count, size_t size);

void*
__wrap_calloc(const size_t count, const size_t size)
{
  if (!n_allocations) {
    return NULL;
  }
  n_allocations -= n_allocations > 0 ? 1 : 0;
  return __real_calloc(count, size);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

/// Begin with tones that have no common period
static void
start(const double rate, const size_t n_frames)
{
  static const double hz[] = {110.0, 231.0, 570.0, 1234.5};

  memset(&self, 0, sizeof(self));
  self.rate                 = rate;
  self.work.gapped.sound    = self.sound;
  self.work.gapped.n_frames = n_frames;
  self.work.gapped.gaps     = self.gaps;
  self.work.is_faded        = self.is_faded;
  for (size_t i = 0U; i < n_frames; ++i) {
    for (size_t k = 0U; k < sizeof(hz) / sizeof(hz[0]); ++k) {
      self.whole[i] +=
        (float)(0.2 * sin((2.0 * PI * hz[k] * (double)i / rate) + (double)k));
    }
  }
  memcpy(self.sound, self.whole, sizeof(self.sound));
}

/// Lose some frames, and put rubbish there
static void
lose(const size_t first, const size_t length)
{
  self.gaps[self.work.gapped.n_gaps++] = (LmuGap){first, length};
  for (size_t i = first; i < first + length; ++i) {
    self.sound[i] = i % 2U ? NAN : 1e9f;
  }
}

static void
conceal(void)
{
  LmuConcealer* concealer = NULL;
  ck_assert_int_eq(lmu_concealer_new(&concealer, self.rate), LMU_SUCCESS);
  ck_assert_int_eq(lmu_concealer_process(concealer, &self.work), LMU_SUCCESS);
  ck_assert_uint_eq(self.work.n_done, self.work.gapped.n_gaps);
  lmu_concealer_free(concealer);
}

/// Return signal to error of a gap [dB]
static double
ratio_db(const LmuGap gap)
{
  double signal = 0.0;
  double error  = 1e-30;
  for (size_t i = gap.start; i < gap.start + gap.length; ++i) {
    const double e = (double)self.sound[i] - (double)self.whole[i];
    signal += (double)self.whole[i] * (double)self.whole[i];
    error += e * e;
  }
  return 10.0 * log10(signal / error);
}

static double
peak_of(const float* const sound, const size_t count)
{
  double peak = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    ck_assert(isfinite(sound[i]));
    peak = fmax(peak, fabs((double)sound[i]));
  }
  return peak;
}

static const struct {
  double rate;
  double length_ms;
} gaps[] = {{8000.0, 10.0},
            {22050.0, 10.0},
            {44100.0, 5.0},
            {44100.0, 20.0},
            {48000.0, 1.0},
            {48000.0, 10.0},
            {96000.0, 10.0}};

#define N_CASES ((int)(sizeof(gaps) / sizeof(gaps[0])))

START_TEST(tones_are_restored_at_any_rate)
{
  const double rate = gaps[_i].rate;
  const size_t n    = (size_t)(0.4 * rate);
  start(rate, n);
  lose(n / 2U, (size_t)(gaps[_i].length_ms * rate / 1000.0));
  conceal();
  ck_assert(!self.is_faded[0]);
  ck_assert_double_gt(ratio_db(self.gaps[0]), TONES_DB);
}
END_TEST

START_TEST(a_single_frame_is_restored)
{
  start(48000.0, 20000U);
  lose(10000U, 1U);
  conceal();
  ck_assert_double_gt(ratio_db(self.gaps[0]), TONES_DB);
}
END_TEST

START_TEST(frames_outside_of_gaps_stay)
{
  start(44100.0, 30000U);
  lose(0U, 100U);
  lose(15000U, 441U);
  lose(15500U, 441U);
  lose(29990U, 10U);
  conceal();
  size_t from = 0U;
  for (size_t i = 0U; i <= self.work.gapped.n_gaps; ++i) {
    const size_t to = i < self.work.gapped.n_gaps ? self.gaps[i].start : 30000U;
    ck_assert_mem_eq(
      self.sound + from, self.whole + from, (to - from) * sizeof(float));
    from = to + self.gaps[i].length;
  }
  ck_assert_double_lt(peak_of(self.sound, 30000U), 0.8);
}
END_TEST

START_TEST(gaps_in_reach_of_each_other_are_restored)
{
  start(48000.0, 40000U);
  for (size_t i = 0U; i < MAX_GAPS; ++i) {
    lose(10000U + (i * 480U), 240U);
  }
  conceal();
  for (size_t i = 0U; i < MAX_GAPS; ++i) {
    ck_assert(!self.is_faded[i]);
    ck_assert_double_gt(ratio_db(self.gaps[i]), CLOSE_DB);
  }
}
END_TEST

START_TEST(gaps_near_the_ends_are_restored)
{
  start(48000.0, 20000U);
  lose(150U, 240U);
  lose(20000U - 150U - 240U, 240U);
  conceal();
  ck_assert_double_gt(ratio_db(self.gaps[0]), END_DB);
  ck_assert_double_gt(ratio_db(self.gaps[1]), END_DB);
}
END_TEST

START_TEST(silence_stays_silence)
{
  start(48000.0, 20000U);
  memset(self.sound, 0, sizeof(self.sound));
  lose(10000U, 480U);
  conceal();
  ck_assert_double_eq(peak_of(self.sound, 20000U), 0.0);
}
END_TEST

START_TEST(a_filling_is_no_louder_than_what_is_around)
{
  static const size_t lengths[] = {1U, 100U, 960U, 4800U, 9600U};
  for (size_t k = 0U; k < sizeof(lengths) / sizeof(lengths[0]); ++k) {
    uint32_t noise = 1U;
    start(48000.0, MAX_FRAMES);
    for (size_t i = 0U; i < MAX_FRAMES; ++i) {
      // Noise that grows from -120 dB, and ends at once
      self.sound[i] =
        i < 24000U
          ? (float)pow(10.0, ((double)i / 4000.0) - 6.0) * next_noise(&noise)
          : 0.0f;
    }
    const double peak = peak_of(self.sound, MAX_FRAMES);
    lose(24000U - (lengths[k] / 2U), lengths[k]);
    conceal();
    ck_assert_double_le(peak_of(self.sound, MAX_FRAMES), peak);
  }
}
END_TEST

START_TEST(what_grows_into_a_gap_from_both_sides_is_held)
{
  start(48000.0, MAX_FRAMES);
  for (size_t i = 0U; i < MAX_FRAMES; ++i) {
    const double distance = fabs((double)i - 24000.0);
    self.sound[i] = (float)(exp(distance / -480.0) * sin(0.13 * (double)i));
  }
  lose(24000U - 240U, 480U);
  memset(self.sound + 23760, 0, 480U * sizeof(float));
  const double peak = peak_of(self.sound, MAX_FRAMES);
  conceal();
  ck_assert(!self.is_faded[0]);
  ck_assert_double_le(peak_of(self.sound, MAX_FRAMES), peak);
}
END_TEST

START_TEST(samples_that_are_not_finite_count_as_lost)
{
  start(48000.0, 20000U);
  self.sound[9500]  = NAN;
  self.sound[11000] = INFINITY;
  lose(10000U, 240U);
  conceal();
  peak_of(self.sound + 10000, 240U);
  ck_assert_double_gt(ratio_db(self.gaps[0]), END_DB);
}
END_TEST

START_TEST(ends_fade_where_there_is_nothing_to_learn_from)
{
  start(48000.0, 1080U);
  lose(40U, 1000U);
  conceal();
  ck_assert(self.is_faded[0]);

  // No step at the ends, and silence between
  const double step = 0.1 * fabs((double)self.whole[39]);
  ck_assert_double_lt(fabs((double)self.sound[40] - (double)self.sound[39]),
                      fmax(step, 0.01));
  ck_assert_float_eq(self.sound[600], 0.0f);
}
END_TEST

START_TEST(ends_fade_of_gaps_that_are_too_long)
{
  start(8000.0, 40000U);
  lose(10000U, (size_t)(LMU_MAX_CONCEAL_MS * 8.0) + 1U);
  lose(20000U, (size_t)(LMU_MAX_CONCEAL_MS * 8.0));
  conceal();
  ck_assert(self.is_faded[0]);
  ck_assert(!self.is_faded[1]);
  ck_assert_float_eq(self.sound[10800], 0.0f);
}
END_TEST

START_TEST(a_sound_without_gaps_stays)
{
  start(48000.0, 1000U);
  conceal();
  ck_assert_mem_eq(self.sound, self.whole, sizeof(self.sound));
}
END_TEST

START_TEST(steps_do_groups_in_order)
{
  LmuConcealer* concealer = NULL;
  start(8000.0, 20000U);
  lose(5000U, 80U);
  lose(5100U, 80U);
  lose(10000U, 80U);
  ck_assert_int_eq(lmu_concealer_new(&concealer, 8000.0), LMU_SUCCESS);
  ck_assert_int_eq(lmu_concealer_step(concealer, &self.work), LMU_SUCCESS);
  ck_assert_uint_eq(self.work.n_done, 2U);
  ck_assert_int_eq(lmu_concealer_step(concealer, &self.work), LMU_SUCCESS);
  ck_assert_uint_eq(self.work.n_done, 3U);
  lmu_concealer_free(concealer);
}
END_TEST

START_TEST(what_is_outside_of_the_margin_does_not_matter)
{
  static float part[MAX_FRAMES];
  static bool  is_faded[MAX_GAPS];
  start(8000.0, 20000U);
  lose(9000U, 80U);
  lose(9200U, 1700U); // Too long to be filled
  lose(11000U, 80U);
  lose(11100U, 40U);
  lose(16000U, 80U);

  LmuConcealer* concealer = NULL;
  ck_assert_int_eq(lmu_concealer_new(&concealer, self.rate), LMU_SUCCESS);
  const size_t margin = lmu_concealer_margin(concealer);
  const size_t first  = self.gaps[2].start - margin;
  memcpy(part, self.sound + first, sizeof(part) - (first * sizeof(float)));

  conceal();

  // What is left of a gap that was done, and gaps that become known
  LmuGap         some[] = {{0U, 10900U - first},
                           {margin, 80U},
                           {margin + 100U, 40U},
                           {16000U - first, 80U}};
  LmuConcealment work   = {{part, 16100U - first, some, 3U}, is_faded, 1U, 1U};
  memcpy(part, self.sound + first, some[0].length * sizeof(float));
  ck_assert_uint_eq(lmu_concealer_end(concealer, &work), (2U * margin) + 140U);
  ck_assert_int_eq(lmu_concealer_step(concealer, &work), LMU_SUCCESS);
  ck_assert_uint_eq(work.n_done, 3U);
  lmu_concealer_free(concealer);

  ck_assert(!self.is_faded[2] && !is_faded[1]);
  ck_assert_mem_eq(
    part + margin, self.sound + first + margin, 140U * sizeof(float));
}
END_TEST

START_TEST(gaps_that_are_not_sane_are_refused)
{
  static const LmuGap cases[][2] = {{{10U, 0U}, {20U, 1U}},
                                    {{10U, 5U}, {15U, 1U}},
                                    {{10U, 5U}, {5U, 1U}},
                                    {{10U, 5U}, {1000U, 1U}},
                                    {{10U, 5U}, {999U, 2U}},
                                    {{10U, 5U}, {999U, SIZE_MAX}}};
  LmuConcealer*       concealer  = NULL;
  ck_assert_int_eq(lmu_concealer_new(&concealer, 8000.0), LMU_SUCCESS);
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    start(8000.0, 1000U);
    self.work.gapped.gaps   = cases[i];
    self.work.gapped.n_gaps = 2U;
    ck_assert_int_eq(lmu_concealer_process(concealer, &self.work),
                     LMU_BAD_VALUE);
    ck_assert_mem_eq(self.sound, self.whole, sizeof(self.sound));
  }
  lmu_concealer_free(concealer);
}
END_TEST

START_TEST(rates_out_of_range_are_refused)
{
  static const double rates[] = {
    0.0, -48000.0, 999.0, 1e7, (double)NAN, (double)INFINITY};
  for (size_t i = 0U; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    LmuConcealer* concealer = unset();
    ck_assert_int_eq(lmu_concealer_new(&concealer, rates[i]), LMU_BAD_RATE);
    ck_assert_ptr_null(concealer);
  }
}
END_TEST

START_TEST(each_failure_of_allocation_is_told)
{
  LmuStatus status = LMU_NO_MEMORY;
  int       n      = 0;
  for (; status; ++n) {
    LmuConcealer* concealer = NULL;
    start(8000.0, 4000U);
    lose(2000U, 80U);
    n_allocations = n;
    status        = lmu_concealer_new(&concealer, 8000.0);
    if (!status) {
      status = lmu_concealer_process(concealer, &self.work);
    }
    n_allocations = -1;
    ck_assert(status == LMU_NO_MEMORY || !status);
    lmu_concealer_free(concealer);
  }
  ck_assert_int_gt(n, 5);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("conceal");
  tcase_add_loop_test(tcase, tones_are_restored_at_any_rate, 0, N_CASES);
  tcase_add_test(tcase, a_single_frame_is_restored);
  tcase_add_test(tcase, frames_outside_of_gaps_stay);
  tcase_add_test(tcase, gaps_in_reach_of_each_other_are_restored);
  tcase_add_test(tcase, gaps_near_the_ends_are_restored);
  tcase_add_test(tcase, silence_stays_silence);
  tcase_add_test(tcase, a_filling_is_no_louder_than_what_is_around);
  tcase_add_test(tcase, what_grows_into_a_gap_from_both_sides_is_held);
  tcase_add_test(tcase, samples_that_are_not_finite_count_as_lost);
  tcase_add_test(tcase, ends_fade_where_there_is_nothing_to_learn_from);
  tcase_add_test(tcase, ends_fade_of_gaps_that_are_too_long);
  tcase_add_test(tcase, a_sound_without_gaps_stays);
  tcase_add_test(tcase, steps_do_groups_in_order);
  tcase_add_test(tcase, what_is_outside_of_the_margin_does_not_matter);
  tcase_add_test(tcase, gaps_that_are_not_sane_are_refused);
  tcase_add_test(tcase, rates_out_of_range_are_refused);
  tcase_add_test(tcase, each_failure_of_allocation_is_told);
  return run_case("conceal", tcase);
}
