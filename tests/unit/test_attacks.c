// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/attacks.h"

#include "core/dsp/setup/attacks.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// How far a sound stands out and is no attack [dB]
#define MARGIN_DB (1.0 + to_db((double)LMU_ATTACK_MARGIN))

/// A low note of a bass
#define HZ 45.0

static const double rates[] = {8000.0, 44100.0, 48000.0, 192000.0};

#define N_RATES ((int)(sizeof(rates) / sizeof(rates[0])))

/// Let it hear a low sine, and return the least gain of the last half
static float
hear(LmuAttacks* const attacks,
     const double      rate,
     const float       level,
     const double      seconds)
{
  LmuAttackPlan plan;
  lmu_attack_plan_init(&plan, rate);

  const uint32_t n_frames = (uint32_t)(seconds * rate);
  float          least    = 1.0f;
  bool           is_good  = true;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float x    = level * (float)fabs(sin(2.0 * PI * HZ * i / rate));
    const float gain = lmu_attacks_step(&plan, attacks, x);
    least            = i > n_frames / 2U && gain < least ? gain : least;
    is_good          = is_good && gain > 0.0f && gain <= 1.0f;
  }
  ck_assert(is_good);
  return least;
}

START_TEST(what_lasts_passes)
{
  LmuAttacks attacks = {0.0f, 0.0f};
  ck_assert_float_eq(hear(&attacks, rates[_i], 0.1f, 2.0), 1.0f);
}
END_TEST

START_TEST(an_attack_comes_out_as_loud_as_what_lasted)
{
  LmuAttacks attacks = {0.0f, 0.0f};
  (void)hear(&attacks, rates[_i], 0.01f, 2.0);

  // 30 ms at 40 dB more: it may rise by 6 dB meanwhile
  const float  gain    = hear(&attacks, rates[_i], 1.0f, 0.03);
  const double rise_db = 0.03 * LMU_ATTACK_RISE_DB;
  ck_assert_double_le(to_db((double)gain), -40.0 + rise_db + MARGIN_DB);
  ck_assert_double_ge(to_db((double)gain), -40.0);
}
END_TEST

START_TEST(what_was_an_attack_lasts_in_the_end)
{
  LmuAttacks attacks = {0.0f, 0.0f};
  (void)hear(&attacks, rates[_i], 0.01f, 2.0);
  ck_assert_float_eq(hear(&attacks, rates[_i], 1.0f, 0.5), 1.0f);
}
END_TEST

START_TEST(silence_makes_no_denormals)
{
  LmuAttacks attacks = {0.0f, 0.0f};
  (void)hear(&attacks, rates[_i], 1.0f, 1.0);
  (void)hear(&attacks, rates[_i], 0.0f, 60.0);
  ck_assert(isnormal(attacks.peak) && isnormal(attacks.last));
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("attacks");
  tcase_add_loop_test(tcase, what_lasts_passes, 0, N_RATES);
  tcase_add_loop_test(
    tcase, an_attack_comes_out_as_loud_as_what_lasted, 0, N_RATES);
  tcase_add_loop_test(tcase, what_was_an_attack_lasts_in_the_end, 0, N_RATES);
  tcase_add_loop_test(tcase, silence_makes_no_denormals, 0, N_RATES);
  return run_case("attacks", tcase);
}
