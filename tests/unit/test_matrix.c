// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/matrix.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#define ORDER 12U
#define SIZE (ORDER * ORDER)

/// Float64, and matrices of noise are well conditioned at this order
#define MAX_ERROR 1e-11

static void
fill(double* const x, uint32_t* const noise)
{
  for (uint32_t i = 0U; i < SIZE; ++i) {
    x[i] = (double)next_noise(noise);
  }
}

START_TEST(solving_undoes_multiplying)
{
  uint32_t noise = (uint32_t)_i + 1U;
  double   x[SIZE];
  double   y[SIZE];
  double   product[SIZE];
  fill(x, &noise);
  fill(y, &noise);
  x[0] = 0.0; // So that it takes a pivot
  lmu_matrix_multiply(product, x, y, ORDER);
  ck_assert(lmu_matrix_solve(x, product, ORDER, ORDER));
  for (uint32_t i = 0U; i < SIZE; ++i) {
    ck_assert_double_eq_tol(product[i], y[i], MAX_ERROR);
  }
}
END_TEST

START_TEST(singular_matrices_are_told)
{
  uint32_t noise = 1U;
  double   x[SIZE];
  double   y[SIZE];
  fill(x, &noise);
  fill(y, &noise);
  memset(x + (3UL * ORDER), 0, ORDER * sizeof(double));
  ck_assert(!lmu_matrix_solve(x, y, ORDER, ORDER));
}
END_TEST

START_TEST(determinants_multiply)
{
  uint32_t noise = (uint32_t)_i + 1U;
  double   x[SIZE];
  double   y[SIZE];
  double   product[SIZE];
  fill(x, &noise);
  fill(y, &noise);
  x[0] = 0.0;
  lmu_matrix_multiply(product, x, y, ORDER);
  lmu_matrix_transpose(x, ORDER); // Which leaves the determinant

  const double apart =
    lmu_matrix_log_determinant(x, ORDER) + lmu_matrix_log_determinant(y, ORDER);
  ck_assert_double_eq_tol(
    lmu_matrix_log_determinant(product, ORDER), apart, MAX_ERROR);
}
END_TEST

START_TEST(determinants_of_small_matrices_are_exact)
{
  double       x[4] = {0.0, 2.0, -4.0, 5.0};
  double       y[4] = {1.0, 2.0, 2.0, 4.0};
  double       z[9] = {0.0};
  const double flat = lmu_matrix_log_determinant(y, 2U);
  ck_assert_double_eq_tol(
    lmu_matrix_log_determinant(x, 2U), log(8.0), MAX_ERROR);
  ck_assert(isinf(flat) && flat < 0.0);
  ck_assert(isinf(lmu_matrix_log_determinant(z, 3U)));
}
END_TEST

START_TEST(transposing_swaps_rows_and_columns)
{
  double x[9] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
  lmu_matrix_transpose(x, 3U);
  for (uint32_t i = 0U; i < 9U; ++i) {
    const uint32_t row = i / 3U;
    ck_assert_double_eq(x[i], 1.0 + row + (3.0 * (i % 3U)));
  }
}
END_TEST

START_TEST(norm_is_the_greatest_row)
{
  const double x[4] = {1.0, -2.0, 0.5, 2.0};
  ck_assert_double_eq(lmu_matrix_norm(x, 2U), 3.0);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("matrix");
  tcase_add_loop_test(tcase, solving_undoes_multiplying, 0, 20);
  tcase_add_test(tcase, singular_matrices_are_told);
  tcase_add_loop_test(tcase, determinants_multiply, 0, 20);
  tcase_add_test(tcase, determinants_of_small_matrices_are_exact);
  tcase_add_test(tcase, transposing_swaps_rows_and_columns);
  tcase_add_test(tcase, norm_is_the_greatest_row);
  return run_case("matrix", tcase);
}
