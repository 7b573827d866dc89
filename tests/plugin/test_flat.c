// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// A tap of Delay has no colour, wherever it is.
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
gain_at(const Sound* const response, const double f)
{
  const double cosine  = cos(2.0 * PI * f);
  const double sine    = sin(2.0 * PI * f);
  double       turn[2] = {1.0, 0.0};
  double       sum[2]  = {0.0, 0.0};
  for (uint32_t i = 0U; i < response->n_frames; ++i) {
    const double x    = (double)response->channels[0][i];
    const double next = (turn[0] * cosine) - (turn[1] * sine);
    sum[0] += x * turn[0];
    sum[1] += x * turn[1];
    turn[1] = (turn[0] * sine) + (turn[1] * cosine);
    turn[0] = next;
  }
  return decibels(hypot(sum[0], sum[1]) + 1e-9);
}

static void
describe(char place[128], const Instance* const instance, const double rate)
{
  (void)snprintf(place,
                 128U,
                 "position %.3f, order %.0f, %.2f ms, quality %.0f, %.0f Hz",
                 (double)instance_get(instance, "tap4_position"),
                 (double)instance_get(instance, "order_used"),
                 (double)instance_get(instance, "theta"),
                 (double)instance_get(instance, "quality"),
                 rate);
}

/// Measure one tap
static void
measure(Instance* const instance, const double rate, Worst* const worst)
{
  const double window = (double)instance_get(instance, "theta") * rate / 1000.0;
  const uint32_t n_frames = 256U + (uint32_t)(4.0 * window);
  Sound          in       = sound_new(1U, n_frames);
  Sound          out      = sound_new(1U, n_frames);
  in.channels[0][0]       = 1.0f;
  instance_activate(instance);
  instance_play(instance, in.channels, out.channels, n_frames, BLOCK, NULL);

  const double band = BAND * (double)instance_get(instance, "bandwidth") / rate;
  for (uint32_t i = 0U; i < 2U * N_FREQUENCIES; ++i) {
    const uint32_t step = i % N_FREQUENCIES;
    const double   top  = i < N_FREQUENCIES ? 0.5 : band;
    const double   f    = top * step / (N_FREQUENCIES - 1.0);
    const double   gain = gain_at(&out, f);
    if (gain > worst->gain) {
      worst->gain = gain;
      describe(worst->gain_place, instance, rate);
    }
    if (f <= band && fabs(gain) > worst->error) {
      worst->error = fabs(gain);
      describe(worst->error_place, instance, rate);
    }
  }
  sound_free(&out);
  sound_free(&in);
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
  printf("Order %.0f: greatest gain %+.3f dB, %s\n",
         (double)orders[_i],
         worst.gain,
         worst.gain_place);
  printf("Order %.0f: greatest error in the band %.3f dB, %s\n",
         (double)orders[_i],
         worst.error,
         worst.error_place);
  (void)fflush(stdout);
  ck_assert_double_le(worst.gain, MAX_GAIN_DB);
  ck_assert_double_le(worst.error, MAX_ERROR_DB);
}
END_TEST

static void
add_tests(TCase* const tcase)
{
  tcase_add_loop_test(tcase, taps_are_flat_wherever_they_are, 0, 6);
}

int
main(const int argc, char** const argv)
{
  return runner_main(argc, argv, "flat", add_tests);
}
