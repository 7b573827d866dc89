// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/burg.h"
#include "core/base/status.h"
#include "core/dsp/rt/shape.h"
#include "core/dsp/rt/stand_in.h"
#include "core/dsp/setup/stand_in.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Longest sound at the highest rate
#define MOST_FRAMES (96000U * 3U)

/// Gaps, and how long sound that returns fades in [s]
#define PERIOD 0.25
#define BACK 0.004

static float sounds[LMU_LATTICE_CHANNELS][MOST_FRAMES];

/// Fill both channels with plucked strings in noise of -60 dB, anew once a
/// second
static void
pluck(const double rate, const uint32_t n_frames)
{
  static const double pitches[] = {82.4, 123.5, 164.8, 207.7};
  uint32_t            noise     = 1U;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const double t     = fmod(i / rate, 1.0);
    double       total = 0.0;
    for (uint32_t k = 0U; k < 4U; ++k) {
      for (uint32_t j = 1U; j <= 12U; ++j) {
        const double size = 0.2 * exp(-1.0 * j * t) / j;
        total += size * sin(2.0 * PI * pitches[k] * j * t);
      }
    }
    const float rest = 0.001f * next_noise(&noise);
    sounds[0][i]     = (float)total + rest;
    sounds[1][i]     = (float)(0.5 * total) - rest;
  }
}

static LmuStandIn*
stand_in_of(const double rate, const uint32_t n_channels)
{
  const LmuStandInSpec spec = {rate, n_channels, NULL};
  LmuStandIn*          self = NULL;
  ck_assert_int_eq(lmu_stand_in_new(&self, &spec), LMU_SUCCESS);
  return self;
}

/// Energies of what was lost, of errors, and of those of plain prediction, in
/// gaps after the first second
typedef struct {
  double sound;
  double error;
  double plain;
} Energy;

#define BURG_ORDER 128U
#define MOST_LEARNED 9600U
#define MOST_LOST 1500U

/// Add the error of Burg's method, which learns from 100 ms before the gap
static void
add_plain(Energy* const  energy,
          const double   rate,
          const uint32_t start,
          const uint32_t length)
{
  static double  past[MOST_LEARNED + MOST_LOST];
  static double  work[(2U * MOST_LEARNED) + BURG_ORDER];
  double         weights[BURG_ORDER] = {0.0};
  const uint32_t learned             = (uint32_t)(0.1 * rate);
  ck_assert(learned <= MOST_LEARNED && length <= MOST_LOST);
  for (uint32_t i = 0U; i < learned; ++i) {
    past[i] = (double)sounds[0][start - learned + i];
  }
  burg(weights, BURG_ORDER, past, learned, work);
  burg_predict(past + learned, length, weights, BURG_ORDER);
  for (uint32_t i = 0U; i < length; ++i) {
    const double error = past[learned + i] - (double)sounds[0][start + i];
    energy->plain += error * error;
  }
}

/// Play a sound with gaps of some length
static Energy
play(const double rate, const uint32_t n_channels, const double seconds)
{
  const uint32_t    n_frames = (uint32_t)(2.5 * rate);
  const uint32_t    period   = (uint32_t)(PERIOD * rate);
  const uint32_t    length   = (uint32_t)(seconds * rate);
  LmuStandIn* const self     = stand_in_of(rate, n_channels);
  Energy            energy   = {1e-30, 0.0, 0.0};
  double            cover    = 0.0;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const uint32_t phase = (i + (period / 2U)) % period;
    const bool     lost  = i > period && phase < length;
    if (lost && !phase) {
      lmu_stand_in_begin(self);
    }
    if (lost && !phase && i > (uint32_t)rate) {
      add_plain(&energy, rate, i, length);
    }
    cover             = lost ? 1.0 : fmax(0.0, cover - (1.0 / (BACK * rate)));
    const double part = lmu_smooth_step(cover);
    float        own[LMU_LATTICE_CHANNELS] = {0.0f, 0.0f};
    float        out[LMU_LATTICE_CHANNELS] = {0.0f, 0.0f};
    lmu_stand_in_read(self, own);
    for (uint32_t c = 0U; c < n_channels; ++c) {
      const float  in = lost ? 0.0f : sounds[c][i];
      const double x  = (double)sounds[c][i];
      out[c]          = in + (float)(part * (double)(own[c] - in));
      ck_assert_double_lt(fabs((double)out[c]), 2.0);
      if (lost && !c && i > (uint32_t)rate) {
        energy.sound += x * x;
        energy.error += ((double)out[c] - x) * ((double)out[c] - x);
      }
    }
    const LmuHeard returns = cover > 0.0 ? LMU_RETURNS : LMU_WHOLE;
    lmu_stand_in_hear(self, out, lost ? LMU_LOST : returns);
  }
  lmu_stand_in_free(self);
  return energy;
}

