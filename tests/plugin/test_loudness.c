// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What the controls Match Level and Attacks promise.
// usage: test_loudness LMU.SO

#include "core/dsp/rt/attacks.h"
#include "core/dsp/rt/match.h"
#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define RATE 48000.0

/// Frames in one second
#define SECOND 48000U

/// Block that divides no segment of the plugins, so changes fall within one
#define BLOCK 250U

/// A tone at which ears are even, so that loudness is level
#define TONE (500.0 / RATE)

/// How near levels come [dB], a tenth of what is heard
#define MAX_ERROR_DB 0.1

/// Loudness of the harmonics of a driven tone beside their level [dB]
#define DISTORTION_DB 0.4

/// Frames of a fade, 20 ms
#define FADED 961U

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define SCORE(changes) (&(const Score){changes, COUNT(changes)})

/// Plugins that have the control, each in mono and stereo
static const PortList* const lists[] = {&lmu_predict_ports[0],
                                        &lmu_predict_ports[1],
                                        &lmu_model_ports[0],
                                        &lmu_model_ports[1]};

#define N_LISTS ((int)COUNT(lists))

/// Play a sound to an instance, which is freed, and return what comes out
static Sound
play(Instance* const instance, const Sound* const in, const Score* const score)
{
  Sound out = sound_new(instance->n_outs, in->n_frames);
  instance_play(
    instance, in->channels, out.channels, in->n_frames, BLOCK, score);
  ck_assert(sound_is_finite(&out));
  instance_free(instance);
  return out;
}

static double
level_db(const Sound* const sound, const uint32_t first, const uint32_t last)
{
  return 20.0 * log10(level(sound->channels[0], first, last) + 1e-30);
}

