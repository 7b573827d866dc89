// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/base/failure.h"

#include "core/base/setup/error.h"

#include <stdarg.h>

LmuExit
lmu_failure_set(LmuFailure* const error,
                const LmuExit     code,
                const char* const format,
                ...)
{
  va_list args;
  va_start(args, format);
  lmu_error_format(error->text, sizeof(error->text), format, args);
  va_end(args);

  error->code = code;
  return code;
}

LmuExit
lmu_failure_core(LmuFailure* const error,
                 const char* const path,
                 const LmuStatus   status,
                 const char* const text)
{
  return lmu_failure_set(error,
                         (status == LMU_NO_MEMORY) ? LMU_EXIT_NO_MEMORY
                                                   : LMU_EXIT_BAD_INPUT,
                         "%s%s%s",
                         path ? path : "",
                         path ? ": " : "",
                         text);
}
