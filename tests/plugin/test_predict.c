// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What Predict does to a sound.
// usage: test_predict LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define RATE 48000.0

/// Frames in one second
#define SECOND 48000U

/// Block that divides no segment of the plugins, so changes fall within one
#define BLOCK 250U

/// 100 Hz, and its level
#define TONE (100.0 / RATE)
#define LEVEL 0.5

/// Frames of the shortest fade, 20 ms
#define FADE_FRAMES 960.0

/// When all has been learned
#define LEARNED SECOND

#define N_KINDS 2

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define SCORE(changes) (&(const Score){changes, COUNT(changes)})

/// Return a plugin with some settings, active
static Instance*
new_with(const int            kind,
         const Setting* const settings,
         const uint32_t       n_settings)
{
  const InstanceSpec spec = {
    &lmu_predict_ports[kind], RATE, MAP_REAL, WORKER_NONE, false, NULL};
  Instance* const instance = instance_new(&spec);
  instance_set(instance, "order", 32.0f);
  for (uint32_t i = 0U; i < n_settings; ++i) {
    instance_set(instance, settings[i].symbol, settings[i].value);
  }
  instance_activate(instance);
  return instance;
}

static Instance*
new_in_mode(const int kind, const ModeChoice mode, const float horizon_ms)
{
  const Setting settings[] = {{"mode", (float)mode}, {"horizon", horizon_ms}};
  return new_with(kind, settings, COUNT(settings));
}

/// Return an instance that continues a window of 100 ms
static Instance*
new_continuing(const int kind)
{
  const Setting settings[] = {{"mode", MODE_CONTINUE}, {"theta", 100.0f}};
  return new_with(kind, settings, COUNT(settings));
}

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

static Sound
tone_of(const Instance* const instance, const uint32_t n_frames)
{
  Sound in = sound_new(instance->n_ins, n_frames);
  sound_fill_tone(&in, TONE, LEVEL);
  return in;
}

/// Return the size of a tone in a sound, whatever its phase
static double
size_of_tone(const float* const samples,
             const double       cycles,
             const uint32_t     first,
             const uint32_t     last)
{
  double re = 0.0;
  double im = 0.0;
  for (uint32_t i = first; i < last; ++i) {
    const double angle = 2.0 * M_PI * cycles * i;
    re += (double)samples[i] * cos(angle);
    im += (double)samples[i] * sin(angle);
  }
  return 2.0 * sqrt((re * re) + (im * im)) / (last - first);
}

/* Forecasts */

/// What is left of a tone that was foretold 5 ms ahead, -40 dB
#define MAX_RESIDUAL 0.01

START_TEST(residual_of_a_steady_tone_is_small)
{
  Instance* const instance = new_in_mode(_i, MODE_RESIDUAL, 5.0f);
  Sound           in       = tone_of(instance, 2U * SECOND);
  Sound           out      = play(instance, &in, NULL);
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    const double rest = level(out.channels[c], LEARNED, out.n_frames);
    const double full = level(in.channels[c], LEARNED, out.n_frames);
    printf("Residual of a tone: %.1f dB\n", decibels(rest / full));
    ck_assert_double_lt(rest, MAX_RESIDUAL * full);
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

/// Two sums of floats below 1
#define ROUNDING 2.4e-7

START_TEST(predicted_and_residual_make_the_input)
{
  Instance* const instance = new_in_mode(_i, MODE_PREDICTED, 2.0f);
  Sound           in       = sound_new(instance->n_ins, SECOND);
  sound_fill_noise(&in, 0.5f);
  Sound predicted = play(instance, &in, NULL);
  Sound residual  = play(new_in_mode(_i, MODE_RESIDUAL, 2.0f), &in, NULL);
  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    for (uint32_t i = 0U; i < in.n_frames; ++i) {
      const double sum =
        (double)predicted.channels[c][i] + (double)residual.channels[c][i];
      ck_assert_double_eq_tol(sum, (double)in.channels[c][i], ROUNDING);
    }
  }
  sound_free(&residual);
  sound_free(&predicted);
  sound_free(&in);
}
END_TEST

