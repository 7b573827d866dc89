// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Files as users have them, and a system that fails.

// For mkfifo() and others, which C does not have
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
#define _POSIX_C_SOURCE 200809L

#include "core/base/setup/file.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "tests/unit/run.h"

#include <check.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A system that fails.  The linker puts these in the place of others. */

/// Calls that can fail
typedef enum {
  CALL_OPEN,
  CALL_READ,
  CALL_WRITE,
  CALL_FSYNC,
  CALL_CLOSE,
  CALL_RENAME,
  CALL_MALLOC,
  N_CALLS,
} Call;

/// How often calls fail from now on, and with what errno
static struct {
  unsigned count;
  int      error;
} faults[N_CALLS];

/// Most bytes that are read or written at once
static size_t most = SIZE_MAX;

static void
set_fault(const Call call, const unsigned count, const int error)
{
  faults[call].count = count;
  faults[call].error = error;
}

static bool
fails(const Call call)
{
  if (!faults[call].count) {
    return false;
  }
  --faults[call].count;
  errno = faults[call].error;
  return true;
}

static size_t
lesser(const size_t x, const size_t y)
{
  return x < y ? x : y;
}

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
int
__real_open(const char* path, int flags, ...);
int
__wrap_open(const char* path, int flags, ...);
int
__wrap_open64(const char* path, int flags, ...);
ssize_t
__real_read(int file, void* data, size_t size);
ssize_t
__wrap_read(int file, void* data, size_t size);
ssize_t
__real_write(int file, const void* data, size_t size);
ssize_t
__wrap_write(int file, const void* data, size_t size);
int
__real_fsync(int file);
int
__wrap_fsync(int file);
int
__real_close(int file);
int
__wrap_close(int file);
int
__real_rename(const char* from, const char* to);
int
__wrap_rename(const char* from, const char* to);
void*
__real_malloc(size_t size);
void*
__wrap_malloc(size_t size);

int
__wrap_open(const char* const path, const int flags, ...)
{
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) ? va_arg(arguments, mode_t) : 0U;
  va_end(arguments);
  return fails(CALL_OPEN) ? -1 : __real_open(path, flags, mode);
}

int
__wrap_open64(const char* const path, const int flags, ...)
{
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) ? va_arg(arguments, mode_t) : 0U;
  va_end(arguments);
  return fails(CALL_OPEN) ? -1 : __real_open(path, flags, mode);
}

ssize_t
__wrap_read(const int file, void* const data, const size_t size)
{
  if (fails(CALL_READ)) {
    return errno ? -1 : 0;
  }
  return __real_read(file, data, lesser(size, most));
}

ssize_t
__wrap_write(const int file, const void* const data, const size_t size)
{
  return fails(CALL_WRITE) ? -1 : __real_write(file, data, lesser(size, most));
}

int
__wrap_fsync(const int file)
{
  return fails(CALL_FSYNC) ? -1 : __real_fsync(file);
}

int
__wrap_close(const int file)
{
  const int status = __real_close(file);
  return fails(CALL_CLOSE) ? -1 : status;
}

int
__wrap_rename(const char* const from, const char* const to)
{
  return fails(CALL_RENAME) ? -1 : __real_rename(from, to);
}

void*
__wrap_malloc(const size_t size)
{
  return fails(CALL_MALLOC) ? NULL : __real_malloc(size);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

/* A folder of our own, which is also the working one */

#define TEMPLATE "/tmp/lmu-file-XXXXXX"

static char     folder[sizeof(TEMPLATE)];
static uint8_t* data;
static size_t   n_bytes;
static LmuError error;

static void
setup(void)
{
  memcpy(folder, TEMPLATE, sizeof(TEMPLATE));
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chmod(folder, 0777), 0);
  ck_assert_int_eq(chdir(folder), 0);
}

static bool
is_hidden(const struct dirent* const entry)
{
  return entry->d_name[0] == '.';
}

