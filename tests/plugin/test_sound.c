// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What Delay, Memory and Decode do to a sound.
// usage: test_sound LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000.0

/// Frames in one second
#define SECOND 48000U

/// Block of a common host
#define BLOCK 256U

#define MONO (&lmu_delay_ports[0])
#define STEREO (&lmu_delay_ports[1])

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

/// Play a sound and return what comes out, to be freed
static Sound
play(Instance* const instance, const Sound* const in)
{
  Sound out = sound_new(instance->n_outs, in->n_frames);
  instance_play(
    instance, in->channels, out.channels, in->n_frames, BLOCK, NULL);
  return out;
}

/// Return the frame of the greatest sample
static uint32_t
place_of_peak(const float* const samples,
              const uint32_t     first,
              const uint32_t     last)
{
  uint32_t place = first;
  for (uint32_t i = first; i < last; ++i) {
    if (fabsf(samples[i]) > fabsf(samples[place])) {
      place = i;
    }
  }
  return place;
}

/* Bypass */

/// Frames of a fade, 20 ms
#define FADED 961U

static void
assert_same_once_faded(const float* const x, const float* const y)
{
  ck_assert_mem_eq(x + FADED, y + FADED, (SECOND - FADED) * sizeof(float));
}

START_TEST(bypassed_delay_is_its_input)
{
  Instance* const instance = instance_start(host_lists[6 + _i], WORKER_NONE);
  Sound           in       = sound_new(instance->n_ins, SECOND);
  sound_fill_noise(&in, 1.0f);
  Sound before = play(instance, &in);
  instance_set(instance, "enabled", 0.0f);
  Sound after = play(instance, &in);

  ck_assert(!sound_equal(&before, &in));
  for (uint32_t c = 0U; c < in.n_channels; ++c) {
    assert_same_once_faded(in.channels[c], after.channels[c]);
  }
  sound_free(&after);
  sound_free(&before);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(bypassed_memory_passes_its_input_and_nothing_else)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           in       = sound_new(1U, SECOND);
  sound_fill_noise(&in, 1.0f);
  instance_set(instance, "enabled", 0.0f);
  Sound out = play(instance, &in);

  ck_assert_mem_eq(in.channels[0], out.channels[0], SECOND * sizeof(float));
  for (uint32_t c = 1U; c < out.n_channels; ++c) {
    ck_assert_double_eq(peak(out.channels[c], FADED, SECOND), 0.0);
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(bypassed_decoder_passes_its_first_input)
{
  Instance* const instance = instance_start(host_lists[3 + _i], WORKER_NONE);
  Sound           in       = sound_new(instance->n_ins, SECOND);
  sound_fill_noise(&in, 1.0f);
  instance_set(instance, "enabled", 0.0f);
  Sound out = play(instance, &in);

  assert_same_once_faded(in.channels[0], out.channels[0]);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/* Memory */

START_TEST(thru_of_a_memory_is_its_input)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           in       = sound_new(1U, SECOND);
  sound_fill_noise(&in, 1.0f);
  in.channels[0][0] = 9999.0f;
  in.channels[0][1] = -9999.0f;
  in.channels[0][2] = -0.0f;
  in.channels[0][3] = 1e-40f;
  Sound out         = play(instance, &in);

  ck_assert_mem_eq(in.channels[0], out.channels[0], SECOND * sizeof(float));
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(coefficients_above_the_order_are_silent)
{
  const Setting   settings[] = {{"order", 5.0f}};
  Instance* const instance = instance_start_with(host_lists[_i], settings, 1U);
  Sound           in       = sound_new(1U, SECOND);
  sound_fill_noise(&in, 1.0f);
  Sound out = play(instance, &in);

  for (uint32_t c = 1U; c < out.n_channels; ++c) {
    const double size = peak(out.channels[c], 0U, SECOND);
    ck_assert_int_eq(size > 0.0, c <= 5U);
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

// Decode undoes Memory: the tone comes back, late by half a window
START_TEST(decoder_gives_back_what_the_memory_held)
{
  const Setting   theta[] = {{"theta", 20.0f}};
  Instance* const memory  = instance_start_with(host_lists[_i], theta, 1U);
  Instance* const decoder = instance_start_with(host_lists[3 + _i], theta, 1U);
  Sound           in      = sound_new(1U, SECOND);
  sound_fill_tone(&in, 50.0 / RATE, 0.5);
  Sound       coefficients = play(memory, &in);
  const Sound outs         = {coefficients.n_channels - 1U, SECOND, {0}};
  Sound       moved        = outs;
  memcpy(moved.channels,
         coefficients.channels + 1U,
         moved.n_channels * sizeof(float*));
  Sound out = play(decoder, &moved);

  double error = 0.0;
  for (uint32_t i = 9600U; i < SECOND; ++i) {
    error =
      fmax(error,
           fabs((double)out.channels[0][i] - (double)in.channels[0][i - 480U]));
  }
  printf("Memory and Decode of %u: error %.1f dB\n",
         moved.n_channels,
         decibels(error / 0.5));
  ck_assert_double_lt(error, 0.005); // -40 dB, measured: -50 dB and better
  sound_free(&out);
  sound_free(&coefficients);
  sound_free(&in);
  instance_free(decoder);
  instance_free(memory);
}
END_TEST

/* Echoes */

#define THETA_MS 100.0f
#define THETA_FRAMES 4800U

START_TEST(echoes_come_at_theta_and_its_multiples)
{
  const Setting   settings[] = {{"theta", THETA_MS},
                                {"order", 4096.0f},
                                {"feedback", 0.5f},
                                {"dry", -60.0f},
                                {"wet", 0.0f}};
  Instance* const instance =
    instance_start_with(MONO, settings, COUNT(settings));
  Sound in          = sound_new(1U, 18000U);
  in.channels[0][0] = 1.0f;
  Sound out         = play(instance, &in);

  for (uint32_t i = 1U; i <= 3U; ++i) {
    const uint32_t due   = i * THETA_FRAMES;
    const uint32_t place = place_of_peak(
      out.channels[0], due - (THETA_FRAMES / 2U), due + (THETA_FRAMES / 2U));
    printf("Echo %u: frame %u of %u, peak %.4f\n",
           i,
           place,
           due,
           (double)out.channels[0][place]);
    ck_assert_int_le(abs((int)place - (int)due), 1);
    ck_assert_float_gt(out.channels[0][place], 0.05f);
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(taps_sound_at_their_positions)
{
  const Setting   settings[] = {{"theta", THETA_MS},
                                {"order", 2048.0f},
                                {"feedback", 0.0f},
                                {"tap1_gain", 0.0f},
                                {"tap2_gain", -6.0f},
                                {"tap3_gain", -12.0f},
                                {"tap4_gain", -60.0f},
                                {"dry", -60.0f},
                                {"wet", 0.0f}};
  Instance* const instance =
    instance_start_with(MONO, settings, COUNT(settings));
  Sound in          = sound_new(1U, 9600U);
  in.channels[0][0] = 1.0f;
  Sound out         = play(instance, &in);

  for (uint32_t i = 1U; i <= 3U; ++i) {
    const uint32_t due   = i * (THETA_FRAMES / 4U);
    const uint32_t place = place_of_peak(out.channels[0], due - 600, due + 600);
    ck_assert_int_le(abs((int)place - (int)due), 1);
  }
  const double last = peak(out.channels[0], 4200U, 5400U);
  ck_assert_double_lt(last, 0.05 * peak(out.channels[0], 0U, 4200U));
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/// What another window or readout may leave of a difference (measured: 6e-7)
#define MAX_MOVED 1e-5

/// Play as much to both, and return the greatest level of a difference, in
/// parts of the output's
static double
difference(Instance* const one, Instance* const other, const Sound* const in)
{
  const uint32_t n      = in->n_frames;
  Sound          x      = play(one, in);
  Sound          y      = play(other, in);
  double         result = 0.0;
  for (uint32_t c = 0U; c < x.n_channels; ++c) {
    for (uint32_t i = 0U; i < n; ++i) {
      y.channels[c][i] -= x.channels[c][i];
    }
    result =
      fmax(result, level(y.channels[c], 0U, n) / level(x.channels[c], 0U, n));
  }
  sound_free(&y);
  sound_free(&x);
  return result;
}

START_TEST(a_memory_that_was_set_anew_is_as_one_that_was_set_so)
{
  const Setting wanted[] = {{"readout", READOUT_TAPS}, {"theta", 20.0f}};
  const Setting before[] = {{"readout", READOUT_COEFFICIENTS}, {"theta", 5.0f}};
  Instance* const set   = instance_start_with(&lmu_memory_ports[0], wanted, 2U);
  Instance* const moved = instance_start_with(&lmu_memory_ports[0], wanted, 2U);
  Sound           in    = sound_new(1U, 24000U);
  sound_fill_noise(&in, 0.5f);
  instance_set(moved, before[_i].symbol, before[_i].value);
  (void)difference(set, moved, &in);
  instance_set(moved, wanted[_i].symbol, wanted[_i].value);
  (void)difference(set, moved, &in);
  ck_assert_double_lt(difference(set, moved, &in), MAX_MOVED);
  sound_free(&in);
  instance_free(moved);
  instance_free(set);
}
END_TEST

START_TEST(a_constant_does_not_pile_up_in_the_loop)
{
  static const float gains[]    = {-60.0f, -6.0f, 0.0f};
  const Setting      settings[] = {{"theta", 20.0f},
                                   {"order", 64.0f},
                                   {"feedback", 0.9f},
                                   {"tap1_gain", 0.0f},
                                   {"tap2_gain", gains[_i]},
                                   {"tap3_gain", -60.0f},
                                   {"tap4_gain", -60.0f},
                                   {"dry", -60.0f},
                                   {"wet", 0.0f}};
  Instance* const    instance =
    instance_start_with(MONO, settings, COUNT(settings));
  Sound in = sound_new(1U, 48000U);
  for (uint32_t i = 0U; i < in.n_frames; ++i) {
    in.channels[0][i] = 0.5f;
  }
  Sound out = play(instance, &in);

  // It comes out of each tap as it went in, in the end
  const double sum = 1.0 + pow(10.0, (double)gains[_i] / 20.0);
  for (uint32_t i = 40000U; i < in.n_frames; ++i) {
    ck_assert_double_eq_tol((double)out.channels[0][i], 0.5 * sum, 0.01);
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(a_memory_that_is_activated_again_is_silent)
{
  const Setting   taps = {"readout", READOUT_TAPS};
  Instance* const instance =
    instance_start_with(&lmu_memory_ports[_i], &taps, 1U);
  Sound in = sound_new(1U, 4800U);
  sound_fill_noise(&in, 0.5f);
  Sound before = play(instance, &in);
  instance_deactivate(instance);
  instance_activate(instance);
  memset(in.channels[0], 0, 4800U * sizeof(float));
  Sound after = play(instance, &in);
  for (uint32_t c = 0U; c < after.n_channels; ++c) {
    ck_assert_double_gt(peak(before.channels[c], 0U, 4800U), 0.0);
    ck_assert_double_eq(peak(after.channels[c], 0U, 4800U), 0.0);
  }
  sound_free(&after);
  sound_free(&before);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(tempo_sets_theta)
{
  const Setting   settings[] = {{"sync", SYNC_1_16}, // A beat's quarter
                                {"order", 512.0f},
                                {"feedback", 0.0f},
                                {"glide", 10.0f},
                                {"dry", -60.0f},
                                {"wet", 0.0f}};
  Instance* const instance =
    instance_start_with(MONO, settings, COUNT(settings));
  Sound in = sound_new(1U, SECOND);
  instance_send_tempo(instance, 150.0f);
  Sound silence = play(instance, &in);
  instance_send_nothing(instance);
  in.channels[0][0] = 1.0f;
  Sound out         = play(instance, &in);

  const uint32_t due = 4800U; // 60 s / 150 / 4
  ck_assert_int_le(
    abs((int)place_of_peak(out.channels[0], 0U, SECOND) - (int)due), 1);
  sound_free(&out);
  sound_free(&silence);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(channels_do_not_leak_into_each_other)
{
  const Setting settings[] = {
    {"feedback", 0.9f}, {"lfo_depth", 1.0f}, {"tap2_gain", 0.0f}};
  Instance* const instance =
    instance_start_with(STEREO, settings, COUNT(settings));
  Sound in = sound_new(2U, SECOND);
  sound_fill_noise(&in, 1.0f);
  memset(in.channels[_i], 0, SECOND * sizeof(float));
  Sound out = play(instance, &in);
  instance_set(instance, "hold", 1.0f);
  Sound held = play(instance, &in);

  ck_assert_double_eq(peak(out.channels[_i], 0U, SECOND), 0.0);
  ck_assert_double_gt(peak(out.channels[1 - _i], 0U, SECOND), 0.5);
  ck_assert_double_eq(peak(held.channels[_i], 0U, SECOND), 0.0);
  sound_free(&held);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(stereo_delay_is_two_mono_delays)
{
  Instance* const stereo = instance_start(STEREO, WORKER_NONE);
  Instance* const mono   = instance_start(MONO, WORKER_NONE);
  Sound           in     = sound_new(2U, SECOND);
  sound_fill_noise(&in, 0.5f);
  const Sound left   = {1U, SECOND, {in.channels[0]}};
  Sound       out    = play(stereo, &in);
  Sound       single = play(mono, &left);

  ck_assert_mem_eq(out.channels[0], single.channels[0], SECOND * sizeof(float));
  sound_free(&single);
  sound_free(&out);
  sound_free(&in);
  instance_free(mono);
  instance_free(stereo);
}
END_TEST

/* Hold */

/// Level of a loop may change by its seams, which do not fall on seconds [dB]
#define LOOP_LEVEL_DB 1.0

START_TEST(held_loop_repeats_for_twenty_seconds_at_one_level)
{
  const Setting   settings[] = {{"theta", THETA_MS},
                                {"order", 256.0f},
                                {"feedback", 0.0f},
                                {"dry", -60.0f},
                                {"wet", 0.0f},
                                {"scan", (float)(SCAN_LOOP_FORWARD + _i)}};
  Instance* const instance =
    instance_start_with(MONO, settings, COUNT(settings));
  Sound in = sound_new(1U, SECOND);
  sound_fill_tone(&in, 110.0 / RATE, 0.5);
  Sound out = play(instance, &in);
  instance_set(instance, "hold", 1.0f);
  sound_fill_noise(&in, 1.0f); // Which must not be heard

  double least = INFINITY;
  double most  = 0.0;
  for (uint32_t i = 0U; i < 20U; ++i) {
    Sound        held = play(instance, &in);
    const double now  = level(held.channels[0], i ? 0U : 960U, SECOND);
    ck_assert_double_lt(peak(held.channels[0], 0U, SECOND), 0.75);
    least = fmin(least, now);
    most  = fmax(most, now);
    sound_free(&held);
  }
  printf("Held: level %.4f to %.4f\n", least, most);
  ck_assert_double_gt(least, 0.25);
  ck_assert_double_lt(decibels(most / least), LOOP_LEVEL_DB);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/* Theta */

/// How theta is automated
typedef enum {
  THETA_STEPS,
  THETA_SINE,
  THETA_RANDOM,
  N_AUTOMATIONS
} Automation;

/// Least and greatest theta, a factor of four apart [ms]
#define LEAST_MS 10.0
#define MOST_MS 40.0

/// Return theta at a frame [ms]
static float
automated(const Automation automation, const uint32_t frame)
{
  const double span = MOST_MS - LEAST_MS;
  switch (automation) {
  case THETA_STEPS:
    return (float)((frame / 512U) % 2U ? LEAST_MS : MOST_MS);
  case THETA_SINE: // 100 Hz
    return (float)(LEAST_MS + (span * (0.5 + (0.5 * sin(0.01309 * frame)))));
  default:
    return (float)(LEAST_MS +
                   (span * ((frame * 1664525U + 1013904223U) >> 8U & 0xFFFFU) /
                    65536.0));
  }
}

/// Play in tiny blocks while theta moves before each
static void
play_automated(Instance* const    instance,
               const Automation   automation,
               const Sound* const in,
               const Sound* const out)
{
  const uint32_t block = (automation == THETA_STEPS) ? 64U : 4U;
  for (uint32_t frame = 0U; frame < in->n_frames; frame += block) {
    float* ins[1] = {in->channels[0] + frame};
    float* outs[SOUND_MAX_CHANNELS];
    for (uint32_t c = 0U; c < out->n_channels; ++c) {
      outs[c] = out->channels[c] + frame;
    }
    instance_set(instance, "theta", automated(automation, frame));
    instance_play(instance, ins, outs, block, block, NULL);
  }
}

/// Greatest size of a tap that plays the tone
#define MAX_TAP 0.75

/// Greatest coefficient of the tone, 0.5 sqrt(2 n + 1) for n = 31
#define MAX_COEFFICIENT 4.0

/// Greatest step: the tone's, played up to 4 times as fast, and -60 dBFS
static double
automated_step(void)
{
  return (MOST_MS / LEAST_MS * tone_step(100.0 / RATE, 0.5)) + 1e-3;
}

/**
   Assert that outputs are smooth and small however theta moves, and then end.

   @param instance Memory or delay, freed.
   @param automation How theta moves.
   @param most Greatest size of an output.
*/
static void
assert_theta_is_smooth(Instance* const  instance,
                       const Automation automation,
                       const double     most)
{
  Sound in   = sound_new(1U, 2U * SECOND);
  Sound out  = sound_new(instance->n_outs, 2U * SECOND);
  Sound rest = sound_new(1U, SECOND);
  Sound tail = sound_new(instance->n_outs, SECOND);
  sound_fill_tone(&in, 100.0 / RATE, 0.5);
  play_automated(instance, automation, &in, &out);
  play_automated(instance, automation, &rest, &tail);

  double step = 0.0;
  double size = 0.0;
  double end  = 0.0;
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    step = fmax(step, steepest(out.channels[c], 4800U, 2U * SECOND));
    size = fmax(size, peak(out.channels[c], 0U, 2U * SECOND));
    end  = fmax(end, peak(tail.channels[c], 9600U, SECOND));
  }
  printf("Theta automation %d: steepest %.5f of %.5f, %.1f dBFS after\n",
         (int)automation,
         step,
         automated_step(),
         decibels(fmax(end, 1e-20)));
  ck_assert_double_le(step, automated_step());
  ck_assert_double_lt(size, most);
  ck_assert_double_lt(end, 1e-5); // -100 dBFS after ten windows

  sound_free(&tail);
  sound_free(&rest);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}

START_TEST(theta_of_a_delay_may_move_in_any_way)
{
  const Setting settings[] = {{"order", 64.0f},
                              {"tap4_position", 0.75f},
                              {"glide", 10.0f},
                              {"feedback", 0.0f},
                              {"dry", -60.0f},
                              {"wet", 0.0f}};
  assert_theta_is_smooth(instance_start_with(MONO, settings, COUNT(settings)),
                         (Automation)_i,
                         MAX_TAP);
}
END_TEST

START_TEST(theta_of_a_memory_may_move_in_any_way)
{
  const Setting settings[] = {{"order", 64.0f}, {"readout", READOUT_TAPS}};
  assert_theta_is_smooth(
    instance_start_with(host_lists[_i / N_AUTOMATIONS], settings, 2U),
    (Automation)(_i % N_AUTOMATIONS),
    MAX_TAP);
}
END_TEST

START_TEST(coefficients_stay_small_however_theta_moves)
{
  Instance* const instance =
    instance_start(host_lists[_i / N_AUTOMATIONS], WORKER_NONE);
  assert_theta_is_smooth(
    instance, (Automation)(_i % N_AUTOMATIONS), MAX_COEFFICIENT);
}
END_TEST

/* Silence and noise */

START_TEST(silence_stays_silent)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           in       = sound_new(instance->n_ins, SECOND);
  Sound           out      = play(instance, &in);
  const double    max      = host_is_model(_i) ? MAX_OFFSET : 0.0;
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    ck_assert_double_le(peak(out.channels[c], 0U, SECOND), max);
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/// Windows that the default model may be stretched to
static const float stretches[] = {0.25f, 0.5f, 1.0f, 1.7f, 2.2f, 3.0f, 4.0f};

/// What may be left then, -80 dBFS
#define MAX_REST 1e-4

START_TEST(the_default_model_comes_to_rest)
{
  const Setting settings[] = {
    {"theta_scale", stretches[_i]}, {"dc_block", 0.0f}, {"input", 12.0f}};
  Instance* const instance =
    instance_start_with(&lmu_model_ports[0], settings, COUNT(settings));
  Sound noise = sound_new(1U, SECOND);
  sound_fill_noise(&noise, 1.0f);
  Sound silence = sound_new(1U, SECOND);
  Sound loud    = play(instance, &noise);
  Sound rest    = play(instance, &silence);

  ck_assert_double_gt(peak(loud.channels[0], 0U, SECOND), 0.1);
  ck_assert_double_lt(peak(rest.channels[0], SECOND / 2U, SECOND), MAX_REST);
  sound_free(&rest);
  sound_free(&loud);
  sound_free(&silence);
  sound_free(&noise);
  instance_free(instance);
}
END_TEST

START_TEST(tail_ends_in_silence)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           in       = sound_new(instance->n_ins, SECOND);
  Sound           rest     = sound_new(instance->n_ins, 20U * SECOND);
  sound_fill_noise(&in, 1.0f);
  Sound out  = play(instance, &in);
  Sound tail = play(instance, &rest);

  // -600 dBFS, or what a DC block of floats leaves of an offset
  const double max = host_is_model(_i) ? 1e-6 : 1e-30;
  for (uint32_t c = 0U; c < tail.n_channels; ++c) {
    const double end =
      peak(tail.channels[c], tail.n_frames - SECOND, tail.n_frames);
    ck_assert_double_lt(end, max);
    ck_assert(end == 0.0 || end >= FLT_MIN); // No denormal
  }
  sound_free(&tail);
  sound_free(&out);
  sound_free(&rest);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/*
  What goes round is limited to 2, so the memory hears 1 + 0.98 * 2 at most, and
  an echo of that overshoots by less than 2.
*/
#define MAX_ECHO 6.0

START_TEST(feedback_of_full_noise_stays_bounded)
{
  const Setting   settings[] = {{"theta", 50.0f},
                                {"feedback", _i ? 0.98f : -0.98f},
                                {"tap1_gain", 6.0f},
                                {"tap2_gain", 6.0f},
                                {"tap3_gain", 6.0f},
                                {"tap4_gain", 6.0f},
                                {"lfo_depth", 1.0f},
                                {"dry", 0.0f},
                                {"wet", 0.0f}};
  Instance* const instance =
    instance_start_with(MONO, settings, COUNT(settings));
  Sound in = sound_new(1U, SECOND);
  sound_fill_noise(&in, 1.0f);

  double size = 0.0;
  for (uint32_t i = 0U; i < 60U; ++i) {
    Sound out = play(instance, &in);
    size      = fmax(size, peak(out.channels[0], 0U, SECOND));
    sound_free(&out);
  }
  printf(
    "Feedback %g: peak %.2f in a minute\n", (double)settings[1].value, size);
  ck_assert_double_lt(size, 1.0 + (4.0 * 1.9953 * MAX_ECHO)); // Four taps, 6 dB
  sound_free(&in);
  instance_free(instance);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_loop_test(tcase, bypassed_delay_is_its_input, 0, 2);
  tcase_add_loop_test(
    tcase, bypassed_memory_passes_its_input_and_nothing_else, 0, 3);
  tcase_add_loop_test(tcase, bypassed_decoder_passes_its_first_input, 0, 3);
  tcase_add_loop_test(tcase, thru_of_a_memory_is_its_input, 0, 3);
  tcase_add_loop_test(tcase, coefficients_above_the_order_are_silent, 0, 3);
  tcase_add_loop_test(tcase, decoder_gives_back_what_the_memory_held, 0, 3);
  tcase_add_test(tcase, echoes_come_at_theta_and_its_multiples);
  tcase_add_test(tcase, taps_sound_at_their_positions);
  tcase_add_loop_test(
    tcase, a_memory_that_was_set_anew_is_as_one_that_was_set_so, 0, 2);
  tcase_add_loop_test(tcase, a_constant_does_not_pile_up_in_the_loop, 0, 3);
  tcase_add_loop_test(tcase, a_memory_that_is_activated_again_is_silent, 0, 3);
  tcase_add_test(tcase, tempo_sets_theta);
  tcase_add_loop_test(tcase, channels_do_not_leak_into_each_other, 0, 2);
  tcase_add_test(tcase, stereo_delay_is_two_mono_delays);
  tcase_add_loop_test(
    tcase, held_loop_repeats_for_twenty_seconds_at_one_level, 0, 3);
  tcase_add_loop_test(
    tcase, theta_of_a_delay_may_move_in_any_way, 0, N_AUTOMATIONS);
  tcase_add_loop_test(
    tcase, theta_of_a_memory_may_move_in_any_way, 0, 3 * N_AUTOMATIONS);
  tcase_add_loop_test(
    tcase, coefficients_stay_small_however_theta_moves, 0, 3 * N_AUTOMATIONS);
  tcase_add_loop_test(tcase, silence_stays_silent, 0, N_PLUGINS);
  tcase_add_loop_test(tcase, tail_ends_in_silence, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, the_default_model_comes_to_rest, 0, COUNT(stretches));
  tcase_add_loop_test(tcase, feedback_of_full_noise_stays_bounded, 0, 2);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "sound", add);
}
