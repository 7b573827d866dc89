// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/base/print.h"

#include "core/base/setup/utf8.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Return how many newlines a text ends with
static size_t
count_last(const char* const text)
{
  size_t       count  = 0U;
  const size_t length = strlen(text);
  while (count < length && text[length - 1U - count] == '\n') {
    ++count;
  }
  return count;
}

void
lmu_print(const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  char* const text = lmu_allocate_text_list(format, args);
  va_end(args);

  const size_t length = strlen(text);
  lmu_utf8_clean(text);
  memset(text, '\n', strspn(format, "\n"));
  const size_t n_last = count_last(format);
  memset(text + length - n_last, '\n', n_last);
  fputs(text, stdout);
  free(text);
}
