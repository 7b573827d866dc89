// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/noise.h"
#include "core/math/setup/toeplitz.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_N 300U

/// Rounding of sums of MAX_N products, in a system of condition 10
#define MAX_ERROR 1e-12

static const size_t sizes[] = {1U, 2U, 3U, 4U, 5U, 17U, 300U};

#define N_SIZES ((int)(sizeof(sizes) / sizeof(sizes[0])))

START_TEST(what_is_solved_gives_the_right_side)
{
  static double row[MAX_N];
  static double right[MAX_N];
  static double x[MAX_N];
  static double work[2U * MAX_N];
  const size_t  n     = sizes[_i];
  uint32_t      noise = 1U;
  for (size_t i = 0U; i < n; ++i) {
    row[i]   = pow(-0.5, (double)i);
    right[i] = (double)next_noise(&noise);
  }
  ck_assert(lmu_toeplitz_solve(x, work, row, right, n));
  for (size_t i = 0U; i < n; ++i) {
    double sum = 0.0;
    for (size_t j = 0U; j < n; ++j) {
      sum += row[i > j ? i - j : j - i] * x[j];
    }
    ck_assert_double_eq_tol(sum, right[i], MAX_ERROR);
  }
}
END_TEST

START_TEST(what_is_not_positive_definite_is_refused)
{
  static const double rows[][3] = {{0.0, 0.0, 0.0},
                                   {-1.0, 0.0, 0.0},
                                   {1.0, 2.0, 0.0},
                                   {1.0, 1.0, 1.0},
                                   {(double)NAN, 0.0, 0.0}};
  const double        right[3]  = {1.0, 1.0, 1.0};
  double              x[3];
  double              work[6];
  for (size_t i = 0U; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    ck_assert(!lmu_toeplitz_solve(x, work, rows[i], right, 3U));
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("toeplitz");
  tcase_add_loop_test(tcase, what_is_solved_gives_the_right_side, 0, N_SIZES);
  tcase_add_test(tcase, what_is_not_positive_definite_is_refused);
  return run_case("toeplitz", tcase);
}
