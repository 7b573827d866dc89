// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/rt/fft.h"
#include "core/math/setup/fft.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

#define MAX_STAGES 11U
#define MAX_SIZE (1U << MAX_STAGES)

/// Error over the root of the length, single precision at eleven stages
/// measures less than 3e-7
#define MAX_ERROR 2e-6

static LmuFft fft;
static float* room;
static float  input[2][MAX_SIZE];

static void
setup(void)
{
  room = (float*)calloc(lmu_fft_room(MAX_SIZE), sizeof(float));
  ck_assert_ptr_nonnull(room);
  lmu_fft_init(&fft, room, MAX_SIZE);
  ck_assert_uint_eq(fft.size, MAX_SIZE);
}

static void
teardown(void)
{
  free(room);
}

/// Put noise into a transform of 2^stages, and keep it
static void
start(const uint32_t stages)
{
  uint32_t noise = stages + 1U;
  lmu_fft_set_stages(&fft, stages);
  for (uint32_t i = 0U; i < fft.size; ++i) {
    input[0][i] = next_noise(&noise);
    input[1][i] = next_noise(&noise);
  }
  memcpy(fft.work[0].re, input[0], fft.size * sizeof(float));
  memcpy(fft.work[0].im, input[1], fft.size * sizeof(float));
}

/// Check bin k against the sum that it is
static void
check_bin(const uint32_t k)
{
  double re = 0.0;
  double im = 0.0;
  for (uint32_t i = 0U; i < fft.size; ++i) {
    const double angle = -2.0 * PI * ((i * k) % fft.size) / fft.size;
    re +=
      ((double)input[0][i] * cos(angle)) - ((double)input[1][i] * sin(angle));
    im +=
      ((double)input[0][i] * sin(angle)) + ((double)input[1][i] * cos(angle));
  }

  const LmuSpectrum* const out   = lmu_fft_result(&fft);
  const double             limit = MAX_ERROR * sqrt(fft.size);
  ck_assert_double_eq_tol((double)out->re[k], re, limit);
  ck_assert_double_eq_tol((double)out->im[k], im, limit);
}

START_TEST(each_bin_is_the_sum_that_it_is)
{
  start((uint32_t)_i);
  lmu_fft_process(&fft, 0U, lmu_fft_count(&fft));
  for (uint32_t k = 0U; k < fft.size; ++k) {
    check_bin(k);
  }
}
END_TEST

START_TEST(parts_of_any_length_give_the_same_bits)
{
  static float whole[2][MAX_SIZE];
  start((uint32_t)_i);
  const uint32_t count = lmu_fft_count(&fft);
  lmu_fft_process(&fft, 0U, count);
  memcpy(whole[0], lmu_fft_result(&fft)->re, fft.size * sizeof(float));
  memcpy(whole[1], lmu_fft_result(&fft)->im, fft.size * sizeof(float));

  for (uint32_t part = 1U; part < 200U; part += 33U) {
    start((uint32_t)_i);
    for (uint32_t from = 0U; from < count; from += part) {
      const uint32_t left = count - from;
      lmu_fft_process(&fft, from, from + (part < left ? part : left));
    }
    ck_assert_mem_eq(
      whole[0], lmu_fft_result(&fft)->re, fft.size * sizeof(float));
    ck_assert_mem_eq(
      whole[1], lmu_fft_result(&fft)->im, fft.size * sizeof(float));
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("fft");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(
    tcase, each_bin_is_the_sum_that_it_is, 0, (int)MAX_STAGES + 1);
  tcase_add_loop_test(
    tcase, parts_of_any_length_give_the_same_bits, 0, (int)MAX_STAGES + 1);
  return run_case("fft", tcase);
}
