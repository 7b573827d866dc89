// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/dsp/setup/predictor.h"
#include "core/memory/setup/discretise.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define THETA 40U
#define ORDER 4U
#define N_TAPS 2U
#define N 600U
#define N_LESSONS 60U
#define RIDGE 1e-12

/// A rule is found but for the ridge, and rounding that it makes larger
#define MAX_ERROR 1e-6

static LmuPredictorPlan*
plan_new(void)
{
  const LmuPredictorSpec spec = {N_TAPS, ORDER, THETA, RIDGE};
  LmuPredictorPlan*      plan = NULL;
  ck_assert_int_eq(lmu_predictor_plan_new(&plan, &spec), LMU_SUCCESS);
  ck_assert_uint_eq(lmu_predictor_reach(plan), THETA);
  return plan;
}

/// Write what the memory of THETA frames makes of a sample `age` frames ago
static void
respond(double m[ORDER], const size_t age)
{
  double a[ORDER * ORDER];
  ck_assert_int_eq(lmu_discretise(a, m, ORDER, THETA, LMU_ZOH, 0U),
                   LMU_SUCCESS);
  for (size_t t = 0U; t < age; ++t) {
    double next[ORDER] = {0.0};
    for (size_t i = 0U; i < ORDER; ++i) {
      for (size_t j = 0U; j < ORDER; ++j) {
        next[i] += a[(i * ORDER) + j] * m[j];
      }
    }
    for (size_t i = 0U; i < ORDER; ++i) {
      m[i] = next[i];
    }
  }
}

/// A rule that only the memory's coefficients can tell, and one newest sample
static double
rule(const size_t age)
{
  double m[ORDER];
  respond(m, age);
  return (0.3 * m[0]) - (0.2 * m[3]) + (age == 1U ? 0.4 : 0.0);
}

START_TEST(a_rule_of_coefficients_and_samples_is_found)
{
  // A stretch of one frame is no more than a value and its past
  static double           sound[N_LESSONS][THETA + 1U];
  LmuStretch              stretches[N_LESSONS];
  LmuPredictorPlan* const plan  = plan_new();
  uint32_t                noise = 1U;
  double                  weights[THETA];
  for (size_t i = 0U; i < N_LESSONS; ++i) {
    for (size_t j = 0U; j < THETA; ++j) {
      sound[i][j + 1U] = (double)next_noise(&noise);
      sound[i][0] += rule(j) * sound[i][j + 1U];
    }
    stretches[i] = (LmuStretch){sound[i], 1U};
  }
  ck_assert_int_eq(lmu_predictor_solve(plan, weights, stretches, N_LESSONS),
                   LMU_SUCCESS);
  for (size_t j = 0U; j < THETA; ++j) {
    ck_assert_double_eq_tol(weights[j], rule(j), MAX_ERROR);
  }
  lmu_predictor_plan_free(plan);
}
END_TEST

START_TEST(time_may_run_backwards)
{
  static double           sound[N];
  static double           reversed[N];
  LmuPredictorPlan* const plan = plan_new();
  double                  weights[2][THETA];
  for (size_t i = 0U; i < N; ++i) {
    sound[i] = cos(0.1 * ((double)i - (0.5 * (N - 1U)))) +
               cos(0.7 * ((double)i - (0.5 * (N - 1U))));
  }
  for (size_t i = 0U; i < N; ++i) {
    reversed[i] = sound[N - 1U - i];
  }
  const LmuStretch forward  = {reversed + 250, 200U};
  const LmuStretch backward = {sound + 250, 200U};
  ck_assert_int_eq(lmu_predictor_solve(plan, weights[0], &forward, 1U),
                   LMU_SUCCESS);
  ck_assert_int_eq(lmu_predictor_solve(plan, weights[1], &backward, 1U),
                   LMU_SUCCESS);
  for (size_t j = 0U; j < THETA; ++j) {
    ck_assert_double_eq_tol(weights[0][j], weights[1][j], MAX_ERROR);
  }

  double sum = 0.0;
  for (size_t j = 0U; j < THETA; ++j) {
    sum += weights[0][j] * sound[100U + 1U + j];
  }
  ck_assert_double_eq_tol(sum, sound[100], 1e-3);
  lmu_predictor_plan_free(plan);
}
END_TEST

START_TEST(silence_predicts_silence)
{
  static const double     silence[N];
  LmuPredictorPlan* const plan = plan_new();
  double                  weights[THETA];
  const LmuStretch        stretch = {silence + 200, 100U};
  ck_assert_int_eq(lmu_predictor_solve(plan, weights, &stretch, 1U),
                   LMU_SUCCESS);
  for (size_t j = 0U; j < THETA; ++j) {
    ck_assert_double_eq(weights[j], 0.0);
  }
  lmu_predictor_plan_free(plan);
}
END_TEST

START_TEST(what_is_not_finite_is_told)
{
  static double           sound[N];
  LmuPredictorPlan* const plan = plan_new();
  double                  weights[THETA];
  const LmuStretch        stretch = {sound + 200, 100U};
  sound[180]                      = (double)NAN;
  ck_assert_int_eq(lmu_predictor_solve(plan, weights, &stretch, 1U),
                   LMU_DIVERGED);
  lmu_predictor_plan_free(plan);
}
END_TEST

START_TEST(numbers_out_of_range_are_refused)
{
  static const struct {
    LmuPredictorSpec spec;
    LmuStatus        status;
  } cases[] = {{{0U, 4U, 40U, 1e-6}, LMU_BAD_VALUE},
               {{4U, 4U, 40U, 0.0}, LMU_BAD_VALUE},
               {{4U, 4U, 40U, (double)NAN}, LMU_BAD_VALUE},
               {{4U, 4U, 0U, 1e-6}, LMU_BAD_THETA},
               {{4U, 0U, 40U, 1e-6}, LMU_BAD_ORDER}};
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    LmuPredictorPlan* plan = unset();
    ck_assert_int_eq(lmu_predictor_plan_new(&plan, &cases[i].spec),
                     cases[i].status);
    ck_assert_ptr_null(plan);
  }
  lmu_predictor_plan_free(NULL);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("predictor");
  tcase_add_test(tcase, a_rule_of_coefficients_and_samples_is_found);
  tcase_add_test(tcase, time_may_run_backwards);
  tcase_add_test(tcase, silence_predicts_silence);
  tcase_add_test(tcase, what_is_not_finite_is_told);
  tcase_add_test(tcase, numbers_out_of_range_are_refused);
  return run_case("predictor", tcase);
}
