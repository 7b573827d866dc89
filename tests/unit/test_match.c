// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/match.h"

#include "core/dsp/setup/match.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static const double rates[] = {4000.0, 44100.0, 48000.0, 96000.0, 192000.0};

#define N_RATES ((int)(sizeof(rates) / sizeof(rates[0])))

/// Gain of the weights of BS.1770 at 1 kHz, by its tables [dB]
#define GAIN_AT_1_KHZ 0.691

/// Of the tables of BS.1770, which have 14 digits, and of the level at the end
#define MAX_WEIGHT_ERROR_DB 0.01

/// The ceiling, but for the rounding of a product
#define CEILING (LMU_MATCH_CEILING * 1.000001f)

/// How near the gain comes to the ratio of steady sounds [dB]
#define MAX_MATCH_ERROR_DB 0.1

/// Sines, of which one is to become as loud as the other
typedef struct {
  double rate;
  double from; ///< Amplitude
  double to;   ///< Amplitude
  double hz[2];
} Sines;

/// Let a match hear sines, and return the last gain
static double
hear(LmuMatch* const     match,
     const Sines* const  sines,
     const LmuMatchSpeed speed,
     const double        seconds)
{
  LmuMatchPlan plan;
  lmu_match_plan_init(&plan, sines->rate);

  float gain    = 1.0f;
  bool  is_good = true;
  for (uint32_t i = 0U; i < (uint32_t)(seconds * sines->rate); ++i) {
    const double t      = 2.0 * PI * i / sines->rate;
    const float  from[] = {(float)(sines->from * sin(sines->hz[0] * t)), 0.0f};
    const float  to[]   = {(float)(sines->to * sin(sines->hz[1] * t)), 0.0f};

    gain    = lmu_match_step(&plan, match, speed, from, to);
    is_good = is_good && fabsf(gain * to[0]) <= CEILING;
  }
  ck_assert(is_good);
  return (double)gain;
}

START_TEST(a_sound_becomes_as_loud_as_the_other)
{
  static const double ratios_db[] = {-29.0, -12.0, 0.0, 6.0, 20.0, 29.0};
  for (int speed = 0; speed < LMU_N_MATCH_SPEEDS; ++speed) {
    for (size_t i = 0U; i < sizeof(ratios_db) / sizeof(double); ++i) {
      const double ratio = pow(10.0, ratios_db[i] / 20.0);
      const double from  = ratio < 1.0 ? 0.9 * ratio : 0.9;
      const Sines  sines = {rates[_i], from, from / ratio, {500.0, 500.0}};
      LmuMatch     match;
      lmu_match_reset(&match);
      const double gain = hear(&match, &sines, (LmuMatchSpeed)speed, 5.0);
      ck_assert_double_eq_tol(to_db(gain), ratios_db[i], MAX_MATCH_ERROR_DB);
    }
  }
}
END_TEST

START_TEST(fast_follows_a_note_and_slow_a_phrase)
{
  const Sines sines = {rates[_i], 0.5, 0.05, {500.0, 500.0}};
  LmuMatch    slow;
  LmuMatch    fast;
  lmu_match_reset(&slow);
  lmu_match_reset(&fast);
  ck_assert_double_ge(to_db(hear(&fast, &sines, LMU_MATCH_FAST, 0.3)), 18.0);
  ck_assert_double_le(to_db(hear(&slow, &sines, LMU_MATCH_SLOW, 0.3)), 15.0);

  const Sines back = {rates[_i], 0.5, 0.5, {500.0, 500.0}};
  ck_assert_double_le(to_db(hear(&fast, &back, LMU_MATCH_FAST, 0.1)), 3.0);
}
END_TEST

START_TEST(gains_end_at_30_db)
{
  const Sines up   = {48000.0, 0.9, 0.001, {500.0, 500.0}};
  const Sines down = {48000.0, 0.002, 0.9, {500.0, 500.0}};
  LmuMatch    match;
  lmu_match_reset(&match);
  ck_assert_double_eq_tol(
    to_db(hear(&match, &up, LMU_MATCH_FAST, 5.0)), 30.0, MAX_MATCH_ERROR_DB);
  lmu_match_reset(&match);
  ck_assert_double_eq_tol(
    to_db(hear(&match, &down, LMU_MATCH_FAST, 5.0)), -30.0, MAX_MATCH_ERROR_DB);
}
END_TEST