static void
teardown(void)
{
  memset(faults, 0, sizeof(faults));
  most = SIZE_MAX;
  free(data);
  data            = NULL;
  DIR* const here = opendir(".");
  ck_assert_ptr_nonnull(here);
  for (const struct dirent* entry = readdir(here); entry;
       entry                      = readdir(here)) {
    if (!is_hidden(entry)) {
      ck_assert_int_eq(remove(entry->d_name), 0);
    }
  }
  (void)closedir(here);
  ck_assert_int_eq(chdir("/"), 0);
  ck_assert_int_eq(rmdir(folder), 0);
}

static unsigned
count_files(void)
{
  unsigned   n    = 0U;
  DIR* const here = opendir(".");
  ck_assert_ptr_nonnull(here);
  for (const struct dirent* entry = readdir(here); entry;
       entry                      = readdir(here)) {
    n += is_hidden(entry) ? 0U : 1U;
  }
  (void)closedir(here);
  return n;
}

/// Make a file with a text
static void
put(const char* const path, const char* const text)
{
  FILE* const file = fopen(path, "wb");
  ck_assert_ptr_nonnull(file);
  ck_assert_int_ge(fputs(text, file), 0);
  ck_assert_int_eq(fclose(file), 0);
}

/// Require that a file has a text
static void
expect_text(const char* const path, const char* const text)
{
  uint8_t* bytes = NULL;
  size_t   size  = 0U;
  ck_assert_int_eq(lmu_file_read(&bytes, &size, path, &error), LMU_SUCCESS);
  ck_assert_uint_eq(size, strlen(text));
  ck_assert_mem_eq(bytes, text, size);
  free(bytes);
}

static void
refuse(const char* const path, const LmuStatus status, const char* const text)
{
  uint8_t  byte  = 0U;
  uint8_t* bytes = &byte;
  size_t   size  = 99U;
  memset(&error, 0, sizeof(error));
  ck_assert_int_eq(lmu_file_read(&bytes, &size, path, &error), status);
  ck_assert_ptr_null(bytes);
  ck_assert_uint_eq(size, 0U);
  ck_assert_str_eq(error.text, text);
}

START_TEST(names_are_the_last_part_of_a_path)
{
  ck_assert_str_eq(lmu_file_name("/home/a b/amp.safetensors"),
                   "amp.safetensors");
  ck_assert_str_eq(lmu_file_name("amp"), "amp");
  ck_assert_str_eq(lmu_file_name("folder/"), "folder/");
  ck_assert_str_eq(lmu_file_name(""), "");
}
END_TEST

/* Reading */

START_TEST(files_are_read_whole)
{
  put("a", "some text");
  expect_text("a", "some text");
  ck_assert_int_eq(symlink("a", "link"), 0);
  expect_text("link", "some text");
}
END_TEST

START_TEST(reading_goes_on_after_signals_and_short_reads)
{
  put("a", "some text");
  most = 2U;
  set_fault(CALL_OPEN, 3U, EINTR);
  set_fault(CALL_READ, 3U, EINTR);
  expect_text("a", "some text");
}
END_TEST

START_TEST(missing_files_are_not_found)
{
  static const char* const why = ": not found; put it back, or choose another";
  char                     text[128];
  put("a", "text");
  ck_assert_int_eq(symlink("missing", "dangling"), 0);
  const char* const paths[] = {"missing", "dangling", "a/b", "x/y", ""};
  for (size_t i = 0U; i < sizeof(paths) / sizeof(paths[0]); ++i) {
    (void)snprintf(text, sizeof(text), "%s%s", lmu_file_name(paths[i]), why);
    refuse(paths[i], LMU_NOT_FOUND, text);
  }
}
END_TEST

START_TEST(folders_pipes_and_devices_are_refused_at_once)
{
  static const char* const why =
    ": is not a file but a folder or a device; choose a file";
  char text[128];
  ck_assert_int_eq(mkdir("folder", 0777), 0);
  ck_assert_int_eq(mkfifo("pipe", 0666), 0);
  const char* const paths[] = {"folder", ".", "pipe", "/dev/zero", "/dev/null"};
  for (size_t i = 0U; i < sizeof(paths) / sizeof(paths[0]); ++i) {
    (void)snprintf(text, sizeof(text), "%s%s", lmu_file_name(paths[i]), why);
    refuse(paths[i], LMU_BAD_FILE, text);
  }
}
END_TEST

