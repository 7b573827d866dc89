// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What comes out of Memory CV, and what its window follows.
// usage: test_cv LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/paths.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/stage.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define RATE 48000.0

/// Frames in one second
#define SECOND 48000U

/// Block of a common host
#define BLOCK 256U

/// Frames of a fade, 20 ms
#define FADED 961U

/// Channel of the input that the window follows
#define THETA_CV 1

/// Error of a product of floats
#define ROUNDING 1e-6f

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

/// Play a sound and return what comes out, to be freed
static Sound
play(Instance* const instance, const Sound* const in, const Score* const score)
{
  Sound out = sound_new(instance->n_outs, in->n_frames);
  instance_play(
    instance, in->channels, out.channels, in->n_frames, BLOCK, score);
  return out;
}

/// Return sound of a level and a constant voltage, to be freed
static Sound
input_new(const float level, const float voltage)
{
  Sound in = sound_new(2U, SECOND);
  sound_fill_noise(&in, level);
  for (uint32_t i = 0U; i < SECOND; ++i) {
    in.channels[THETA_CV][i] = voltage;
  }
  return in;
}

/// Assert that all outputs lie between two values
static void
assert_within(const Sound* const out, const float least, const float most)
{
  for (uint32_t c = 0U; c < out->n_channels; ++c) {
    for (uint32_t i = 0U; i < out->n_frames; ++i) {
      const float x = out->channels[c][i];
      ck_assert_msg(x >= least && x <= most,
                    "output %u is %.9g at frame %u",
                    c,
                    (double)x,
                    i);
    }
  }
}

/* Range */

/// Input that is far too loud
#define TOO_LOUD 9999.0f

