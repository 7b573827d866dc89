// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/cholesky.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MAX_COUNT 12U
#define SIZE (MAX_COUNT * MAX_COUNT)

/// Float64, of matrices whose eigenvalues are from 1 to about 50
#define MAX_ERROR 1e-12

/// What the lower half is filled with, as nobody may read it
#define SPOILT 1e30

/// Set a positive definite matrix, X^T X + 1
static void
fill(double* const r, const uint32_t count, uint32_t* const noise)
{
  double x[SIZE] = {0.0};
  for (uint32_t i = 0U; i < count * count; ++i) {
    x[i] = (double)next_noise(noise);
  }
  for (uint32_t i = 0U; i < count; ++i) {
    for (uint32_t j = 0U; j < count; ++j) {
      double sum = (i == j) ? 1.0 : 0.0;
      for (uint32_t k = 0U; k < count; ++k) {
        sum += x[(k * count) + i] * x[(k * count) + j];
      }
      r[(i * count) + j] = sum;
    }
  }
}

/// Return r with its lower half spoilt, and factorised
static void
factorise(double* const u, const double* const r, const uint32_t count)
{
  memcpy(u, r, sizeof(double) * count * count);
  for (uint32_t i = 0U; i < count; ++i) {
    for (uint32_t j = 0U; j < i; ++j) {
      u[(i * count) + j] = SPOILT;
    }
  }
  lmu_cholesky_factorise(u, count, 1e-12);
}

START_TEST(factor_times_itself_is_the_matrix)
{
  const uint32_t count = (uint32_t)_i + 1U;
  uint32_t       noise = count;
  double         r[SIZE];
  double         u[SIZE];
  fill(r, count, &noise);
  factorise(u, r, count);
  for (uint32_t i = 0U; i < count; ++i) {
    for (uint32_t j = i; j < count; ++j) {
      double sum = 0.0;
      for (uint32_t k = 0U; k <= i; ++k) {
        sum += u[(k * count) + i] * u[(k * count) + j];
      }
      ck_assert_double_eq_tol(sum, r[(i * count) + j], MAX_ERROR);
    }
    for (uint32_t j = 0U; j < i; ++j) {
      ck_assert_double_eq(u[(i * count) + j], SPOILT);
    }
  }
}
END_TEST

START_TEST(solving_undoes_multiplying)
{
  const uint32_t count = (uint32_t)_i + 1U;
  uint32_t       noise = count;
  double         r[SIZE];
  double         u[SIZE];
  double         wanted[MAX_COUNT];
  double         x[MAX_COUNT];
  fill(r, count, &noise);
  factorise(u, r, count);
  for (uint32_t i = 0U; i < count; ++i) {
    wanted[i] = (double)next_noise(&noise);
  }
  for (uint32_t i = 0U; i < count; ++i) {
    x[i] = 0.0;
    for (uint32_t j = 0U; j < count; ++j) {
      x[i] += r[(i * count) + j] * wanted[j];
    }
  }

  lmu_cholesky_solve(u, x, count);
  for (uint32_t i = 0U; i < count; ++i) {
    ck_assert_double_eq_tol(x[i], wanted[i], MAX_ERROR);
  }
}
END_TEST

START_TEST(pivots_are_kept_from_zero)
{
  // Two features that are the same, where rounding left less than nothing
  double u[4] = {4.0, 4.0, SPOILT, 4.0 - 1e-15};
  double x[2] = {4.0, 4.0};
  lmu_cholesky_factorise(u, 2U, 1e-6);
  ck_assert_double_eq(u[0], 2.0);
  ck_assert_double_eq(u[1], 2.0);
  ck_assert_double_eq(u[3], sqrt(1e-6));

  lmu_cholesky_solve(u, x, 2U);
  ck_assert_double_eq_tol(x[0] + x[1], 1.0, MAX_ERROR);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("cholesky");
  tcase_add_loop_test(
    tcase, factor_times_itself_is_the_matrix, 0, (int)MAX_COUNT);
  tcase_add_loop_test(tcase, solving_undoes_multiplying, 0, (int)MAX_COUNT);
  tcase_add_test(tcase, pivots_are_kept_from_zero);
  return run_case("cholesky", tcase);
}
