// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/math/setup/matrix.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/engine.h"
#include "tests/unit/golden.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Float32 against float64 after 300 frames of small orders
#define MAX_SHORT_ERROR 2e-6

/// Float32 against float64 after any time, of the norm of the state
#define MAX_LONG_ERROR 1e-4

/// Rounding of a step may let the norm of a float32 state grow by this
#define MAX_GROWTH 1e-6

#define MAX_TEST_ORDER 512U

static LmuEngine*
engine_of(const uint32_t order, const uint32_t stages, const double theta)
{
  const LmuEngineSpec spec   = {order, stages, 1U, 0U};
  LmuEngine*          engine = NULL;
  ck_assert_int_eq(lmu_engine_new(&engine, &spec), LMU_SUCCESS);
  lmu_engine_set_theta(engine, theta);
  return engine;
}

/// Write orthonormal coefficients and return their norm
static double
coefficients(const LmuEngine* const engine, double* const m)
{
  double sum = 0.0;
  ck_assert_int_eq(lmu_engine_coefficients(engine, 0U, m), LMU_SUCCESS);
  for (uint32_t n = 0U; n < engine->modes->order; ++n) {
    m[n] /= sqrt((2.0 * n) + 1.0);
    sum += m[n] * m[n];
  }
  return sqrt(sum);
}

static void
hear_noise(LmuEngine* const engine, const uint32_t n_frames)
{
  uint32_t noise = 1U;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float u = next_noise(&noise);
    lmu_engine_process(engine, 0U, &u, 1U);
  }
}

START_TEST(small_states_equal_the_reference)
{
  static const uint32_t orders[] = {1U, 2U, 7U, 16U, 33U};
  static const double   thetas[] = {4.5, 9.0, 33.3, 40.3, 100.0};
  const uint32_t        stages   = 3U + ((uint32_t)_i / 5U);
  const uint32_t        order    = orders[_i % 5];
  LmuEngine* const      engine   = engine_of(order, stages, thetas[_i % 5]);
  char                  name[32];
  double                wanted[33];
  double                m[33];
  (void)snprintf(name, sizeof(name), "state_pade%u_%u", stages, order);
  golden_read(name, wanted, order);

  hear_noise(engine, 300U);
  (void)coefficients(engine, m);
  for (uint32_t n = 0U; n < order; ++n) {
    ck_assert_double_eq_tol(m[n], wanted[n], MAX_SHORT_ERROR);
  }
  lmu_engine_free(engine);
}
END_TEST

/// Oracle that takes 64 frames of the dense step at once, in float64
typedef struct {
  uint32_t order;
  double*  a;      ///< Ad^64, [order][order]
  double*  inputs; ///< Ad^(63 - j) Bd, [64][order]
  double*  m;      ///< State, [order]
} Oracle;

#define JUMP 64U

static Oracle
oracle_of(const uint32_t order, const double theta, const uint32_t stages)
{
  const size_t  size   = (size_t)order * order;
  Oracle        oracle = {order,
                          (double*)calloc(size, sizeof(double)),
                          (double*)calloc((size_t)JUMP * order, sizeof(double)),
                          (double*)calloc(order, sizeof(double))};
  double* const spare  = (double*)calloc(size, sizeof(double));
  double* const last   = oracle.inputs + ((size_t)(JUMP - 1U) * order);
  ck_assert_ptr_nonnull(spare);
  ck_assert_int_eq(
    lmu_discretise(oracle.a, last, order, theta, LMU_PADE, stages),
    LMU_SUCCESS);

  for (size_t j = JUMP - 1U; j-- > 0U;) {
    const double* const from = oracle.inputs + ((j + 1U) * order);
    for (size_t n = 0U; n < order; ++n) {
      double sum = 0.0;
      for (size_t k = 0U; k < order; ++k) {
        sum += oracle.a[(n * order) + k] * from[k];
      }
      oracle.inputs[(j * order) + n] = sum;
    }
  }
  for (uint32_t power = 1U; power < JUMP; power *= 2U) {
    lmu_matrix_multiply(spare, oracle.a, oracle.a, order);
    memcpy(oracle.a, spare, size * sizeof(double));
  }
  free(spare);
  return oracle;
}

static void
oracle_free(Oracle* const oracle)
{
  free(oracle->a);
  free(oracle->inputs);
  free(oracle->m);
}

