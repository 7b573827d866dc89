// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/paper_scale.h"
#include "tests/unit/golden.h"
#include "tests/unit/run.h"

#include <check.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Both sides are float64, and the matrices are small
#define MAX_ERROR 1e-13

#define MAX_SIZE 36U

/// One step to compare with its record
typedef struct {
  const char* name;
  uint32_t    order;
  double      theta;
  LmuMethod   method;
  uint32_t    stages;
} Case;

static const Case cases[] = {
  {"zoh", 6U, 20.0, LMU_ZOH, 0U},
  {"euler", 4U, 60.0, LMU_EULER, 0U},
  {"pade1", 6U, 20.0, LMU_PADE, 1U},
  {"pade2", 6U, 20.0, LMU_PADE, 2U},
  {"pade3", 6U, 20.0, LMU_PADE, 3U},
  {"pade4", 6U, 20.0, LMU_PADE, 4U},
};

static void
check_record(const char* const   name,
             const char* const   part,
             const double* const values,
             const uint32_t      count)
{
  char   full[64];
  double wanted[MAX_SIZE];
  (void)snprintf(full, sizeof(full), "%s_%s", name, part);
  golden_read(full, wanted, count);
  for (uint32_t i = 0U; i < count; ++i) {
    ck_assert_double_eq_tol(values[i], wanted[i], MAX_ERROR);
  }
}

START_TEST(continuous_memory_is_the_papers)
{
  double a[25];
  double b[5];
  lmu_continuous(a, b, 5U);
  check_record("continuous", "a", a, 25U);
  check_record("continuous", "b", b, 5U);
}
END_TEST

START_TEST(scaled_memory_is_as_the_paper_writes_it)
{
  double a[25];
  double b[5];
  double back[25];
  lmu_continuous(a, b, 5U);
  memcpy(back, a, sizeof(a));
  lmu_step_to_paper(a, b, 5U);
  for (uint32_t i = 0U; i < 5U; ++i) {
    const double row = (2.0 * i) + 1.0; // Equation 2
    ck_assert_double_eq_tol(b[i], (i % 2U) ? -row : row, MAX_ERROR);
    for (uint32_t j = 0U; j < 5U; ++j) {
      const double sign = (i < j || (i - j) % 2U == 0U) ? -1.0 : 1.0;
      ck_assert_double_eq_tol(a[(5U * i) + j], sign * row, MAX_ERROR);
    }
  }

  lmu_step_from_paper(a, NULL, 5U);
  lmu_step_from_paper(back, b, 5U); // Only for b
  lmu_step_to_paper(back, NULL, 5U);
  check_record("continuous", "a", a, 25U);
  check_record("continuous", "a", back, 25U);
  check_record("continuous", "b", b, 5U);
}
END_TEST

START_TEST(steps_equal_the_reference)
{
  const Case* const c = &cases[_i];
  double            a[MAX_SIZE];
  double            b[MAX_SIZE];
  ck_assert_int_eq(
    lmu_discretise(a, b, c->order, c->theta, c->method, c->stages),
    LMU_SUCCESS);
  check_record(c->name, "a", a, c->order * c->order);
  check_record(c->name, "b", b, c->order);
}
END_TEST

START_TEST(unstable_euler_steps_are_refused)
{
  // Stable from about 0.7 d^1.65 on, not from 4 d
  const uint32_t order = 64U;
  double* const  a     = (double*)calloc((size_t)order * order, sizeof(double));
  double         b[64];
  ck_assert_ptr_nonnull(a);
  ck_assert_int_eq(lmu_discretise(a, b, order, 4.0 * order, LMU_EULER, 0U),
                   LMU_UNSTABLE);
  ck_assert_int_eq(lmu_discretise(a, b, order, 600.0, LMU_EULER, 0U),
                   LMU_UNSTABLE);
  ck_assert_int_eq(lmu_discretise(a, b, order, 700.0, LMU_EULER, 0U),
                   LMU_SUCCESS);
  free(a);
}
END_TEST

START_TEST(bad_arguments_are_named)
{
  double a[1];
  double b[1];
  ck_assert_int_eq(lmu_discretise(a, b, 0U, 10.0, LMU_ZOH, 0U), LMU_BAD_ORDER);
  ck_assert_int_eq(lmu_discretise(a, b, LMU_MAX_ORDER + 1U, 10.0, LMU_ZOH, 0U),
                   LMU_BAD_ORDER);
  ck_assert_int_eq(lmu_discretise(a, b, 1U, 0.5, LMU_ZOH, 0U), LMU_BAD_THETA);
  ck_assert_int_eq(lmu_discretise(a, b, 1U, 0.0 / 0.0, LMU_ZOH, 0U),
                   LMU_BAD_THETA);
  ck_assert_int_eq(lmu_discretise(a, b, 1U, 1.0 / 0.0, LMU_ZOH, 0U),
                   LMU_BAD_THETA);
  ck_assert_int_eq(lmu_discretise(a, b, 1U, 10.0, LMU_PADE, 0U), LMU_BAD_STAGE);
  ck_assert_int_eq(lmu_discretise(a, b, 1U, 10.0, LMU_PADE, 5U), LMU_BAD_STAGE);
}
END_TEST

START_TEST(every_status_has_a_text_of_its_own)
{
  for (int i = LMU_SUCCESS; i <= LMU_DIVERGED; ++i) {
    const char* const text = lmu_status_text((LmuStatus)i);
    ck_assert_str_ne(text, lmu_status_text((LmuStatus)(LMU_DIVERGED + 1)));
    for (int j = LMU_SUCCESS; j < i; ++j) {
      ck_assert_str_ne(text, lmu_status_text((LmuStatus)j));
    }
  }
}
END_TEST

int
main(const int argc, char** const argv)
{
  golden_open(argc > 1 ? argv[1] : "memory.txt");

  TCase* const tcase = tcase_create("discretise");
  tcase_add_test(tcase, continuous_memory_is_the_papers);
  tcase_add_test(tcase, scaled_memory_is_as_the_paper_writes_it);
  tcase_add_loop_test(
    tcase, steps_equal_the_reference, 0, sizeof(cases) / sizeof(cases[0]));
  tcase_add_test(tcase, unstable_euler_steps_are_refused);
  tcase_add_test(tcase, bad_arguments_are_named);
  tcase_add_test(tcase, every_status_has_a_text_of_its_own);
  return run_case("discretise", tcase);
}
