// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/legendre.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdint.h>

/// Bonnet's recurrence loses a few bits in sixty steps
#define MAX_ERROR 1e-13

START_TEST(first_polynomials_are_the_textbook_ones)
{
  for (int i = -10; i <= 10; ++i) {
    const double x = i / 10.0;
    ck_assert_double_eq_tol(lmu_legendre(0U, x), 1.0, MAX_ERROR);
    ck_assert_double_eq_tol(lmu_legendre(1U, x), x, MAX_ERROR);
    ck_assert_double_eq_tol(
      lmu_legendre(2U, x), (3.0 * x * x - 1.0) / 2.0, MAX_ERROR);
    ck_assert_double_eq_tol(
      lmu_legendre(3U, x), (5.0 * x * x * x - 3.0 * x) / 2.0, MAX_ERROR);
  }
}
END_TEST

START_TEST(ends_are_one_and_alternating_signs)
{
  for (uint32_t n = 0U; n < 4096U; n += 7U) {
    ck_assert_double_eq_tol(lmu_legendre(n, 1.0), 1.0, 1e-9);
    ck_assert_double_eq_tol(lmu_legendre(n, -1.0), (n % 2U) ? -1.0 : 1.0, 1e-9);
  }
}
END_TEST

START_TEST(all_polynomials_equal_single_ones)
{
  double values[64];
  lmu_legendre_all(values, 64U, 0.37);
  for (uint32_t n = 0U; n < 64U; ++n) {
    ck_assert_double_eq(values[n], lmu_legendre(n, 0.37));
  }
}
END_TEST

START_TEST(curvatures_solve_legendres_equation)
{
  // (1 - x^2) P'' - 2 x P' + n (n + 1) P = 0, with P' from the recurrence
  double       second[64];
  const double x = _i / 10.0;
  lmu_legendre_curvatures(second, 64U, x);
  for (uint32_t n = 1U; n < 64U; ++n) {
    const double p     = lmu_legendre(n, x);
    const double slope = n * (x * p - lmu_legendre(n - 1U, x)) / (x * x - 1.0);
    const double sum =
      ((1.0 - x * x) * second[n]) - (2.0 * x * slope) + (n * (n + 1.0) * p);
    ck_assert_double_eq_tol(sum, 0.0, 1e-9);
  }
}
END_TEST

START_TEST(curvatures_at_the_ends_are_finite_and_known)
{
  // P''_n(1) = (n - 1) n (n + 1) (n + 2) / 8
  double second[64];
  lmu_legendre_curvatures(second, 64U, 1.0);
  for (uint32_t n = 1U; n < 64U; ++n) {
    const double wanted = (n - 1.0) * n * (n + 1.0) * (n + 2.0) / 8.0;
    ck_assert_double_eq_tol(second[n], wanted, 1e-9 * (wanted + 1.0));
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("legendre");
  tcase_add_test(tcase, first_polynomials_are_the_textbook_ones);
  tcase_add_test(tcase, ends_are_one_and_alternating_signs);
  tcase_add_test(tcase, all_polynomials_equal_single_ones);
  tcase_add_loop_test(tcase, curvatures_solve_legendres_equation, -9, 10);
  tcase_add_test(tcase, curvatures_at_the_ends_are_finite_and_known);
  return run_case("legendre", tcase);
}
