// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/matrix.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

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
  ck_assert(lmu_matrix_solve(x, product, ORDER));
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
  ck_assert(!lmu_matrix_solve(x, y, ORDER));
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
  tcase_add_test(tcase, norm_is_the_greatest_row);
  return run_case("matrix", tcase);
}
