// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/setup/error.h"

#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>

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
  }
  return status;
}

LmuStatus
lmu_error_status(LmuError* const error, const LmuStatus status)
{
  return status ? lmu_error_set(error, status, "%s", lmu_status_text(status))
                : LMU_SUCCESS;
}
