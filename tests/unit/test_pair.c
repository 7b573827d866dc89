// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "tests/unit/recording.h"
#include "tests/unit/run.h"
#include "train/pair/agree.h"
#include "train/pair/finding.h"
#include "train/pair/pair.h"
#include "train/pair/report.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RATE 48000.0
#define LENGTH ((size_t)288000) // 6 s

/// Noise of that level is 1 / sqrt(3) of it on average, -4.8 dB
#define NOISE_DB (-60.0)

/// Frames that a latency may be found early, see test_latency.c
#define MAX_EARLY 2

#define START ((size_t)24000) // 0.5 s

#define MAX_ERROR_DB 0.5 // Of the noise in 0.2 s, measures 0.1

static float         dry[LENGTH];
static float         wet[LENGTH];
static LmuCapture    pair;
static LmuPairReport report;

/// Record an overdrive with a little noise
static void
setup(void)
{
  play_strings(dry, LENGTH, RATE, 1U);
  for (size_t i = 0U; i < LENGTH; ++i) {
    wet[i] = 0.5f * tanhf(8.0f * dry[i]);
  }
  add_noise(wet, LENGTH, NOISE_DB, 2U);
  const LmuCapture both = {dry, LENGTH, wet, LENGTH, RATE, {NULL, NULL}};
  pair                  = both;
}

static void
check(void)
{
  LmuError error = {{0}};
  ck_assert_int_eq(lmu_pair_check(&report, &pair, NULL, &error), LMU_SUCCESS);
}

/// Check the pair, and that a code is found with its severity, and return it
static const LmuFinding*
expect(const LmuFindingCode code,
       const LmuSide        side,
       const LmuSeverity    severity)
{
  check();
  const LmuFinding* const finding = lmu_pair_find(&report, code, side);
  ck_assert_ptr_nonnull(finding);
  ck_assert_int_eq(finding->severity, severity);
  ck_assert_int_eq(lmu_pair_is_usable(&report), severity != LMU_SEVERITY_ERROR);
  return finding;
}

/// Check that the words of a finding have a part
static void
expect_words(const LmuFinding* const finding, const char* const words)
{
  char text[LMU_FINDING_TEXT];
  lmu_finding_text(text, finding);
  ck_assert_msg(strstr(text, words), "\"%s\" lacks \"%s\"", text, words);
}

START_TEST(good_pair_has_nothing_worse_than_a_note)
{
  check();
  for (uint32_t i = 0U; i < report.n_findings; ++i) {
    ck_assert_int_eq(report.findings[i].severity, LMU_SEVERITY_NOTE);
    ck_assert_int_eq(report.findings[i].code, LMU_FINDING_NOISE);
  }
  ck_assert(lmu_pair_is_usable(&report));
  ck_assert_uint_eq(report.n_frames, LENGTH);
  ck_assert_uint_eq(report.n_dropped, 0U);
}
END_TEST

START_TEST(silence_of_either_side_is_an_error)
{
  memset(_i ? wet : dry, 0, sizeof(dry));
  const LmuFinding* const finding = expect(
    LMU_FINDING_SILENT, _i ? LMU_SIDE_WET : LMU_SIDE_DRY, LMU_SEVERITY_ERROR);
  expect_words(finding,
               _i ? "The wet file is silent" : "The dry file is silent");
}
END_TEST

START_TEST(clipping_is_measured)
{
  size_t n_clipped = 0U;
  for (size_t i = 0U; i < LENGTH; ++i) {
    n_clipped += fabsf(wet[i]) >= 0.3f ? 1U : 0U;
    wet[i] = fminf(fmaxf(wet[i], -0.3f), 0.3f);
  }
  const LmuFinding* const finding =
    expect(LMU_FINDING_CLIPPED, LMU_SIDE_WET, LMU_SEVERITY_WARNING);
  const double percent = 100.0 * (double)n_clipped / (double)LENGTH;
  ck_assert_double_le(finding->figure, percent);
  ck_assert_double_ge(finding->figure, 0.5 * percent);
  ck_assert_float_eq(fabsf(wet[finding->frame]), 0.3f);
  expect_words(finding, "The wet file is clipped");
}
END_TEST

START_TEST(second_of_sound_is_too_short)
{
  pair.n_dry = 48000U;
  const LmuFinding* const finding =
    expect(LMU_FINDING_TOO_SHORT, LMU_SIDE_BOTH, LMU_SEVERITY_ERROR);
  ck_assert_double_eq(finding->figure, 1.0);
  expect_words(finding, "only 1.0 s in common; record 3 s at least");
}
END_TEST

