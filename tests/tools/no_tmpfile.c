// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/*
  Loaded before the C library, this makes a file system of any kind one that has
  no files without names, as many network file systems are.
*/

static int
open_file(const int folder, const char* path, const int flags, va_list args)
{
  const mode_t mode = (mode_t)va_arg(args, unsigned);
  if ((flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

// Names of the C library's parameters are reserved
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

int
openat(const int folder, const char* const path, const int flags, ...)
{
  va_list args;
  va_start(args, flags);
  const int fd = open_file(folder, path, flags, args);
  va_end(args);
  return fd;
}

int
open(const char* const path, const int flags, ...)
{
  va_list args;
  va_start(args, flags);
  const int fd = open_file(AT_FDCWD, path, flags, args);
  va_end(args);
  return fd;
}

int
openat64(const int folder, const char* const path, const int flags, ...)
  __attribute__((alias("openat")));

int
open64(const char* const path, const int flags, ...)
  __attribute__((alias("open")));

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
