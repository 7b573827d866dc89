// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"
#include "core/memory/setup/engine.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>

/// Float32 sums in another order, of up to 512 terms
#define MAX_ERROR 3e-5

extern const LmuKernels lmu_kernels_wide;

static const uint32_t orders[] = {1U, 2U, 3U, 16U, 31U, 64U, 100U, 256U, 1024U};

static LmuEngine*
engine_of(const uint32_t          order,
          const uint32_t          stages,
          const LmuKernels* const kernels)
{
  const LmuEngineSpec spec   = {order, stages, 1U, 3U};
  LmuEngine*          engine = NULL;
  ck_assert_int_eq(lmu_engine_new(&engine, &spec), LMU_SUCCESS);
  engine->kernels = kernels;
  lmu_engine_set_theta(engine, 3.7 * order + 5.0);
  return engine;
}

static void
check_equal(const float x, const float y, const char* const what)
{
  const double scale = 1.0 + fabs((double)x);
  ck_assert_msg(fabs((double)(x - y)) <= MAX_ERROR * scale,
                "%s: %g and %g",
                what,
                (double)x,
                (double)y);
}

static void
check_steps(LmuEngine* const x, LmuEngine* const y)
{
  uint32_t noise = 1U;
  for (uint32_t i = 0U; i < 400U; ++i) {
    const float     u = next_noise(&noise);
    float           x_out[3];
    float           y_out[3];
    const LmuFrames x_frames = {&u, 1U, 0U, 3U, x_out};
    const LmuFrames y_frames = {&u, 1U, 0U, 3U, y_out};
    lmu_engine_read(x, 0U, &x_frames);
    lmu_engine_read(y, 0U, &y_frames);
    for (uint32_t j = 0U; j < 3U; ++j) {
      check_equal(x_out[j], y_out[j], "readout");
    }
  }
}

static void
check_taps(LmuEngine* const x, LmuEngine* const y)
{
  for (uint32_t i = 0U; i <= 40U; ++i) {
    const double r = i / 40.0;
    check_equal(lmu_engine_tap(x, 0U, r), lmu_engine_tap(y, 0U, r), "tap");
    lmu_engine_set_readout(x, 0U, r);
    lmu_engine_set_readout(y, 0U, r);
    check_equal(
      lmu_engine_readout(x, 0U, 0U), lmu_engine_readout(y, 0U, 0U), "weights");
  }
}

static void
check_kernels(const uint32_t order, const LmuKernels* const kernels)
{
  for (uint32_t stages = 1U; stages <= LMU_MAX_STAGES; ++stages) {
    LmuEngine* const x = engine_of(order, stages, &lmu_kernels_generic);
    LmuEngine* const y = engine_of(order, stages, kernels);
    for (uint32_t j = 0U; j < stages; ++j) {
      check_equal(x->tuning.gain[j] / x->tuning.gain[0],
                  y->tuning.gain[j] / y->tuning.gain[0],
                  "gain");
    }
    check_steps(x, y);
    check_taps(x, y);
    lmu_engine_free(y);
    lmu_engine_free(x);
  }
}

START_TEST(all_kernels_equal_the_generic_ones)
{
  for (uint32_t k = 0U; lmu_kernels(k); ++k) {
    check_kernels(orders[_i], lmu_kernels(k));
  }
}
END_TEST

START_TEST(loops_of_sixteen_lanes_equal_the_generic_ones)
{
  check_kernels(orders[_i], &lmu_kernels_wide);
}
END_TEST

START_TEST(the_best_kernels_come_first_and_the_generic_ones_last)
{
  uint32_t count = 0U;
  while (lmu_kernels(count)) {
    printf("kernels: %s\n", lmu_kernels(count)->name);
    ++count;
  }
  ck_assert_uint_ge(count, 1U);
  ck_assert_ptr_eq(lmu_kernels(count - 1U), &lmu_kernels_generic);
  ck_assert_ptr_null(lmu_kernels(LMU_MAX_KERNELS));
  if (count < LMU_MAX_KERNELS) {
    printf("kernels: %u kinds not tested, this CPU lacks them\n",
           LMU_MAX_KERNELS - count);
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("kernels");
  tcase_add_loop_test(tcase, all_kernels_equal_the_generic_ones, 0, 9);
  tcase_add_loop_test(
    tcase, loops_of_sixteen_lanes_equal_the_generic_ones, 0, 9);
  tcase_add_test(tcase, the_best_kernels_come_first_and_the_generic_ones_last);
  return run_case("kernels", tcase);
}
