// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/paper_scale.h"
#include "core/memory/setup/readout.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// Whose modes fill no block, and so leave some of it without any
#define ORDER 5U
#define MAX_VALUES 256U

START_TEST(a_coefficient_is_read_alone)
{
  for (uint32_t index = 0U; index <= ORDER; ++index) {
    double weights[ORDER] = {NAN, NAN, NAN, NAN, NAN};
    lmu_readout_coefficient(weights, ORDER, index);
    for (uint32_t n = 0U; n < ORDER; ++n) {
      ck_assert_double_eq(weights[n], n == index ? lmu_paper_scale(n) : 0.0);
    }
  }
}
END_TEST

START_TEST(places_without_a_mode_weigh_nothing)
{
  LmuModal*    modal                = NULL;
  const double weights[2U * ORDER]  = {1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 4.0};
  bool         has_mode[MAX_VALUES] = {false};
  float        out[MAX_VALUES];
  ck_assert_int_eq(lmu_modal_new(&modal, ORDER), LMU_SUCCESS);
  const LmuModes* const modes = lmu_modal_modes(modal);
  const uint32_t        size  = modes->n_blocks * LMU_BLOCK;
  ck_assert_uint_le(size, MAX_VALUES / 2U);
  for (uint32_t i = 0U; i < MAX_VALUES; ++i) {
    out[i] = NAN;
  }

  ck_assert_int_eq(lmu_readout_modal(modal, weights, ORDER, 2U, out),
                   LMU_SUCCESS);
  for (uint32_t k = 0U; k < modes->n_modes; ++k) {
    has_mode[lmu_mode_index(k)]             = true;
    has_mode[lmu_mode_index(k) + LMU_LANES] = true;
  }
  for (uint32_t i = 0U; i < 2U * size; ++i) {
    ck_assert(isfinite(out[i]));
    ck_assert(has_mode[i % size] || out[i] == 0.0f);
  }
  lmu_modal_free(modal);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("readout");
  tcase_add_test(tcase, a_coefficient_is_read_alone);
  tcase_add_test(tcase, places_without_a_mode_weigh_nothing);
  return run_case("readout", tcase);
}
