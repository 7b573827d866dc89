// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/burg.h"
#include "core/base/status.h"
#include "core/dsp/rt/lattice.h"
#include "core/dsp/setup/lattice.h"
#include "core/kernels/rt/kernels.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define WINDOW 1500U
#define MOST_ORDER 128U
#define LENGTH 8000U

/// Float32 beside float64, over as many passes as there are orders
#define MAX_ERROR 2e-4

extern const LmuKernels lmu_kernels_wide;

static float sounds[LMU_LATTICE_CHANNELS][LENGTH];

/// Fill both channels with a chord in noise
static void
fill_sounds(void)
{
  uint32_t noise = 1U;
  for (uint32_t i = 0U; i < LENGTH; ++i) {
    const double t = (double)i;
    sounds[0][i]   = (float)(0.3 * sin(0.021 * t) + 0.2 * sin(0.077 * t)) +
                   (0.02f * next_noise(&noise));
    sounds[1][i] = (float)(0.4 * cos(0.077 * t)) + (0.1f * next_noise(&noise));
  }
}

static LmuLattice*
lattice_of(const uint32_t          n_channels,
           const uint32_t          order,
           const uint32_t          n_parts,
           const LmuKernels* const kernels)
{
  const LmuLatticeSpec spec    = {n_channels, order, WINDOW, n_parts, kernels};
  LmuLattice*          lattice = NULL;
  ck_assert_int_eq(lmu_lattice_new(&lattice, &spec), LMU_SUCCESS);
  return lattice;
}

/// Return after how many frames weights are new
static uint32_t
learn(LmuLattice* const lattice, const uint32_t start)
{
  uint32_t frame = start;
  while (!lattice->is_fresh) {
    const float* const ends[] = {sounds[0] + frame, sounds[1] + frame};
    ck_assert_uint_lt(frame, LENGTH);
    lmu_lattice_step(lattice, ends);
    ++frame;
  }
  lmu_lattice_take(lattice);
  return frame - start;
}

/// Check weights against those of the plain method
static void
check_weights(const uint32_t          order,
              const uint32_t          n_parts,
              const LmuKernels* const kernels)
{
  static double     sound[WINDOW];
  static double     work[(2U * WINDOW) + MOST_ORDER];
  double            weights[MOST_ORDER] = {0.0};
  LmuLattice* const lattice = lattice_of(1U, order, n_parts, kernels);
  for (uint32_t i = 0U; i < WINDOW; ++i) {
    sound[i] = (double)sounds[0][i];
  }
  burg(weights, order, sound, WINDOW, work);
  ck_assert_uint_eq(learn(lattice, WINDOW), (order + 1UL) * n_parts);
  for (uint32_t i = 0U; i < order; ++i) {
    const double own = lattice->weights[lattice->now][order - 1U - i];
    ck_assert_double_eq_tol(own, weights[i], MAX_ERROR);
  }
  lmu_lattice_free(lattice);
}

START_TEST(weights_are_those_of_burg)
{
  fill_sounds();
  for (uint32_t order = 32U; order <= MOST_ORDER; order += 32U) {
    for (uint32_t n_parts = 1U; n_parts <= 5U; ++n_parts) {
      for (uint32_t k = 0U; lmu_kernels(k); ++k) {
        check_weights(order, n_parts, lmu_kernels(k));
      }
      check_weights(order, n_parts, &lmu_kernels_wide);
    }
  }
}
END_TEST

/// Error of the next sample, beside the noise that nobody can foretell: as many
/// weights as a tenth of the window learn some of its own
#define MOST_LEFT 1.5