START_TEST(empty_recordings_are_too_short)
{
  pair.n_dry = 0U;
  pair.n_wet = 0U;
  check();
  ck_assert(!lmu_pair_is_usable(&report));
  ck_assert_ptr_nonnull(
    lmu_pair_find(&report, LMU_FINDING_TOO_SHORT, LMU_SIDE_BOTH));
}
END_TEST

START_TEST(other_song_is_an_error)
{
  play_strings(wet, LENGTH, RATE, 100U + (uint32_t)_i);
  const LmuFinding* const finding =
    expect(LMU_FINDING_WRONG_PAIR, LMU_SIDE_BOTH, LMU_SEVERITY_ERROR);
  expect_words(finding, "other song");
}
END_TEST

START_TEST(inverted_device_is_noted)
{
  for (size_t i = 0U; i < LENGTH; ++i) {
    wet[i] = -wet[i];
  }
  expect_words(expect(LMU_FINDING_INVERTED, LMU_SIDE_BOTH, LMU_SEVERITY_NOTE),
               "inverted");
}
END_TEST

START_TEST(offset_of_300_ms_is_taken_out)
{
  shift(wet, LENGTH, 14400);
  check();
  ck_assert(lmu_pair_is_usable(&report));
  ck_assert(report.latency.sure);
  ck_assert_int_le(report.latency.frames, 14400);
  ck_assert_int_ge(report.latency.frames, 14400 - MAX_EARLY);
  ck_assert_uint_eq(report.first_dry, 0U);
  ck_assert_uint_eq(report.first_wet, (size_t)report.latency.frames);
  ck_assert_uint_eq(report.n_frames, LENGTH - report.first_wet);
  ck_assert_uint_eq(report.n_dropped, 2U * report.first_wet);
  ck_assert_double_ge(report.explained, 0.5);
}
END_TEST

START_TEST(filter_is_explained_but_for_its_noise)
{
  for (size_t i = LENGTH - 1U; i >= 40U; --i) {
    wet[i] = (0.5f * dry[i]) - (0.3f * dry[i - 40U]);
  }
  add_noise(wet, LENGTH, NOISE_DB, 2U);
  check();
  const LmuFinding* const noise =
    lmu_pair_find(&report, LMU_FINDING_NOISE, LMU_SIDE_BOTH);
  ck_assert_ptr_nonnull(noise);
  ck_assert_double_eq_tol(
    10.0 * log10(1.0 - report.explained), noise->figure, MAX_ERROR_DB);
}
END_TEST

START_TEST(pair_that_is_wrong_has_no_advice_on_its_noise)
{
  play_strings(wet, LENGTH, RATE, 100U);
  add_noise(wet, LENGTH, -30.0, 3U);
  check();
  ck_assert_ptr_null(lmu_pair_find(&report, LMU_FINDING_NOISE, LMU_SIDE_BOTH));
}
END_TEST

START_TEST(wet_recording_that_leads_is_a_warning)
{
  shift(wet, LENGTH, -100);
  const LmuFinding* const finding =
    expect(LMU_FINDING_WET_LEADS, LMU_SIDE_BOTH, LMU_SEVERITY_WARNING);
  expect_words(finding, "The wet file starts 10");
  expect_words(finding, " samples before the dry");
  ck_assert_uint_ge(report.first_dry, 100U);
  ck_assert_uint_le(report.first_dry, 100U + MAX_EARLY);
  ck_assert_uint_eq(report.first_wet, 0U);
}
END_TEST

START_TEST(first_sample_that_is_no_number_is_named)
{
  float* const x                  = _i % 2 ? wet : dry;
  x[1234]                         = _i < 2 ? NAN : INFINITY;
  x[5678]                         = NAN;
  const LmuFinding* const finding = expect(LMU_FINDING_NOT_FINITE,
                                           _i % 2 ? LMU_SIDE_WET : LMU_SIDE_DRY,
                                           LMU_SEVERITY_ERROR);
  ck_assert_uint_eq(finding->frame, 1234U);
  ck_assert_double_eq(finding->figure, 2.0);
  expect_words(finding, "the first is frame 1234");
}
END_TEST

