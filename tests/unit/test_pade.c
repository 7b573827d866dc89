// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/complex.h"
#include "core/memory/rt/pade.h"
#include "tests/unit/run.h"

#include <check.h>

#include <complex.h>
#include <math.h>
#include <stdint.h>

/// Poles have 19 digits, sums over them lose a few
#define MAX_ERROR 1e-13

static double complex
approximant(const uint32_t stages, const double complex z)
{
  const LmuPade* const pade = lmu_pade(stages);
  double complex       sum  = 1.0;
  for (uint32_t i = 0U; i < pade->n_poles; ++i) {
    const LmuPole* const p   = &pade->poles[i];
    const double complex rho = lmu_cartesian(p->rho_re, p->rho_im);
    const double complex a   = lmu_cartesian(p->a_re, p->a_im);
    sum += a / ((1.0 / z) - rho);
    if (p->rho_im != 0.0) {
      sum += conj(a) / ((1.0 / z) - conj(rho));
    }
  }
  return sum;
}

START_TEST(approximants_equal_exp_to_twice_their_stages)
{
  // The first term that differs is z^(2s+1) s!^2 / ((2s)! (2s+1)!)
  static const double leading[] = {
    1.0 / 12.0, 1.0 / 720.0, 1.0 / 100800.0, 1.0 / 25401600.0};
  const uint32_t       stages = (uint32_t)_i;
  const double complex z      = lmu_cartesian(-0.1, 0.3);
  const double complex error  = approximant(stages, z) - cexp(z);
  const double bound = leading[_i - 1] * pow(cabs(z), (2.0 * stages) + 1.0);
  ck_assert_double_le(cabs(error), (1.2 * bound) + MAX_ERROR);
  ck_assert_double_ge(cabs(error), (0.8 * bound) - MAX_ERROR);
}
END_TEST

START_TEST(approximants_turn_but_never_scale_what_is_undamped)
{
  for (uint32_t stages = 1U; stages <= LMU_MAX_STAGES; ++stages) {
    for (int i = -20; i <= 40; ++i) {
      const double         x = exp2(i / 3.0);
      const double complex z = lmu_cartesian(0.0, x);
      ck_assert_double_eq_tol(cabs(approximant(stages, z)), 1.0, MAX_ERROR);
    }
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("pade");
  tcase_add_loop_test(
    tcase, approximants_equal_exp_to_twice_their_stages, 1, 5);
  tcase_add_test(tcase, approximants_turn_but_never_scale_what_is_undamped);
  return run_case("pade", tcase);
}
