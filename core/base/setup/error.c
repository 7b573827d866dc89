// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/error.h"

#include "core/base/setup/utf8.h"
#include "core/base/status.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

void
lmu_error_format(char* const       text,
                 const size_t      size,
                 const char* const format,
                 va_list           arguments)
{
  (void)vsnprintf(text, size, format, arguments);
  lmu_utf8_clean(text);
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
    lmu_error_format(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
  }
  return status;
}

LmuStatus
lmu_error_status(LmuError* const error, const LmuStatus status)
{
  return status ? lmu_error_set(error, status, "%s", lmu_status_text(status))
                : LMU_SUCCESS;
}
