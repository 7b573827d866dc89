// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_SETUP_ERROR_H
#define LMU_CORE_BASE_SETUP_ERROR_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdarg.h>
#include <stddef.h>

/**
   @file
   Errors that name what they are about: a file, a tensor, a key.
*/

/// Longest text of an error, with its terminator [bytes]
#define LMU_MAX_ERROR 512U

/// What went wrong and what to do, in words for users
typedef struct {
  char text[LMU_MAX_ERROR]; ///< A sentence in UTF-8, empty if all is well
} LmuError;

/**
   Describe an error.

   @param error Set to the text, or null if nobody wants to know.
   @param status What is returned.
   @param format Format as for printf(), with its arguments.  Only integers and
   strings, as fractions depend on the locale.
   @return `status`.
*/
LMU_SETUP LmuStatus
lmu_error_set(LmuError* error, LmuStatus status, const char* format, ...)
  __attribute__((format(printf, 3, 4)));

/**
   Write a text as lmu_error_set() does, for types that say more than an error.

   @param text Set to the text, cut short to fit and cleaned, [size].
*/
LMU_SETUP void
lmu_error_format(char* text, size_t size, const char* format, va_list arguments)
  __attribute__((format(printf, 3, 0)));

/// Describe a status that says enough by itself, and return it
LMU_SETUP LmuStatus
lmu_error_status(LmuError* error, LmuStatus status);

#endif // LMU_CORE_BASE_SETUP_ERROR_H