START_TEST(forecast_leads_by_the_horizon)
{
  Instance* const instance = new_in_mode(_i, MODE_FORECAST, 5.0f);
  Sound           in       = tone_of(instance, 2U * SECOND);
  Sound           out      = play(instance, &in, NULL);
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    for (uint32_t i = LEARNED; i < out.n_frames - 240U; ++i) {
      ck_assert_double_eq_tol((double)out.channels[c][i],
                              (double)in.channels[c][i + 240U],
                              2.0 * MAX_RESIDUAL * LEVEL);
    }
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(difference_is_predicted_less_residual)
{
  Instance* const instance = new_in_mode(_i, MODE_DIFFERENCE, 2.0f);
  Sound           in       = tone_of(instance, SECOND);
  Sound           out      = play(instance, &in, NULL);
  Sound predicted = play(new_in_mode(_i, MODE_PREDICTED, 2.0f), &in, NULL);
  for (uint32_t i = 0U; i < SECOND; ++i) {
    const double due = (double)predicted.channels[0][i];
    ck_assert_double_eq_tol((double)out.channels[0][i],
                            (2.0 * due) - (double)in.channels[0][i],
                            2.0 * ROUNDING);
  }
  sound_free(&predicted);
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(readings_tell_tones_from_noise)
{
  for (uint32_t is_tone = 0U; is_tone < 2U; ++is_tone) {
    Instance* const instance = new_in_mode(_i, MODE_RESIDUAL, 5.0f);
    Sound           in       = tone_of(instance, 2U * SECOND);
    Sound           out      = sound_new(instance->n_outs, in.n_frames);
    if (!is_tone) {
      sound_fill_noise(&in, 0.5f);
    }
    instance_play(
      instance, in.channels, out.channels, in.n_frames, BLOCK, NULL);

    const double gain = (double)instance_get(instance, "prediction_gain");
    const double sure = (double)instance_get(instance, "confidence");
    printf("Gain %.1f dB, confidence %.3f\n", gain, sure);
    ck_assert((gain > 20.0) == (is_tone > 0U));
    ck_assert((sure > 0.9) == (is_tone > 0U));
    ck_assert(gain >= 0.0 && sure >= 0.0 && sure <= 1.0);

    instance_activate(instance);
    instance_run(instance, 0U);
    ck_assert_float_eq(instance_get(instance, "prediction_gain"), 0.0f);
    ck_assert_float_eq(instance_get(instance, "confidence"), 0.0f);
    sound_free(&out);
    sound_free(&in);
    instance_free(instance);
  }
}
END_TEST

START_TEST(forecasts_recover_from_bad_samples)
{
  Instance* const instance = new_in_mode(_i, MODE_RESIDUAL, 5.0f);
  Sound           in       = tone_of(instance, 4U * SECOND);
  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    for (uint32_t i = SECOND; i < SECOND + 1000U; ++i) {
      in.channels[c][i] = (i % 2U) ? NAN : INFINITY;
    }
  }
  Sound out = play(instance, &in, NULL);
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    ck_assert_double_lt(level(out.channels[c], 3U * SECOND, 4U * SECOND),
                        MAX_RESIDUAL * LEVEL);
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(bypassed_plugin_is_its_input)
{
  static const Change changes[] = {{"enabled", 0U, 0.0f}};
  Instance* const     instance  = new_in_mode(_i, MODE_RESIDUAL, 5.0f);
  instance_set(instance, "enabled", 0.0f);
  instance_activate(instance);
  Sound in  = tone_of(instance, SECOND);
  Sound out = play(instance, &in, SCORE(changes));
  ck_assert(sound_equal(&in, &out));
  sound_free(&out);
  sound_free(&in);
}
END_TEST

/* Continuation */

/// How much a frozen level may differ, 1 dB
#define MAX_CHANGE_DB 1.0

START_TEST(frozen_tone_keeps_its_level_and_pitch)
{
  static const Change changes[] = {{"freeze", SECOND, 1.0f}};
  Instance* const     instance  = new_continuing(_i);
  Sound               in        = tone_of(instance, 11U * SECOND);
  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    float* const rest = &in.channels[c][(size_t)2U * SECOND];
    memset(rest, 0, (size_t)9U * SECOND * sizeof(float));
  }
  Sound out = play(instance, &in, SCORE(changes));
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    for (uint32_t second = 2U; second < 11U; ++second) {
      const double size = size_of_tone(
        out.channels[c], TONE, second * SECOND, (second + 1U) * SECOND);
      ck_assert_double_lt(fabs(decibels(size / LEVEL)), MAX_CHANGE_DB);
    }
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(decay_lets_a_frozen_tone_fall)
{
  static const Change changes[] = {{"freeze", SECOND, 1.0f}};
  Instance* const     instance  = new_continuing(_i);
  instance_set(instance, "decay", 2.0f);
  Sound in  = tone_of(instance, 4U * SECOND);
  Sound out = play(instance, &in, SCORE(changes));
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    const double early = level(out.channels[c], SECOND + 4800U, SECOND + 9600U);
    const double late =
      level(out.channels[c], (2U * SECOND) + 4800U, (2U * SECOND) + 9600U);
    ck_assert_double_eq_tol(decibels(late / early), -30.0, MAX_CHANGE_DB);
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(continue_passes_the_input_until_it_is_frozen)
{
  Instance* const instance = new_continuing(_i);
  Sound           in       = sound_new(instance->n_ins, SECOND);
  sound_fill_noise(&in, 0.5f);
  Sound out = play(instance, &in, NULL);
  ck_assert(sound_equal(&in, &out));
  sound_free(&out);
  sound_free(&in);
}
END_TEST

/// Greatest error of a tone where the input is lost, -20 dB (measured: 0.033)
#define MAX_GAP_ERROR (0.1 * LEVEL)

START_TEST(conceal_hides_a_drop_out)
{
  for (uint32_t length = 1U; length < 10000U; length *= 7U) {
    Instance* const instance = new_continuing(_i);
    instance_set(instance, "conceal", 1.0f);
    Sound tone = tone_of(instance, 2U * SECOND);
    Sound in   = tone_of(instance, 2U * SECOND);
    for (uint32_t c = 0U; c < in.n_channels; ++c) {
      for (uint32_t i = 0U; i < length; ++i) {
        in.channels[c][LEARNED + 123U + i]   = (i % 2U) ? NAN : 0.0f;
        in.channels[c][LEARNED + 25201U + i] = 0.0f; // As it crosses zero
      }
    }
    Sound out = play(instance, &in, NULL);
    for (uint32_t c = 0U; c < in.n_channels; ++c) {
      double worst = 0.0;
      for (uint32_t i = LEARNED; i < in.n_frames; ++i) {
        worst =
          fmax(worst,
               fabs((double)out.channels[c][i] - (double)tone.channels[c][i]));
      }
      printf("Lost %u frames: error %.5f\n", length, worst);
      ck_assert_double_lt(worst, MAX_GAP_ERROR);
    }
    sound_free(&out);
    sound_free(&in);
    sound_free(&tone);
  }
}
END_TEST

/// Drop-outs of 15 ms, four times a second, and when the input is back at most
#define LOST_PERIOD 12000U
#define LOST_LENGTH 720U
#define BACK_LENGTH 240U

/// Error in them once there was a second of sound (measured: -18.6 dB)
#define MAX_LOST_DB (-15.0)

/// Fill with a chord of twelve partials each that dies away, in noise of -60 dB
static void
fill_strings(Sound* const sound)
{
  static const double pitches[] = {82.4, 123.5, 164.8, 207.7};
  sound_fill_noise(sound, 0.001f);
  for (uint32_t c = 0U; c < sound->n_channels; ++c) {
    for (uint32_t i = 0U; i < sound->n_frames; ++i) {
      const double t = i / RATE;
      for (uint32_t k = 0U; k < COUNT(pitches) * 12U; ++k) {
        const uint32_t harmonic = 1U + (k / COUNT(pitches));
        const double   n        = harmonic;
        const double   turn = 2.0 * M_PI * pitches[k % COUNT(pitches)] * n * t;
        sound->channels[c][i] +=
          (float)(0.1 * exp(-0.3 * n * t) * sin(turn + c) / n);
      }
    }
  }
}

static bool
is_lost(const uint32_t frame, const uint32_t length)
{
  return frame > LOST_PERIOD && frame % LOST_PERIOD < length;
}

START_TEST(conceal_restores_drop_outs_of_strings)
{
  Instance* const instance = new_continuing(_i);
  instance_set(instance, "conceal", 1.0f);
  Sound whole = sound_new(instance->n_ins, 3U * SECOND);
  Sound in    = sound_new(instance->n_ins, 3U * SECOND);
  fill_strings(&whole);
  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    for (uint32_t i = 0U; i < in.n_frames; ++i) {
      in.channels[c][i] = is_lost(i, LOST_LENGTH) ? 0.0f : whole.channels[c][i];
    }
  }
  Sound out = play(instance, &in, NULL);
  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    double energy = 0.0;
    double error  = 0.0;
    for (uint32_t i = 0U; i < in.n_frames; ++i) {
      const double x = (double)whole.channels[c][i];
      const double e = (double)out.channels[c][i] - x;
      if (i >= SECOND && is_lost(i, LOST_LENGTH)) {
        energy += x * x;
        error += e * e;
      }
      ck_assert(is_lost(i, LOST_LENGTH + BACK_LENGTH) ||
                out.channels[c][i] == in.channels[c][i]);
    }
    const double db = decibels(sqrt(error / energy));
    printf("Lost strings: %.1f dB\n", db);
    ck_assert_double_lt(db, MAX_LOST_DB);
  }
  sound_free(&out);
  sound_free(&in);
  sound_free(&whole);
}
END_TEST

/// Longest time that is hidden, with its fade
#define MOST_HIDDEN 9603U

START_TEST(conceal_ends_where_it_is_a_pause)
{
  Instance* const instance = new_continuing(_i);
  instance_set(instance, "conceal", 1.0f);
  Sound in = tone_of(instance, 2U * SECOND);
  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    for (uint32_t i = LEARNED + 123U; i < in.n_frames; ++i) {
      in.channels[c][i] = 0.0f;
    }
  }
  Sound out = play(instance, &in, NULL);
  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    const float* const rest = out.channels[c] + LEARNED + 123U;
    ck_assert_double_gt(level(rest, 3840U, 4800U), 0.6 * LEVEL);
    ck_assert_double_eq(peak(rest, MOST_HIDDEN, SECOND / 2U), 0.0);
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

/// Play a sound to an instance that conceals, with some gaps made in it
static Sound
play_gaps(const int          kind,
          const Sound* const in,
          const uint32_t     n_gaps,
          const uint32_t     first,
          const uint32_t     length,
          const uint32_t     between)
{
  Instance* const instance = new_continuing(kind);
  instance_set(instance, "conceal", 1.0f);
  for (uint32_t c = 0U; c < in->n_channels; ++c) {
    for (uint32_t k = 0U; k < n_gaps; ++k) {
      float* const gap =
        in->channels[c] + first + ((size_t)k * (length + between));
      memset(gap, 0, length * sizeof(float));
    }
  }
  return play(instance, in, NULL);
}

/// When sound that returned is back, 4 ms
#define BACK_FRAMES 193U

START_TEST(conceal_lets_sound_back_after_gaps_of_all_lengths)
{
  // 1 to 300 ms, closer where what stands in fades away
  for (uint32_t ms = 1U; ms <= 300U; ms += (ms > 90U && ms < 210U) ? 7U : 23U) {
    const uint32_t first  = LEARNED + 123U;
    const uint32_t length = 48U * ms;
    Sound          in     = sound_new((uint32_t)_i + 1U, LEARNED + 16000U);
    sound_fill_tone(&in, TONE, LEVEL);
    Sound out = play_gaps(_i, &in, 1U, first, length, 0U);
    for (uint32_t c = 0U; c < in.n_channels; ++c) {
      for (uint32_t i = first + length + BACK_FRAMES; i < in.n_frames; ++i) {
        ck_assert_float_eq(out.channels[c][i], in.channels[c][i]);
      }
    }
    sound_free(&out);
    sound_free(&in);
  }
}
END_TEST

/// Gaps of 10 ms
#define PAIR_LENGTH 480U

/// Steepest step of what plays over that of the tone (measured: 1.01)
#define MOST_STEPS 1.2

START_TEST(conceal_goes_on_where_sound_is_lost_as_it_returns)
{
  static const uint32_t betweens[] = {1, 2, 3, 4, 5, 9, 24, 47, 96, 150, 199};
  for (uint32_t k = 0U; k < COUNT(betweens); ++k) {
    for (uint32_t phase = 0U; phase < 480U; phase += 160U) {
      Sound in = sound_new((uint32_t)_i + 1U, LEARNED + 3000U);
      sound_fill_tone(&in, TONE, LEVEL);
      const uint32_t first = LEARNED + 123U + phase;
      Sound out = play_gaps(_i, &in, 2U, first, PAIR_LENGTH, betweens[k]);
      for (uint32_t c = 0U; c < in.n_channels; ++c) {
        const double step = steepest(out.channels[c], 2400U, out.n_frames);
        const double most = MOST_STEPS * tone_step(TONE, LEVEL);
        printf("Lost after %u frames: %.2f steps\n",
               betweens[k],
               step / tone_step(TONE, LEVEL));
        ck_assert_double_lt(step, most);
      }
      sound_free(&out);
      sound_free(&in);
    }
  }
}
END_TEST

/// Most of what stands in, in peaks of the sound
#define MOST_PEAKS 1.251

START_TEST(conceal_stands_in_no_louder_than_the_sound_was)
{
  static const uint32_t half_periods[] = {24, 54, 109, 218, 436};
  for (uint32_t k = 0U; k < COUNT(half_periods); ++k) {
    Sound in = sound_new((uint32_t)_i + 1U, 2U * SECOND);
    for (uint32_t c = 0U; c < in.n_channels; ++c) {
      for (uint32_t i = 0U; i < in.n_frames; ++i) {
        in.channels[c][i] = (i / half_periods[k]) % 2U ? -1.0f : 1.0f;
      }
    }
    Sound out = play_gaps(_i, &in, 4U, SECOND / 2U, 9600U, 6007U);
    for (uint32_t c = 0U; c < in.n_channels; ++c) {
      const double most = peak(out.channels[c], 0U, out.n_frames);
      printf("Square of %u frames: %.2f peaks\n", 2U * half_periods[k], most);
      ck_assert_double_lt(most, MOST_PEAKS);
    }
    sound_free(&out);
    sound_free(&in);
  }
}
END_TEST

START_TEST(silence_after_a_fade_is_no_drop_out)
{
  for (uint32_t length = 256U; length < 10000U; length *= 4U) {
    Instance* const instance = new_continuing(_i);
    instance_set(instance, "conceal", 1.0f);
    Sound in = sound_new(instance->n_ins, 2U * SECOND);
    sound_fill_noise(&in, 0.5f);
    for (uint32_t c = 0U; c < in.n_channels; ++c) {
      float* const rest = in.channels[c] + LEARNED;
      for (uint32_t i = 0U; i < SECOND; ++i) {
        const float left = (float)(length - i) / (float)length;
        rest[i]          = (i < length) ? rest[i] * left : 0.0f;
      }
    }
    Sound out = play(instance, &in, NULL);
    ck_assert(sound_equal(&in, &out));
    sound_free(&out);
    sound_free(&in);
  }
}
END_TEST

/// How loud a tone is left by a fade, for how long, and for how long it is lost
#define LEFT_LEVEL 0.01f
#define LEFT_FRAMES 960U
#define BAD_FRAMES 480U

START_TEST(what_is_no_number_is_a_drop_out_even_after_a_fade)
{
  Instance* const instance = new_continuing(_i);
  instance_set(instance, "conceal", 1.0f);
  const uint32_t lost = LEARNED + (2U * LEFT_FRAMES);
  Sound          tone = tone_of(instance, 2U * SECOND);
  Sound          in   = tone_of(instance, 2U * SECOND);
  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    for (uint32_t i = LEARNED; i < in.n_frames; ++i) {
      const float faded = (float)(i - LEARNED) / (float)LEFT_FRAMES;
      tone.channels[c][i] *=
        faded < 1.0f ? 1.0f - ((1.0f - LEFT_LEVEL) * faded) : LEFT_LEVEL;
      in.channels[c][i] =
        (i >= lost && i < lost + BAD_FRAMES) ? NAN : tone.channels[c][i];
    }
  }
  Sound out = play(instance, &in, NULL);
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    const double was = level(tone.channels[c], lost, lost + BAD_FRAMES);
    const double is  = level(out.channels[c], lost, lost + BAD_FRAMES);
    printf("What stands in is at %.1f dB\n", decibels(is / was));
    ck_assert_double_gt(decibels(is / was), -6.0);
    ck_assert_double_lt(decibels(is / was), 6.0);
  }
  sound_free(&out);
  sound_free(&in);
  sound_free(&tone);
}
END_TEST

