// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/outline.h"
#include "tests/unit/run.h"

#include <check.h>

#include <stddef.h>
#include <stdint.h>

/// Spans of ten frames, of which the first three are before the window
static const LmuOutline pairs = {40U, 10U, 3U};

static const float values[] =
  {0.0f, 1.0f, -2.0f, 2.0f, -1.0f, 3.0f, -4.0f, 0.5f, -5.0f, 0.0f};

START_TEST(size_is_that_of_all_spans_of_the_window)
{
  const LmuOutline samples = {17U, 1U, 0U};
  const LmuOutline exact   = {40U, 10U, 0U};
  ck_assert_uint_eq(lmu_outline_size(&samples), 17U);
  ck_assert_uint_eq(lmu_outline_size(&exact), 8U);
  ck_assert_uint_eq(lmu_outline_size(&pairs), 10U);
}
END_TEST

START_TEST(what_cannot_be_drawn_is_not_good)
{
  static const LmuOutline all[] = {{0U, 1U, 0U},
                                   {10U, 0U, 0U},
                                   {10U, 4U, 4U},
                                   {UINT32_MAX, 1U, 0U},
                                   {10U, UINT32_MAX, UINT32_MAX - 1U}};
  ck_assert(lmu_outline_is_good(&pairs));
  ck_assert(!lmu_outline_is_good(&all[_i]));
}
END_TEST

START_TEST(a_column_has_all_spans_that_it_touches)
{
  // Frames 3 to 13, 13 to 23, 23 to 33, and 33 to 43 of the spans
  static const float wanted[4][2] = {
    {-2.0f, 2.0f}, {-2.0f, 3.0f}, {-4.0f, 3.0f}, {-5.0f, 0.5f}};

  for (uint32_t i = 0U; i < 4U; ++i) {
    float column[2];
    lmu_outline_column(&pairs, values, i, 4U, column);
    ck_assert_float_eq(column[0], wanted[i][0]);
    ck_assert_float_eq(column[1], wanted[i][1]);
  }
}
END_TEST

START_TEST(columns_may_be_more_than_spans)
{
  for (uint32_t i = 0U; i < 100U; ++i) {
    const uint32_t span = (3U + ((40U * i) / 100U)) / 10U;
    float          column[2];
    lmu_outline_column(&pairs, values, i, 100U, column);
    ck_assert_float_eq(column[0], values[2U * (size_t)span]);
    ck_assert_float_eq(column[1], values[(2U * (size_t)span) + 1U]);
  }
}
END_TEST

START_TEST(columns_are_as_many_as_fit_and_no_more_than_frames)
{
  static const uint32_t rooms[] = {1U, 4U, 40U, 41U, 100U};

  float          columns[100][2];
  const uint32_t room  = rooms[_i];
  const uint32_t count = lmu_outline_columns(&pairs, values, room, columns);
  ck_assert_uint_eq(count, room < 40U ? room : 40U);
  for (uint32_t i = 0U; i < count; ++i) {
    float column[2];
    lmu_outline_column(&pairs, values, i, count, column);
    ck_assert_mem_eq(columns[i], column, sizeof(column));
  }
}
END_TEST

START_TEST(samples_are_least_and_greatest_of_themselves)
{
  const LmuOutline samples = {10U, 1U, 0U};
  float            column[2];
  lmu_outline_column(&samples, values, 3U, 10U, column);
  ck_assert_float_eq(column[0], 2.0f);
  ck_assert_float_eq(column[1], 2.0f);

  lmu_outline_column(&samples, values, 1U, 5U, column);
  ck_assert_float_eq(column[0], -2.0f);
  ck_assert_float_eq(column[1], 2.0f);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("outline");
  tcase_add_test(tcase, size_is_that_of_all_spans_of_the_window);
  tcase_add_loop_test(tcase, what_cannot_be_drawn_is_not_good, 0, 5);
  tcase_add_test(tcase, a_column_has_all_spans_that_it_touches);
  tcase_add_test(tcase, columns_may_be_more_than_spans);
  tcase_add_loop_test(
    tcase, columns_are_as_many_as_fit_and_no_more_than_frames, 0, 5);
  tcase_add_test(tcase, samples_are_least_and_greatest_of_themselves);
  return run_case("outline", tcase);
}