/// How much less the error is than that of plain prediction, measured: 3.5 dB
/// at 96 kHz, where half of the long window may still be the string before, and
/// 6 to 21 dB at others
#define LEAST_GAIN_DB 3.0

static void
check(const Energy energy)
{
  const double own   = 0.5 * to_db(energy.error / energy.sound);
  const double plain = 0.5 * to_db(energy.plain / energy.sound);
  printf("%.1f dB, Burg of order %u %.1f dB\n", own, BURG_ORDER, plain);
  (void)fflush(stdout);
  ck_assert_double_lt(own, plain - LEAST_GAIN_DB);
}

START_TEST(plucked_strings_go_on_at_all_rates)
{
  static const double rates[] = {22050.0, 44100.0, 48000.0, 96000.0};
  for (uint32_t i = 0U; i < 4U; ++i) {
    pluck(rates[i], (uint32_t)(2.5 * rates[i]));
    for (uint32_t n_channels = 1U; n_channels <= 2U; ++n_channels) {
      printf("%.0f Hz, %u channels: ", rates[i], n_channels);
      check(play(rates[i], n_channels, 0.015));
    }
  }
}
END_TEST

START_TEST(gaps_of_all_lengths_are_filled)
{
  pluck(48000.0, 120000U);
  for (uint32_t ms = 5U; ms <= 30U; ms += 5U) {
    printf("%u ms: ", ms);
    check(play(48000.0, 1U, ms / 1000.0));
  }
}
END_TEST

START_TEST(what_is_nothing_like_before_is_not_trusted)
{
  LmuStandIn* const self  = stand_in_of(48000.0, 1U);
  uint32_t          noise = 1U;
  for (uint32_t i = 0U; i < 20100U; ++i) {
    const float quiet = (float)(0.01 * sin(0.05 * i));
    const float loud  = 0.9f * next_noise(&noise);
    const float x     = i < 20000U ? quiet : loud;
    lmu_stand_in_hear(self, &x, LMU_WHOLE);
  }
  lmu_stand_in_begin(self);
  double energy = 0.0;
  for (uint32_t i = 0U; i < 480U; ++i) {
    float own = 0.0f;
    lmu_stand_in_read(self, &own);
    lmu_stand_in_hear(self, &own, LMU_LOST);
    energy += i < 96U ? 0.0 : (double)own * (double)own / 384.0;
  }
  printf("After a burst: %.1f dB\n", 0.5 * to_db(energy));
  ck_assert_double_lt(energy, 1e-3);
  lmu_stand_in_free(self);
}
END_TEST

START_TEST(rest_and_reset_forget_all)
{
  pluck(48000.0, 20000U);
  LmuStandIn* const self = stand_in_of(48000.0, 1U);
  for (uint32_t k = 0U; k < 2U; ++k) {
    float own = 0.0f;
    for (uint32_t i = 0U; i < 20000U; ++i) {
      lmu_stand_in_hear(self, &sounds[0][i], LMU_WHOLE);
    }
    lmu_stand_in_begin(self);
    lmu_stand_in_read(self, &own);
    ck_assert_float_ne(own, 0.0f);
    if (k) {
      lmu_stand_in_reset(self);
    } else {
      lmu_stand_in_rest(self, &sounds[0][0]);
    }
    lmu_stand_in_begin(self);
    lmu_stand_in_read(self, &own);
    ck_assert_float_eq(own, 0.0f);
  }
  lmu_stand_in_free(self);
}
END_TEST

START_TEST(bad_specs_are_refused)
{
  static const LmuStandInSpec specs[] = {{999.0, 1U, NULL},
                                         {1.1e6, 1U, NULL},
                                         {(double)NAN, 1U, NULL},
                                         {48000.0, 0U, NULL},
                                         {48000.0, 3U, NULL}};
  for (uint32_t i = 0U; i < sizeof(specs) / sizeof(specs[0]); ++i) {
    LmuStandIn* self = unset();
    ck_assert_int_ne(lmu_stand_in_new(&self, &specs[i]), LMU_SUCCESS);
    ck_assert_ptr_null(self);
  }
  static const double rates[] = {1e3, 4e3, 8e3, 192e3, 1e6};
  for (uint32_t i = 0U; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    lmu_stand_in_free(stand_in_of(rates[i], 2U));
  }
  lmu_stand_in_free(NULL);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("stand_in");
  tcase_add_test(tcase, plucked_strings_go_on_at_all_rates);
  tcase_add_test(tcase, gaps_of_all_lengths_are_filled);
  tcase_add_test(tcase, what_is_nothing_like_before_is_not_trusted);
  tcase_add_test(tcase, rest_and_reset_forget_all);
  tcase_add_test(tcase, bad_specs_are_refused);
  return run_case("stand_in", tcase);
}
