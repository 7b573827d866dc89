// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/json.h"

#include "core/base/setup/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Return the next byte, or -1 at the end
static int
peek(const LmuJson* const json)
{
  return json->offset < json->size ? (unsigned char)json->text[json->offset]
                                   : -1;
}

/// Note the first fault
static bool
fail(LmuJson* const json, const char* const fault)
{
  if (!json->fault) {
    json->fault = fault;
  }
  return false;
}

static void
skip_space(LmuJson* const json)
{
  for (int c = peek(json); c == ' ' || c == '\t' || c == '\n' || c == '\r';
       c     = peek(json)) {
    ++json->offset;
  }
}

void
lmu_json_init(LmuJson* const json, const char* const text, const size_t size)
{
  json->text   = text;
  json->size   = size;
  json->offset = 0U;
  json->fault =
    lmu_utf8_is_valid(text, size) ? NULL : "the header is not UTF-8";
}

bool
lmu_json_skip(LmuJson* const json, const char sign)
{
  skip_space(json);
  if (json->fault || peek(json) != sign) {
    return false;
  }
  ++json->offset;
  return true;
}

bool
lmu_json_expect(LmuJson* const json, const char sign)
{
  switch (sign) {
  case '{':
    return lmu_json_skip(json, sign) || fail(json, "expected {");
  case '}':
    return lmu_json_skip(json, sign) || fail(json, "expected } or a comma");
  case '[':
    return lmu_json_skip(json, sign) || fail(json, "expected [");
  case ']':
    return lmu_json_skip(json, sign) || fail(json, "expected ] or a comma");
  case ':':
    return lmu_json_skip(json, sign) || fail(json, "expected a colon");
  default:
    return lmu_json_skip(json, sign) || fail(json, "expected a comma");
  }
}

/// Return the value of a hexadecimal digit, or 16
static uint32_t
hex_digit(const int c)
{
  static const char digits[] = "0123456789abcdefABCDEF";

  const char* const digit =
    c > 0 ? (const char*)memchr(digits, c, sizeof(digits) - 1U) : NULL;
  if (!digit) {
    return 16U;
  }
  const uint32_t index = (uint32_t)(digit - digits);
  return index < 16U ? index : index - 6U;
}

/// Read four hexadecimal digits, or return UINT32_MAX
static uint32_t
read_code(LmuJson* const json)
{
  uint32_t code = 0U;
  for (uint32_t i = 0U; i < 4U; ++i) {
    const uint32_t digit = hex_digit(peek(json));
    if (digit > 15U) {
      return UINT32_MAX;
    }
    code = (code << 4U) | digit;
    ++json->offset;
  }
  return code;
}

/// Read what follows \u, with the other half of a pair of surrogates
static uint32_t
read_character(LmuJson* const json)
{
  const uint32_t code = read_code(json);
  if (code < 0xD800U || code > 0xDBFFU) {
    return (code >= 0xDC00U && code <= 0xDFFFU) ? UINT32_MAX : code;
  }

  if (json->size - json->offset < 2U || json->text[json->offset] != '\\' ||
      json->text[json->offset + 1U] != 'u') {
    return UINT32_MAX;
  }
  json->offset += 2U;
  const uint32_t low = read_code(json);
  return (low >= 0xDC00U && low <= 0xDFFFU)
           ? 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U)
           : UINT32_MAX;
}

/// Read what follows a backslash, and return its length, or zero
static size_t
read_escape(LmuJson* const json, char text[LMU_UTF8_MAX])
{
  static const char names[]  = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";

  const int c = peek(json);
  json->offset += c < 0 ? 0U : 1U;
  if (c == 'u') {
    const uint32_t character = read_character(json);
    return (character && character != UINT32_MAX)
             ? lmu_utf8_write(text, character)
             : 0U;
  }

  const char* const name = c > 0 ? strchr(names, c) : NULL;
  text[0]                = '\0';
  if (name) {
    text[0] = values[name - names];
  }
  return name ? 1U : 0U;
}

/// Read one character of a string, and return its length in UTF-8, or zero
static size_t
read_unit(LmuJson* const json, char text[LMU_UTF8_MAX])
{
  const int c = peek(json);
  if (c < 0x20) {
    return 0U;
  }
  ++json->offset;
  if (c == '\\') {
    return read_escape(json, text);
  }
  text[0] = (char)c; // One byte of a character, as all text is UTF-8
  return 1U;
}

bool
lmu_json_read_string(LmuJson* const json, char* const string, const size_t size)
{
  size_t length = 0U;
  if (!lmu_json_skip(json, '"')) {
    return fail(json, "expected a string");
  }

  while (peek(json) != '"') {
    char         text[LMU_UTF8_MAX];
    const size_t n = read_unit(json, text);
    if (!n) {
      return fail(json, "the string has no end, or a character that is wrong");
    }
    if (length + n >= size) {
      return fail(json, "the string is too long");
    }
    memcpy(string + length, text, n);
    length += n;
  }
  ++json->offset;
  string[length] = '\0';
  return true;
}

bool
lmu_json_read_integer(LmuJson* const json, uint64_t* const value)
{
  static const char* const wrong = "expected an integer from 0 to 2^48 - 1";

  skip_space(json);
  const size_t start  = json->offset;
  uint64_t     result = 0U;
  for (int c = peek(json); c >= '0' && c <= '9'; c = peek(json)) {
    result = (10U * result) + (uint64_t)(c - '0');
    if (result > LMU_JSON_MAX_INTEGER) {
      return fail(json, wrong);
    }
    ++json->offset;
  }

  const size_t n_digits = json->offset - start;
  if (json->fault || !n_digits || (n_digits > 1U && json->text[start] == '0')) {
    return fail(json, wrong);
  }
  *value = result;
  return true;
}

bool
lmu_json_end(LmuJson* const json)
{
  skip_space(json);
  return !json->fault &&
         (json->offset == json->size || fail(json, "expected nothing more"));
}
