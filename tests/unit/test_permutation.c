// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/permutation.h"
#include "tests/unit/run.h"

#include <check.h>

#include <stdint.h>

// What NumPy 1.24 returns.  All 784 are in the sum of numbers times places.
START_TEST(order_is_that_of_numpy)
{
  static const uint32_t zero[]  = {6U, 2U, 1U, 3U, 0U, 5U, 4U};
  static const uint32_t other[] = {8U, 1U, 5U, 0U, 7U, 2U, 9U, 4U, 3U, 6U};
  static const uint32_t first[] = {
    693U, 85U, 647U, 392U, 765U, 14U, 299U, 711U, 55U, 31U, 122U, 172U};
  uint32_t order[784];

  permutation(order, 7U, 0U);
  ck_assert_mem_eq(order, zero, sizeof(zero));
  permutation(order, 10U, 42U);
  ck_assert_mem_eq(order, other, sizeof(other));
  permutation(order, 784U, 0U);
  ck_assert_mem_eq(order, first, sizeof(first));

  uint32_t sum = 0U;
  for (uint32_t i = 0U; i < 784U; ++i) {
    sum += i * order[i];
  }
  ck_assert_uint_eq(sum, 119958478U);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("permutation");
  tcase_add_test(tcase, order_is_that_of_numpy);
  return run_case("permutation", tcase);
}