static void
oracle_jump(Oracle* const oracle, const float* const input)
{
  const size_t order                = oracle->order;
  double       next[MAX_TEST_ORDER] = {0.0};
  for (size_t j = 0U; j < JUMP; ++j) {
    for (size_t n = 0U; n < order; ++n) {
      next[n] += oracle->inputs[(j * order) + n] * (double)input[j];
    }
  }
  for (size_t n = 0U; n < order; ++n) {
    const double* const row = oracle->a + (n * order);
    double              sum = 0.0;
    for (size_t k = 0U; k < order; ++k) {
      sum += row[k] * oracle->m[k];
    }
    next[n] += sum;
  }
  memcpy(oracle->m, next, order * sizeof(double));
}

static double
error_of(const LmuEngine* const engine, const Oracle* const oracle)
{
  double m[MAX_TEST_ORDER];
  double error = 0.0;
  double norm  = 0.0;
  (void)coefficients(engine, m);
  for (uint32_t n = 0U; n < oracle->order; ++n) {
    error += (m[n] - oracle->m[n]) * (m[n] - oracle->m[n]);
    norm += oracle->m[n] * oracle->m[n];
  }
  return sqrt(error / norm);
}

static const uint32_t dense_orders[] = {
  2U,  3U,  4U,  5U,  6U,  7U,  8U,   9U,   12U,  15U,  16U,  17U,
  31U, 32U, 33U, 63U, 64U, 65U, 100U, 127U, 128U, 255U, 256U, 512U};

START_TEST(ten_seconds_of_noise_equal_the_dense_step)
{
  // Ten seconds at 48 kHz, compared at twenty times
  const uint32_t   order   = dense_orders[_i];
  const double     theta   = (_i % 2) ? 2.0 * order + 3.3 : 20.0 * order + 0.7;
  const uint32_t   n_jumps = 480000U / JUMP;
  LmuEngine* const engine  = engine_of(order, 3U, theta);
  Oracle           oracle  = oracle_of(order, theta, 3U);
  uint32_t         noise   = 1U;
  double           worst   = 0.0;
  for (uint32_t i = 1U; i <= n_jumps; ++i) {
    float input[JUMP];
    for (uint32_t j = 0U; j < JUMP; ++j) {
      input[j] = next_noise(&noise);
    }
    lmu_engine_process(engine, 0U, input, JUMP);
    oracle_jump(&oracle, input);
    if (i % (n_jumps / 20U) == 0U) {
      worst = fmax(worst, error_of(engine, &oracle));
    }
  }

  printf("order %u, theta %.1f: modal differs from dense by %.1e\n",
         order,
         theta,
         worst);
  ck_assert_double_le(worst, MAX_LONG_ERROR);
  oracle_free(&oracle);
  lmu_engine_free(engine);
}
END_TEST

/// Thetas that a wild host may send, by the number of a segment
static double
wild_theta(const int kind, const uint32_t i, uint32_t* const noise)
{
  switch (kind) {
  case 0:
    return (i % 2U) ? 20.0 : 5000.0;
  case 1:
    return 300.0 * exp2(3.0 * sin(0.9 * i));
  default:
    return 100.0 * exp2(6.0 * (double)next_noise(noise));
  }
}

