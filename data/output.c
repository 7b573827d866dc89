// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/output.h"

#include "core/base/setup/file.h"
#include "tools/base/allocate.h"
#include "tools/base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define MAX_LINKS 40U // As the system follows
#define MAX_TRIES 100U
#define SELF "/proc/self/fd"

/* What is left if the program ends early */

// What to remove then: fixed, as a signal handler reads it
static char                  unfinished[NAME_MAX + 1];
static int                   unfinished_folder;
static volatile sig_atomic_t has_unfinished;

static const int ends[] =
  {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU, SIGALRM};

#define N_ENDS (sizeof(ends) / sizeof(ends[0]))

static void
remove_unfinished(void)
{
  if (has_unfinished) {
    has_unfinished = 0;
    unlinkat(unfinished_folder, unfinished, 0);
  }
}

static void
on_signal(const int number)
{
  remove_unfinished();
  signal(number, SIG_DFL);
  raise(number);
}

/// See that a file is removed however the program ends, but for SIGKILL
static void
guard(const int folder, const char* const name)
{
  static bool ready = false;
  if (!ready) {
    ready = true;
    atexit(remove_unfinished);
    for (size_t i = 0U; i < N_ENDS; ++i) {
      // What is ignored, such as SIGHUP after nohup, or caught by the command,
      // stays so
      struct sigaction before;
      if (!sigaction(ends[i], NULL, &before) && before.sa_handler == SIG_DFL) {
        signal(ends[i], on_signal);
      }
    }
  }

  has_unfinished    = 0;
  unfinished_folder = folder;
  memcpy(unfinished, name, strlen(name) + 1U);
  has_unfinished = 1;
}

/// Let nothing end the program until `before` is set again
static void
hold_signals(sigset_t* const before)
{
  sigset_t held;
  sigemptyset(&held);
  for (size_t i = 0U; i < N_ENDS; ++i) {
    sigaddset(&held, ends[i]);
  }
  sigprocmask(SIG_BLOCK, &held, before);
}

static void
release_signals(const sigset_t* const before)
{
  const int number = errno;
  sigprocmask(SIG_SETMASK, before, NULL);
  errno = number;
}

/* Errors */

static LmuExit
refuse(LmuFailure* const error, const char* const path, const char* const why)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_OUTPUT,
                         "cannot write %s: %s; choose another place",
                         !*path                            ? "\"\""
                         : strcmp(path, LMU_STANDARD) != 0 ? path
                                                           : "standard output",
                         why);
}

static LmuExit
fail(LmuFailure* const error, const char* const path, const int number)
{
  return refuse(error, path, strerror(number));
}

/* Standard output */

static int         standard = -1; // What it was before it was claimed
static const char* claimed;       // Path by which it was, which may lead
                                  // elsewhere now

bool
lmu_output_is_standard(const char* const path)
{
  struct stat named;
  struct stat out;
  if (!strcmp(path, LMU_STANDARD) || (claimed && !strcmp(path, claimed))) {
    return true;
  }
  return !stat(path, &named) &&
         !fstat(standard < 0 ? STDOUT_FILENO : standard, &out) &&
         (S_ISREG(out.st_mode) || S_ISFIFO(out.st_mode)) &&
         named.st_dev == out.st_dev && named.st_ino == out.st_ino;
}

void
lmu_output_claim(const char* const path)
{
  if (standard < 0 && lmu_output_is_standard(path)) {
    fflush(stdout);
    claimed  = lmu_allocate_text("%s", path);
    standard = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    dup2(STDERR_FILENO, STDOUT_FILENO);
  }
}

bool
lmu_output_is_stream(const char* const path)
{
  struct stat info;
  return !strcmp(path, LMU_STANDARD) ||
         (!stat(path, &info) && !S_ISREG(info.st_mode) &&
          !S_ISDIR(info.st_mode));
}

/* Where to write */

/// Return a path with all links at its end followed, for free(), or null
static char*
follow(const char* const path)
{
  char* current = lmu_allocate_text("%s", path);
  for (uint32_t i = 0U; i < MAX_LINKS; ++i) {
    char          link[PATH_MAX] = "";
    const ssize_t length         = readlink(current, link, sizeof(link) - 1U);
    if (length < 0) {
      return current;
    }

    const char* const slash = strrchr(current, '/');
    const int n_folder = (*link == '/' || !slash) ? 0 : (int)(slash - current);
    char* const next   = lmu_allocate_text(
      "%.*s%s%s", n_folder, current, n_folder ? "/" : "", link);
    free(current);
    current = next;
  }
  free(current);
  errno = ELOOP;
  return NULL;
}