START_TEST(float_above_full_scale_is_noted)
{
  for (size_t i = 0U; i < LENGTH; ++i) {
    wet[i] *= 58.0f; // A device put out 29.0
  }
  const LmuFinding* const finding =
    expect(LMU_FINDING_ABOVE_FULL_SCALE, LMU_SIDE_WET, LMU_SEVERITY_NOTE);
  expect_words(finding, "which is kept");
  ck_assert_double_ge(finding->figure, 20.0);
}
END_TEST

START_TEST(noise_bounds_the_error)
{
  add_noise(wet, LENGTH, -30.0, 3U);
  double power = 0.0;
  for (size_t i = 0U; i < LENGTH; ++i) {
    power += (double)wet[i] * (double)wet[i] / (double)LENGTH;
  }
  const LmuFinding* const finding =
    expect(LMU_FINDING_NOISE, LMU_SIDE_BOTH, LMU_SEVERITY_WARNING);
  const double noise_db = -30.0 - (10.0 * log10(3.0));
  ck_assert_double_eq_tol(
    finding->figure, noise_db - (10.0 * log10(power)), MAX_ERROR_DB);
}
END_TEST

START_TEST(gate_is_seen)
{
  double level = 0.0;
  for (size_t i = 0U; i < LENGTH; ++i) {
    level  = fmax(fabs((double)dry[i]), 0.9998 * level);
    wet[i] = level < 0.01 ? 0.0f : wet[i];
  }
  const LmuFinding* const finding =
    expect(LMU_FINDING_GATED, LMU_SIDE_BOTH, LMU_SEVERITY_WARNING);
  ck_assert_double_le(finding->figure, -40.0);
  expect_words(finding, "noise gate");
}
END_TEST

/// Play the first half twice, through a device that has something of its own
static void
repeat(const double own_db)
{
  const size_t half = LENGTH / 2U;
  memcpy(dry + half, dry, half * sizeof(float));
  memcpy(wet + half, wet, half * sizeof(float));
  add_noise(wet + half, half, own_db, 4U);
}

START_TEST(device_that_does_not_repeat_is_a_warning)
{
  repeat(-20.0);
  expect_words(
    expect(LMU_FINDING_NOT_REPEATABLE, LMU_SIDE_BOTH, LMU_SEVERITY_WARNING),
    "differs");
}
END_TEST

START_TEST(device_that_repeats_is_none)
{
  repeat(-90.0);
  check();
  ck_assert_ptr_null(
    lmu_pair_find(&report, LMU_FINDING_NOT_REPEATABLE, LMU_SIDE_BOTH));
}
END_TEST

START_TEST(offset_of_level_is_a_warning)
{
  for (size_t i = 0U; i < LENGTH; ++i) {
    wet[i] += 0.05f;
  }
  const LmuFinding* const finding =
    expect(LMU_FINDING_DC, LMU_SIDE_WET, LMU_SEVERITY_WARNING);
  ck_assert_double_eq_tol(finding->figure, 5.0, 0.5);
}
END_TEST

START_TEST(end_of_the_longer_one_is_dropped_and_said)
{
  pair.n_wet = LENGTH - 48000U;
  const LmuFinding* const finding =
    expect(LMU_FINDING_DROPPED, LMU_SIDE_DRY, LMU_SEVERITY_NOTE);
  ck_assert_double_eq(finding->figure, 1.0);
  ck_assert_uint_eq(report.n_dropped, 48000U);
  expect_words(finding, "The dry file is longer, its last 1.0 s are left out");
}
END_TEST

/// Let the recording begin with half a second of nothing, and the device with
/// the charge of its capacitors
static void
switch_on(const float charge)
{
  memset(dry, 0, START * sizeof(dry[0]));
  memset(wet, 0, START * sizeof(wet[0]));
  add_noise(wet, START, NOISE_DB, 5U);
  for (size_t i = 0U; i < START; ++i) {
    wet[i] += charge * expf(-(float)i / 10000.0f);
  }
}

START_TEST(start_of_a_device_that_was_switched_on_is_left_out_and_said)
{
  switch_on(0.3f);
  shift(wet, LENGTH, 63);
  const LmuFinding* const finding =
    expect(LMU_FINDING_UNSETTLED, LMU_SIDE_BOTH, LMU_SEVERITY_NOTE);
  ck_assert_double_eq_tol(finding->figure, 0.5, 0.011);
  expect_words(finding, "not at rest in the first 0.5 s");
  const size_t n = (size_t)llround(finding->figure * RATE);
  ck_assert_uint_le(n, START);
  ck_assert_uint_eq(report.first_dry, n);
  ck_assert_uint_eq(report.first_wet, n + (size_t)report.latency.frames);
  ck_assert_uint_eq(report.n_frames, LENGTH - report.first_wet);
  ck_assert_uint_eq(report.n_dropped, (2U * LENGTH) - (2U * report.n_frames));
}
END_TEST

