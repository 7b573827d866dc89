// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/number.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/// Digits that a float64 needs
#define MAX_DIGITS 17

/// Digits that fit 64 bits, whatever they are
#define MAX_MANTISSA_DIGITS 19

/// Exponent above which all numbers are infinite, and below which they are zero
#define MAX_EXPONENT 400

/// Greatest power of ten that float64 has exactly
#define MAX_EXACT_EXPONENT 22

/// Greatest integer up to which float64 has all
#define MAX_EXACT_INTEGER (UINT64_C(1) << 53U)

/// A number as it is written
typedef struct {
  uint64_t mantissa;
  int      exponent;
  int      n_digits; ///< Of the mantissa, without zeros in front
  bool     any;      ///< Whether there was a digit
} Decimal;

static bool
is_digit(const char c)
{
  return c >= '0' && c <= '9';
}

/// Read digits, each of which adds `step` to the exponent of those before
static const char*
read_digits(Decimal* const decimal, const char* text, const bool fraction)
{
  for (; is_digit(*text); ++text) {
    decimal->any = true;
    if (decimal->n_digits >= MAX_MANTISSA_DIGITS) {
      decimal->exponent += fraction ? 0 : 1;
      continue;
    }
    decimal->mantissa = (10U * decimal->mantissa) + (uint64_t)(*text - '0');
    decimal->n_digits += decimal->mantissa ? 1 : 0;
    decimal->exponent -= fraction ? 1 : 0;
  }
  return text;
}

/// Read an exponent, or return null
static const char*
read_exponent(Decimal* const decimal, const char* text)
{
  const bool negative = *text == '-';
  int        exponent = 0;
  text += (*text == '-' || *text == '+') ? 1 : 0;
  if (!is_digit(*text)) {
    return NULL;
  }
  for (; is_digit(*text); ++text) {
    if (exponent < 10000000) {
      exponent = (10 * exponent) + (*text - '0');
    }
  }
  decimal->exponent += negative ? -exponent : exponent;
  return text;
}

static long double
power_of_ten(int exponent)
{
  long double power = 1.0L;
  long double base  = 10.0L;
  for (; exponent; exponent /= 2) {
    power *= exponent % 2 ? base : 1.0L;
    base *= base;
  }
  return power;
}

static double
scale(const Decimal* const decimal)
{
  const uint64_t mantissa = decimal->mantissa;
  const int      exponent = decimal->exponent;
  const int      size     = exponent < 0 ? -exponent : exponent;
  if (!mantissa || exponent < -MAX_EXPONENT) {
    return 0.0;
  }
  if (exponent > MAX_EXPONENT) {
    return (double)INFINITY;
  }

  // One operation on exact numbers rounds to the nearest
  const long double power = power_of_ten(size);
  if (size <= MAX_EXACT_EXPONENT && mantissa <= MAX_EXACT_INTEGER) {
    const double exact = (double)mantissa;
    return exponent < 0 ? exact / (double)power : exact * (double)power;
  }
  const long double value = (long double)mantissa;
  return (double)(exponent < 0 ? value / power : value * power);
}

bool
lmu_number_read(double* const value, const char* const text)
{
  Decimal     decimal  = {0U, 0, 0, false};
  const bool  negative = *text == '-';
  const char* rest     = text + (negative ? 1 : 0);
  rest                 = read_digits(&decimal, rest, false);
  if (*rest == '.') {
    rest = read_digits(&decimal, rest + 1, true);
  }
  if (decimal.any && (*rest == 'e' || *rest == 'E')) {
    rest = read_exponent(&decimal, rest + 1);
  }
  if (!decimal.any || !rest || *rest) {
    return false;
  }

  const double magnitude = scale(&decimal);
  if (!isfinite(magnitude)) {
    return false;
  }
  *value = negative ? -magnitude : magnitude;
  return true;
}

bool
lmu_number_read_integer(uint32_t* const value, const char* const text)
{
  uint64_t    result = 0U;
  const char* rest   = text;
  for (; is_digit(*rest) && result <= UINT32_MAX; ++rest) {
    result = (10U * result) + (uint64_t)(*rest - '0');
  }
  if (rest == text || *rest || result > UINT32_MAX ||
      (text[0] == '0' && text[1])) {
    return false;
  }
  *value = (uint32_t)result;
  return true;
}

/// Digits of a number, with a point behind the first
typedef struct {
  char digits[MAX_DIGITS];
  int  n_digits;
  int  exponent;
} Scientific;

/// Find the first digits of a positive number, which printf() has exactly
static Scientific
find_digits(const double value, const int n_digits)
{
  Scientific result = {{0}, n_digits, 0};
  char       text[2U * LMU_NUMBER_SIZE];
  (void)snprintf(text, sizeof(text), "%.*e", n_digits - 1, value);

  // Between the first digit and the others is what the locale has for a point
  const char* const mark = strchr(text, 'e');
  result.digits[0]       = text[0];
  memcpy(result.digits + 1, mark - (n_digits - 1), (size_t)n_digits - 1U);

  for (const char* digit = mark + 2; is_digit(*digit); ++digit) {
    result.exponent = (10 * result.exponent) + (*digit - '0');
  }
  result.exponent = mark[1] == '-' ? -result.exponent : result.exponent;
  return result;
}

/// Write digits, as an integer or fraction if that is short
static void
write_digits(char text[LMU_NUMBER_SIZE], const Scientific* const number)
{
  const bool plain = number->exponent >= 0 && number->exponent < MAX_DIGITS;
  const int  point = plain ? number->exponent + 1 : 1;
  const int  n     = number->n_digits > point ? number->n_digits : point;
  for (int i = 0; i < n; ++i) {
    if (i == point) {
      *text++ = '.';
    }
    *text = '0';
    if (i < number->n_digits) {
      *text = number->digits[i];
    }
    ++text;
  }
  if (plain) {
    *text = '\0';
  } else {
    (void)snprintf(text, sizeof("e-400"), "e%d", number->exponent);
  }
}

void
lmu_number_write(char text[LMU_NUMBER_SIZE], const double value)
{
  const double magnitude = fabs(value);
  char* const  start     = text + (signbit(value) ? 1 : 0);
  double       back      = -1.0;
  text[0]                = '-';
  for (int n = 1; n <= MAX_DIGITS && back != magnitude; ++n) {
    const Scientific number = find_digits(magnitude, n);
    write_digits(start, &number);
    (void)lmu_number_read(&back, start);
  }
}
