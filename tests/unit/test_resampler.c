// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/dsp/rt/resampler.h"
#include "core/dsp/setup/resampler.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// Error of a sine in the pass band, and of what is beyond [dB].  The filters
/// are made for -110 each.
#define MAX_ERROR (-100.0)
#define MAX_ALIAS (-100.0)

/// End of the pass band and start of the stop band, of the lower rate
#define PASS 0.45
#define STOP 0.55

/// Frequencies of a test, less one
#define STEPS 5U

/// Rates of the host and the network [Hz]
typedef struct {
  double host;
  double inner;
} Rates;

// Fractions of few and many phases, up and down, and the greatest ratios.  All
// phases of 44100 and 47999 lie between rows.
static const Rates all_rates[] = {
  {44100.0, 48000.0},
  {48000.0, 44100.0},
  {48000.0, 96000.0},
  {96000.0, 48000.0},
  {44100.0, 192000.0},
  {192000.0, 44100.0},
  {8000.0, 48000.0},
  {48000.0, 8000.0},
  {44100.0, 47999.0},
  {47999.0, 44100.0},
  {192000.0, 4001.0},
  {4001.0, 192000.0},
  {800000.0, 44100.0},
  {44056.3, 48000.0},
};
#define N_RATES (sizeof(all_rates) / sizeof(all_rates[0]))

static double
lower(const Rates rates)
{
  return fmin(rates.host, rates.inner);
}

static LmuResampler*
make(const Rates rates, const uint32_t n_signals)
{
  const LmuResamplerSpec spec = {rates.host, rates.inner, n_signals, n_signals};
  LmuResampler*          resampler = NULL;
  ck_assert_int_eq(lmu_resampler_new(&resampler, &spec), LMU_SUCCESS);
  return resampler;
}

/// Pass a sample there and back
static float
pass(LmuResampler* const resampler, const float input)
{
  float          inner[LMU_MAX_INNER];
  float          output = NAN;
  const uint32_t n      = lmu_resampler_put(resampler, &input, inner);
  ck_assert_uint_le(n, LMU_MAX_INNER);
  lmu_resampler_get(resampler, inner, n, &output);
  return output;
}

/// Return the greatest difference to a sine that is late by the latency [dB]
static double
sine_error(const Rates rates, const double hz)
{
  LmuResampler* const resampler = make(rates, 1U);
  const uint32_t      latency   = (uint32_t)lmu_resampler_latency(resampler);
  const double        step      = 2.0 * PI * hz / rates.host;
  double              error     = 0.0;
  for (uint32_t i = 0U; i < (2U * latency) + 3000U; ++i) {
    const float y = pass(resampler, (float)sin(step * i));
    if (i >= 2U * latency) {
      error = fmax(error, fabs(y - sin(step * ((double)i - latency))));
    }
  }
  lmu_resampler_free(resampler);
  return to_db(error);
}

START_TEST(a_sine_comes_back_late_by_the_latency)
{
  const Rates rates = all_rates[_i];
  for (uint32_t i = 0U; i <= STEPS; ++i) {
    const double hz =
      20.0 + ((double)i / STEPS * ((PASS * lower(rates)) - 20.0));
    const double error = sine_error(rates, hz);
    ck_assert_msg(error < MAX_ERROR,
                  "%.1f / %.1f Hz: %.1f dB at %.0f Hz",
                  rates.host,
                  rates.inner,
                  error,
                  hz);
  }
}
END_TEST

START_TEST(the_latency_is_whole)
{
  LmuResampler* const resampler = make(all_rates[_i], 1U);
  const double        latency   = lmu_resampler_latency(resampler);
  ck_assert_double_eq(latency, floor(latency));
  lmu_resampler_free(resampler);
}
END_TEST