START_TEST(start_that_is_as_good_as_at_rest_is_kept)
{
  switch_on(0.0015f);
  check();
  ck_assert_uint_eq(report.first_dry, 0U);
  ck_assert_ptr_null(
    lmu_pair_find(&report, LMU_FINDING_UNSETTLED, LMU_SIDE_BOTH));
}
END_TEST

START_TEST(noise_that_stays_is_no_start)
{
  switch_on(0.0f);
  add_noise(wet, LENGTH, -25.0, 6U);
  check();
  ck_assert_uint_eq(report.first_dry, 0U);
  ck_assert_ptr_nonnull(
    lmu_pair_find(&report, LMU_FINDING_NOISE, LMU_SIDE_BOTH));
}
END_TEST

START_TEST(start_that_is_needed_is_kept)
{
  switch_on(0.3f);
  pair.n_dry = 150000U; // 3.1 s
  check();
  ck_assert_uint_eq(report.first_dry, 0U);
  ck_assert_ptr_null(
    lmu_pair_find(&report, LMU_FINDING_UNSETTLED, LMU_SIDE_BOTH));
}
END_TEST

START_TEST(latency_that_is_given_is_taken)
{
  const int64_t latency = 480;
  LmuError      error   = {{0}};
  shift(wet, LENGTH, 63);
  ck_assert_int_eq(lmu_pair_check(&report, &pair, &latency, &error),
                   LMU_SUCCESS);
  ck_assert_int_eq(report.latency.frames, 480);
  ck_assert_uint_eq(report.first_wet, 480U);
}
END_TEST

/// Set two recordings of one device that seem to be late by so many frames, let
/// them agree, and return by how many they are taken to be
static void
let_agree(const int64_t found[2], const bool is_sure, int64_t frames[2])
{
  static LmuPairReport reports[2];
  LmuTakeOfDevice      takes[2];
  for (size_t i = 0U; i < 2U; ++i) {
    const LmuPairReport empty = {0};
    reports[i]                = empty;
    lmu_pair_realign(&reports[i], &pair, found[i]);
    reports[i].latency.found = found[i];
    reports[i].latency.sure  = is_sure;
    takes[i].pair            = pair;
    takes[i].report          = &reports[i];
  }
  lmu_pairs_agree(takes, 2U);
  for (size_t i = 0U; i < 2U; ++i) {
    frames[i] = reports[i].latency.frames;
    ck_assert_int_eq(
      (int64_t)reports[i].first_wet - (int64_t)reports[i].first_dry, frames[i]);
    ck_assert_uint_eq(reports[i].n_frames,
                      LENGTH -
                        (size_t)(frames[i] < 0 ? -frames[i] : frames[i]));
  }
}

/// What two recordings were found to be late by, and agree on
typedef struct {
  int64_t found[2];
  bool    is_sure;
  int64_t agreed[2];
} Agreement;

static const Agreement agreements[] = {
  {{30, 27}, true, {27, 27}},  // The onset was found late
  {{27, 30}, true, {27, 27}},  // In either
  {{63, 71}, true, {63, 63}},  // As far as that may be
  {{63, 72}, true, {63, 72}},  // Recorded otherwise
  {{63, 60}, false, {63, 60}}, // In doubt
  {{1, -1}, true, {0, -1}},    // Nothing is foreseen
  {{-3, -5}, true, {-5, -5}},  // Both lead
  {{40, 40}, true, {40, 40}},
};

START_TEST(recordings_of_one_device_agree_on_the_least_latency)
{
  const Agreement* const agreement = &agreements[_i];
  int64_t                frames[2];
  let_agree(agreement->found, agreement->is_sure, frames);
  ck_assert_int_eq(frames[0], agreement->agreed[0]);
  ck_assert_int_eq(frames[1], agreement->agreed[1]);
}
END_TEST

