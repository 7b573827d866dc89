// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/utf8.h"
#include "tests/unit/run.h"

#include <check.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

START_TEST(every_character_is_what_was_written)
{
  for (uint32_t c = 0U; c < 0x110000U; ++c) {
    const bool   surrogate = c >= 0xD800U && c <= 0xDFFFU;
    char         text[LMU_UTF8_MAX];
    const size_t length = lmu_utf8_write(text, c);
    ck_assert_uint_eq(lmu_utf8_length(text, length), surrogate ? 0U : length);
    ck_assert(lmu_utf8_is_valid(text, length) != surrogate);
    for (size_t n = 0U; n < length; ++n) {
      ck_assert_uint_eq(lmu_utf8_length(text, n), 0U);
    }
  }
}
END_TEST

START_TEST(characters_have_their_bytes)
{
  // RFC 3629, section 3, at the ends of each length
  static const struct {
    uint32_t    character;
    const char* bytes;
  } cases[] = {
    {0x7FU, "\x7F"},
    {0x80U, "\xC2\x80"},
    {0x7FFU, "\xDF\xBF"},
    {0x800U, "\xE0\xA0\x80"},
    {0xFFFFU, "\xEF\xBF\xBF"},
    {0x10000U, "\xF0\x90\x80\x80"},
    {0x10FFFFU, "\xF4\x8F\xBF\xBF"},
  };
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char         text[LMU_UTF8_MAX];
    const size_t length = lmu_utf8_write(text, cases[i].character);
    ck_assert_uint_eq(length, strlen(cases[i].bytes));
    ck_assert_mem_eq(text, cases[i].bytes, length);
  }
}
END_TEST

START_TEST(other_bytes_are_refused)
{
  static const char* const bad[] = {
    "\x80",             // Not a first byte
    "\xBF",             // Not a first byte
    "\xC0\x80",         // Overlong
    "\xC1\xBF",         // Overlong
    "\xE0\x9F\xBF",     // Overlong
    "\xF0\x8F\xBF\xBF", // Overlong
    "\xED\xA0\x80",     // Surrogate
    "\xF4\x90\x80\x80", // Beyond Unicode
    "\xF5\x80\x80\x80", // Beyond Unicode
    "\xFF",
    "a\xC2"
    "a",
    "a\xE2\x82"
    "a",
    "a\xF0\x90\x80"
    "a",
  };
  for (size_t i = 0U; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    ck_assert(!lmu_utf8_is_valid(bad[i], strlen(bad[i])));
  }
}
END_TEST

START_TEST(cleaned_text_is_text_of_the_same_length)
{
  static const char* const cases[][2] = {
    {"", ""},
    {"plain \xC3\xA4 \xF0\x9F\x8E\xB5", "plain \xC3\xA4 \xF0\x9F\x8E\xB5"},
    {"a\nb\x1B[2Jc\x7F", "a?b?[2Jc?"},
    {"\xC2\x9B"
     "2J \xC2\xA0",
     "??2J \xC2\xA0"}, // A control of two bytes
    {"\x9B"
     "2J caf\xE9.wav",
     "?2J caf?.wav"},
    {"cut \xE2\x82", "cut ??"},
  };
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char text[32];
    (void)snprintf(text, sizeof(text), "%s", cases[i][0]);
    lmu_utf8_clean(text);
    ck_assert_str_eq(text, cases[i][1]);
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("utf8");
  tcase_add_test(tcase, every_character_is_what_was_written);
  tcase_add_test(tcase, characters_have_their_bytes);
  tcase_add_test(tcase, other_bytes_are_refused);
  tcase_add_test(tcase, cleaned_text_is_text_of_the_same_length);
  return run_case("utf8", tcase);
}
