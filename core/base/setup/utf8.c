// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// First bytes of one length, and what the second byte of those may be.  All
/// others are 0x80 to 0xBF.  RFC 3629, section 4.
typedef struct {
  uint8_t first;
  uint8_t last;
  uint8_t length;
  uint8_t second_min;
  uint8_t second_max;
} Range;

static const Range ranges[] = {
  {0x00U, 0x7FU, 1U, 0x00U, 0x00U},
  {0xC2U, 0xDFU, 2U, 0x80U, 0xBFU},
  {0xE0U, 0xE0U, 3U, 0xA0U, 0xBFU},
  {0xE1U, 0xECU, 3U, 0x80U, 0xBFU},
  {0xEDU, 0xEDU, 3U, 0x80U, 0x9FU}, // Above are surrogates
  {0xEEU, 0xEFU, 3U, 0x80U, 0xBFU},
  {0xF0U, 0xF0U, 4U, 0x90U, 0xBFU},
  {0xF1U, 0xF3U, 4U, 0x80U, 0xBFU},
  {0xF4U, 0xF4U, 4U, 0x80U, 0x8FU},
};

static bool
fits(const Range* const range, const uint8_t* const bytes)
{
  if (range->length > 1U &&
      (bytes[1] < range->second_min || bytes[1] > range->second_max)) {
    return false;
  }
  for (size_t i = 2U; i < range->length; ++i) {
    if (bytes[i] < 0x80U || bytes[i] > 0xBFU) {
      return false;
    }
  }
  return true;
}

size_t
lmu_utf8_length(const char* const text, const size_t n_bytes)
{
  const uint8_t* const bytes = (const uint8_t*)text;
  for (size_t i = 0U; n_bytes && i < sizeof(ranges) / sizeof(ranges[0]); ++i) {
    const Range* const range = &ranges[i];
    if (bytes[0] >= range->first && bytes[0] <= range->last) {
      return (range->length <= n_bytes && fits(range, bytes)) ? range->length
                                                              : 0U;
    }
  }
  return 0U;
}

bool
lmu_utf8_is_valid(const char* const text, const size_t n_bytes)
{
  size_t offset = 0U;
  while (offset < n_bytes) {
    const size_t length = lmu_utf8_length(text + offset, n_bytes - offset);
    if (!length) {
      return false;
    }
    offset += length;
  }
  return true;
}

/// Return whether a character is a control, of one byte or of two
static bool
is_control(const uint8_t* const bytes, const size_t length)
{
  return (length == 1U && (bytes[0] < 0x20U || bytes[0] == 0x7FU)) ||
         (length == 2U && bytes[0] == 0xC2U && bytes[1] < 0xA0U);
}

void
lmu_utf8_clean(char* const text)
{
  const size_t size  = strlen(text);
  size_t       index = 0U;
  while (index < size) {
    char* const  here   = text + index;
    const size_t length = lmu_utf8_length(here, size - index);
    const size_t step   = length ? length : 1U;
    if (!length || is_control((const uint8_t*)here, length)) {
      memset(here, '?', step);
    }
    index += step;
  }
}

size_t
lmu_utf8_write(char text[LMU_UTF8_MAX], const uint32_t character)
{
  if (character < 0x80U) {
    text[0] = (char)character;
    return 1U;
  }

  // Marks of a first byte, by length
  static const uint8_t marks[] = {0x00U, 0x00U, 0xC0U, 0xE0U, 0xF0U};

  const size_t length = (character < 0x800U)     ? 2U
                        : (character < 0x10000U) ? 3U
                                                 : 4U;
  uint32_t     rest   = character;
  for (size_t i = length - 1U; i > 0U; --i) {
    text[i] = (char)(0x80U | (rest & 0x3FU));
    rest >>= 6U;
  }
  text[0] = (char)(marks[length] | rest);
  return length;
}
