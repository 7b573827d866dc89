// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// The path that was asked for, by threads at once, to be run with a thread
// sanitizer too.
// usage: test_path_cell LMU.SO

#include "plugin/path_cell.h"

#include "tests/plugin/require.h"
#include "tests/plugin/runner.h"

#include <check.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/// Paths that are written while others are read, and how many in one go
#define N_PATHS_WRITTEN 100000U
#define N_IN_A_ROW 8U

/// Lengths of two paths, so that parts of both are another path
#define SHORT 1000U
#define LONG 4000U

static PathRequest request;
static char        path[PATH_BYTES];
static uint64_t    stamp;

static void
set_up(void)
{
  path_request_init(&request);
}

START_TEST(newest_path_is_read)
{
  ck_assert(path_request_try(&request, path, &stamp));
  ck_assert_str_eq(path, "");
  ck_assert_uint_eq(stamp, 0U);

  static const char* const texts[] = {
    "/a", "/bcdefgh", "/bcdefghi", "", "/\xFF"};
  for (uint32_t i = 0U; i < 10U; ++i) {
    const char* const text = texts[i % 5U];
    const uint64_t    asked =
      path_request_set(&request,
                       i % 3U ? PATH_FROM_RUN : PATH_FROM_RESTORE,
                       text,
                       (uint32_t)strlen(text));
    ck_assert(path_request_try(&request, path, &stamp));
    ck_assert_str_eq(path, text);
    ck_assert_uint_eq(stamp, asked);
    ck_assert_uint_eq(path_request_stamp(&request), asked);
  }
}
END_TEST

START_TEST(path_that_is_being_written_is_not_read)
{
  const uint64_t asked = path_request_set(&request, PATH_FROM_RUN, "/a", 2U);
  ck_assert_uint_gt(asked, 0U);
  ++request.cells[PATH_FROM_RUN].version;
  ck_assert(!path_request_try(&request, path, &stamp));
  ++request.cells[PATH_FROM_RUN].version;
  ck_assert(path_request_try(&request, path, &stamp));
}
END_TEST

START_TEST(path_without_an_end_is_not_read)
{
  (void)path_request_set(&request, PATH_FROM_RUN, "/a", 2U);
  for (uint32_t i = 0U; i < PATH_WORDS; ++i) {
    request.cells[PATH_FROM_RUN].words[i] = UINT64_MAX;
  }
  ck_assert(!path_request_try(&request, path, &stamp));
}
END_TEST

/// Write paths of one letter, and say when that is over
static void*
write_paths(void* const data)
{
  atomic_bool* const is_over = (atomic_bool*)data;
  char               text[PATH_BYTES];
  for (uint32_t i = 0U; i < N_PATHS_WRITTEN; ++i) {
    const uint32_t length = (i % 2U) ? SHORT : LONG;
    memset(text, 'a' + (int)(i % 26U), length);
    (void)path_request_set(&request, PATH_FROM_RUN, text, length);
    if (i % N_IN_A_ROW == 0U) {
      sched_yield();
    }
  }
  *is_over = true;
  return NULL;
}

/// See that a path is one of these
static void
require_whole(const char* const text)
{
  const size_t   length = strlen(text);
  const uint32_t letter = (uint32_t)(text[0] - 'a');
  REQUIRE(length == ((letter % 2U) ? SHORT : LONG));
  REQUIRE(strspn(text, (char[2]){text[0], '\0'}) == length);
}

START_TEST(no_path_is_read_that_nobody_wrote)
{
  atomic_bool is_over = false;
  uint32_t    n_read  = 0U;
  pthread_t   thread;
  ck_assert_int_eq(pthread_create(&thread, NULL, write_paths, &is_over), 0);
  while (!is_over) {
    if (path_request_try(&request, path, &stamp) && stamp) {
      require_whole(path);
      ++n_read;
    }
  }
  pthread_join(thread, NULL);
  ck_assert_uint_eq(path_request_get(&request, path), N_PATHS_WRITTEN);
  require_whole(path);
  printf("%u paths written, %u read\n", N_PATHS_WRITTEN, n_read);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, NULL);
  tcase_add_test(tcase, newest_path_is_read);
  tcase_add_test(tcase, path_that_is_being_written_is_not_read);
  tcase_add_test(tcase, path_without_an_end_is_not_read);
  tcase_add_test(tcase, no_path_is_read_that_nobody_wrote);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "path_cell", add);
}
