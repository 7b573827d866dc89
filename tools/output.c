// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/output.h"

#include "tools/allocate.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PATH_LENGTH 4096U

// What to remove if the program ends early: fixed, as a signal handler reads it
static char                  unfinished[MAX_PATH_LENGTH];
static volatile sig_atomic_t has_unfinished;

static void
remove_unfinished(void)
{
  if (has_unfinished) {
    has_unfinished = 0;
    unlink(unfinished);
  }
}

static void
on_signal(const int number)
{
  remove_unfinished();
  signal(number, SIG_DFL);
  raise(number);
}

/// See that the file is removed however the program ends
static void
guard(const char* const temporary)
{
  static bool ready = false;
  if (!ready) {
    ready = true;
    atexit(remove_unfinished);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGHUP, on_signal);
  }

  has_unfinished    = 0;
  const size_t size = strlen(temporary) + 1U;
  if (size <= sizeof(unfinished)) {
    memcpy(unfinished, temporary, size);
    has_unfinished = 1;
  }
}

static LmuExit
fail(LmuFailure* const error, const char* const path, const int number)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_OUTPUT,
                         "cannot write %s: %s; choose another place",
                         path,
                         strerror(number));
}

/// Make a temporary file that is removed however the program ends, or return -1
static int
make_temporary(char* const temporary)
{
  sigset_t ends;
  sigset_t before;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGHUP);

  // Nothing may end the program while the file is there but not known
  sigprocmask(SIG_BLOCK, &ends, &before);
  const int fd     = mkstemp(temporary);
  const int number = errno;
  if (fd >= 0) {
    guard(temporary);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  errno = number;
  return fd;
}

/// Give the file the access that a program's new files have
static void
set_access(const int fd)
{
  const mode_t mask = umask(0);
  umask(mask);
  if (fchmod(fd, 0666U & ~mask)) {
    return; // Some file systems have no such thing
  }
}

/// Return the name to write to, with links followed, for free()
static char*
final_path(const char* const path)
{
  char* const real = realpath(path, NULL);
  return real ? real : lmu_allocate_text("%s", path);
}

LmuExit
lmu_output_init(LmuOutput* const  output,
                LmuFailure* const error,
                const char* const path)
{
  struct stat info;
  if (!stat(path, &info) && !S_ISREG(info.st_mode)) {
    return lmu_failure_set(
      error,
      LMU_EXIT_BAD_OUTPUT,
      "cannot write %s: not a regular file; choose another "
      "name",
      path);
  }

  char* const final     = final_path(path);
  char* const temporary = lmu_allocate_text("%s.XXXXXX", final);
  const int   fd        = make_temporary(temporary);
  if (fd < 0) {
    const int number = errno;
    free(temporary);
    free(final);
    return fail(error, path, number);
  }

  set_access(fd);
  *output = (LmuOutput){final, temporary, fd};
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_output_save(LmuOutput* const output, LmuFailure* const error)
{
  const int  fd     = output->fd;
  const bool synced = !fsync(fd) || errno == EINVAL || errno == EROFS;
  const bool closed = !close(fd);
  output->fd        = -1;
  if (!synced || !closed || rename(output->temporary, output->path)) {
    return fail(error, output->path, errno);
  }

  has_unfinished = 0;
  return LMU_EXIT_SUCCESS;
}

void
lmu_output_reset(LmuOutput* const output)
{
  if (output->fd >= 0) {
    close(output->fd);
  }
  remove_unfinished();
  free(output->temporary);
  free(output->path);
  *output = (LmuOutput){NULL, NULL, -1};
}
