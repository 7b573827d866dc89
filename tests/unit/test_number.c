// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/number.h"
#include "tests/unit/run.h"

#include <check.h>

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Numbers that are read back, at random
#define N_RANDOM 200000U

/// What the locale has for a decimal point
static const char* point = ".";

// The linker puts this in the place of snprintf(), as few systems have a locale
// with a comma
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
int
__wrap_snprintf(char* text, size_t size, const char* format, ...);

int
__wrap_snprintf(char* const       text,
                const size_t      size,
                const char* const format,
                ...)
{
  char    plain[256];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(plain, sizeof(plain), format, arguments);
  va_end(arguments);

  size_t length = 0U;
  for (const char* c = plain; *c && length + 1U < size; ++c) {
    const size_t n = *c == '.' ? strlen(point) : 1U;
    memcpy(text + length, *c == '.' ? point : c, n);
    length += n;
  }
  text[length] = '\0';
  return (int)length;
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

static uint64_t
next_random(uint64_t* const seed)
{
  // Knuth, "The Art of Computer Programming", volume 4, MMIX
  *seed =
    (*seed * UINT64_C(6364136223846793005)) + UINT64_C(1442695040888963407);
  return *seed;
}

/// Return how many float64 are between two positive ones
static uint64_t
distance(const double x, const double y)
{
  uint64_t bits[2];
  memcpy(&bits[0], &x, sizeof(x));
  memcpy(&bits[1], &y, sizeof(y));
  return bits[0] > bits[1] ? bits[0] - bits[1] : bits[1] - bits[0];
}

static const struct {
  const char* text;
  double      value;
} good[] = {
  {"0", 0.0},
  {"-0", -0.0},
  {"784", 784.0},
  {"784.0", 784.0},
  {"-12.5", -12.5},
  {".5", 0.5},
  {"5.", 5.0},
  {"1e-05", 1e-5},
  {"1E+2", 100.0},
  {"0.1", 0.1},
  {"000123.4500", 123.45},
  {"44100.00000000000000000000000000000000", 44100.0},
  {"123456789012345678901234567890", 123456789012345678901234567890.0},
  {"9007199254740993", 9007199254740993.0},
  {"1.7976931348623157e308", DBL_MAX},
  {"2.2250738585072014e-308", DBL_MIN},
  {"1e-999999999999999999999", 0.0},
  {"0e999999999999999999999", 0.0},
};

START_TEST(decimals_are_read)
{
  double value = 99.0;
  ck_assert(lmu_number_read(&value, good[_i].text));
  ck_assert_double_eq(value, good[_i].value);
  ck_assert_int_eq(signbit(value) != 0, signbit(good[_i].value) != 0);
}
END_TEST

static const char* const bad[] = {
  "",         "-",      ".",
  "e5",       "1e",     "1e+",
  "1,5",      " 1",     "1 ",
  "+1",       "0x10",   "--1",
  "1.2.3",    "nan",    "inf",
  "Infinity", "1e5.0",  "1f",
  "1e309",    "-1e309", "1e99999999999999999999",
  "\xD9\xA1",
};

START_TEST(anything_else_is_refused)
{
  double value = 99.0;
  ck_assert(!lmu_number_read(&value, bad[_i]));
  ck_assert_double_eq(value, 99.0);
}
END_TEST

START_TEST(integers_are_exact)
{
  uint32_t value = 0U;
  ck_assert(lmu_number_read_integer(&value, "4294967295"));
  ck_assert_uint_eq(value, UINT32_MAX);
  ck_assert(lmu_number_read_integer(&value, "0"));
  ck_assert_uint_eq(value, 0U);

  const char* const wrong[] = {"",
                               "4294967296",
                               "-1",
                               "1.0",
                               "01",
                               "1e3",
                               " 1",
                               "+1",
                               "99999999999999999999999"};
  for (size_t i = 0U; i < sizeof(wrong) / sizeof(wrong[0]); ++i) {
    ck_assert(!lmu_number_read_integer(&value, wrong[i]));
  }
}
END_TEST

static const struct {
  double      value;
  const char* text;
} written[] = {
  {0.0, "0"},
  {784.0, "784"},
  {-12.5, "-12.5"},
  {0.1, "1e-1"},
  {1e16, "10000000000000000"},
  {1e17, "1e17"},
  {44100.0, "44100"},
  {1.0 / 3.0, "3.333333333333333e-1"},
  {-1e-300, "-1e-300"},
  {DBL_MAX, "1.7976931348623157e308"},
};

START_TEST(numbers_are_written_short)
{
  char text[LMU_NUMBER_SIZE];
  lmu_number_write(text, written[_i].value);
  ck_assert_str_eq(text, written[_i].text);
}
END_TEST

START_TEST(what_is_written_is_read_again)
{
  uint64_t seed     = 1U;
  uint64_t n_differ = 0U;
  for (uint32_t i = 0U; i < N_RANDOM; ++i) {
    const uint64_t bits  = next_random(&seed) >> 1U;
    double         value = 0.0;
    memcpy(&value, &bits, sizeof(value));
    if (isfinite(value)) {
      char   text[LMU_NUMBER_SIZE];
      double back = 0.0;
      lmu_number_write(text, value);
      ck_assert_uint_lt(strlen(text), LMU_NUMBER_SIZE);
      ck_assert(lmu_number_read(&back, text));
      ck_assert_uint_le(distance(strtod(text, NULL), value), 1U);
      n_differ += back != value;
    }
  }
  ck_assert_uint_eq(n_differ, 0U);
}
END_TEST

START_TEST(fractions_of_theta_are_read_to_the_last_bit)
{
  uint64_t seed = 1U;
  for (uint32_t i = 0U; i < N_RANDOM; ++i) {
    const double value = (double)(next_random(&seed) >> 32U) / 65536.0;
    char         text[LMU_NUMBER_SIZE];
    double       back = 0.0;
    lmu_number_write(text, value);
    ck_assert(lmu_number_read(&back, text));
    ck_assert_double_eq(back, value);
  }
}
END_TEST

START_TEST(the_locale_does_not_matter)
{
  const char* const points[] = {",", "\xD9\xAB", ""};
  point                      = points[_i];

  char   text[LMU_NUMBER_SIZE];
  double value = 0.0;
  lmu_number_write(text, 12.5);
  ck_assert_str_eq(text, "12.5");
  lmu_number_write(text, -1.25e-7);
  ck_assert_str_eq(text, "-1.25e-7");
  ck_assert(lmu_number_read(&value, "12.5"));
  ck_assert_double_eq(value, 12.5);
  ck_assert(!lmu_number_read(&value, "12,5"));
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("number");
  tcase_add_loop_test(
    tcase, decimals_are_read, 0, sizeof(good) / sizeof(good[0]));
  tcase_add_loop_test(
    tcase, anything_else_is_refused, 0, sizeof(bad) / sizeof(bad[0]));
  tcase_add_test(tcase, integers_are_exact);
  tcase_add_loop_test(
    tcase, numbers_are_written_short, 0, sizeof(written) / sizeof(written[0]));
  tcase_add_test(tcase, what_is_written_is_read_again);
  tcase_add_test(tcase, fractions_of_theta_are_read_to_the_last_bit);
  tcase_add_loop_test(tcase, the_locale_does_not_matter, 0, 3);
  return run_case("number", tcase);
}