START_TEST(norm_never_grows_without_input_for_any_thetas)
{
  static const uint32_t orders[] = {1U, 2U, 7U, 16U, 64U, 129U};
  const uint32_t        order    = orders[_i / 3];
  LmuEngine* const      engine   = engine_of(order, 3U, 200.0);
  double                m[129];
  uint32_t              noise = 7U;
  hear_noise(engine, 1000U);

  double norm = coefficients(engine, m);
  for (uint32_t i = 0U; i < 1000U; ++i) {
    const float silence[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    lmu_engine_set_theta(engine, wild_theta(_i % 3, i, &noise));
    lmu_engine_process(engine, 0U, silence, 1U + (i % 4U));

    const double next = coefficients(engine, m);
    ck_assert_msg(next <= norm * (1.0 + MAX_GROWTH) + 1e-30,
                  "order %u, segment %u: %g after %g",
                  order,
                  i,
                  next,
                  norm);
    norm = next;
  }
  lmu_engine_free(engine);
}
END_TEST

START_TEST(state_stays_bounded_with_input_for_any_thetas)
{
  // |m| is at most the norm of the input over the window: |B u| < sqrt(d) |u|
  LmuEngine* const engine = engine_of(64U, 3U, 200.0);
  double           m[64];
  uint32_t         noise = 1U;
  for (uint32_t i = 0U; i < 3000U; ++i) {
    float input[4];
    for (uint32_t j = 0U; j < 4U; ++j) {
      input[j] = next_noise(&noise);
    }
    lmu_engine_set_theta(engine, wild_theta(_i, i, &noise));
    lmu_engine_process(engine, 0U, input, 4U);
    ck_assert_double_lt(coefficients(engine, m), 10.0);
  }
  lmu_engine_free(engine);
}
END_TEST

START_TEST(any_blocks_make_the_same_bits)
{
  static const uint32_t sizes[] = {1U, 2U, 3U, 7U, 64U, 1000U};
  float                 input[3000];
  uint32_t              noise = 1U;
  for (uint32_t i = 0U; i < 3000U; ++i) {
    input[i] = next_noise(&noise);
  }

  LmuEngine* const whole = engine_of(100U, 3U, 300.0);
  LmuEngine* const parts = engine_of(100U, 3U, 300.0);
  lmu_engine_process(whole, 0U, input, 3000U);
  for (uint32_t i = 0U; i < 3000U; i += sizes[_i]) {
    const uint32_t left = 3000U - i;
    lmu_engine_process(
      parts, 0U, input + i, left < sizes[_i] ? left : sizes[_i]);
  }
  ck_assert_mem_eq(
    whole->live[0], parts->live[0], lmu_memory_size(whole->modes));
  lmu_engine_free(parts);
  lmu_engine_free(whole);
}
END_TEST

START_TEST(reset_forgets_all_input)
{
  LmuEngine* const used  = engine_of(48U, 4U, 100.0);
  LmuEngine* const fresh = engine_of(48U, 4U, 100.0);
  hear_noise(used, 500U);
  lmu_engine_hold(used);
  lmu_engine_reset(used);

  const size_t size = lmu_memory_size(used->modes);
  ck_assert_mem_eq(used->live[0], fresh->live[0], size);
  ck_assert_mem_eq(used->held[0], fresh->held[0], size);
  lmu_engine_free(fresh);
  lmu_engine_free(used);
}
END_TEST

START_TEST(energy_fades_after_the_window_has_passed)
{
  // design figures: 4e-2 at theta, 3e-5 at 1.5 theta, 1e-12 at 3 theta
  LmuEngine* const engine = engine_of(64U, 3U, 200.0);
  double           m[64];
  hear_noise(engine, 1000U);
  const double before = coefficients(engine, m);
  for (uint32_t i = 0U; i < 600U; ++i) {
    const float silence = 0.0f;
    lmu_engine_process(engine, 0U, &silence, 1U);
  }
  ck_assert_double_lt(coefficients(engine, m), 1e-5 * before);
  lmu_engine_free(engine);
}
END_TEST

START_TEST(insane_samples_count_as_silence)
{
  ck_assert_float_eq(lmu_sane(0.25f), 0.25f);
  ck_assert_float_eq(lmu_sane(-LMU_MAX_INPUT), -LMU_MAX_INPUT);
  ck_assert_float_eq(lmu_sane(1e38f), 0.0f);
  ck_assert_float_eq(lmu_sane(-1e38f), 0.0f);
  ck_assert_float_eq(lmu_sane(INFINITY), 0.0f);
  ck_assert_float_eq(lmu_sane(-INFINITY), 0.0f);
  ck_assert_float_eq(lmu_sane(NAN), 0.0f);
}
END_TEST

int
main(const int argc, char** const argv)
{
  golden_open(argc > 1 ? argv[1] : "memory.txt");

  TCase* const tcase    = tcase_create("memory");
  const int    n_orders = sizeof(dense_orders) / sizeof(dense_orders[0]);
  tcase_add_loop_test(tcase, small_states_equal_the_reference, 0, 10);
  tcase_add_loop_test(
    tcase, ten_seconds_of_noise_equal_the_dense_step, 0, n_orders);
  tcase_add_loop_test(
    tcase, norm_never_grows_without_input_for_any_thetas, 0, 18);
  tcase_add_loop_test(
    tcase, state_stays_bounded_with_input_for_any_thetas, 0, 3);
  tcase_add_loop_test(tcase, any_blocks_make_the_same_bits, 0, 6);
  tcase_add_test(tcase, reset_forgets_all_input);
  tcase_add_test(tcase, energy_fades_after_the_window_has_passed);
  tcase_add_test(tcase, insane_samples_count_as_silence);
  return run_case("memory", tcase);
}
