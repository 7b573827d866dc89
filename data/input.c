// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/input.h"

#include "core/base/setup/file.h"
#include "tools/base/allocate.h"
#include "tools/base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#define MAX_KEPT 16U

/// What cannot be read twice, until the program ends
typedef struct {
  char* path;
  off_t start; ///< Where it begins
  int   fd;    ///< Regular file
  int   error; ///< Why there is none, as a part of it is read and gone
} Kept;

static Kept     kept[MAX_KEPT];
static uint32_t n_kept = 0U;

/// Return another of a file that was kept, from its start, or -1
static int
reopen(const Kept* const file)
{
  if (file->error) {
    errno = file->error;
    return -1;
  }
  lseek(file->fd, file->start, SEEK_SET);
  return fcntl(file->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

/// Keep a file for whoever opens it again, or why there is none; return another
/// of it, or -1
static int
keep(const char* const path, const int fd, const off_t start)
{
  const int number = fd < 0 ? errno : 0;
  if (n_kept == MAX_KEPT) {
    return fd;
  }
  kept[n_kept++] = (Kept){lmu_allocate_text("%s", path), start, fd, number};
  return reopen(&kept[n_kept - 1U]);
}

/// Return what was kept of a path, or null
static const Kept*
find_kept(const char* const path)
{
  for (uint32_t i = 0U; i < n_kept; ++i) {
    if (!strcmp(kept[i].path, path)) {
      return &kept[i];
    }
  }
  return NULL;
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

/// Return why nobody reads from such a file, or zero
static int
unfit(const int fd)
{
  struct stat info;
  if (fstat(fd, &info)) {
    return errno;
  }
  if (S_ISDIR(info.st_mode)) {
    return EISDIR;
  }

  // Disks, and devices that never end, which /dev/null does
  const bool is_device =
    S_ISCHR(info.st_mode) && !isatty(fd) && info.st_rdev != makedev(1U, 3U);
  return is_device || S_ISBLK(info.st_mode) ? ENODEV : 0;
}

int
lmu_input_open_pipe(const char* const path)
{
  const int fd     = strcmp(path, "-") != 0
                       ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
                       : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int number = fd < 0 ? errno : unfit(fd);
  if (number && fd >= 0) {
    close(fd);
  }
  errno = number;
  return number ? -1 : fd;
}

int
lmu_input_take(const char* const path, const int fd)
{
  struct stat info;
  if (fstat(fd, &info) || !S_ISREG(info.st_mode)) {
    return keep(path, spool(fd), 0);
  }
  return strcmp(path, "-") != 0 ? fd : keep(path, fd, lseek(fd, 0, SEEK_CUR));
}

int
lmu_input_open(const char* const path)
{
  const Kept* const again = find_kept(path);
  const int         fd    = again ? reopen(again) : lmu_input_open_pipe(path);
  return fd < 0 || again ? fd : lmu_input_take(path, fd);
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

bool
lmu_input_is_pipe(const char* const path)
{
  // A pipe with a name of its own may have nobody at the other end
  static const char* const open_files = "/dev/fd/";
  struct stat              info;
  return !strcmp(path, "-") ||
         ((!strcmp(path, "/dev/stdin") ||
           !strncmp(path, open_files, strlen(open_files))) &&
          !stat(path, &info) && S_ISFIFO(info.st_mode));
}

/// Read a stream to its end, if that is not too far
static LmuStatus
read_stream(uint8_t** const data,
            size_t* const   n_bytes,
            FILE* const     file,
            LmuError* const error)
{
  uint8_t* const bytes  = (uint8_t*)lmu_allocate(LMU_MAX_FILE + 1U, 1U);
  const size_t   n_read = fread(bytes, 1U, LMU_MAX_FILE + 1U, file);
  if (!n_read || n_read > LMU_MAX_FILE) {
    free(bytes);
    return lmu_error_set(error,
                         n_read ? LMU_TOO_LARGE : LMU_BAD_FILE,
                         "%s",
                         n_read ? "it is too large" : "there is nothing in it");
  }

  *data    = bytes;
  *n_bytes = n_read;
  return LMU_SUCCESS;
}

LmuStatus
lmu_input_read(uint8_t** const   data,
               size_t* const     n_bytes,
               const char* const path,
               LmuError* const   error)
{
  if (!lmu_input_is_pipe(path)) {
    return lmu_file_read(data, n_bytes, path, error);
  }

  *data            = NULL;
  *n_bytes         = 0U;
  FILE* const file = lmu_input_fopen(path);
  if (!file) {
    return lmu_error_set(error, LMU_BAD_FILE, "%s", strerror(errno));
  }
  const LmuStatus status = read_stream(data, n_bytes, file, error);
  fclose(file);
  return status;
}

const char*
lmu_input_advice(const int number, const char* const usual)
{
  return number == ENOSPC || number == EDQUOT || number == EFBIG
           ? "set TMPDIR to a folder with room for all of it"
           : usual;
}

const char*
lmu_input_name(const char* const path)
{
  return !*path ? "\"\"" : strcmp(path, "-") != 0 ? path : "standard input";
}