START_TEST(a_chord_is_foretold_up_to_its_noise)
{
  fill_sounds();
  for (uint32_t n_channels = 1U; n_channels <= 2U; ++n_channels) {
    LmuLattice* const lattice = lattice_of(n_channels, MOST_ORDER, 1U, NULL);
    (void)learn(lattice, 2000U);
    double error = 0.0;
    for (uint32_t i = 0U; i < 4000U; ++i) {
      const float* const end  = sounds[0] + 2200U + i;
      const double       next = lmu_lattice_predict(lattice, end);
      error += ((double)*end - next) * ((double)*end - next) / 4000.0;
    }
    const double noise = 0.02 * 0.02 / 3.0;
    printf("%u channels: %.2f of the noise\n", n_channels, error / noise);
    ck_assert_double_lt(error, MOST_LEFT * noise);
    lmu_lattice_free(lattice);
  }
}
END_TEST

START_TEST(what_goes_on_never_grows)
{
  static float line[LENGTH];
  fill_sounds();
  LmuLattice* const lattice = lattice_of(1U, MOST_ORDER, 1U, NULL);
  (void)learn(lattice, 2000U);
  for (uint32_t i = 0U; i < LENGTH; ++i) {
    line[i] =
      i < 2000U ? sounds[0][i] : (float)lmu_lattice_predict(lattice, line + i);
    ck_assert_double_lt(fabs((double)line[i]), 0.7);
  }
  lmu_lattice_free(lattice);
}
END_TEST

START_TEST(silence_and_what_is_loudest_leave_finite_weights)
{
  static const float levels[] = {0.0f, 1e-30f, 1e-6f, 1e4f};
  for (uint32_t i = 0U; i < 4U; ++i) {
    uint32_t noise = 1U;
    for (uint32_t t = 0U; t < LENGTH; ++t) {
      sounds[0][t] = levels[i] * (t % 64U ? 1.0f : next_noise(&noise));
    }
    LmuLattice* const lattice = lattice_of(1U, MOST_ORDER, 1U, NULL);
    (void)learn(lattice, 2000U);
    ck_assert(isfinite(lmu_lattice_predict(lattice, sounds[0] + 2000U)));
    ck_assert(isfinite(lmu_lattice_left(lattice)));
    lmu_lattice_free(lattice);
  }
}
END_TEST

START_TEST(reset_forgets_all)
{
  fill_sounds();
  LmuLattice* const x = lattice_of(1U, 32U, 1U, NULL);
  LmuLattice* const y = lattice_of(1U, 32U, 1U, NULL);
  (void)learn(x, 4000U);
  const float* const end = sounds[0] + 5000U;
  lmu_lattice_step(x, &end);
  lmu_lattice_reset(x);
  ck_assert_double_eq(lmu_lattice_predict(x, end), 0.0);
  ck_assert_uint_eq(learn(x, 2000U), learn(y, 2000U));
  ck_assert_double_eq(lmu_lattice_predict(x, end), lmu_lattice_predict(y, end));
  lmu_lattice_free(y);
  lmu_lattice_free(x);
}
END_TEST

START_TEST(bad_specs_are_refused)
{
  static const LmuLatticeSpec specs[] = {{0U, 32U, 100U, 1U, NULL},
                                         {3U, 32U, 100U, 1U, NULL},
                                         {1U, 0U, 100U, 1U, NULL},
                                         {1U, 33U, 100U, 1U, NULL},
                                         {1U, 32U, 32U, 1U, NULL},
                                         {1U, 32U, 100U, 0U, NULL},
                                         {1U, 32U, 100U, 69U, NULL}};
  for (uint32_t i = 0U; i < sizeof(specs) / sizeof(specs[0]); ++i) {
    LmuLattice* lattice = unset();
    ck_assert_int_ne(lmu_lattice_new(&lattice, &specs[i]), LMU_SUCCESS);
    ck_assert_ptr_null(lattice);
  }
  lmu_lattice_free(NULL);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("lattice");
  tcase_add_test(tcase, weights_are_those_of_burg);
  tcase_add_test(tcase, a_chord_is_foretold_up_to_its_noise);
  tcase_add_test(tcase, what_goes_on_never_grows);
  tcase_add_test(tcase, silence_and_what_is_loudest_leave_finite_weights);
  tcase_add_test(tcase, reset_forgets_all);
  tcase_add_test(tcase, bad_specs_are_refused);
  return run_case("lattice", tcase);
}