/// BS.1770-4, table 1 and 2 together, by its own coefficients at 48 kHz
static double
weight_db(const double hz)
{
  static const double b[2][3] = {
    {1.53512485958697, -2.69169618940638, 1.19839281085285}, {1.0, -2.0, 1.0}};
  static const double a[2][2] = {{-1.69065929318241, 0.73248077421585},
                                 {-1.99004745483398, 0.99007225036621}};

  double gain = 1.0;
  for (int i = 0; i < 2; ++i) {
    const double w   = 2.0 * PI * hz / 48000.0;
    const double n[] = {b[i][0] + (b[i][1] * cos(w)) + (b[i][2] * cos(2 * w)),
                        (b[i][1] * sin(w)) + (b[i][2] * sin(2 * w))};
    const double d[] = {1.0 + (a[i][0] * cos(w)) + (a[i][1] * cos(2 * w)),
                        (a[i][0] * sin(w)) + (a[i][1] * sin(2 * w))};
    gain *= hypot(n[0], n[1]) / hypot(d[0], d[1]);
  }
  return to_db(gain);
}

START_TEST(loudness_is_weighted_as_bs_1770_says)
{
  static const double hz[] = {30.0, 60.0, 200.0, 2000.0, 5000.0, 12000.0};
  ck_assert_double_eq_tol(weight_db(997.0), GAIN_AT_1_KHZ, MAX_WEIGHT_ERROR_DB);
  for (size_t i = 0U; i < sizeof(hz) / sizeof(double); ++i) {
    const Sines sines = {48000.0, 0.1, 0.1, {997.0, hz[i]}};
    LmuMatch    match;
    lmu_match_reset(&match);
    const double gain = to_db(hear(&match, &sines, LMU_MATCH_SLOW, 8.0));
    ck_assert_double_eq_tol(
      gain, weight_db(997.0) - weight_db(hz[i]), MAX_MATCH_ERROR_DB);
  }
}
END_TEST

START_TEST(a_gain_rests_while_there_is_silence)
{
  const Sines sound   = {rates[_i], 0.5, 0.05, {500.0, 500.0}};
  const Sines silence = {rates[_i], 0.0, 0.0, {500.0, 500.0}};
  LmuMatch    match;
  lmu_match_reset(&match);
  const double before = hear(&match, &sound, LMU_MATCH_SLOW, 5.0);
  const double after  = hear(&match, &silence, LMU_MATCH_SLOW, 60.0);
  ck_assert_double_eq_tol(to_db(after), to_db(before), 1.0);
}
END_TEST

START_TEST(silence_makes_no_denormals)
{
  const Sines sound   = {48000.0, 0.5, 0.05, {500.0, 500.0}};
  const Sines silence = {48000.0, 0.0, 0.0, {500.0, 500.0}};
  LmuMatch    match;
  lmu_match_reset(&match);
  (void)hear(&match, &sound, LMU_MATCH_SLOW, 1.0);
  (void)hear(&match, &silence, LMU_MATCH_SLOW, 120.0);
  for (uint32_t i = 0U; i < LMU_MATCH_LANES; ++i) {
    for (int j = 0; j < 4; ++j) {
      const double past = match.past[j / 2][j % 2][i];
      ck_assert(past == 0.0 || isnormal(past));
    }
  }
  ck_assert(isnormal(match.energy[0]) && isnormal(match.energy[1]));
  ck_assert(isnormal(match.peak));
}
END_TEST

/// Noise that becomes 40 dB louder from one frame to the next comes out below
/// the ceiling, whatever the gain was
START_TEST(nothing_comes_out_above_the_ceiling)
{
  LmuMatchPlan plan;
  LmuMatch     match;
  uint32_t     seed    = 1U;
  bool         is_good = true;
  lmu_match_plan_init(&plan, rates[_i]);
  lmu_match_reset(&match);
  for (uint32_t i = 0U; i < 200000U; ++i) {
    const float level  = (i / 5000U) % 2U ? 3.0f : 0.03f;
    const float from[] = {next_noise(&seed), next_noise(&seed)};
    const float to[]   = {level * next_noise(&seed), level * next_noise(&seed)};
    const float gain = lmu_match_step(&plan, &match, LMU_MATCH_FAST, from, to);
    for (uint32_t c = 0U; c < LMU_MATCH_CHANNELS; ++c) {
      is_good = is_good && fabsf(gain * to[c]) <= CEILING;
    }
  }
  ck_assert(is_good);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("match");
  tcase_add_loop_test(tcase, a_sound_becomes_as_loud_as_the_other, 0, N_RATES);
  tcase_add_loop_test(tcase, fast_follows_a_note_and_slow_a_phrase, 0, N_RATES);
  tcase_add_test(tcase, gains_end_at_30_db);
  tcase_add_test(tcase, loudness_is_weighted_as_bs_1770_says);
  tcase_add_loop_test(tcase, a_gain_rests_while_there_is_silence, 0, N_RATES);
  tcase_add_test(tcase, silence_makes_no_denormals);
  tcase_add_loop_test(tcase, nothing_comes_out_above_the_ceiling, 0, N_RATES);
  return run_case("match", tcase);
}