/* Clicks, see test_clicks.c */

/// Error of forecasts of a tone, -46 dB
#define RESIDUE 0.005

static void
assert_smooth(Instance* const instance, const Score* const score)
{
  const char* const symbol = score->changes[0].symbol;
  Sound             in     = tone_of(instance, 4U * SECOND);
  Sound             out    = play(instance, &in, score);
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    const double size =
      fmax(peak(out.channels[c], SECOND, out.n_frames), LEVEL);
    const double step = steepest(out.channels[c], SECOND, out.n_frames);
    const double bound =
      tone_step(TONE, size) + (2.0 * size / FADE_FRAMES) + RESIDUE;
    printf("%s: %.2f of the bound\n", symbol, step / bound);
    ck_assert_double_le(step, bound);
    ck_assert_double_gt(peak(out.channels[c], 3U * SECOND, out.n_frames),
                        0.1 * LEVEL);
  }
  sound_free(&out);
  sound_free(&in);
}

START_TEST(freeze_does_not_click)
{
  static const Change changes[] = {{"freeze", 50007U, 1.0f},
                                   {"freeze", 60011U, 0.0f},
                                   {"freeze", 60311U, 1.0f},
                                   {"freeze", 60511U, 0.0f},
                                   {"freeze", 70001U, 1.0f},
                                   {"freeze", 70101U, 0.0f},
                                   {"freeze", 70301U, 1.0f},
                                   {"order", 80001U, 20.0f},
                                   {"freeze", 90001U, 0.0f},
                                   {"freeze", 99001U, 1.0f},
                                   {"mode", 110001U, MODE_PREDICTED},
                                   {"mode", 150001U, MODE_CONTINUE}};
  assert_smooth(new_continuing(_i), SCORE(changes));
}
END_TEST