/// Predict takes 12 dB off, the model drives: both come out as loud as they
/// went in, or not, by the control
START_TEST(matched_sound_is_as_loud_as_the_input)
{
  const PortList* const list       = lists[_i % N_LISTS];
  const MatchChoice     choice     = (MatchChoice)(_i / N_LISTS);
  const Setting         settings[] = {
            {"mode", MODE_CONTINUE}, {"output", -12.0f}, {"match", (float)choice}};
  const bool      has_mode = _i % N_LISTS < 2;
  Instance* const instance = instance_start_with(
    list, settings + !has_mode, COUNT(settings) - !has_mode);
  Sound in = sound_new(instance->n_ins, 4U * SECOND);
  sound_fill_tone(&in, TONE, 0.2);
  Sound out = play(instance, &in, NULL);

  const double change = level_db(&out, 3U * SECOND, 4U * SECOND) -
                        level_db(&in, 3U * SECOND, 4U * SECOND);
  if (choice == MATCH_OFF) {
    ck_assert_double_gt(fabs(change), 2.0);
  } else {
    ck_assert_double_eq_tol(change, 0.0, MAX_ERROR_DB + DISTORTION_DB);
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(bypassed_plugin_is_its_input_though_it_matches)
{
  const Setting   settings[] = {{"match", MATCH_FAST}, {"enabled", 0.0f}};
  Instance* const instance =
    instance_start_with(lists[_i], settings, COUNT(settings));
  Sound in = sound_new(instance->n_ins, SECOND);
  sound_fill_noise(&in, 2.0f); // Above the ceiling of what is matched
  Sound out = play(instance, &in, NULL);

  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    ck_assert_mem_eq(in.channels[c] + FADED,
                     out.channels[c] + FADED,
                     (SECOND - FADED) * sizeof(float));
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(matched_sound_stays_below_full_scale)
{
  const int       choice     = MATCH_SLOW + (_i / N_LISTS);
  const Setting   settings[] = {{"match", (float)choice}, {"output", 24.0f}};
  Instance* const instance =
    instance_start_with(lists[_i % N_LISTS], settings, COUNT(settings));
  Sound in = sound_new(instance->n_ins, 2U * SECOND);
  sound_fill_noise(&in, 4.0f);
  Sound out = play(instance, &in, NULL);

  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    ck_assert_double_le(peak(out.channels[c], FADED, 2U * SECOND),
                        (double)LMU_MATCH_CEILING * 1.000001);
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(gain_of_long_ago_does_not_come_back)
{
  static const Change changes[]  = {{"match", 96000U, MATCH_OFF},
                                    {"output", 96000U, 0.0f},
                                    {"match", 120000U, MATCH_SLOW}};
  const Setting       settings[] = {
          {"mode", MODE_CONTINUE}, {"output", -12.0f}, {"match", MATCH_SLOW}};
  Instance* const instance =
    instance_start_with(lists[_i], settings, COUNT(settings));
  Sound in = sound_new(instance->n_ins, 3U * SECOND);
  sound_fill_tone(&in, TONE, 0.2);
  Sound out = play(instance, &in, SCORE(changes));
  ck_assert_double_le(peak(out.channels[0], 100000U, 3U * SECOND), 0.21);
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(turning_it_on_and_off_does_not_click)
{
  static const Change changes[]  = {{"match", 30007U, MATCH_SLOW},
                                    {"match", 60011U, MATCH_FAST},
                                    {"match", 90011U, MATCH_OFF}};
  const Setting       settings[] = {{"mix", 0.5f}, {"output", -6.0f}};
  Instance* const     instance =
    instance_start_with(lists[_i], settings, COUNT(settings));
  Sound in = sound_new(instance->n_ins, 120000U);
  sound_fill_tone(&in, TONE, 0.5);
  Sound out = play(instance, &in, SCORE(changes));

  const uint32_t first = 24000U; // When it has settled
  const double   size  = peak(out.channels[0], first, 120000U);
  const double   fade  = 2.0 * size / (double)FADED;
  const double   still = steepest(out.channels[0], first, 30000U);
  const double   grown = size / peak(out.channels[0], first, 30000U);
  ck_assert_double_le(steepest(out.channels[0], first, 120000U),
                      (still * grown) + fade);
  sound_free(&out);
  sound_free(&in);
}
END_TEST

/* Attacks */

/// Fill a sound with noise that is 20 dB louder for 20 ms, four times a second
static void
fill_hits(Sound* const sound)
{
  sound_fill_noise(sound, 0.5f);
  for (uint32_t i = 0U; i < sound->n_frames; ++i) {
    const float gain = i % (SECOND / 4U) < SECOND / 50U ? 1.0f : 0.1f;
    for (uint32_t c = 0U; c < sound->n_channels; ++c) {
      sound->channels[c][i] *= gain;
    }
  }
}

/// Return how far hits stand out of the residual of noise [dB]
static double
hits_db(const int kind, const float attacks)
{
  const Setting   settings[] = {{"mode", MODE_RESIDUAL}, {"attacks", attacks}};
  Instance* const instance =
    instance_start_with(&lmu_predict_ports[kind], settings, COUNT(settings));
  Sound in = sound_new(instance->n_ins, 2U * SECOND);
  fill_hits(&in);
  Sound out = play(instance, &in, NULL);

  const uint32_t hit  = 7U * (SECOND / 4U);
  const double   loud = level_db(&out, hit, hit + (SECOND / 50U)) -
                      level_db(&out, hit + (SECOND / 8U), hit + (SECOND / 4U));
  sound_free(&out);
  sound_free(&in);
  return loud;
}

START_TEST(attacks_stand_out_no_more_than_is_wanted)
{
  const double all  = hits_db(_i, 0.0f);
  const double some = hits_db(_i, -12.0f);
  const double none = hits_db(_i, -60.0f);
  printf("Hits stand out by %.1f, %.1f, %.1f dB\n", all, some, none);
  ck_assert_double_ge(all, 18.0);
  ck_assert_double_le(some, 12.0);
  ck_assert_double_ge(some, 6.0);
  ck_assert_double_le(none,
                      (0.02 * LMU_ATTACK_RISE_DB) +
                        (20.0 * log10((double)LMU_ATTACK_MARGIN)));
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_loop_test(
    tcase, matched_sound_is_as_loud_as_the_input, 0, 3 * N_LISTS);
  tcase_add_loop_test(
    tcase, bypassed_plugin_is_its_input_though_it_matches, 0, N_LISTS);
  tcase_add_loop_test(
    tcase, matched_sound_stays_below_full_scale, 0, 2 * N_LISTS);
  tcase_add_loop_test(tcase, gain_of_long_ago_does_not_come_back, 0, 2);
  tcase_add_loop_test(tcase, turning_it_on_and_off_does_not_click, 0, N_LISTS);
  tcase_add_loop_test(tcase, attacks_stand_out_no_more_than_is_wanted, 0, 2);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "loudness", add);
}
