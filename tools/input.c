// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/input.h"

#include "tools/allocate.h"
#include "tools/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define MAX_KEPT 16U

/// What cannot be read twice, until the program ends
typedef struct {
  char* path;
  int   fd;    ///< Regular file
  off_t start; ///< Where it begins
} Kept;

static Kept     kept[MAX_KEPT];
static uint32_t n_kept = 0U;

/// Keep a file for whoever opens it again; return another of it, or -1
static int
keep(const char* const path, const int fd, const off_t start)
{
  if (fd < 0 || n_kept == MAX_KEPT) {
    return fd;
  }
  kept[n_kept++] = (Kept){lmu_allocate_text("%s", path), fd, start};
  return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

/// Return a file that was kept, from its start, or -1
static int
find_kept(const char* const path)
{
  for (uint32_t i = 0U; i < n_kept; ++i) {
    if (!strcmp(kept[i].path, path)) {
      lseek(kept[i].fd, kept[i].start, SEEK_SET);
      return fcntl(kept[i].fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    }
  }
  return -1;
}

/// Copy what cannot seek to a file that can, and close it; or return -1
static int
spool(const int fd)
{
  const int copy   = lmu_spool_new();
  int       number = errno;
  bool      copied = copy >= 0;
  if (copied) {
    copied = lmu_spool_copy(copy, fd) && !lseek(copy, 0, SEEK_SET);
    number = errno;
  }
  close(fd);
  if (!copied && copy >= 0) {
    close(copy);
  }
  errno = number;
  return copied ? copy : -1;
}

int
lmu_input_open_pipe(const char* const path)
{
  struct stat info;
  const int   fd = strcmp(path, "-") != 0
                     ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
                     : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (fd < 0) {
    return -1;
  }

  // Disks, and devices that never end
  const int number =
    fstat(fd, &info)                                                  ? errno
    : S_ISDIR(info.st_mode)                                           ? EISDIR
    : S_ISBLK(info.st_mode) || (S_ISCHR(info.st_mode) && !isatty(fd)) ? ENODEV
                                                                      : 0;
  if (number) {
    close(fd);
    errno = number;
    return -1;
  }
  return fd;
}

int
lmu_input_open(const char* const path)
{
  const int again = find_kept(path);
  const int fd    = again < 0 ? lmu_input_open_pipe(path) : again;
  if (fd < 0 || again >= 0) {
    return fd;
  }

  struct stat info;
  if (fstat(fd, &info) || !S_ISREG(info.st_mode)) {
    return keep(path, spool(fd), 0);
  }
  return strcmp(path, "-") != 0 ? fd : keep(path, fd, lseek(fd, 0, SEEK_CUR));
}

FILE*
lmu_input_fopen(const char* const path)
{
  const int   fd   = lmu_input_open(path);
  FILE* const file = fd < 0 ? NULL : fdopen(fd, "rb");
  if (fd >= 0 && !file) {
    close(fd);
  }
  return file;
}

const char*
lmu_input_name(const char* const path)
{
  return strcmp(path, "-") != 0 ? path : "standard input";
}