START_TEST(changes_of_what_is_forecast_do_not_click)
{
  static const Change changes[] = {{"mode", 50007U, MODE_PREDICTED},
                                   {"horizon", 70011U, 0.1f},
                                   {"order", 90003U, 20.0f},
                                   {"theta", 110003U, 40.0f},
                                   {"learn", 130001U, 0.0f},
                                   {"mode", 150001U, MODE_RESIDUAL},
                                   {"mix", 160001U, 0.2f},
                                   {"output", 170001U, -12.0f}};
  assert_smooth(new_in_mode(_i, MODE_FORECAST, 5.0f), SCORE(changes));
}
END_TEST

/* Windows that move */

/// Every 10 ms, as an LFO in a host does
#define STEP_FRAMES 480U
#define N_STEPS 400U

/// Move windows by an octave up and down, twice a second, from 1 s to 5 s
static Score
sway(Change* const changes)
{
  for (uint32_t i = 0U; i < N_STEPS; ++i) {
    const uint32_t frame  = LEARNED + 7U + (i * STEP_FRAMES);
    const double   phase  = 4.0 * M_PI * (i + 1U) * STEP_FRAMES / RATE;
    const Change   change = {"theta", frame, 20.0f * (float)exp2(sin(phase))};
    changes[i]            = change;
  }
  const Score score = {changes, N_STEPS};
  return score;
}

