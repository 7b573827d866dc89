// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/dsp/rt/emphasis.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/engine.h"
#include "core/memory/setup/readout.h"
#include "tests/unit/golden.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/// Frames that an error is measured over
#define N_MEASURED 2400U

/// Both sides are float64
#define MAX_READOUT_ERROR 1e-12

/// Float32 sums in two orders
#define MAX_WEIGHT_ERROR 2e-5

static const double delay_rate = 48000.0;

static LmuEngine*
engine_of(const uint32_t order, const double theta)
{
  const LmuEngineSpec spec   = {order, 3U, 1U, 2U};
  LmuEngine*          engine = NULL;
  ck_assert_int_eq(lmu_engine_new(&engine, &spec), LMU_SUCCESS);
  lmu_engine_set_theta(engine, theta);
  return engine;
}

static double
tone(const double f, const double frame)
{
  return cos(2.0 * PI * f * frame);
}

/// Return the error [dB] of a tap at r, for a tone of f cycles per frame
static double
tap_error(LmuEngine* const engine, const double f, const double r)
{
  const double   theta    = engine->tuning.theta;
  const uint32_t start    = (uint32_t)(4.0 * theta);
  const double   delay    = (r * theta) - 0.5 + LMU_EMPHASIS_FRAMES;
  LmuEmphasis    emphasis = {{0.0f}};
  double         error    = 0.0;
  lmu_engine_reset(engine);
  for (uint32_t i = 0U; i < start + N_MEASURED; ++i) {
    const float u = lmu_emphasis_next(&emphasis, (float)tone(f, i)) /
                    (float)LMU_EMPHASIS_GAIN;
    lmu_engine_process(engine, 0U, &u, 1U);
    if (i >= start) {
      const double y = (double)lmu_engine_tap(engine, 0U, r);
      const double e = y - tone(f, i - delay);
      error += e * e;
    }
  }
  return 0.5 * to_db(2.0 * error / N_MEASURED);
}

/// Return the error [dB] of weights of a dense step
static double
dense_error(const double* const a,
            const double* const b,
            const double* const c,
            const uint32_t      order,
            const double        f,
            const double        delay)
{
  double   m[64]    = {0.0};
  double   error    = 0.0;
  uint32_t n_frames = 600U;
  for (uint32_t i = 0U; i < n_frames + N_MEASURED; ++i) {
    double next[64];
    double y = 0.0;
    for (uint32_t n = 0U; n < order; ++n) {
      next[n] = b[n] * tone(f, i);
      for (uint32_t k = 0U; k < order; ++k) {
        next[n] += a[(n * order) + k] * m[k];
      }
      y += c[n] * next[n];
    }
    for (uint32_t n = 0U; n < order; ++n) {
      m[n] = next[n];
    }
    const double e = y - tone(f, i - delay);
    error += (i >= n_frames) ? e * e : 0.0;
  }
  return 0.5 * to_db(2.0 * error / N_MEASURED);
}

/// Errors that a delay of 96 frames may have at 1, 3, and 5 kHz [dB]
typedef struct {
  const char* name;
  LmuMethod   method;
  double      limits[3];
} Limit;

static const Limit limits[] = {
  {"zero-order hold", LMU_ZOH, {-75.0, -64.0, -59.0}},
  {"[3/3], dense", LMU_PADE, {-67.0, -57.0, -53.0}},
};

START_TEST(a_corrected_delay_is_as_exact_as_promised)
{
  double* const a = (double*)calloc(64UL * 64UL, sizeof(double));
  double        b[64];
  double        c[64];
  const Limit*  limit = &limits[_i];
  ck_assert_int_eq(lmu_discretise(a, b, 64U, 128.5, limit->method, 3U),
                   LMU_SUCCESS);
  lmu_readout_delay(c, 64U, 128.5, 96.0, true);
  for (int i = 0; i < 3; ++i) {
    const double f     = 1000.0 * ((2.0 * i) + 1.0);
    const double error = dense_error(a, b, c, 64U, f / delay_rate, 96.0);
    printf(
      "96 frames, order 64, %s, %.0f Hz: %.1f dB\n", limit->name, f, error);
    ck_assert_double_le(error, limit->limits[i]);
  }
  free(a);
}
END_TEST

