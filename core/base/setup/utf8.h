// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_SETUP_UTF8_H
#define LMU_CORE_BASE_SETUP_UTF8_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Text in UTF-8 as RFC 3629 has it: no overlong forms, no surrogates.
*/

/// Most bytes of a character
#define LMU_UTF8_MAX 4U

/// Return the length of the character that bytes start with, or zero if none
LMU_SETUP size_t
lmu_utf8_length(const char* text, size_t n_bytes);

/// Return whether bytes are UTF-8
LMU_SETUP bool
lmu_utf8_is_valid(const char* text, size_t n_bytes);

/**
   Replace each byte of what is not UTF-8, and of controls, by a question mark.

   So a text that quotes names of files, or was cut short, is one line of text,
   and a terminal that prints it obeys nothing in it.  Its length stays.
*/
LMU_SETUP void
lmu_utf8_clean(char* text);

/// Write a character that is not a surrogate, and return its length
LMU_SETUP size_t
lmu_utf8_write(char text[LMU_UTF8_MAX], uint32_t character);

#endif // LMU_CORE_BASE_SETUP_UTF8_H