START_TEST(moving_windows_do_not_click)
{
  static Change changes[N_STEPS];
  const Score   score = sway(changes);
  assert_smooth(new_in_mode(_i, MODE_PREDICTED, 5.0f), &score);
  assert_smooth(new_in_mode(_i, MODE_FORECAST, 0.1f), &score);
}
END_TEST

START_TEST(tones_stay_foretold_while_windows_move)
{
  static Change   changes[N_STEPS];
  const Score     score    = sway(changes);
  Instance* const instance = new_in_mode(_i, MODE_RESIDUAL, 5.0f);
  Sound           in       = tone_of(instance, 6U * SECOND);
  Sound           out      = play(instance, &in, &score);
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    const double moving = level(out.channels[c], LEARNED, 5U * SECOND);
    const double after  = level(out.channels[c], 5U * SECOND, 6U * SECOND);
    printf("Residual while the window moves: %.1f dB, after it: %.1f dB\n",
           decibels(moving / LEVEL),
           decibels(after / LEVEL));
    ck_assert_double_lt(moving, MAX_RESIDUAL * LEVEL);
    ck_assert_double_lt(after, MAX_RESIDUAL * LEVEL);
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(what_plays_goes_on_while_another_forecast_is_learned)
{
  static const Change changes[] = {{"theta", 50007U, 40.0f},
                                   {"order", 80003U, 20.0f},
                                   {"horizon", 110001U, 2.0f}};
  Instance* const     instance  = new_in_mode(_i, MODE_PREDICTED, 5.0f);
  Sound               in        = tone_of(instance, 3U * SECOND);
  Sound               out       = play(instance, &in, SCORE(changes));
  for (uint32_t i = LEARNED; i < 3U * SECOND; i += STEP_FRAMES) {
    ck_assert_double_gt(level(out.channels[0], i, i + STEP_FRAMES),
                        0.9 * level(in.channels[0], i, i + STEP_FRAMES));
  }
  sound_free(&out);
  sound_free(&in);
}
END_TEST

START_TEST(changes_wait_until_they_can_be_learned)
{
  static const Change changes[] = {{"learn", 50007U, 0.0f},
                                   {"theta", 60001U, 40.0f},
                                   {"order", 60001U, 20.0f}};
  Instance* const     instance  = new_in_mode(_i, MODE_RESIDUAL, 5.0f);
  Sound               in        = tone_of(instance, 3U * SECOND);
  Sound               out       = play(instance, &in, SCORE(changes));
  ck_assert_double_lt(level(out.channels[0], 2U * SECOND, 3U * SECOND),
                      MAX_RESIDUAL * LEVEL);
  sound_free(&out);
  sound_free(&in);
}
END_TEST

static void
add(TCase* const tcase)
{
#define ADD(test) tcase_add_loop_test(tcase, test, 0, N_KINDS)
  ADD(residual_of_a_steady_tone_is_small);
  ADD(predicted_and_residual_make_the_input);
  ADD(forecast_leads_by_the_horizon);
  ADD(difference_is_predicted_less_residual);
  ADD(readings_tell_tones_from_noise);
  ADD(forecasts_recover_from_bad_samples);
  ADD(bypassed_plugin_is_its_input);
  ADD(frozen_tone_keeps_its_level_and_pitch);
  ADD(decay_lets_a_frozen_tone_fall);
  ADD(continue_passes_the_input_until_it_is_frozen);
  ADD(conceal_hides_a_drop_out);
  ADD(conceal_restores_drop_outs_of_strings);
  ADD(conceal_ends_where_it_is_a_pause);
  ADD(conceal_lets_sound_back_after_gaps_of_all_lengths);
  ADD(conceal_goes_on_where_sound_is_lost_as_it_returns);
  ADD(conceal_stands_in_no_louder_than_the_sound_was);
  ADD(silence_after_a_fade_is_no_drop_out);
  ADD(what_is_no_number_is_a_drop_out_even_after_a_fade);
  ADD(freeze_does_not_click);
  ADD(changes_of_what_is_forecast_do_not_click);
  ADD(moving_windows_do_not_click);
  ADD(tones_stay_foretold_while_windows_move);
  ADD(what_plays_goes_on_while_another_forecast_is_learned);
  ADD(changes_wait_until_they_can_be_learned);
#undef ADD
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "predict", add);
}
