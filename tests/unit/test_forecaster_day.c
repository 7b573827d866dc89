// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/dsp/rt/forecaster.h"
#include "core/dsp/setup/forecaster.h"
#include "core/memory/rt/memory.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/**
   @file
   A forecaster over a day of all sorts of sound, at a low sample rate: it never
   runs away, and a window after each bad minute it forecasts again.
*/

#define RATE 2000U
#define MINUTE (60U * RATE)
#define MEMORY 1600U
#define THETA 80.0
#define N_WEIGHTS 16U
#define HORIZON 4U

/// Prediction gain that must be back a window after the last bad sample, which
/// is all of a minute (measured: 7.0 dB and more)
#define BACK_DB 6.0

static uint32_t n_minutes = 1440U;

/// Return the pitch of a minute
static double
pitch(const uint32_t minute)
{
  return 0.05 * pow(1.5, minute % 7U);
}

/// Two tones
static float
tones(const double w, const uint32_t frame)
{
  return (float)(0.4 * sin(w * frame) + 0.2 * sin(2.7 * w * frame));
}

/// One sample of a minute of a pitch
static float
sound_at(const uint32_t  minute,
         const double    w,
         const uint32_t  frame,
         uint32_t* const noise)
{
  const float rush = next_noise(noise);
  switch (minute % 8U) {
  case 0U:
    return rush;
  case 1U:
    return 0.0f;
  case 2U: { // Clipped
    const float tone = tones(w, frame);
    return copysignf(fminf(fabsf(30.0f * tone), 1.0f), tone);
  }
  case 3U: // Bursts of what is no number
    return (frame % 1000U < 300U) ? (float)NAN : tones(w, frame);
  case 4U:
    return (frame % 5000U < 100U) ? copysignf((float)INFINITY, rush) : rush;
  case 5U: // 20 dB louder
    return 10.0f * (tones(w, frame) + rush);
  case 6U: // Far too quiet
    return 1e-30f * rush;
  default: // Steps
    return (frame / 977U) % 2U ? 1.0f : -1.0f;
  }
}

/// Whether all forecasts were within bounds, as asserting each takes longer
/// than forecasting it
static bool is_bounded = true;

static LmuForecast
hear(LmuForecaster* const forecaster, const float sample)
{
  const float sane     = lmu_sane(sample);
  LmuForecast forecast = {0.0f, 0.0f};
  lmu_forecaster_process(forecaster, &sane, true, &forecast);
  is_bounded = is_bounded && fabsf(forecast.next) < 100.0f;
  return forecast;
}

/// Return the prediction gain of tones a window after their start [dB]
static double
gain_of_tones(LmuForecaster* const forecaster, const double w)
{
  double energy = 0.0;
  double error  = 0.0;
  for (uint32_t i = 0U; i < MEMORY + RATE; ++i) {
    const double sample = (double)tones(w, i);
    const double due    = (double)hear(forecaster, (float)sample).due;
    const double counts = i < MEMORY ? 0.0 : 1.0;
    energy += counts * sample * sample;
    error += counts * (sample - due) * (sample - due);
  }
  return 10.0 * log10(energy / error);
}

START_TEST(a_day_of_all_sorts_is_survived)
{
  const LmuForecasterSpec spec = {.memory     = MEMORY,
                                  .ridge      = 1e-6,
                                  .n_channels = 1U,
                                  .n_horizons = 1U,
                                  .max_reach  = 100U,
                                  .hop        = 20U};
  const LmuForecastPlan   plan = lmu_forecast_plan(N_WEIGHTS, THETA, HORIZON);
  LmuForecaster*          forecaster = NULL;
  uint32_t                noise      = 1U;
  double                  worst      = 1e9;
  ck_assert_int_eq(lmu_forecaster_new(&forecaster, &spec, &plan), LMU_SUCCESS);
  for (uint32_t minute = 0U; minute < n_minutes; ++minute) {
    const double w = pitch(minute);
    for (uint32_t i = 0U; i < MINUTE; ++i) {
      (void)hear(forecaster, sound_at(minute, w, i, &noise));
    }
    worst = fmin(worst, gain_of_tones(forecaster, w));
    ck_assert_double_gt(worst, BACK_DB);
    ck_assert(is_bounded);
  }
  printf("%u minutes, least gain a window after: %.1f dB\n", n_minutes, worst);
  lmu_forecaster_free(forecaster);
}
END_TEST

int
main(int argc, char** argv)
{
  if (argc == 2) {
    n_minutes = (uint32_t)strtoul(argv[1], NULL, 10);
  }

  TCase* const tcase = tcase_create("day");
  tcase_add_test(tcase, a_day_of_all_sorts_is_survived);
  return run_case("forecaster_day", tcase);
}