START_TEST(what_the_lower_rate_cannot_hold_is_gone)
{
  const Rates rates = all_rates[_i];
  if (rates.host <= rates.inner * (2.0 * STOP)) {
    return; // The host's own band ends before
  }

  for (uint32_t i = 0U; i <= STEPS; ++i) {
    const double hz =
      (STOP * rates.inner) +
      ((double)i / STEPS * ((rates.host / 2.0) - (STOP * rates.inner)));
    LmuResampler* const resampler = make(rates, 1U);
    const double        latency   = lmu_resampler_latency(resampler);
    double              peak      = 0.0;
    for (uint32_t j = 0U; j < 3000U + (uint32_t)(2.0 * latency); ++j) {
      const float y =
        pass(resampler, (float)cos(2.0 * PI * hz / rates.host * j));
      if (j > 2.0 * latency) {
        peak = fmax(peak, fabs((double)y));
      }
    }
    lmu_resampler_free(resampler);
    ck_assert_msg(to_db(peak) < MAX_ALIAS, "%.1f dB at %.0f", to_db(peak), hz);
  }
}
END_TEST

/// Return the level of the network's own sound at a frequency, at the host
static double
inner_level(const Rates rates, const double hz)
{
  LmuResampler* const resampler = make(rates, 1U);
  const uint32_t      latency   = (uint32_t)lmu_resampler_latency(resampler);
  const float         zero      = 0.0f;
  double              peak      = 0.0;
  uint32_t            time      = 0U;
  for (uint32_t i = 0U; i < 3000U + (2U * latency); ++i) {
    float          inner[LMU_MAX_INNER];
    float          y = 0.0f;
    const uint32_t n = lmu_resampler_put(resampler, &zero, inner);
    for (uint32_t j = 0U; j < n; ++j) {
      inner[j] = (float)cos(2.0 * PI * hz / rates.inner * time++);
    }
    lmu_resampler_get(resampler, inner, n, &y);
    peak = (i > 2U * latency) ? fmax(peak, fabs((double)y)) : 0.0;
  }
  lmu_resampler_free(resampler);
  return to_db(peak);
}

START_TEST(what_the_network_adds_beyond_the_host_is_gone)
{
  const Rates rates = all_rates[_i];
  ck_assert_double_ge(inner_level(rates, PASS * lower(rates)), -0.5);
  for (uint32_t i = 0U; i <= STEPS && rates.inner > rates.host * 2.0 * STOP;
       ++i) {
    const double start = STOP * rates.host;
    const double hz =
      start + ((double)i / STEPS * ((rates.inner / 2.0) - start));
    ck_assert_double_lt(inner_level(rates, hz), MAX_ALIAS);
  }
}
END_TEST

START_TEST(a_constant_stays_as_it_is)
{
  LmuResampler* const resampler = make(all_rates[_i], 1U);
  const double        latency   = lmu_resampler_latency(resampler);
  for (uint32_t i = 0U; i < 3000U + (uint32_t)(2.0 * latency); ++i) {
    const float y = pass(resampler, 1.0f);
    if (i >= 2.0 * latency) {
      ck_assert_double_eq_tol(y, 1.0, 1e-6); // Rounding of float
    }
  }
  lmu_resampler_free(resampler);
}
END_TEST

START_TEST(reset_forgets_all_input)
{
  LmuResampler* const resampler = make(all_rates[_i], 1U);
  float               first[500];
  uint32_t            noise = 1U;
  for (uint32_t i = 0U; i < 500U; ++i) {
    first[i] = pass(resampler, next_noise(&noise));
  }
  (void)pass(resampler, NAN);
  lmu_resampler_reset(resampler);
  noise = 1U;
  for (uint32_t i = 0U; i < 500U; ++i) {
    ck_assert_float_eq(pass(resampler, next_noise(&noise)), first[i]);
  }
  lmu_resampler_free(resampler);
}
END_TEST

