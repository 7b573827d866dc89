// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/recurrence.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <complex.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Rounding of float64 over thousands of terms
#define MAX_ERROR 1e-12

/// Rounding of the float32 state, times a condition number of up to 100
#define MAX_STATE_ERROR 1e-5

static LmuModal*
modal_of(const uint32_t order)
{
  LmuModal* modal = NULL;
  ck_assert_int_eq(lmu_modal_new(&modal, order), LMU_SUCCESS);
  return modal;
}

static double complex
rate(const LmuModes* const modes, const uint32_t k)
{
  const double* const s = modes->s + lmu_mode_index(k);
  return lmu_cartesian(s[0], s[LMU_LANES]);
}

static void
check_sums(const uint32_t order)
{
  // The trace of H is its corner, and V inv(V) starts with 1
  LmuModal* const       modal = modal_of(order);
  const LmuModes* const modes = lmu_modal_modes(modal);
  double                trace = 0.0;
  double                first = 0.0;
  for (uint32_t k = 0U; k < modes->n_modes; ++k) {
    const double* const  p = modes->p + lmu_mode_index(k);
    const double complex s = rate(modes, k);
    trace += (cimag(s) == 0.0 ? 1.0 : 2.0) * creal(1.0 / s);
    first += 2.0 * ((p[0] * p[0]) - (p[LMU_LANES] * p[LMU_LANES]));
    ck_assert_double_le(creal(s), MAX_ERROR);
  }

  const double corner = -0.5 / ((2.0 * order) - 1.0);
  ck_assert_double_eq_tol(trace / corner, 1.0, MAX_ERROR);
  ck_assert_double_eq_tol(first, 1.0, MAX_ERROR);
  lmu_modal_free(modal);
}

START_TEST(every_order_to_300_has_all_its_modes)
{
  for (uint32_t order = 1U; order <= 300U; ++order) {
    check_sums(order);
  }
}
END_TEST

START_TEST(great_orders_have_all_their_modes)
{
  static const uint32_t orders[] = {
    511U, 512U, 777U, 1023U, 1024U, 2048U, 3001U, 4095U, 4096U};
  check_sums(orders[_i]);
}
END_TEST

START_TEST(low_modes_are_half_integer_exponentials)
{
  LmuModal* const       modal = modal_of(256U);
  const LmuModes* const modes = lmu_modal_modes(modal);
  for (uint32_t k = 0U; k < 50U; ++k) {
    const double complex wanted = lmu_cartesian(0.0, PI * ((2.0 * k) + 1.0));
    ck_assert_double_le(cabs(rate(modes, k) - wanted), 1e-9);
  }
  lmu_modal_free(modal);
}
END_TEST

START_TEST(vectors_are_eigenvectors)
{
  // H v = v / s, with H the skew tridiagonal matrix and its last corner
  const uint32_t        order = 101U;
  LmuModal* const       modal = modal_of(order);
  const LmuModes* const modes = lmu_modal_modes(modal);
  double* const         work  = lmu_modal_work(order);
  ck_assert_ptr_nonnull(work);
  for (uint32_t k = 0U; k < modes->n_modes; ++k) {
    double complex v[101];
    lmu_modal_vectors(modal, k / LMU_LANES, order, work);
    for (uint32_t n = 0U; n < order; ++n) {
      v[n] = lmu_lane(lmu_modal_row(work, order, n), k % LMU_LANES);
    }
    for (uint32_t n = 0U; n < order; ++n) {
      const double   m    = n;
      const double   up   = 0.5 / sqrt((2.0 * m + 1.0) * (2.0 * m + 3.0));
      const double   down = 0.5 / sqrt((2.0 * m - 1.0) * (2.0 * m + 1.0));
      double complex sum  = n ? -down * v[n - 1U] : 0.0;
      sum +=
        (n + 1U < order) ? up * v[n + 1U] : -0.5 / (2.0 * order - 1.0) * v[n];
      ck_assert_double_le(cabs(sum - v[n] / rate(modes, k)), MAX_ERROR);
    }
  }
  free(work);
  lmu_modal_free(modal);
}
END_TEST

START_TEST(a_state_has_the_coefficients_it_was_made_from)
{
  static const uint32_t orders[] = {1U, 2U, 3U, 16U, 63U, 64U, 200U, 255U};
  const uint32_t        order    = orders[_i];
  LmuModal* const       modal    = modal_of(order);
  const uint32_t        count    = lmu_modal_modes(modal)->n_blocks * LMU_BLOCK;
  double* const         work     = lmu_modal_work(order);
  float*                z        = (float*)calloc(count, sizeof(float));
  double                in[255];
  double                out[255];
  uint32_t              noise = 1U;
  ck_assert_ptr_nonnull(work);
  ck_assert_ptr_nonnull(z);
  for (uint32_t n = 0U; n < order; ++n) {
    in[n] = (double)next_noise(&noise);
  }

  lmu_modal_from_legendre(modal, in, order, z, work);
  lmu_modal_to_legendre(modal, 1U, z, out, work);
  for (uint32_t n = 0U; n < order; ++n) {
    ck_assert_double_eq_tol(out[n], in[n], MAX_STATE_ERROR);
  }
  free(z);
  free(work);
  lmu_modal_free(modal);
}
END_TEST

START_TEST(bad_orders_are_refused)
{
  LmuModal* modal = unset();
  ck_assert_int_eq(lmu_modal_new(&modal, 0U), LMU_BAD_ORDER);
  ck_assert_ptr_null(modal);
  modal = unset();
  ck_assert_int_eq(lmu_modal_new(&modal, LMU_MAX_ORDER + 1U), LMU_BAD_ORDER);
  ck_assert_ptr_null(modal);
  lmu_modal_free(NULL);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("modal");
  tcase_add_test(tcase, every_order_to_300_has_all_its_modes);
  tcase_add_loop_test(tcase, great_orders_have_all_their_modes, 0, 9);
  tcase_add_test(tcase, low_modes_are_half_integer_exponentials);
  tcase_add_test(tcase, vectors_are_eigenvectors);
  tcase_add_loop_test(
    tcase, a_state_has_the_coefficients_it_was_made_from, 0, 8);
  tcase_add_test(tcase, bad_orders_are_refused);
  return run_case("modal", tcase);
}
