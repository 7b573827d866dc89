// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "tests/unit/recording.h"
#include "tests/unit/run.h"
#include "train/pair/latency.h"
#include "train/pair/pair.h"

#include <check.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

#define LENGTH_S 6.0
#define NOISE_DB (-60.0)
#define ECHO_S 0.06

/// Frames that a latency may be found early, which a network makes up for
#define MAX_EARLY 2

/// A device and what it is called
typedef struct {
  const char* name;
  void (*run)(float* x, size_t count, double rate); ///< Or null
  int max_late;  ///< Frames that a latency may be found late: steep low-pass
                 ///< filters begin below the noise
  int max_early; ///< The same early
} Device;

static void
invert(float* const x, const size_t count, const double rate)
{
  (void)rate;
  for (size_t i = 0U; i < count; ++i) {
    x[i] = -x[i];
  }
}

static void
clip_hard(float* const x, const size_t count, const double rate)
{
  (void)rate;
  for (size_t i = 0U; i < count; ++i) {
    x[i] = fminf(fmaxf(20.0f * x[i], -0.5f), 0.5f);
  }
}

/// Saturate behind 60 dB of gain
static void
saturate(float* const x, const size_t count, const double rate)
{
  (void)rate;
  for (size_t i = 0U; i < count; ++i) {
    x[i] = 0.5f * tanhf(1000.0f * x[i]);
  }
}

/// Saturate around a bias, clip, and take out what does not move
static void
fuzz(float* const x, const size_t count, const double rate)
{
  const double keep = exp(-2.0 * PI * 30.0 / rate);
  double       mean = tanh(0.7);
  for (size_t i = 0U; i < count; ++i) {
    const double y = fmin(fmax(tanh((60.0 * (double)x[i]) + 0.7), -0.3), 0.9);
    mean           = (keep * mean) + ((1.0 - keep) * y);
    x[i]           = (float)(0.5 * (y - mean));
  }
}

static void
compress(float* const x, const size_t count, const double rate)
{
  const double attack  = exp(-1.0 / (0.01 * rate));
  const double release = exp(-1.0 / (0.2 * rate));
  double       level   = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    const double now  = fabs((double)x[i]);
    const double keep = now > level ? attack : release;
    level             = (keep * level) + ((1.0 - keep) * now);
    x[i] *= (float)pow(fmax(level / 0.01, 1.0), -0.75);
  }
}

/// Run a number of the simplest filters in a row
static void
pass_low(float* const x,
         const size_t count,
         const double rate,
         const double corner_hz,
         const size_t n_poles)
{
  const double keep = exp(-2.0 * PI * corner_hz / rate);
  for (size_t pole = 0U; pole < n_poles; ++pole) {
    double y = 0.0;
    for (size_t i = 0U; i < count; ++i) {
      y    = (keep * y) + ((1.0 - keep) * (double)x[i]);
      x[i] = (float)y;
    }
  }
}

static void
pass_500_hz(float* const x, const size_t count, const double rate)
{
  pass_low(x, count, rate, 500.0, 1U);
}

static void
pass_5_khz_steeply(float* const x, const size_t count, const double rate)
{
  pass_low(x, count, rate, 5000.0, 4U);
}

static void
overdrive(float* const x, const size_t count, const double rate)
{
  saturate(x, count, rate);
  pass_low(x, count, rate, 3000.0, 2U);
}

static void
add_echo(float* const x,
         const size_t count,
         const double rate,
         const float  gain)
{
  const size_t delay = (size_t)(ECHO_S * rate);
  for (size_t i = count - 1U; i >= delay; --i) {
    x[i] += gain * x[i - delay];
  }
}

static void
echo_softly(float* const x, const size_t count, const double rate)
{
  add_echo(x, count, rate, 0.6f);
}

static void
echo_loudly(float* const x, const size_t count, const double rate)
{
  add_echo(x, count, rate, 1.5f);
}

static const Device devices[] = {
  {"wire", NULL, 0, MAX_EARLY},
  {"inverter", invert, 0, MAX_EARLY},
  {"hard clipping", clip_hard, 0, MAX_EARLY},
  {"saturation", saturate, 0, MAX_EARLY},
  {"fuzz", fuzz, 0, MAX_EARLY},
  {"compressor", compress, 0, MAX_EARLY},
  {"low-pass of 500 Hz", pass_500_hz, 1, MAX_EARLY},
  {"steep low-pass of 5 kHz", pass_5_khz_steeply, 4, MAX_EARLY},
  {"overdrive", overdrive, 1, MAX_EARLY},
  {"echo", echo_softly, 0, MAX_EARLY},
  {"loud echo", echo_loudly, 0, MAX_EARLY},
};

#define N_DEVICES (int)(sizeof(devices) / sizeof(devices[0]))

static const ptrdiff_t latencies[] = {0, 1, 63, 480, 14400, -100};
static const double    rates[]     = {48000.0, 44100.0, 96000.0};

#define N_LATENCIES (sizeof(latencies) / sizeof(latencies[0]))
#define N_RATES (sizeof(rates) / sizeof(rates[0]))

static float* dry;
static float* wet;
static size_t n_frames;

/// Make recordings of a device
static void
record(const Device* const device, const double rate, const ptrdiff_t latency)
{
  n_frames = (size_t)(LENGTH_S * rate);
  dry      = (float*)calloc(n_frames, sizeof(float));
  wet      = (float*)calloc(n_frames, sizeof(float));
  ck_assert_ptr_nonnull(dry);
  ck_assert_ptr_nonnull(wet);
  play_strings(dry, n_frames, rate, 1U);
  memcpy(wet, dry, n_frames * sizeof(float));
  if (device->run) {
    device->run(wet, n_frames, rate);
  }
  shift(wet, n_frames, latency);
  add_noise(wet, n_frames, NOISE_DB, 2U);
}

