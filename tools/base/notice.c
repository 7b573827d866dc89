// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/base/notice.h"

#include "core/base/setup/utf8.h"
#include "tools/base/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_NOTICE 1024U

static bool quiet = false;
static char newest[MAX_NOTICE]; // Files are opened more than once

void
lmu_notice_set_quiet(const bool is_quiet)
{
  quiet = is_quiet;
}

void
lmu_notice(const char* const format, ...)
{
  if (quiet) {
    return;
  }

  char    text[MAX_NOTICE];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);

  lmu_utf8_clean(text);
  if (strcmp(text, newest) != 0) {
    memcpy(newest, text, sizeof(text));
    fprintf(stderr, "lmu: note: %s\n", text);
  }
}