/// Open the folder of a path, and keep the name in it
static bool
open_folder(LmuOutput* const output, const char* const path)
{
  char* const final = follow(path);
  if (!final) {
    return false;
  }

  char* const slash = strrchr(final, '/');
  output->name      = lmu_allocate_text("%s", slash ? slash + 1 : final);
  if (slash) {
    slash[slash == final] = '\0'; // The root keeps its slash
  }
  output->folder = open(slash ? final : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int number = errno;
  free(final);
  errno = *output->name ? number : (*path ? EISDIR : ENOENT);
  return *output->name && output->folder >= 0;
}

/// Set a name of few letters for a file beside the final one
static void
set_temporary(LmuOutput* const output)
{
  static uint32_t count = 0U;
  free(output->temporary);
  output->temporary =
    lmu_allocate_text(".lmu-%ld-%u", (long)getpid(), (unsigned)(count++));
}

/// Make a file in the folder that has a name until it is complete
static bool
open_named(LmuOutput* const output)
{
  sigset_t before;
  hold_signals(&before);
  for (uint32_t i = 0U; output->fd < 0 && i < MAX_TRIES; ++i) {
    set_temporary(output);
    output->fd = openat(output->folder,
                        output->temporary,
                        O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC,
                        0666);
    if (output->fd < 0 && errno != EEXIST) {
      break;
    }
  }
  if (output->fd >= 0) {
    guard(output->folder, output->temporary);
  }
  release_signals(&before);
  return output->fd >= 0;
}

/// Make a file in the folder, without a name where the system can
static bool
open_beside(LmuOutput* const output)
{
  if (!access(SELF, X_OK)) {
    output->fd =
      openat(output->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
    if (output->fd >= 0 || errno == EACCES || errno == EROFS) {
      return output->fd >= 0;
    }
  }
  return open_named(output);
}

/// Return whether the new file can be all that the one before is
static bool
take_after(const int fd, const int before)
{
  struct stat old;
  struct stat new;
  if (fstat(before, &old) || fstat(fd, &new) || old.st_nlink != 1U) {
    return false;
  }
  if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
      fchown(fd, old.st_uid, old.st_gid)) {
    return false;
  }
  return !fchmod(fd, old.st_mode & 07777U) &&
         flistxattr(fd, NULL, 0U) == flistxattr(before, NULL, 0U);
}

/// Forget the name of a file that is to be copied
static void
drop_name(LmuOutput* const output)
{
  remove_unfinished();
  free(output->temporary);
  output->temporary = NULL;
}

/// Begin a file in the place of one that is there
static bool
open_over(LmuOutput* const output)
{
  output->to =
    openat(output->folder, output->name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (output->to < 0) {
    return false;
  }

  const bool beside = open_beside(output);
  output->way       = LMU_OUTPUT_RENAME;
  if (!beside || !take_after(output->fd, output->to)) {
    output->way = LMU_OUTPUT_COPY;
    drop_name(output);
    output->fd = beside ? output->fd : lmu_spool_new();
  }
  return output->fd >= 0;
}

/// Begin what is no regular file, by way of one if the writer seeks
static bool
open_stream(LmuOutput* const output, const int fd, const bool seeks)
{
  if (fd < 0) {
    return false;
  }

  output->way = seeks ? LMU_OUTPUT_COPY : LMU_OUTPUT_STREAM;
  output->fd  = seeks ? lmu_spool_new() : fd;
  output->to  = seeks ? fd : -1;
  if (output->fd < 0) {
    close(fd);
    output->to = -1;
  }
  return output->fd >= 0;
}

/// Begin a regular file, which may be there or not
static bool
open_file(LmuOutput* const output, const char* const path, const bool exists)
{
  if (!open_folder(output, path)) {
    return false;
  }
  if (exists) {
    return open_over(output);
  }

  struct stat info;
  output->way = LMU_OUTPUT_LINK;
  if (!fstatat(output->folder, output->name, &info, AT_SYMLINK_NOFOLLOW)) {
    errno = EEXIST; // As a link that leads nowhere
    return false;
  }
  return errno == ENOENT && open_beside(output);
}

static LmuExit
open_special(LmuOutput* const  output,
             LmuFailure* const error,
             const char* const path,
             const bool        seeks)
{
  const bool is_standard = lmu_output_is_standard(path);
  if (is_standard) {
    lmu_output_claim(path);
  }

  const int fd = is_standard
                   ? fcntl(standard, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                   : open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd >= 0 && isatty(fd)) {
    close(fd);
    return refuse(error, path, "it is a terminal, and this is no text");
  }
  return open_stream(output, fd, seeks) ? LMU_EXIT_SUCCESS
                                        : fail(error, path, errno);
}

/// Return why nobody writes to such a file, or null
static const char*
odd_kind(const struct stat* const info)
{
  return S_ISDIR(info->st_mode)    ? "it is a folder"
         : S_ISBLK(info->st_mode)  ? "it is a whole disk"
         : S_ISSOCK(info->st_mode) ? "it is a socket"
                                   : NULL;
}

static LmuExit
begin(LmuOutput* const  output,
      LmuFailure* const error,
      const char* const path,
      const bool        seeks)
{
  struct stat       info;
  const bool        exists = !stat(path, &info);
  const char* const odd    = exists ? odd_kind(&info) : NULL;
  if (odd) {
    return refuse(error, path, odd);
  }
  if (lmu_output_is_standard(path) || (exists && !S_ISREG(info.st_mode))) {
    return open_special(output, error, path, seeks);
  }
  return open_file(output, path, exists) ? LMU_EXIT_SUCCESS
                                         : fail(error, path, errno);
}

LmuExit
lmu_output_init(LmuOutput* const  output,
                LmuFailure* const error,
                const char* const path,
                const bool        seeks)
{
  LmuOutput opened     = LMU_NO_OUTPUT;
  opened.path          = lmu_allocate_text("%s", path);
  const LmuExit status = begin(&opened, error, path, seeks);
  if (status) {
    lmu_output_reset(&opened);
    return status;
  }

  *output = opened;
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_output_write(const LmuOutput* const output,
                 LmuFailure* const      error,
                 const void* const      data,
                 const size_t           n_bytes)
{
  return lmu_file_write(output->fd, data, n_bytes)
           ? LMU_EXIT_SUCCESS
           : fail(error, output->path, errno);
}

/* Getting it there */

/// Give a file without a name one in the folder
static bool
link_as(const LmuOutput* const output, const char* const name)
{
  char* const self = lmu_allocate_text(SELF "/%d", output->fd);
  const bool  linked =
    !linkat(AT_FDCWD, self, output->folder, name, AT_SYMLINK_FOLLOW);
  const int number = errno;
  free(self);
  errno = number;
  return linked;
}

/// Put the file in the place of one that is there
static bool
replace(LmuOutput* const output)
{
  bool named = output->temporary;
  for (uint32_t i = 0U; !named && i < MAX_TRIES; ++i) {
    set_temporary(output);
    named = link_as(output, output->temporary);
    if (!named && errno != EEXIST) {
      return false;
    }
  }
  if (!named) {
    return false;
  }

  guard(output->folder, output->temporary);
  return !renameat(
    output->folder, output->temporary, output->folder, output->name);
}

/// Name a new file; if there is one by now, then replace that
static bool
name_file(LmuOutput* const output)
{
  if (output->way == LMU_OUTPUT_LINK && !output->temporary) {
    return link_as(output, output->name) ||
           (errno == EEXIST && replace(output));
  }
  return replace(output);
}

/// Overwrite what is there, once the system has the room for it
static bool
overwrite(const LmuOutput* const output)
{
  struct stat info;
  const off_t size = lseek(output->fd, 0, SEEK_END);
  if (size < 0 || lseek(output->fd, 0, SEEK_SET) < 0 ||
      fstat(output->to, &info)) {
    return false;
  }
  if (output->folder < 0) {
    return lmu_spool_copy(output->to, output->fd);
  }

  const bool has_room = !size ||
                        !fallocate(output->to, FALLOC_FL_KEEP_SIZE, 0, size) ||
                        errno == EOPNOTSUPP;
  return has_room && lmu_spool_copy(output->to, output->fd) &&
         !ftruncate(output->to, size);
}

/// Write all to the disk, and close
static bool
finish(int* const fd)
{
  // What is no file on a disk has nothing to write
  const bool synced = !fsync(*fd) || errno == EINVAL || errno == EROFS;
  const int  number = errno;
  const bool closed = !close(*fd);
  *fd               = -1;
  errno             = synced ? errno : number;
  return synced && closed;
}

static bool
save(LmuOutput* const output)
{
  if (output->way == LMU_OUTPUT_STREAM) {
    return finish(&output->fd);
  }
  if (output->way == LMU_OUTPUT_COPY) {
    return overwrite(output) && finish(&output->to);
  }
  const bool synced = !fsync(output->fd) || errno == EINVAL || errno == EROFS;
  return synced && name_file(output) && finish(&output->fd);
}

LmuExit
lmu_output_save(LmuOutput* const output, LmuFailure* const error)
{
  // A pipe may take for ever, and is never half there for others
  const bool is_file = output->folder >= 0;
  sigset_t   before;
  if (is_file) {
    hold_signals(&before);
  }
  const bool saved = save(output);
  has_unfinished   = saved ? 0 : has_unfinished;
  if (is_file) {
    release_signals(&before);
  }
  return saved ? LMU_EXIT_SUCCESS : fail(error, output->path, errno);
}

static void
close_one(const int fd)
{
  if (fd >= 0) {
    close(fd);
  }
}

void
lmu_output_reset(LmuOutput* const output)
{
  const int number = errno;
  if (output->temporary) {
    remove_unfinished();
  }
  close_one(output->fd);
  close_one(output->to);
  close_one(output->folder);
  free(output->temporary);
  free(output->name);
  free(output->path);
  *output = LMU_NO_OUTPUT;
  errno   = number;
}

LmuExit
lmu_output_put(LmuFailure* const error,
               const char* const path,
               const void* const data,
               const size_t      n_bytes)
{
  LmuOutput output = LMU_NO_OUTPUT;
  LmuExit   status = lmu_output_init(&output, error, path, false);
  if (!status) {
    status = lmu_output_write(&output, error, data, n_bytes);
  }
  if (!status) {
    status = lmu_output_save(&output, error);
  }
  lmu_output_reset(&output);
  return status;
}
