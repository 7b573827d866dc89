// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/base/hush.h"

#include "tools/base/allocate.h"
#include "tools/base/spool.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#define MAX_KEPT 65536U // Bytes, of the first that are printed

static int before = -1; // Standard error as it was
static int kept   = -1;

void
lmu_hush_start(void)
{
  fflush(stderr);
  kept   = lmu_spool_new();
  before = kept < 0 ? -1 : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (before >= 0) {
    dup2(kept, STDERR_FILENO);
  }
}

char*
lmu_hush_stop(void)
{
  char* const text   = (char*)lmu_allocate(MAX_KEPT + 1U, 1U);
  size_t      length = 0U;
  fflush(stderr);
  if (before >= 0) {
    dup2(before, STDERR_FILENO);
    close(before);
    before = -1;
  }
  if (kept >= 0) {
    ssize_t n_read = 1;
    while (n_read > 0 && length < MAX_KEPT) {
      n_read = pread(kept, text + length, MAX_KEPT - length, (off_t)length);
      length += (size_t)(n_read > 0 ? n_read : 0);
    }
    close(kept);
    kept = -1;
  }
  return text;
}
