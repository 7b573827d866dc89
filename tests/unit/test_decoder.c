// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What is made of the numbers of a memory, against the memory itself

#include "core/base/status.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/decoder.h"
#include "core/memory/setup/engine.h"
#include "core/memory/setup/taper.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define PI 3.14159265358979323846

#define THETA 9600.0 // Frames
#define N_FRAMES 40000U

// Order 512 measures 9e-7
#define MAX_EXACT 1e-5

// Order 600 measures 2.4e-3, from what is no exponential
#define MAX_NEARLY 4e-3

// The window away from its ends, 2e-4 at order 1024
#define MAX_WINDOW 1e-3

// Single precision of numbers up to 2, measures less than 4e-7
#define MAX_TRANSFORM 2e-6

// The coefficients of the last one would take seconds to find
static const uint32_t orders[] = {1U, 2U, 7U, 32U, 512U, 600U, 1024U, 4096U};

static double
input_at(const double frame)
{
  return (0.5 * sin(0.01 * frame)) + (0.3 * sin((0.0231 * frame) + 1.0));
}

/// Return an engine that heard the input, to be freed
static LmuEngine*
new_engine(const uint32_t order)
{
  const LmuEngineSpec spec   = {order, 3U, 1U, 1U};
  LmuEngine*          engine = NULL;
  ck_assert_int_eq(lmu_engine_new(&engine, &spec), LMU_SUCCESS);
  lmu_engine_set_theta(engine, THETA);
  for (uint32_t i = 0U; i < N_FRAMES; ++i) {
    const float sample = (float)input_at(i);
    lmu_engine_process(engine, 0U, &sample, 1U);
  }
  return engine;
}

/// Decode what an engine holds
static uint32_t
decode(LmuDecoder* const      decoder,
       float* const           coefficients,
       float* const           estimate,
       const LmuEngine* const engine)
{
  return lmu_decoder_process(decoder,
                             coefficients,
                             estimate,
                             engine->live[0]->z,
                             engine->modes->order,
                             true);
}

START_TEST(decoder_finds_the_coefficients_of_modes)
{
  static float      coefficients[LMU_DECODER_ROWS];
  static float      estimate[LMU_DECODER_POINTS];
  LmuEngine* const  engine  = new_engine(orders[_i]);
  LmuDecoder* const decoder = lmu_decoder_new();
  double* const     m       = (double*)calloc(orders[_i], sizeof(double));
  const double      limit =
    (orders[_i] > LMU_DECODER_EXACT) ? MAX_NEARLY : MAX_EXACT;

  const uint32_t count = decode(decoder, coefficients, estimate, engine);
  ck_assert_uint_eq(
    count, orders[_i] < LMU_DECODER_ROWS ? orders[_i] : LMU_DECODER_ROWS);
  ck_assert_int_eq(lmu_engine_coefficients(engine, 0U, m), LMU_SUCCESS);
  for (uint32_t i = 0U; i < count; ++i) {
    ck_assert_double_eq_tol((double)coefficients[i], m[i], limit);
  }

  free(m);
  lmu_decoder_free(decoder);
  lmu_engine_free(engine);
}
END_TEST

START_TEST(decoder_finds_the_window_of_high_orders)
{
  static float coefficients[LMU_DECODER_ROWS];
  static float estimate[LMU_DECODER_POINTS];
  if (orders[_i] < 512U) {
    return; // These cannot hold the input
  }

  LmuEngine* const  engine  = new_engine(orders[_i]);
  LmuDecoder* const decoder = lmu_decoder_new();
  ck_assert_uint_gt(decode(decoder, coefficients, estimate, engine), 0U);
  for (uint32_t i = LMU_DECODER_POINTS / 10U; i < LMU_DECODER_POINTS * 9U / 10U;
       ++i) {
    // A frame is held, so now is half a frame after the middle of the last
    const double r = 1.0 - ((i + 0.5) / LMU_DECODER_POINTS);
    ck_assert_double_eq_tol(
      (double)estimate[i], input_at(N_FRAMES - 0.5 - (r * THETA)), MAX_WINDOW);
  }

  lmu_decoder_free(decoder);
  lmu_engine_free(engine);
}
END_TEST

START_TEST(each_mode_of_a_high_order_is_an_exponential)
{
  // At the ends of the taper, and on both sides of the number of places
  static const uint32_t modes[] = {0U, 1U, 900U, 1023U, 1024U, 1200U, 1209U};
  static float          numbers[LMU_MAX_ORDER];
  static float          coefficients[LMU_DECODER_ROWS];
  static float          estimate[LMU_DECODER_POINTS];
  const uint32_t        mode    = modes[_i];
  const uint32_t        index   = lmu_mode_index(mode);
  LmuDecoder* const     decoder = lmu_decoder_new();
  numbers[index]                = 0.75f;
  numbers[index + LMU_LANES]    = -0.5f;
  lmu_decoder_process(
    decoder, coefficients, estimate, numbers, LMU_MAX_ORDER, true);
  for (uint32_t i = 0U; i < LMU_DECODER_POINTS; ++i) {
    // 2 Re(i exp(-i angle) z)
    const double r      = 1.0 - ((i + 0.5) / LMU_DECODER_POINTS);
    const double angle  = PI * ((2.0 * mode) + 1.0) * r;
    const double wanted = 2.0 * ((0.75 * sin(angle)) + (0.5 * cos(angle)));
    ck_assert_double_eq_tol((double)estimate[i],
                            lmu_taper(mode, LMU_MAX_ORDER) * wanted,
                            MAX_TRANSFORM);
  }

  numbers[index]             = 0.0f;
  numbers[index + LMU_LANES] = 0.0f;
  lmu_decoder_free(decoder);
}
END_TEST

START_TEST(coefficients_give_the_same_window_as_modes)
{
  static float      numbers[LMU_DECODER_ROWS];
  static float      coefficients[LMU_DECODER_ROWS];
  static float      estimate[LMU_DECODER_POINTS];
  static float      same[LMU_DECODER_POINTS];
  LmuEngine* const  engine  = new_engine(32U);
  LmuDecoder* const decoder = lmu_decoder_new();

  decode(decoder, numbers, estimate, engine);
  lmu_decoder_process(decoder, coefficients, same, numbers, 32U, false);
  for (uint32_t i = 0U; i < LMU_DECODER_POINTS; ++i) {
    ck_assert_float_eq(estimate[i], same[i]);
  }

  lmu_decoder_free(decoder);
  lmu_engine_free(engine);
}
END_TEST

int
main(void)
{
  const int    n_orders = (int)(sizeof(orders) / sizeof(orders[0]));
  TCase* const tcase    = tcase_create("decoder");
  tcase_add_loop_test(
    tcase, decoder_finds_the_coefficients_of_modes, 0, n_orders - 1);
  tcase_add_loop_test(
    tcase, decoder_finds_the_window_of_high_orders, 0, n_orders);
  tcase_add_loop_test(tcase, each_mode_of_a_high_order_is_an_exponential, 0, 7);
  tcase_add_test(tcase, coefficients_give_the_same_window_as_modes);
  return run_case("decoder", tcase);
}
