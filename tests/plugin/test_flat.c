// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Taps of Delay and of Memory have no colour, wherever they are.
// usage: test_flat LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#define PI 3.14159265358979323846

#define BLOCK 512U

/// Greatest gain anywhere, and greatest error in the band [dB]
#define MAX_GAIN_DB 0.05
#define MAX_ERROR_DB 0.1

/// Part of Bandwidth in which taps are flat
#define BAND 0.8

/// Frequencies from zero to half the rate, and as many in the band
#define N_FREQUENCIES 160U

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

/// Worst of all
typedef struct {
  double gain;
  double error;
  char   gain_place[128];
  char   error_place[128];
} Worst;

/// Return the gain at a frequency [cycles per frame] in decibels
static double
gain_at(const float* const response, const uint32_t n_frames, const double f)
{
  const double cosine  = cos(2.0 * PI * f);
  const double sine    = sin(2.0 * PI * f);
  double       turn[2] = {1.0, 0.0};
  double       sum[2]  = {0.0, 0.0};
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const double x    = (double)response[i];
    const double next = (turn[0] * cosine) - (turn[1] * sine);
    sum[0] += x * turn[0];
    sum[1] += x * turn[1];
    turn[1] = (turn[0] * sine) + (turn[1] * cosine);
    turn[0] = next;
  }
  return decibels(hypot(sum[0], sum[1]) + 1e-9);
}

/// One response, and what made it
typedef struct {
  Instance*    instance;
  double       rate;
  const char*  name;     ///< What is measured
  double       position; ///< In the window
  const float* samples;  ///< [n_frames]
  uint32_t     n_frames;
} Response;

static void
describe(char place[128], const Response* const response)
{
  const Instance* const instance = response->instance;
  (void)snprintf(place,
                 128U,
                 "%s %.3f, order %.0f, %.2f ms, quality %.0f, %.0f Hz",
                 response->name,
                 response->position,
                 (double)instance_get(instance, "order_used"),
                 (double)instance_get(instance, "theta"),
                 (double)instance_get(instance, "quality"),
                 response->rate);
}

/// Judge the response of one tap
static void
judge(const Response* const response, Worst* const worst)
{
  const double band = BAND *
                      (double)instance_get(response->instance, "bandwidth") /
                      response->rate;
  for (uint32_t i = 0U; i < 2U * N_FREQUENCIES; ++i) {
    const uint32_t step = i % N_FREQUENCIES;
    const double   top  = i < N_FREQUENCIES ? 0.5 : band;
    const double   f    = top * step / (N_FREQUENCIES - 1.0);
    const double   gain = gain_at(response->samples, response->n_frames, f);
    if (gain > worst->gain) {
      worst->gain = gain;
      describe(worst->gain_place, response);
    }
    if (f <= band && fabs(gain) > worst->error) {
      worst->error = fabs(gain);
      describe(worst->error_place, response);
    }
  }
}

/// Return the answer of an instance to an impulse, four windows long
static Sound
answer(Instance* const instance, const double rate)
{
  const double window = (double)instance_get(instance, "theta") * rate / 1000.0;
  const uint32_t n_frames = 256U + (uint32_t)(4.0 * window);
  Sound          in       = sound_new(instance->n_ins, n_frames);
  Sound          out      = sound_new(instance->n_outs, n_frames);
  in.channels[0][0]       = 1.0f;
  instance_activate(instance);
  instance_play(instance, in.channels, out.channels, n_frames, BLOCK, NULL);
  sound_free(&in);
  return out;
}

/// Measure one tap of Delay
static void
measure(Instance* const instance, const double rate, Worst* const worst)
{
  Sound          out      = answer(instance, rate);
  const double   position = (double)instance_get(instance, "tap4_position");
  const Response response = {
    instance, rate, "position", position, out.channels[0], out.n_frames};
  judge(&response, worst);
  sound_free(&out);
}

static void
print_worst(const char* const what, const Worst* const worst)
{
  printf(
    "%s: greatest gain %+.3f dB, %s\n", what, worst->gain, worst->gain_place);
  printf("%s: greatest error in the band %.3f dB, %s\n",
         what,
         worst->error,
         worst->error_place);
  (void)fflush(stdout);
}

