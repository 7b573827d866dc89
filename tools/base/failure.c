// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/base/failure.h"

#include <stdarg.h>
#include <stdio.h>

void
lmu_failure_tame(char* const text)
{
  for (unsigned char* c = (unsigned char*)text; *c; ++c) {
    // UTF-8 has controls of two bytes too
    if (c[0] == 0xC2U && c[1] >= 0x80U && c[1] < 0xA0U) {
      c[0] = c[1] = '?';
    }
    if (*c < ' ' || *c == 0x7FU) {
      *c = '?';
    }
  }
}

LmuExit
lmu_failure_set(LmuFailure* const error,
                const LmuExit     code,
                const char* const format,
                ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(error->text, sizeof(error->text), format, args);
  va_end(args);

  lmu_failure_tame(error->text);
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
