// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/base/spool.h"

#include "core/base/setup/file.h"
#include "tools/base/allocate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK 65536U // Bytes to copy at once

/// Return a new file without a name in a folder, or -1
static int
new_in(const char* const folder)
{
  const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) {
    return fd;
  }

  // Not all file systems have files without names
  char* const name   = lmu_allocate_text("%s/lmu-XXXXXX", folder);
  const int   named  = mkostemp(name, O_CLOEXEC);
  const int   number = errno;
  if (named >= 0) {
    unlink(name);
  }
  free(name);
  errno = number;
  return named;
}

int
lmu_spool_new(void)
{
  const char* const given     = getenv("TMPDIR");
  const char* const folders[] = {given ? given : "/tmp", "/tmp", "/var/tmp"};

  int fd = -1;
  for (size_t i = 0U; fd < 0 && i < sizeof(folders) / sizeof(folders[0]); ++i) {
    fd = new_in(folders[i]);
  }
  return fd;
}

bool
lmu_spool_copy(const int to, const int from)
{
  uint8_t chunk[CHUNK];
  ssize_t n_read = 1;
  while (n_read) {
    n_read = read(from, chunk, sizeof(chunk));
    if (n_read < 0) {
      if (errno != EINTR) {
        return false;
      }
    } else if (!lmu_file_write(to, chunk, (size_t)n_read)) {
      return false;
    }
  }
  return true;
}
