// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/memory/setup/engine.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Two changes of basis of a float32 state, of unit size
#define MAX_ERROR 1e-4

#define MAX_TEST_ORDER 1024U

static LmuEngine*
engine_of(const uint32_t order)
{
  const LmuEngineSpec spec   = {order, 3U, 2U, 8U};
  LmuEngine*          engine = NULL;
  ck_assert_int_eq(lmu_engine_new(&engine, &spec), LMU_SUCCESS);
  return engine;
}

static void
hear_noise(LmuEngine* const engine)
{
  static uint32_t noise = 1U; // Other noise each time
  for (uint32_t i = 0U; i < 3000U; ++i) {
    const float u = next_noise(&noise);
    lmu_engine_process(engine, i % 2U, &u, 1U);
  }
}

START_TEST(another_order_adopts_the_window)
{
  static const uint32_t orders[][2] = {
    {256U, 64U}, {64U, 1024U}, {7U, 12U}, {12U, 7U}, {1U, 2U}, {33U, 33U}};
  const uint32_t   from   = orders[_i][0];
  const uint32_t   to     = orders[_i][1];
  LmuEngine* const old    = engine_of(from);
  LmuEngine* const engine = engine_of(to);
  double           x[MAX_TEST_ORDER];
  double           y[MAX_TEST_ORDER];
  hear_noise(old);
  ck_assert_int_eq(lmu_engine_adopt(engine,
                                    old,
                                    (const LmuMemory* const*)old->live,
                                    (const LmuMemory* const*)old->held),
                   LMU_SUCCESS);

  for (uint32_t c = 0U; c < 2U; ++c) {
    ck_assert_int_eq(lmu_engine_coefficients(old, c, x), LMU_SUCCESS);
    ck_assert_int_eq(lmu_engine_coefficients(engine, c, y), LMU_SUCCESS);
    for (uint32_t n = 0U; n < to; ++n) {
      const double scale = sqrt((2.0 * n) + 1.0);
      const double kept  = n < from ? x[n] : 0.0;
      ck_assert_double_eq_tol(y[n] / scale, kept / scale, MAX_ERROR);
    }
  }
  lmu_engine_free(engine);
  lmu_engine_free(old);
}
END_TEST

START_TEST(readouts_are_the_first_coefficients)
{
  LmuEngine* const engine = engine_of(40U);
  double           m[40];
  hear_noise(engine);
  ck_assert_int_eq(lmu_engine_coefficients(engine, 0U, m), LMU_SUCCESS);
  for (uint32_t i = 0U; i < 8U; ++i) {
    ck_assert_double_eq_tol(
      (double)lmu_engine_readout(engine, 0U, i), m[i], MAX_ERROR);
  }
  lmu_engine_free(engine);
}
END_TEST

START_TEST(many_states_have_the_coefficients_of_each)
{
  static const uint32_t orders[] = {1U, 7U, 40U, 64U};
  const uint32_t        order    = orders[_i];
  LmuEngine* const      engine   = engine_of(order);
  const uint32_t        n_floats = engine->modes->n_blocks * LMU_BLOCK;
  const size_t          size     = n_floats;
  float* const          states   = (float*)calloc(3U * size, sizeof(float));
  double                alone[3U * 64U];
  double                all[3U * 64U];
  ck_assert_ptr_nonnull(states);
  for (uint32_t i = 0U; i < 3U; ++i) {
    hear_noise(engine);
    memcpy(states + (i * size), engine->live[0]->z, size * sizeof(float));
    ck_assert_int_eq(
      lmu_engine_coefficients(engine, 0U, alone + ((size_t)i * order)),
      LMU_SUCCESS);
  }
  ck_assert_int_eq(lmu_engine_coefficients_of(engine, 3U, states, all),
                   LMU_SUCCESS);
  ck_assert_mem_eq(all, alone, 3UL * order * sizeof(double));
  free(states);
  lmu_engine_free(engine);
}
END_TEST

START_TEST(readouts_past_the_order_are_silent)
{
  LmuEngine* const engine = engine_of(3U);
  hear_noise(engine);
  for (uint32_t i = 3U; i < 8U; ++i) {
    ck_assert_float_eq(lmu_engine_readout(engine, 0U, i), 0.0f);
  }
  lmu_engine_free(engine);
}
END_TEST

START_TEST(a_held_window_stays_while_the_live_one_moves_on)
{
  LmuEngine* const engine = engine_of(64U);
  hear_noise(engine);
  lmu_engine_hold(engine);
  const float held = lmu_engine_held_tap(engine, 0U, 0.4);
  ck_assert_float_eq(held, lmu_engine_tap(engine, 0U, 0.4));

  hear_noise(engine);
  ck_assert_float_eq(held, lmu_engine_held_tap(engine, 0U, 0.4));
  ck_assert_float_ne(held, lmu_engine_tap(engine, 0U, 0.4));
  lmu_engine_free(engine);
}
END_TEST

START_TEST(channels_do_not_hear_one_another)
{
  LmuEngine* const engine = engine_of(16U);
  const float      one    = 1.0f;
  lmu_engine_process(engine, 0U, &one, 1U);
  ck_assert_float_ne(lmu_engine_readout(engine, 0U, 0U), 0.0f);
  ck_assert_float_eq(lmu_engine_readout(engine, 1U, 0U), 0.0f);
  lmu_engine_free(engine);
}
END_TEST

START_TEST(bad_specifications_are_refused)
{
  static const LmuEngineSpec specs[] = {
    {0U, 3U, 1U, 0U}, {5000U, 3U, 1U, 0U}, {8U, 0U, 1U, 0U}, {8U, 5U, 1U, 0U}};
  static const LmuStatus wanted[] = {
    LMU_BAD_ORDER, LMU_BAD_ORDER, LMU_BAD_STAGE, LMU_BAD_STAGE};
  LmuEngine* engine = unset();
  ck_assert_int_eq(lmu_engine_new(&engine, &specs[_i]), wanted[_i]);
  ck_assert_ptr_null(engine);
  lmu_engine_free(NULL);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("engine");
  tcase_add_loop_test(tcase, another_order_adopts_the_window, 0, 6);
  tcase_add_test(tcase, readouts_are_the_first_coefficients);
  tcase_add_loop_test(tcase, many_states_have_the_coefficients_of_each, 0, 4);
  tcase_add_test(tcase, readouts_past_the_order_are_silent);
  tcase_add_test(tcase, a_held_window_stays_while_the_live_one_moves_on);
  tcase_add_test(tcase, channels_do_not_hear_one_another);
  tcase_add_loop_test(tcase, bad_specifications_are_refused, 0, 4);
  return run_case("engine", tcase);
}
