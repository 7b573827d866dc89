// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What test_safetensors.c cannot show of the scanner.

#include "core/base/setup/json.h"
#include "tests/unit/run.h"

#include <check.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SIZE 16U

static LmuJson json;

static void
start(const char* const text)
{
  lmu_json_init(&json, text, strlen(text));
}

START_TEST(strings_fit_their_room_or_are_refused)
{
  char string[5] = "????";
  start("\"abc\"");
  ck_assert(lmu_json_read_string(&json, string, 4U));
  ck_assert_str_eq(string, "abc");

  start("\"abcd\"");
  string[4] = '?';
  ck_assert(!lmu_json_read_string(&json, string, 4U));
  ck_assert_str_eq(json.fault, "the string is too long");
  ck_assert_int_eq(string[4], '?');

  // A character of several bytes is not cut
  start("\"ab\\u20ac\"");
  string[4] = '?';
  ck_assert(!lmu_json_read_string(&json, string, 4U));
  ck_assert_int_eq(string[4], '?');
}
END_TEST

START_TEST(surrogates_come_in_pairs)
{
  static const char* const bad[] = {
    "\"\\ud83c\"",
    "\"\\udfb8\"",
    "\"\\udfb8\\udc00\"",
    "\"\\ud83c\\ud83c\"",
    "\"\\ud83c\\ue000\"",
    "\"\\ud83c\\u0041\"",
    "\"\\ud83c\\n\"",
    "\"\\ud83cu\"",
  };
  char string[SIZE];
  for (size_t i = 0U; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    start(bad[i]);
    ck_assert(!lmu_json_read_string(&json, string, sizeof(string)));
  }
  start("\"\\udbff\\udfff\"");
  ck_assert(lmu_json_read_string(&json, string, sizeof(string)));
  ck_assert_str_eq(string, "\xF4\x8F\xBF\xBF");
}
END_TEST

START_TEST(nothing_is_read_behind_the_end)
{
  static const char text[] = "\"\\ud83c\\udfb8\"";
  for (size_t n = 0U; n < sizeof(text) - 1U; ++n) {
    char string[SIZE];
    lmu_json_init(&json, text, n);
    ck_assert(!lmu_json_read_string(&json, string, sizeof(string)));
    ck_assert_uint_le(json.offset, n);
  }
}
END_TEST

START_TEST(integers_end_at_the_greatest)
{
  uint64_t value = 0U;
  start("281474976710655");
  ck_assert(lmu_json_read_integer(&json, &value));
  ck_assert_uint_eq(value, LMU_JSON_MAX_INTEGER);
  start("281474976710656");
  ck_assert(!lmu_json_read_integer(&json, &value));
  start("0");
  ck_assert(lmu_json_read_integer(&json, &value));
  ck_assert_uint_eq(value, 0U);
}
END_TEST

START_TEST(a_fault_stays)
{
  uint64_t value = 0U;
  char     string[SIZE];
  start("x1\"a\"[");
  ck_assert(!lmu_json_expect(&json, '['));
  ++json.offset;
  ck_assert(!lmu_json_read_integer(&json, &value));
  ++json.offset;
  ck_assert(!lmu_json_read_string(&json, string, sizeof(string)));
  ck_assert(!lmu_json_skip(&json, '"'));
  json.offset = json.size;
  ck_assert(!lmu_json_end(&json));
  ck_assert_str_eq(json.fault, "expected [");
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("json");
  tcase_add_test(tcase, strings_fit_their_room_or_are_refused);
  tcase_add_test(tcase, surrogates_come_in_pairs);
  tcase_add_test(tcase, nothing_is_read_behind_the_end);
  tcase_add_test(tcase, integers_end_at_the_greatest);
  tcase_add_test(tcase, a_fault_stays);
  return run_case("json", tcase);
}
