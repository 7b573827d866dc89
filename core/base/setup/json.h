// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_SETUP_JSON_H
#define LMU_CORE_BASE_SETUP_JSON_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   A scanner of JSON for those who know what must come next.

   RFC 8259 to the letter, but no character U+0000 in strings, as they become
   strings of C.  Every function skips white space first, and returns false at
   the first fault and ever after.  None calls itself, so that no text can
   exhaust the stack.
*/

/// Greatest integer, the greatest size in a safetensors file
#define LMU_JSON_MAX_INTEGER ((UINT64_C(1) << 48U) - 1U)

/// Where a scanner is in a text
typedef struct {
  const char* text;   ///< UTF-8, need not be terminated
  size_t      size;   ///< Its size [bytes]
  size_t      offset; ///< What was read already [bytes]
  const char* fault;  ///< What is wrong there, or null
} LmuJson;

/// Start to scan a text, which is at fault if it is not UTF-8
LMU_SETUP void
lmu_json_init(LmuJson* json, const char* text, size_t size);

/// Return whether a sign is next, and skip it if it is
LMU_SETUP bool
lmu_json_skip(LmuJson* json, char sign);

/// Skip a sign that must be next
LMU_SETUP bool
lmu_json_expect(LmuJson* json, char sign);

/**
   Read a string.

   @param json Scanner.
   @param string Set to the string with its escapes decoded, and terminated.
   It is never longer than in the text with its quotes.
   @param size Room for it, with its terminator [bytes].
   @return False if there is none, or it is too long.
*/
LMU_SETUP bool
lmu_json_read_string(LmuJson* json, char* string, size_t size);

/// Read an integer from 0 to LMU_JSON_MAX_INTEGER
LMU_SETUP bool
lmu_json_read_integer(LmuJson* json, uint64_t* value);

/// Check that nothing follows
LMU_SETUP bool
lmu_json_end(LmuJson* json);

#endif // LMU_CORE_BASE_SETUP_JSON_H