START_TEST(taps_are_flat_wherever_they_are)
{
  static const float  windows[]   = {1.0f, 3.0f, 5.0f, 9.09f, 25.0f};
  static const float  positions[] = {0.0f,
                                     0.003f,
                                     0.01f,
                                     0.03f,
                                     0.06f,
                                     0.1f,
                                     0.15f,
                                     0.25f,
                                     0.4f,
                                     0.5f,
                                     0.6f,
                                     0.75f,
                                     0.9f,
                                     0.95f,
                                     0.97f,
                                     0.99f,
                                     1.0f};
  static const float  orders[]    = {8.0f, 16.0f, 32.0f, 64.0f, 128.0f, 640.0f};
  static const double rates[]     = {44100.0, 48000.0, 96000.0};

  Worst worst = {-400.0, 0.0, "", ""};
  for (uint32_t i = 0U; i < COUNT(windows) * COUNT(rates); ++i) {
    const double       rate = rates[i % COUNT(rates)];
    const InstanceSpec spec = {
      &lmu_delay_ports[0], rate, MAP_REAL, WORKER_NONE, false, NULL};
    Instance* const instance = instance_new(&spec);
    instance_set(instance, "dry", -60.0f);
    instance_set(instance, "wet", 0.0f);
    instance_set(instance, "feedback", 0.0f);
    instance_set(instance, "order", orders[_i]);
    instance_set(instance, "theta", windows[i / COUNT(rates)]);
    instance_set(instance, "quality", (float)(i % 2U));
    for (uint32_t j = 0U; j < COUNT(positions); ++j) {
      instance_set(instance, "tap4_position", positions[j]);
      measure(instance, rate, &worst);
    }
    instance_free(instance);
  }
  print_worst("Delay", &worst);
  ck_assert_double_le(worst.gain, MAX_GAIN_DB);
  ck_assert_double_le(worst.error, MAX_ERROR_DB);
}
END_TEST

/// Delays of Memory may be as much stronger as a constant is exact in them, and
/// those of a dozen frames, which Delay does not read, a little more
#define MAX_MEMORY_GAIN_DB 0.1

/// Outputs of Memory 8 that are not delays
#define N_OTHERS 1U

START_TEST(delays_of_memory_are_flat)
{
  static const float  windows[] = {2.0f, 10.0f, 40.0f};
  static const double rates[]   = {44100.0, 48000.0, 96000.0};

  Worst worst = {-400.0, 0.0, "", ""};
  for (uint32_t i = 0U; i < COUNT(windows) * COUNT(rates); ++i) {
    const double       rate = rates[i % COUNT(rates)];
    const InstanceSpec spec = {
      &lmu_memory_ports[0], rate, MAP_REAL, WORKER_NONE, false, NULL};
    Instance* const instance = instance_new(&spec);
    instance_set(instance, "readout", READOUT_TAPS);
    instance_set(instance, "order", _i ? 256.0f : 24.0f);
    instance_set(instance, "theta", windows[i / COUNT(rates)]);
    instance_set(instance, "quality", (float)(i % 2U));
    Sound out = answer(instance, rate);
    for (uint32_t j = N_OTHERS; j < out.n_channels; ++j) {
      const Response response = {
        instance, rate, "output", j, out.channels[j], out.n_frames};
      judge(&response, &worst);
    }
    sound_free(&out);
    instance_free(instance);
  }
  print_worst("Memory", &worst);
  ck_assert_double_le(worst.gain, MAX_MEMORY_GAIN_DB);
  ck_assert_double_le(worst.error, MAX_ERROR_DB);
}
END_TEST

/// Error of each voltage of Shift Register [dB]
#define MAX_VOLTAGE_ERROR_DB (-64.0)

/// Return the error of a delayed voltage, by its own size [dB]
static double
error_of(const float* const in,
         const float* const out,
         const uint32_t     delay,
         const uint32_t     first,
         const uint32_t     last)
{
  double error = 0.0;
  double size  = 0.0;
  for (uint32_t i = first; i < last; ++i) {
    const double wanted = (double)in[i - delay];
    error += ((double)out[i] - wanted) * ((double)out[i] - wanted);
    size += wanted * wanted;
  }
  return 0.5 * decibels(error / size);
}

START_TEST(every_delay_of_a_voltage_is_right)
{
  const uint32_t     rate = 48000U;
  const InstanceSpec spec = {
    &lmu_memory_cv_ports[_i], rate, MAP_REAL, WORKER_NONE, false, NULL};
  Instance* const instance = instance_new(&spec);
  instance_set(instance, "readout", READOUT_TAPS);
  instance_set(instance, "order", 256.0f);
  instance_set(instance, "theta", 2000.0f);
  instance_activate(instance);

  Sound in  = sound_new(instance->n_ins, 7U * rate);
  Sound out = sound_new(instance->n_outs, 7U * rate);
  for (uint32_t i = 0U; i < in.n_frames; ++i) {
    in.channels[0][i] = (float)(0.5 * sin(2.0 * PI * 0.5 * i / rate));
  }
  instance_play(instance, in.channels, out.channels, in.n_frames, BLOCK, NULL);
  for (uint32_t j = 0U; j < out.n_channels; ++j) {
    const uint32_t delay = 2U * rate * (j + 1U) / out.n_channels;
    const double   error =
      error_of(in.channels[0], out.channels[j], delay, 5U * rate, 7U * rate);
    printf("Voltage %u of %u: %.1f dB\n", j + 1U, out.n_channels, error);
    ck_assert_double_le(error, MAX_VOLTAGE_ERROR_DB);
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

static void
add_tests(TCase* const tcase)
{
  tcase_add_loop_test(tcase, taps_are_flat_wherever_they_are, 0, 6);
  tcase_add_loop_test(tcase, delays_of_memory_are_flat, 0, 2);
  tcase_add_loop_test(tcase, every_delay_of_a_voltage_is_right, 0, 2);
}

int
main(const int argc, char** const argv)
{
  return runner_main(argc, argv, "flat", add_tests);
}
