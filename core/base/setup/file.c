// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// For open() and others, which C does not have
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
#define _POSIX_C_SOURCE 200809L

#include "core/base/setup/file.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Names to try for a temporary file, more than a program saves at once
#define MAX_ATTEMPTS 1000U

/// Room for what the system says of an error [bytes]
#define MAX_REASON 128U

const char*
lmu_file_name(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  return (slash && slash[1]) ? slash + 1 : path;
}

/// Describe a failure of the system, as errno has it
static LmuStatus
fail(const char* const path, const char* const what, LmuError* const error)
{
  const int number = errno;
  char      reason[MAX_REASON];
  if (number == ENOENT || number == ENOTDIR) {
    return lmu_error_set(error,
                         LMU_NOT_FOUND,
                         "%s: not found; put it back, or choose another",
                         lmu_file_name(path));
  }
  if (strerror_r(number, reason, sizeof(reason))) {
    (void)snprintf(reason, sizeof(reason), "error %d", number);
  }
  return lmu_error_set(error,
                       LMU_BAD_FILE,
                       "%s: cannot be %s: %s",
                       lmu_file_name(path),
                       what,
                       reason);
}

/* Reading */

/// Return the size of an open file, or say why it is not to be read
static LmuStatus
measure(size_t* const     n_bytes,
        const int         file,
        const char* const path,
        LmuError* const   error)
{
  struct stat info;
  if (fstat(file, &info)) {
    return fail(path, "read", error);
  }
  if (!S_ISREG(info.st_mode)) {
    return lmu_error_set(error,
                         LMU_BAD_FILE,
                         "%s: is not a file but a folder or a device; choose "
                         "a file",
                         lmu_file_name(path));
  }
  if (info.st_size <= 0) {
    return lmu_error_set(error,
                         LMU_BAD_FILE,
                         "%s: is empty; copy or export it again",
                         lmu_file_name(path));
  }
  if (info.st_size > (off_t)LMU_MAX_FILE) {
    return lmu_error_set(error,
                         LMU_TOO_LARGE,
                         "%s: is larger than %lu MiB; choose a smaller one",
                         lmu_file_name(path),
                         LMU_MAX_FILE >> 20U);
  }
  *n_bytes = (size_t)info.st_size;
  return LMU_SUCCESS;
}

/// Read as many bytes as a file had when it was measured
static LmuStatus
read_all(uint8_t* const    data,
         const size_t      n_bytes,
         const int         file,
         const char* const path,
         LmuError* const   error)
{
  size_t offset = 0U;
  while (offset < n_bytes) {
    const ssize_t n = read(file, data + offset, n_bytes - offset);
    if (n == 0) {
      return lmu_error_set(error,
                           LMU_BAD_FILE,
                           "%s: became shorter while it was read; try again",
                           lmu_file_name(path));
    }
    if (n < 0 && errno != EINTR) {
      return fail(path, "read", error);
    }
    offset += n > 0 ? (size_t)n : 0U;
  }
  return LMU_SUCCESS;
}

/// Open a file, whatever signals arrive
static int
open_file(const char* const path, const int flags)
{
  int file = -1;
  do {
    file = open(path, flags | O_CLOEXEC, 0666);
  } while (file < 0 && errno == EINTR);
  return file;
}

LmuStatus
lmu_file_read(uint8_t** const   data,
              size_t* const     n_bytes,
              const char* const path,
              LmuError* const   error)
{
  *data    = NULL;
  *n_bytes = 0U;

  const int file = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (file < 0) {
    return fail(path, "opened", error);
  }

  size_t    size   = 0U;
  uint8_t*  bytes  = NULL;
  LmuStatus status = measure(&size, file, path, error);
  if (!status) {
    bytes  = (uint8_t*)malloc(size ? size : 1U);
    status = bytes ? read_all(bytes, size, file, path, error)
                   : lmu_error_status(error, LMU_NO_MEMORY);
  }
  (void)close(file);
  if (status) {
    free(bytes);
    return status;
  }

  *data    = bytes;
  *n_bytes = size;
  return LMU_SUCCESS;
}

/* Writing */

/// Create a file beside a path under a name that is free, and write the name
static int
create_beside(const char* const path, char* const name, const size_t size)
{
  int file = -1;
  for (unsigned i = 0U; i < MAX_ATTEMPTS && file < 0; ++i) {
    (void)snprintf(name, size, "%s.%u.part", path, i);
    file = open_file(name, O_WRONLY | O_CREAT | O_EXCL);
    if (file < 0 && errno != EEXIST) {
      break;
    }
  }
  return file;
}

bool
lmu_file_write(const int file, const void* const data, const size_t n_bytes)
{
  const uint8_t* const bytes  = (const uint8_t*)data;
  size_t               offset = 0U;
  while (offset < n_bytes) {
    const ssize_t n = write(file, bytes + offset, n_bytes - offset);
    if (n < 0 && errno != EINTR) {
      return false;
    }
    offset += n > 0 ? (size_t)n : 0U;
  }
  return true;
}

/// Fill a file that was created, close it, and give it its name
static bool
finish(const int         file,
       const char* const name,
       const char* const path,
       const void* const data,
       const size_t      n_bytes,
       const bool        waits)
{
  const bool written =
    lmu_file_write(file, data, n_bytes) && (!waits || !fsync(file));
  const int  reason = errno;
  const bool closed = !close(file);
  if (written && closed && !rename(name, path)) {
    return true;
  }

  const int last = written ? errno : reason;
  (void)unlink(name);
  errno = last;
  return false;
}

/// Write a whole file, and perhaps wait until the disk has it
static LmuStatus
save(const char* const path,
     const void* const data,
     const size_t      n_bytes,
     const bool        waits,
     LmuError* const   error)
{
  const size_t size = strlen(path) + sizeof(".4294967295.part");
  char* const  name = (char*)malloc(size);
  if (!name) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  const int  file = create_beside(path, name, size);
  const bool done = file >= 0 && finish(file, name, path, data, n_bytes, waits);
  const int  reason = errno;
  free(name);
  if (done) {
    return LMU_SUCCESS;
  }
  errno = reason;
  return fail(path, "written", error);
}

LmuStatus
lmu_file_save(const char* const path,
              const void* const data,
              const size_t      n_bytes,
              LmuError* const   error)
{
  return save(path, data, n_bytes, true, error);
}

LmuStatus
lmu_file_save_soon(const char* const path,
                   const void* const data,
                   const size_t      n_bytes,
                   LmuError* const   error)
{
  return save(path, data, n_bytes, false, error);
}