static void
teardown(void)
{
  free(wet);
  free(dry);
  wet = NULL;
  dry = NULL;
}

static LmuLatency
find(const double rate)
{
  const LmuCapture pair   = {dry, n_frames, wet, n_frames, rate, {NULL, NULL}};
  LmuLatency       result = {0};
  LmuError         error  = {{0}};
  ck_assert_int_eq(lmu_latency_find(&result, &pair, &error), LMU_SUCCESS);
  return result;
}

START_TEST(latency_of_any_device_is_found)
{
  const Device* const device = &devices[_i];
  for (size_t i = 0U; i < N_LATENCIES; ++i) {
    const double rate = rates[i % N_RATES];
    record(device, rate, latencies[i]);
    const LmuLatency latency = find(rate);
    const int        error   = (int)(latency.frames - latencies[i]);
    ck_assert_msg(latency.sure && error <= device->max_late &&
                    error >= -device->max_early,
                  "%s, %d frames: off by %d, %s, contrast %g",
                  device->name,
                  (int)latencies[i],
                  error,
                  latency.sure ? "sure" : "in doubt",
                  latency.contrast);
    teardown();
  }
}
END_TEST

START_TEST(shift_of_most_of_a_second_is_found)
{
  record(&devices[0], 48000.0, _i ? 40000 : -40000);
  const LmuLatency latency = find(48000.0);
  ck_assert(latency.sure);
  ck_assert_int_le(abs((int)latency.frames - (_i ? 40000 : -40000)), MAX_EARLY);
}
END_TEST

START_TEST(inverted_device_is_seen)
{
  record(&devices[_i], 48000.0, 63);
  ck_assert_int_eq(find(48000.0).inverted, devices[_i].run == invert);
}
END_TEST

START_TEST(recordings_of_other_songs_are_in_doubt)
{
  record(&devices[0], 48000.0, 480);
  play_strings(wet, n_frames, 48000.0, 100U + (uint32_t)_i);
  const LmuLatency latency = find(48000.0);
  ck_assert(!latency.sure);
  ck_assert_int_eq(latency.frames, 0);
}
END_TEST

START_TEST(silence_is_in_doubt)
{
  record(&devices[0], 48000.0, 0);
  memset(_i ? wet : dry, 0, n_frames * sizeof(float));
  const LmuLatency latency = find(48000.0);
  ck_assert(!latency.sure);
  ck_assert_int_eq(latency.frames, 0);
}
END_TEST

START_TEST(recording_of_one_frame_is_in_doubt)
{
  const float      sample  = 1.0f;
  const LmuCapture pair    = {&sample, 1U, &sample, 1U, 48000.0, {NULL, NULL}};
  LmuLatency       latency = {0};
  ck_assert_int_eq(lmu_latency_find(&latency, &pair, NULL), LMU_SUCCESS);
  ck_assert(!latency.sure);
}
END_TEST

START_TEST(empty_recording_is_refused_in_words)
{
  const float      sample  = 1.0f;
  const LmuCapture pair    = {&sample, 1U, &sample, 0U, 48000.0, {NULL, NULL}};
  LmuLatency       latency = {0};
  LmuError         error   = {{0}};
  ck_assert_int_eq(lmu_latency_find(&latency, &pair, &error), LMU_BAD_VALUE);
  ck_assert_str_eq(error.text, "A recording is empty");
}
END_TEST

START_TEST(line_says_what_was_found_and_what_to_do)
{
  static const struct {
    LmuLatency  latency;
    const char* text;
  } lines[] = {
    {{63, 63, true, false, 90.0}, "latency: +63 samples (1.31 ms), sure"},
    {{0, 0, true, false, 90.0}, "latency: 0 samples (0.00 ms), sure"},
    {{-100, -100, true, false, 90.0},
     "latency: -100 samples (2.08 ms), sure: the wet file starts 100 samples "
     "before the dry"},
    {{0, 480, false, false, 9.0},
     "latency: in doubt, taken as 0 samples; use --latency N if you know it, "
     "480 is likeliest"},
    {{0, -48000, false, false, 5.0},
     "latency: in doubt, taken as 0 samples; use --latency N if you know it"},
  };
  for (size_t i = 0U; i < sizeof(lines) / sizeof(lines[0]); ++i) {
    char text[LMU_LATENCY_TEXT];
    lmu_latency_text(text, &lines[i].latency, 48000.0);
    ck_assert_str_eq(text, lines[i].text);
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("latency");
  tcase_add_checked_fixture(tcase, NULL, teardown);
  tcase_add_loop_test(tcase, latency_of_any_device_is_found, 0, N_DEVICES);
  tcase_add_loop_test(tcase, shift_of_most_of_a_second_is_found, 0, 2);
  tcase_add_loop_test(tcase, inverted_device_is_seen, 0, N_DEVICES);
  tcase_add_loop_test(tcase, recordings_of_other_songs_are_in_doubt, 0, 4);
  tcase_add_loop_test(tcase, silence_is_in_doubt, 0, 2);
  tcase_add_test(tcase, recording_of_one_frame_is_in_doubt);
  tcase_add_test(tcase, empty_recording_is_refused_in_words);
  tcase_add_test(tcase, line_says_what_was_found_and_what_to_do);
  return run_case("latency", tcase);
}