START_TEST(empty_files_are_refused)
{
  put("a", "");
  refuse("a", LMU_BAD_FILE, "a: is empty; copy or export it again");
  refuse("/proc/self/status", // Which says so
         LMU_BAD_FILE,
         "status: is empty; copy or export it again");
}
END_TEST

START_TEST(large_files_are_refused_before_there_is_memory_for_them)
{
  put("a", "");
  ck_assert_int_eq(truncate("a", (off_t)LMU_MAX_FILE + 1), 0);
  set_fault(CALL_MALLOC, UINT_MAX, ENOMEM);
  const LmuStatus status = lmu_file_read(&data, &n_bytes, "a", &error);
  const unsigned  left   = faults[CALL_MALLOC].count;
  set_fault(CALL_MALLOC, 0U, 0); // Check takes memory too
  ck_assert_uint_eq(left, UINT_MAX);
  ck_assert_int_eq(status, LMU_TOO_LARGE);
  ck_assert_int_eq(truncate("a", (off_t)1 << 40), 0);
  refuse("a", LMU_TOO_LARGE, "a: is larger than 64 MiB; choose a smaller one");
}
END_TEST

START_TEST(the_greatest_file_is_read)
{
  put("a", "");
  ck_assert_int_eq(truncate("a", (off_t)LMU_MAX_FILE), 0);
  ck_assert_int_eq(lmu_file_read(&data, &n_bytes, "a", &error), LMU_SUCCESS);
  ck_assert_uint_eq(n_bytes, LMU_MAX_FILE);
}
END_TEST

START_TEST(files_of_others_are_refused)
{
  put("a", "text");
  ck_assert_int_eq(chmod("a", 0), 0);
  const bool is_root = geteuid() == 0U;
  if (is_root) {
    ck_assert_int_eq(seteuid(65534U), 0); // Nobody
  }
  refuse("a", LMU_BAD_FILE, "a: cannot be opened: Permission denied");
  if (is_root) {
    ck_assert_int_eq(seteuid(0U), 0);
  }
}
END_TEST

START_TEST(loops_of_links_are_refused)
{
  ck_assert_int_eq(symlink("b", "a"), 0);
  ck_assert_int_eq(symlink("a", "b"), 0);
  refuse("a",
         LMU_BAD_FILE,
         "a: cannot be opened: Too many levels of symbolic links");
}
END_TEST

START_TEST(failing_disks_are_told)
{
  put("a", "text");
  set_fault(CALL_READ, 1U, EIO);
  refuse("a", LMU_BAD_FILE, "a: cannot be read: Input/output error");
}
END_TEST

START_TEST(files_that_shrink_are_refused)
{
  put("a", "text");
  set_fault(CALL_READ, 1U, 0);
  refuse("a", LMU_BAD_FILE, "a: became shorter while it was read; try again");
}
END_TEST

START_TEST(no_memory_is_told)
{
  put("a", "text");
  set_fault(CALL_MALLOC, 1U, ENOMEM);
  refuse("a", LMU_NO_MEMORY, "Out of memory");
}
END_TEST

START_TEST(reading_leaves_no_file_open)
{
  put("a", "text");
  const int before = dup(0);
  ck_assert_int_eq(close(before), 0);
  expect_text("a", "text");
  set_fault(CALL_READ, 1U, EIO);
  ck_assert_int_eq(lmu_file_read(&data, &n_bytes, "a", NULL), LMU_BAD_FILE);
  ck_assert_int_eq(lmu_file_read(&data, &n_bytes, "/", NULL), LMU_BAD_FILE);
  ck_assert_int_eq(lmu_file_save("a", "b", 1U, NULL), LMU_SUCCESS);
  ck_assert_int_eq(dup(0), before);
}
END_TEST

/* Writing */

START_TEST(files_are_written_whole)
{
  ck_assert_int_eq(lmu_file_save("a", "new", 3U, &error), LMU_SUCCESS);
  expect_text("a", "new");
  ck_assert_int_eq(lmu_file_save("a", "newer", 5U, &error), LMU_SUCCESS);
  expect_text("a", "newer");
  ck_assert_uint_eq(count_files(), 1U);
}
END_TEST