START_TEST(the_engine_reads_the_same_delay_as_exactly)
{
  const uint32_t   n_start = 600U;
  LmuEngine* const engine  = engine_of(64U, 128.5);
  double           c[64];
  const double     delay = 96.0;
  lmu_readout_delay(c, 64U, 128.5, delay, true);
  for (int i = 0; i < 3; ++i) {
    const double f     = 1000.0 * ((2.0 * i) + 1.0) / delay_rate;
    double       error = 0.0;
    lmu_engine_reset(engine);
    for (uint32_t frame = 0U; frame < n_start + N_MEASURED; ++frame) {
      const float u = (float)tone(f, frame);
      lmu_engine_process(engine, 0U, &u, 1U);
      if (frame >= n_start && frame % 16U == 0U) {
        double m[64];
        double y = 0.0;
        ck_assert_int_eq(lmu_engine_coefficients(engine, 0U, m), LMU_SUCCESS);
        for (uint32_t n = 0U; n < 64U; ++n) {
          y += c[n] * m[n] / sqrt((2.0 * n) + 1.0);
        }
        error += (y - tone(f, frame - delay)) * (y - tone(f, frame - delay));
      }
    }
    const double level = 0.5 * to_db(2.0 * error * 16.0 / N_MEASURED);
    printf(
      "96 frames, order 64, engine, %.0f Hz: %.1f dB\n", f * delay_rate, level);
    ck_assert_double_le(level, limits[1].limits[i]);
  }
  lmu_engine_free(engine);
}
END_TEST

START_TEST(readouts_equal_the_reference)
{
  static const char* const names[]  = {"plain", "corrected", "old_end"};
  static const double      delays[] = {20.0, 20.0, 49.0};
  double                   wanted[8];
  double                   weights[8];
  char                     name[32];
  (void)snprintf(name, sizeof(name), "readout_%s", names[_i]);
  golden_read(name, wanted, 8U);
  lmu_readout_delay(weights, 8U, 50.0, delays[_i], _i > 0);
  for (uint32_t n = 0U; n < 8U; ++n) {
    ck_assert_double_eq_tol(weights[n], wanted[n], MAX_READOUT_ERROR);
  }
}
END_TEST

/// Error of a tap, for tones of 0.1 and 0.2 cycles per coefficient and window
typedef struct {
  uint32_t order;
  double   theta;
  double   low;  ///< Greatest error at 0.1 [dB]
  double   high; ///< Greatest error at 0.2 [dB]
} TapLimit;

// Measured from r = 0.1 to 0.9, and 3 dB
static const TapLimit tap_limits[] = {
  {16U, 64.0, -52.0, -38.0},
  {64U, 128.5, -47.0, -40.0},
  {65U, 640.0, -50.0, -40.0},
  {128U, 300.0, -60.0, -50.0},
  {256U, 800.0, -60.0, -45.0},
  {1024U, 4000.0, -68.0, -50.0},
};

START_TEST(taps_read_the_window_anywhere)
{
  const TapLimit* const limit  = &tap_limits[_i];
  LmuEngine* const      engine = engine_of(limit->order, limit->theta);
  for (int i = 1; i <= 9; i += 2) {
    const double r    = i / 10.0;
    const double unit = limit->order / limit->theta;
    const double low  = tap_error(engine, 0.1 * unit, r);
    const double high = tap_error(engine, 0.2 * unit, r);
    printf("order %u, r %.1f: tap errs by %.1f and %.1f dB\n",
           limit->order,
           r,
           low,
           high);
    ck_assert_double_le(low, limit->low);
    ck_assert_double_le(high, limit->high);
  }
  lmu_engine_free(engine);
}
END_TEST

