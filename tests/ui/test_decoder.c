// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What a window makes of the numbers of a memory, against the memory itself

#include "core/base/status.h"
#include "core/memory/rt/engine.h"
#include "core/memory/setup/engine.h"
#include "plugin/view.h"
#include "tests/unit/run.h"
#include "ui/decoder.h"
#include "ui/view.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define THETA 9600.0 // Frames
#define N_FRAMES 40000U

// Order 512 measures 9e-7
#define MAX_EXACT 1e-5

// Order 600 measures 2.6e-3, from what is no exponential
#define MAX_NEARLY 4e-3

// The window away from its ends, 2e-4 at order 1024
#define MAX_WINDOW 1e-3

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

/// Return a View of the modes of an engine
static LmuView*
new_view(const LmuEngine* const engine)
{
  LmuView* const view = (LmuView*)calloc(1U, sizeof(LmuView));
  view->order         = engine->modes->order;
  view->basis         = VIEW_MODES;
  view->n_numbers     = lmu_view_size(view->order, VIEW_MODES);
  for (uint32_t i = 0U; i < view->n_numbers; ++i) {
    view->numbers[i] = engine->live[0]->z[i];
  }
  return view;
}

START_TEST(decoder_finds_the_coefficients_of_modes)
{
  static float      coefficients[LMU_DECODER_ROWS];
  static float      estimate[LMU_DECODER_POINTS];
  LmuEngine* const  engine  = new_engine(orders[_i]);
  LmuView* const    view    = new_view(engine);
  LmuDecoder* const decoder = lmu_decoder_new();
  double* const     m       = (double*)calloc(orders[_i], sizeof(double));
  const double      limit =
    (orders[_i] > LMU_DECODER_EXACT) ? MAX_NEARLY : MAX_EXACT;

  const uint32_t count =
    lmu_decoder_process(decoder, coefficients, estimate, view);
  ck_assert_uint_eq(
    count, orders[_i] < LMU_DECODER_ROWS ? orders[_i] : LMU_DECODER_ROWS);
  ck_assert_int_eq(lmu_engine_coefficients(engine, 0U, m), LMU_SUCCESS);
  for (uint32_t i = 0U; i < count; ++i) {
    ck_assert_double_eq_tol((double)coefficients[i], m[i], limit);
  }

  free(m);
  lmu_decoder_free(decoder);
  free(view);
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
  LmuView* const    view    = new_view(engine);
  LmuDecoder* const decoder = lmu_decoder_new();
  ck_assert_uint_gt(lmu_decoder_process(decoder, coefficients, estimate, view),
                    0U);
  for (uint32_t i = LMU_DECODER_POINTS / 10U; i < LMU_DECODER_POINTS * 9U / 10U;
       ++i) {
    // A frame is held, so now is half a frame after the middle of the last
    const double r = 1.0 - ((i + 0.5) / LMU_DECODER_POINTS);
    ck_assert_double_eq_tol(
      (double)estimate[i], input_at(N_FRAMES - 0.5 - (r * THETA)), MAX_WINDOW);
  }

  lmu_decoder_free(decoder);
  free(view);
  lmu_engine_free(engine);
}
END_TEST

START_TEST(coefficients_give_the_same_window_as_modes)
{
  static float      coefficients[LMU_DECODER_ROWS];
  static float      again[LMU_DECODER_ROWS];
  static float      estimate[LMU_DECODER_POINTS];
  static float      same[LMU_DECODER_POINTS];
  LmuEngine* const  engine  = new_engine(32U);
  LmuView* const    view    = new_view(engine);
  LmuDecoder* const decoder = lmu_decoder_new();

  lmu_decoder_process(decoder, coefficients, estimate, view);
  view->basis     = VIEW_COEFFICIENTS;
  view->n_numbers = 32U;
  for (uint32_t i = 0U; i < 32U; ++i) {
    view->numbers[i] = coefficients[i];
  }
  lmu_decoder_process(decoder, again, same, view);
  for (uint32_t i = 0U; i < LMU_DECODER_POINTS; ++i) {
    ck_assert_float_eq(estimate[i], same[i]);
  }

  lmu_decoder_free(decoder);
  free(view);
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
  tcase_add_test(tcase, coefficients_give_the_same_window_as_modes);
  return run_case("decoder", tcase);
}