START_TEST(writing_goes_on_after_signals_and_short_writes)
{
  most = 2U;
  set_fault(CALL_OPEN, 3U, EINTR);
  set_fault(CALL_WRITE, 3U, EINTR);
  ck_assert_int_eq(lmu_file_save("a", "some text", 9U, &error), LMU_SUCCESS);
  expect_text("a", "some text");
}
END_TEST

START_TEST(files_have_the_mode_that_the_user_wants)
{
  struct stat  info;
  const mode_t before = umask(027);
  ck_assert_int_eq(lmu_file_save("a", "x", 1U, &error), LMU_SUCCESS);
  (void)umask(before);
  ck_assert_int_eq(stat("a", &info), 0);
  ck_assert_uint_eq(info.st_mode & 0777U, 0640U);
}
END_TEST

START_TEST(names_of_temporary_files_may_be_taken)
{
  put("a.0.part", "of others");
  ck_assert_int_eq(lmu_file_save("a", "x", 1U, &error), LMU_SUCCESS);
  expect_text("a", "x");
  expect_text("a.0.part", "of others");
}
END_TEST

START_TEST(what_fails_leaves_the_old_file_and_no_other)
{
  static const struct {
    Call        call;
    int         error;
    const char* text;
  } cases[] = {
    {CALL_OPEN, EROFS, "a: cannot be written: Read-only file system"},
    {CALL_WRITE, ENOSPC, "a: cannot be written: No space left on device"},
    {CALL_FSYNC, EIO, "a: cannot be written: Input/output error"},
    {CALL_CLOSE, EDQUOT, "a: cannot be written: Disk quota exceeded"},
    {CALL_RENAME, EACCES, "a: cannot be written: Permission denied"},
  };
  put("a", "old");
  set_fault(cases[_i].call, 1U, cases[_i].error);
  ck_assert_int_eq(lmu_file_save("a", "new", 3U, &error), LMU_BAD_FILE);
  ck_assert_str_eq(error.text, cases[_i].text);
  expect_text("a", "old");
  ck_assert_uint_eq(count_files(), 1U);
}
END_TEST

START_TEST(a_missing_folder_is_told)
{
  ck_assert_int_eq(lmu_file_save("x/a", "new", 3U, &error), LMU_NOT_FOUND);
  ck_assert_str_eq(error.text, "a: not found; put it back, or choose another");
}
END_TEST

START_TEST(writing_without_memory_is_told)
{
  set_fault(CALL_MALLOC, 1U, ENOMEM);
  ck_assert_int_eq(lmu_file_save("a", "new", 3U, &error), LMU_NO_MEMORY);
  ck_assert_uint_eq(count_files(), 0U);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("file");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, names_are_the_last_part_of_a_path);
  tcase_add_test(tcase, files_are_read_whole);
  tcase_add_test(tcase, reading_goes_on_after_signals_and_short_reads);
  tcase_add_test(tcase, missing_files_are_not_found);
  tcase_add_test(tcase, folders_pipes_and_devices_are_refused_at_once);
  tcase_add_test(tcase, empty_files_are_refused);
  tcase_add_test(tcase,
                 large_files_are_refused_before_there_is_memory_for_them);
  tcase_add_test(tcase, the_greatest_file_is_read);
  tcase_add_test(tcase, files_of_others_are_refused);
  tcase_add_test(tcase, loops_of_links_are_refused);
  tcase_add_test(tcase, failing_disks_are_told);
  tcase_add_test(tcase, files_that_shrink_are_refused);
  tcase_add_test(tcase, no_memory_is_told);
  tcase_add_test(tcase, reading_leaves_no_file_open);
  tcase_add_test(tcase, files_are_written_whole);
  tcase_add_test(tcase, writing_goes_on_after_signals_and_short_writes);
  tcase_add_test(tcase, files_have_the_mode_that_the_user_wants);
  tcase_add_test(tcase, names_of_temporary_files_may_be_taken);
  tcase_add_loop_test(tcase, what_fails_leaves_the_old_file_and_no_other, 0, 5);
  tcase_add_test(tcase, a_missing_folder_is_told);
  tcase_add_test(tcase, writing_without_memory_is_told);
  return run_case("file", tcase);
}