START_TEST(great_orders_carry_a_tone_through_most_of_the_window)
{
  static const uint32_t orders[] = {1024U, 4096U};
  static const double   thetas[] = {9600.0, 38400.0};
  LmuEngine* const      engine   = engine_of(orders[_i], thetas[_i]);
  const double          error    = tap_error(engine, 1000.0 / delay_rate, 0.75);
  printf("order %u, 1 kHz through 0.75 of %.0f ms: %.1f dB\n",
         orders[_i],
         1000.0 * thetas[_i] / delay_rate,
         error);
  ck_assert_double_le(error, -60.0);
  lmu_engine_free(engine);
}
END_TEST

START_TEST(weights_of_a_tap_read_what_the_tap_reads)
{
  static const uint32_t orders[] = {1U, 2U, 5U, 16U, 64U, 129U, 600U};
  LmuEngine* const      engine   = engine_of(orders[_i], 900.0);
  uint32_t              noise    = 1U;
  for (uint32_t i = 0U; i < 2000U; ++i) {
    const float u = next_noise(&noise);
    lmu_engine_process(engine, 0U, &u, 1U);
  }
  for (int i = 0; i <= 50; ++i) {
    const double r = i / 50.0;
    lmu_engine_set_readout(engine, 0U, r);
    ck_assert_double_eq_tol((double)lmu_engine_readout(engine, 0U, 0U),
                            (double)lmu_engine_tap(engine, 0U, r),
                            MAX_WEIGHT_ERROR);
  }
  lmu_engine_free(engine);
}
END_TEST

START_TEST(a_moving_tap_never_steps)
{
  // From reading to reading a held window may change by its slope, which the
  // order limits, and by 1e-3 where tables end.  The newest 1 / order ripples.
  static const uint32_t orders[] = {16U, 64U, 100U, 256U, 1024U};
  const uint32_t        order    = orders[_i];
  LmuEngine* const      engine   = engine_of(order, 4.0 * order);
  for (uint32_t i = 0U; i < 20U * order; ++i) {
    const float u = (float)tone(0.02, i);
    lmu_engine_process(engine, 0U, &u, 1U);
  }

  const uint32_t n_steps = 20000U;
  const uint32_t first   = n_steps / order;
  double before = (double)lmu_engine_tap(engine, 0U, first / (double)n_steps);
  double worst  = 0.0;
  for (uint32_t i = first + 1U; i <= n_steps; ++i) {
    const double now = (double)lmu_engine_tap(engine, 0U, i / (double)n_steps);
    worst            = fmax(worst, fabs(now - before));
    before           = now;
  }
  const double slope = 2.0 * PI * 0.3 * order / n_steps;
  printf("order %u: greatest step %.5f, slope %.5f\n", order, worst, slope);
  ck_assert_double_le(worst, slope + 1e-3);
  lmu_engine_free(engine);
}
END_TEST

int
main(const int argc, char** const argv)
{
  golden_open(argc > 1 ? argv[1] : "memory.txt");

  TCase* const tcase = tcase_create("taps");
  tcase_add_loop_test(tcase, a_corrected_delay_is_as_exact_as_promised, 0, 2);
  tcase_add_test(tcase, the_engine_reads_the_same_delay_as_exactly);
  tcase_add_loop_test(tcase, readouts_equal_the_reference, 0, 3);
  tcase_add_loop_test(tcase, taps_read_the_window_anywhere, 0, 6);
  tcase_add_loop_test(
    tcase, great_orders_carry_a_tone_through_most_of_the_window, 0, 2);
  tcase_add_loop_test(tcase, weights_of_a_tap_read_what_the_tap_reads, 0, 7);
  tcase_add_loop_test(tcase, a_moving_tap_never_steps, 0, 5);
  return run_case("taps", tcase);
}
