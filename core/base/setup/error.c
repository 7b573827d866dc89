// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/error.h"

#include "core/base/setup/utf8.h"
#include "core/base/status.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/// Replace what terminals would obey, and what is not UTF-8, as names in texts
/// come from files, and may be cut short
static void
clean(char* const text)
{
  const size_t size   = strlen(text);
  size_t       offset = 0U;
  while (offset < size) {
    const size_t  length = lmu_utf8_length(text + offset, size - offset);
    const uint8_t byte   = (uint8_t)text[offset];
    if (!length || byte < 0x20U || byte == 0x7FU) {
      text[offset] = '?';
    }
    offset += length ? length : 1U;
  }
}

LmuStatus
lmu_error_set(LmuError* const   error,
              const LmuStatus   status,
              const char* const format,
              ...)
{
  if (error) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    clean(error->text);
  }
  return status;
}

LmuStatus
lmu_error_status(LmuError* const error, const LmuStatus status)
{
  return status ? lmu_error_set(error, status, "%s", lmu_status_text(status))
                : LMU_SUCCESS;
}