START_TEST(signals_do_not_mix)
{
  LmuResampler* const two    = make(all_rates[_i], 2U);
  LmuResampler* const one[2] = {make(all_rates[_i], 1U),
                                make(all_rates[_i], 1U)};
  uint32_t            noise  = 1U;
  for (uint32_t i = 0U; i < 2000U; ++i) {
    const float    input[2] = {next_noise(&noise), next_noise(&noise)};
    float          inner[2U * LMU_MAX_INNER];
    float          swapped[2U * LMU_MAX_INNER];
    float          output[2];
    const uint32_t n = lmu_resampler_put(two, input, inner);
    for (uint32_t j = 0U; j < 2U * n; ++j) {
      swapped[j] = inner[j ^ 1U];
    }
    lmu_resampler_get(two, swapped, n, output);
    ck_assert_float_eq(output[1], pass(one[0], input[0]));
    ck_assert_float_eq(output[0], pass(one[1], input[1]));
  }
  lmu_resampler_free(one[1]);
  lmu_resampler_free(one[0]);
  lmu_resampler_free(two);
}
END_TEST

/// Skip frames of silence
static uint64_t
skip(LmuResampler* const resampler, const uint64_t n_frames)
{
  uint64_t    count = 0U;
  const float zero  = 0.0f;
  float       inner[LMU_MAX_INNER];
  float       output = 0.0f;
  for (uint64_t i = 0U; i < n_frames; ++i) {
    const uint32_t n = lmu_resampler_put(resampler, &zero, inner);
    count += n;
    lmu_resampler_get(resampler, inner, n, &output);
  }
  return count;
}

// Ten minutes are 180 000 turns of the phases of 44100 and 48000: were there
// any drift, the bits would differ
START_TEST(time_does_not_drift)
{
  const Rates         rates = {44100.0, 48000.0};
  LmuResampler* const young = make(rates, 1U);
  LmuResampler* const old   = make(rates, 1U);

  // The last inner frame of the time comes with the next host frame
  ck_assert_uint_eq(skip(young, 44100U), 48000U - 1U);
  ck_assert_uint_eq(skip(old, UINT64_C(600) * 44100U),
                    (UINT64_C(600) * 48000U) - 1U);

  uint32_t noise = 1U;
  for (uint32_t i = 0U; i < 1000U; ++i) {
    const float x = next_noise(&noise);
    ck_assert_float_eq(pass(old, x), pass(young, x));
  }
  lmu_resampler_free(old);
  lmu_resampler_free(young);
}
END_TEST

START_TEST(rates_out_of_range_are_refused)
{
  static const Rates bad[] = {
    {0.0, 48000.0},
    {48000.0, -1.0},
    {NAN, 48000.0},
    {48000.0, INFINITY},
    {192100.0, 4000.0},
    {4000.0, 192100.0},
    {48000.0, 2e6},
  };
  for (size_t i = 0U; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    const LmuResamplerSpec spec      = {bad[i].host, bad[i].inner, 1U, 1U};
    LmuResampler*          resampler = unset();
    ck_assert_int_eq(lmu_resampler_new(&resampler, &spec), LMU_BAD_RATE);
    ck_assert_ptr_null(resampler);
  }
  lmu_resampler_free(NULL);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("resampler");
  tcase_add_loop_test(tcase, a_sine_comes_back_late_by_the_latency, 0, N_RATES);
  tcase_add_loop_test(tcase, the_latency_is_whole, 0, N_RATES);
  tcase_add_loop_test(
    tcase, what_the_lower_rate_cannot_hold_is_gone, 0, N_RATES);
  tcase_add_loop_test(
    tcase, what_the_network_adds_beyond_the_host_is_gone, 0, N_RATES);
  tcase_add_loop_test(tcase, a_constant_stays_as_it_is, 0, N_RATES);
  tcase_add_loop_test(tcase, reset_forgets_all_input, 0, N_RATES);
  tcase_add_loop_test(tcase, signals_do_not_mix, 0, N_RATES);
  tcase_add_test(tcase, time_does_not_drift);
  tcase_add_test(tcase, rates_out_of_range_are_refused);
  return run_case("resampler", tcase);
}