START_TEST(voltages_stay_in_their_range)
{
  const uint32_t  readout    = (uint32_t)_i % 2U;
  const CvRange   range      = (CvRange)(_i / 2);
  const Setting   settings[] = {{"cv_range", (float)range},
                                {"readout", (float)readout},
                                {"cv_gain", 40.0f}};
  Instance* const instance =
    instance_start_with(&lmu_memory_cv_ports[1], settings, COUNT(settings));
  Sound in  = input_new(TOO_LOUD, 0.5f);
  Sound out = play(instance, &in, NULL);

  const float least = range == CV_BIPOLAR ? -1.0f : 0.0f;
  assert_within(&out, least, 1.0f);
  ck_assert_double_ge(peak(out.channels[0], 0U, SECOND), 1.0);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(voltages_stay_in_range_while_it_changes)
{
  static const Change changes[] = {{"cv_range", 5003U, CV_UNIPOLAR},
                                   {"cv_range", 10007U, CV_MAGNITUDE},
                                   {"cv_range", 10500U, CV_UNIPOLAR},
                                   {"cv_range", 15001U, CV_BIPOLAR},
                                   {"cv_gain", 20003U, 40.0f},
                                   {"cv_range", 20300U, CV_MAGNITUDE}};
  const Score         score     = {changes, COUNT(changes)};
  Instance* const     instance =
    instance_start_with(&lmu_memory_cv_ports[0], NULL, 0U);
  Sound in  = input_new(10.0f, 0.0f);
  Sound out = play(instance, &in, &score);
  assert_within(&out, -1.0f, 1.0f);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/// Return the voltage of a value in a range
static float
voltage_of(const float value, const CvRange range)
{
  const float x = fmaxf(-1.0f, fminf(value, 1.0f));
  switch (range) {
  case CV_UNIPOLAR:
    return 0.5f + (0.5f * x);
  case CV_MAGNITUDE:
    return fabsf(x);
  default:
    return x;
  }
}

// The reference is LMU Memory, whose outputs are those of the paper
START_TEST(voltages_are_scaled_readouts_of_a_memory)
{
  const bool      is_taps    = _i % 2;
  const CvRange   range      = (CvRange)(_i / 2);
  const Setting   settings[] = {{"theta", 30.0f},
                                {"readout", is_taps ? READOUT_TAPS : 0.0f},
                                {"cv_range", (float)range},
                                {"cv_gain", 6.0f}};
  Instance* const cv =
    instance_start_with(&lmu_memory_cv_ports[0], settings, 4U);
  Instance* const memory =
    instance_start_with(&lmu_memory_ports[0], settings, 2U);
  Sound       in     = input_new(1.0f, 0.0f);
  Sound       out    = play(cv, &in, NULL);
  Sound       wanted = play(memory, &in, NULL);
  const float gain   = powf(10.0f, 6.0f / 20.0f);
  for (uint32_t n = 0U; n < out.n_channels; ++n) {
    const float scale = is_taps ? gain : gain / sqrtf(2.0f * (float)n + 1.0f);
    for (uint32_t i = 0U; i < SECOND; ++i) {
      const float x = scale * wanted.channels[n + 1U][i];
      ck_assert_float_eq_tol(
        out.channels[n][i], voltage_of(x, range), ROUNDING);
    }
  }
  sound_free(&wanted);
  sound_free(&out);
  sound_free(&in);
  instance_free(memory);
  instance_free(cv);
}
END_TEST

/// A signal of full scale that is as near as can be to a Legendre polynomial
static void
fill_full_scale(const Sound* const in, const uint32_t n_edges)
{
  for (uint32_t i = 0U; i < in->n_frames; ++i) {
    // Signs of P_n have their edges where a cosine of n has, almost
    const double x     = 2.0 * (i % 4800U) / 4800.0 - 1.0;
    const double p     = cos(((n_edges + 0.5) * acos(x)) - (0.25 * 3.14159265));
    in->channels[0][i] = p < 0.0 ? -1.0f : 1.0f;
  }
}

/// Greatest coefficient, as the memory is no perfect window (measured: 1.003)
#define OVERSHOOT 1.05

// At little gain, so that nothing is cut off
START_TEST(coefficients_of_full_scale_fit)
{
  const Setting settings[] = {
    {"theta", 100.0f}, {"order", 64.0f}, {"cv_gain", -20.0f}};
  Instance* const instance =
    instance_start_with(&lmu_memory_cv_ports[1], settings, COUNT(settings));
  Sound in = input_new(0.0f, 0.0f);
  fill_full_scale(&in, (uint32_t)_i);
  Sound        out  = play(instance, &in, NULL);
  const double size = 10.0 * peak(out.channels[_i], 0U, SECOND);
  printf("Coefficient %d of full scale: %.3f\n", _i, size);
  ck_assert_double_gt(size, 0.7); // The range is not wasted
  ck_assert_double_lt(size, OVERSHOOT);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(bypassed_voltages_rest_where_silence_is)
{
  const Setting   settings[] = {{"cv_range", (float)_i}, {"enabled", 0.0f}};
  Instance* const instance =
    instance_start_with(&lmu_memory_cv_ports[0], settings, COUNT(settings));
  Sound       in   = input_new(1.0f, 0.0f);
  Sound       out  = play(instance, &in, NULL);
  const float rest = _i == CV_UNIPOLAR ? 0.5f : 0.0f;
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    for (uint32_t i = FADED; i < SECOND; ++i) {
      ck_assert_float_eq(out.channels[c][i], rest);
    }
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(network_comes_out_in_range)
{
  const NetworkSpec spec    = {.seed = 4U, .n_outputs = 3U};
  Library           library = library_new();
  const Path        path    = library_add(&library, "three.safetensors", &spec);
  Stage             stage = stage_new(&lmu_memory_cv_ports[_i], WORKER_AT_ONCE);
  instance_set(stage.instance, "readout", READOUT_WEIGHTS);
  ck_assert_int_eq(stage_load(&stage, path.text), FILE_READY);

  Sound out = stage_hear(&stage);
  assert_within(&out, -1.0f, 1.0f);
  for (uint32_t i = 0U; i < out.n_channels; ++i) {
    const double loud = level(out.channels[i], 0U, STAGE_FRAMES);
    ck_assert_int_eq(loud > 1e-3, i < 3U);
  }
  sound_free(&out);
  stage_free(&stage);
  library_remove(&library);
}
END_TEST

/* Window */

/// Settings, and the voltage that the window follows
typedef struct {
  float theta;
  float depth;
  float voltage;
} Window;

/// Return what comes out, to be freed
static Sound
play_window(const Window* const window)
{
  const Setting   settings[] = {{"theta", window->theta},
                                {"theta_depth", window->depth}};
  Instance* const instance =
    instance_start_with(&lmu_memory_cv_ports[0], settings, 2U);
  Sound in  = input_new(0.5f, window->voltage);
  Sound out = play(instance, &in, NULL);
  sound_free(&in);
  instance_free(instance);
  return out;
}

/// Windows that are the same
static const Window pairs[][2] = {
  {{20.0f, 1.0f, 1.0f}, {40.0f, 1.0f, 0.0f}},
  {{20.0f, 1.0f, -1.0f}, {10.0f, 1.0f, 0.0f}},
  {{20.0f, -1.0f, 1.0f}, {10.0f, 1.0f, 0.0f}},
  {{20.0f, 3.0f, 1.0f}, {160.0f, 1.0f, 0.0f}},
  {{20.0f, 12.0f, 0.25f}, {160.0f, 1.0f, 0.0f}},
  {{20.0f, 0.0f, 1.0f}, {20.0f, 1.0f, 0.0f}},
  {{20.0f, 1.0f, 2.0f}, {80.0f, 1.0f, 0.0f}},
  {{20.0f, 1.0f, 100.0f}, {4000.0f, 1.0f, 0.0f}},
  {{20.0f, 12.0f, 9999.0f}, {4000.0f, 1.0f, 0.0f}},
  {{20.0f, 12.0f, -9999.0f}, {1.0f, 1.0f, 0.0f}},
  {{20.0f, 1.0f, NAN}, {20.0f, 1.0f, 0.0f}},
  {{20.0f, 1.0f, INFINITY}, {20.0f, 1.0f, 0.0f}},
};

START_TEST(window_follows_the_voltage_by_octaves)
{
  Sound x = play_window(&pairs[_i][0]);
  Sound y = play_window(&pairs[_i][1]);
  ck_assert(sound_equal(&x, &y));
  sound_free(&y);
  sound_free(&x);
}
END_TEST

START_TEST(voltage_changes_what_is_heard)
{
  const Window still = {20.0f, 1.0f, 0.0f};
  const Window moved = {20.0f, 1.0f, 0.01f};
  Sound        x     = play_window(&still);
  Sound        y     = play_window(&moved);
  ck_assert(!sound_equal(&x, &y));
  sound_free(&y);
  sound_free(&x);
}
END_TEST

// A window that is set again and again, to what it is, rounds in other places
START_TEST(no_voltage_at_all_is_none)
{
  Instance* const x   = instance_start_with(&lmu_memory_cv_ports[0], NULL, 0U);
  Instance* const y   = instance_start_with(&lmu_memory_cv_ports[0], NULL, 0U);
  Sound           in  = input_new(0.5f, 0.0f);
  Sound           out = play(x, &in, NULL);
  Sound           alone = sound_new(y->n_outs, SECOND);
  instance_connect(y, y->ins[0], in.channels[0]);
  instance_connect(y, y->ins[THETA_CV], NULL);
  for (uint32_t c = 0U; c < y->n_outs; ++c) {
    instance_connect(y, y->outs[c], alone.channels[c]);
  }
  instance_run(y, SECOND);

  for (uint32_t c = 0U; c < y->n_outs; ++c) {
    for (uint32_t i = 0U; i < SECOND; ++i) {
      ck_assert_float_eq_tol(
        alone.channels[c][i], out.channels[c][i], ROUNDING);
    }
  }
  sound_free(&alone);
  sound_free(&out);
  sound_free(&in);
  instance_free(y);
  instance_free(x);
}
END_TEST

/// A hundred hertz, which have small steps
#define TONE (100.0 / RATE)

/// Level of the tone
#define LEVEL 0.5

/// Error of the memory, as in test_clicks.c
#define RESIDUE 1e-4

/// How much steeper it gets where the pitch jumps (measured: 1.03)
#define RINGING 1.1

// The window jumps by an octave, and so what is in it sounds by one higher
START_TEST(jumps_of_the_voltage_do_not_click)
{
  const Setting settings[] = {
    {"theta", 20.0f}, {"order", 64.0f}, {"readout", READOUT_TAPS}};
  Instance* const instance =
    instance_start_with(&lmu_memory_cv_ports[_i], settings, COUNT(settings));
  Sound in = sound_new(2U, SECOND);
  sound_fill_tone(&in, TONE, LEVEL);
  for (uint32_t i = 0U; i < SECOND; ++i) {
    in.channels[THETA_CV][i] = (float)((i / 4801U) % 2U);
  }
  Sound out = play(instance, &in, NULL);

  double worst = 0.0;
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    const double size  = peak(out.channels[c], SECOND / 2U, SECOND);
    const double step  = steepest(out.channels[c], 4800U, SECOND);
    const double bound = (2.0 * RINGING * tone_step(TONE, size)) + RESIDUE;
    ck_assert_double_gt(size, 0.9 * LEVEL);
    ck_assert_double_lt(size, 1.1 * LEVEL);
    worst = fmax(worst, step / bound);
  }
  printf("Jumps of the voltage: %.2f of the bound\n", worst);
  ck_assert_double_le(worst, 1.0);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/* Level */

/// How near the mean of a level comes to it
#define MAX_LEVEL_ERROR 0.01

START_TEST(voltages_follow_the_level_of_a_sound)
{
  const Setting   settings[] = {{"theta", 200.0f}, {"listen", LISTEN_LEVEL}};
  Instance* const instance =
    instance_start_with(&lmu_memory_cv_ports[_i], settings, COUNT(settings));
  Sound in = sound_new(2U, SECOND);
  sound_fill_tone(&in, 1000.0 / RATE, LEVEL);
  memset(in.channels[THETA_CV], 0, SECOND * sizeof(float));
  Sound out = play(instance, &in, NULL);

  // The mean of the window, and no slope
  ck_assert_double_eq_tol(
    (double)out.channels[0][SECOND - 1U], LEVEL, MAX_LEVEL_ERROR);
  ck_assert_double_eq_tol(
    (double)out.channels[1][SECOND - 1U], 0.0, MAX_LEVEL_ERROR);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(level_is_forgotten_at_activate)
{
  const Setting   settings[] = {{"listen", LISTEN_LEVEL}};
  Instance* const instance =
    instance_start_with(&lmu_memory_cv_ports[0], settings, COUNT(settings));
  Sound in     = input_new(0.9f, 0.0f);
  Sound before = play(instance, &in, NULL);
  instance_activate(instance);
  Sound after = play(instance, &in, NULL);
  ck_assert(sound_equal(&before, &after));
  sound_free(&after);
  sound_free(&before);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_loop_test(tcase, voltages_follow_the_level_of_a_sound, 0, 2);
  tcase_add_test(tcase, level_is_forgotten_at_activate);
  tcase_add_loop_test(tcase, voltages_stay_in_their_range, 0, 6);
  tcase_add_test(tcase, voltages_stay_in_range_while_it_changes);
  tcase_add_loop_test(tcase, voltages_are_scaled_readouts_of_a_memory, 0, 6);
  tcase_add_loop_test(tcase, coefficients_of_full_scale_fit, 0, 16);
  tcase_add_loop_test(tcase, bypassed_voltages_rest_where_silence_is, 0, 3);
  tcase_add_loop_test(tcase, network_comes_out_in_range, 0, 2);
  tcase_add_loop_test(
    tcase, window_follows_the_voltage_by_octaves, 0, COUNT(pairs));
  tcase_add_test(tcase, voltage_changes_what_is_heard);
  tcase_add_test(tcase, no_voltage_at_all_is_none);
  tcase_add_loop_test(tcase, jumps_of_the_voltage_do_not_click, 0, 2);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "cv", add);
}
