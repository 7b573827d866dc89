// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/kernels/rt/kernels.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/recurrence.h"
#include "core/memory/setup/asymptotic.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/recurrence.h"
#include "tests/unit/run.h"

#include <check.h>

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define ORDER 200U
#define N_KEPT 157U

/// Rounding of float64 in parts of the greatest of three numbers
#define MAX_ERROR 1e-14

/// The same, over ORDER degrees
#define MAX_SUM_ERROR 1e-12

/// Greatest error of where modes are, in parts of the distance between them:
/// newtons of other modes are half of one away
#define MAX_GUESS_ERROR 0.25

static double kept[2U * LMU_LANES * (N_KEPT + 1U)]
  __attribute__((aligned(128)));

/// Set rates from low ones to high ones, and none in the last lane
static void
set_rates(double* const s)
{
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    s[i]             = -0.5 * i;
    s[LMU_LANES + i] = PI * ((2.0 * i * i) + 1.0);
  }
  s[LMU_LANES - 1U]        = 0.0;
  s[(2U * LMU_LANES) - 1U] = 0.0;
}

static LmuRecurrence
solve(double* const s)
{
  LmuRecurrence result = {.n_kept = N_KEPT, .kept = kept};
  set_rates(s);
  for (uint32_t i = 0U; i < LMU_BLOCK * (N_KEPT + 1U); ++i) {
    kept[i] = NAN;
  }
  lmu_recurrence_solve(&result, ORDER, s, lmu_kernels(0U));
  return result;
}

/// Return what is kept of a degree, or what is left of the last two
static double complex
entry(const LmuRecurrence* const solutions, const int n, const uint32_t lane)
{
  const uint32_t row   = n < 0 ? 0U : lmu_recurrence_row((uint32_t)n, N_KEPT);
  const uint32_t index = row * LMU_BLOCK;
  return lmu_lane(n < 0 ? solutions->here : kept + index, lane);
}

START_TEST(kept_degrees_obey_the_recurrence)
{
  double              s[LMU_BLOCK];
  const LmuRecurrence solutions = solve(s);
  for (uint32_t i = 0U; i + 1U < LMU_LANES; ++i) {
    const double complex by = 2.0 / lmu_lane(s, i);
    for (int n = 0; n + 1 < (int)N_KEPT && entry(&solutions, n, i) != 0.0;
         ++n) {
      const double complex low = entry(&solutions, n - 1, i);
      const double complex here =
        ((2.0 * n) + 1.0) * by * entry(&solutions, n, i);
      const double complex high = entry(&solutions, n + 1, i);
      const double         size = fmax(cabs(low), fmax(cabs(here), cabs(high)));
      ck_assert_double_le(cabs(low - high + here), MAX_ERROR * size);
    }
    ck_assert(entry(&solutions, 0, i) == lmu_lane(solutions.next, i));
    ck_assert(cabs(entry(&solutions, 0, i)) > 0.0);
  }
}
END_TEST

START_TEST(solutions_are_those_from_the_old_end)
{
  // The plain recurrence, at rates that need all of it
  double              s[LMU_BLOCK];
  const LmuRecurrence solutions = solve(s);
  for (uint32_t i = LMU_LANES / 2U; i + 1U < LMU_LANES; ++i) {
    const double complex by     = 2.0 / lmu_lane(s, i);
    double complex       next   = -1.0;
    double complex       here   = 1.0;
    double complex       square = 0.0;
    for (uint32_t n = ORDER; n-- > 0U;) {
      const double         factor = (2.0 * n) + 1.0;
      const double complex after  = next - (factor * by * here);
      square += (n % 2U ? -factor : factor) * here * here;
      next = here;
      here = after;
    }

    const double complex ratio = lmu_lane(solutions.next, i) / next;
    ck_assert_double_le(
      cabs((lmu_lane(solutions.here, i) / here / ratio) - 1.0), MAX_SUM_ERROR);
    ck_assert_double_le(
      cabs((lmu_lane(solutions.square, i) / square / ratio / ratio) - 1.0),
      MAX_SUM_ERROR);
  }
}
END_TEST

START_TEST(what_is_below_rounding_is_zero)
{
  double              s[LMU_BLOCK];
  const LmuRecurrence solutions = solve(s);
  for (int n = 0; n < (int)N_KEPT; ++n) {
    ck_assert(entry(&solutions, n, LMU_LANES - 1U) == 0.0);
  }
  ck_assert(entry(&solutions, (int)N_KEPT - 1, 0U) == 0.0);
  ck_assert(lmu_lane(solutions.here, LMU_LANES - 1U) == 0.0);
  ck_assert(lmu_lane(solutions.square, LMU_LANES - 1U) == 0.0);
}
END_TEST

/// Return the rate of a mode
static double complex
rate(const LmuModes* const modes, const uint32_t k)
{
  const double* const s = modes->s + lmu_mode_index(k);
  return lmu_cartesian(s[0], s[LMU_LANES]);
}

/// Return the distance from a mode to the nearest other
static double
distance(const LmuModes* const modes, const uint32_t k)
{
  double result = INFINITY;
  for (uint32_t j = 0U; j < modes->n_modes; ++j) {
    const double away = cabs(rate(modes, j) - rate(modes, k));
    result            = j == k ? result : fmin(result, away);
  }
  return result;
}

START_TEST(modes_are_near_where_they_are_looked_for)
{
  static const uint32_t orders[] = {3U, 16U, 17U, 100U, 257U, 1024U};
  const uint32_t        order    = orders[_i];
  LmuModal*             modal    = NULL;
  ck_assert_int_eq(lmu_modal_new(&modal, order), 0);
  const LmuModes* const modes = lmu_modal_modes(modal);
  const uint32_t        size  = modes->n_blocks * LMU_BLOCK;
  double* const         s     = (double*)calloc(size, sizeof(double));
  ck_assert_ptr_nonnull(s);

  lmu_asymptotic_rates(s, order);
  for (uint32_t k = 0U; k < modes->n_modes; ++k) {
    const uint32_t       index = lmu_mode_index(k);
    const double complex error =
      lmu_cartesian(s[index], s[index + LMU_LANES]) - rate(modes, k);
    ck_assert_double_le(cabs(error), MAX_GUESS_ERROR * distance(modes, k));
    ck_assert(!lmu_asymptotic_is_exact(k, order) || cabs(error) == 0.0);
  }
  free(s);
  lmu_modal_free(modal);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("recurrence");
  tcase_add_test(tcase, kept_degrees_obey_the_recurrence);
  tcase_add_test(tcase, solutions_are_those_from_the_old_end);
  tcase_add_test(tcase, what_is_below_rounding_is_zero);
  tcase_add_loop_test(tcase, modes_are_near_where_they_are_looked_for, 0, 6);
  return run_case("recurrence", tcase);
}