START_TEST(start_that_is_left_out_stays_so_at_another_latency)
{
  switch_on(0.3f);
  shift(wet, LENGTH, 66);
  check();
  const size_t n = report.n_unsettled;
  ck_assert_uint_gt(n, 0U);
  lmu_pair_realign(&report, &pair, 63);
  ck_assert_int_eq(report.latency.frames, 63);
  ck_assert_uint_eq(report.first_dry, n);
  ck_assert_uint_eq(report.first_wet, n + 63U);
  ck_assert_uint_eq(report.n_frames, LENGTH - n - 63U);
}
END_TEST

START_TEST(latency_beyond_the_end_leaves_nothing)
{
  const int64_t latency = _i ? INT64_MAX : -INT64_MAX;
  ck_assert_int_eq(lmu_pair_check(&report, &pair, &latency, NULL), LMU_SUCCESS);
  ck_assert_uint_eq(report.n_frames, 0U);
  ck_assert(!lmu_pair_is_usable(&report));
}
END_TEST

START_TEST(rate_of_nothing_is_refused_in_words)
{
  LmuError error = {{0}};
  pair.rate      = 0.0;
  ck_assert_int_eq(lmu_pair_check(&report, &pair, NULL, &error), LMU_BAD_VALUE);
  ck_assert_str_eq(error.text, "The sample rate is not positive");
}
END_TEST

START_TEST(each_finding_is_a_sentence_that_fits)
{
  for (int code = LMU_FINDING_NOT_FINITE; code <= LMU_FINDING_NOT_REPEATABLE;
       ++code) {
    char             text[LMU_FINDING_TEXT];
    const LmuFinding finding = {(LmuFindingCode)code,
                                LMU_SEVERITY_NOTE,
                                LMU_SIDE_WET,
                                -123456.7,
                                9999999U};
    lmu_finding_text(text, &finding);
    ck_assert_uint_ge(strlen(text), 40U);
    ck_assert_uint_lt(strlen(text), LMU_FINDING_TEXT - 1U);
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("pair");
  tcase_add_checked_fixture(tcase, setup, NULL);
  tcase_add_test(tcase, good_pair_has_nothing_worse_than_a_note);
  tcase_add_loop_test(tcase, silence_of_either_side_is_an_error, 0, 2);
  tcase_add_test(tcase, clipping_is_measured);
  tcase_add_test(tcase, second_of_sound_is_too_short);
  tcase_add_test(tcase, empty_recordings_are_too_short);
  tcase_add_loop_test(tcase, other_song_is_an_error, 0, 4);
  tcase_add_test(tcase, inverted_device_is_noted);
  tcase_add_test(tcase, offset_of_300_ms_is_taken_out);
  tcase_add_test(tcase, filter_is_explained_but_for_its_noise);
  tcase_add_test(tcase, pair_that_is_wrong_has_no_advice_on_its_noise);
  tcase_add_test(tcase, wet_recording_that_leads_is_a_warning);
  tcase_add_loop_test(tcase, first_sample_that_is_no_number_is_named, 0, 4);
  tcase_add_test(tcase, float_above_full_scale_is_noted);
  tcase_add_test(tcase, noise_bounds_the_error);
  tcase_add_test(tcase, gate_is_seen);
  tcase_add_test(tcase, device_that_does_not_repeat_is_a_warning);
  tcase_add_test(tcase, device_that_repeats_is_none);
  tcase_add_test(tcase, offset_of_level_is_a_warning);
  tcase_add_test(tcase, end_of_the_longer_one_is_dropped_and_said);
  tcase_add_test(tcase,
                 start_of_a_device_that_was_switched_on_is_left_out_and_said);
  tcase_add_test(tcase, start_that_is_as_good_as_at_rest_is_kept);
  tcase_add_test(tcase, noise_that_stays_is_no_start);
  tcase_add_test(tcase, start_that_is_needed_is_kept);
  tcase_add_loop_test(tcase,
                      recordings_of_one_device_agree_on_the_least_latency,
                      0,
                      (int)(sizeof(agreements) / sizeof(agreements[0])));
  tcase_add_test(tcase, start_that_is_left_out_stays_so_at_another_latency);
  tcase_add_test(tcase, latency_that_is_given_is_taken);
  tcase_add_loop_test(tcase, latency_beyond_the_end_leaves_nothing, 0, 2);
  tcase_add_test(tcase, rate_of_nothing_is_refused_in_words);
  tcase_add_test(tcase, each_finding_is_a_sentence_that_fits);
  return run_case("pair", tcase);
}
