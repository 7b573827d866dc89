// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/unit/run.h"
#include "tools/base/allocate.h"
#include "tools/foreign/confine.h"

#include <check.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MEBIBYTE ((size_t)1048576)
#define MEMORY (64 * MEBIBYTE)
#define TIME_S 1U
#define MAX_FILES 1024

// Sanitizers take memory that the limit would not allow
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  define HAS_SANITIZER true
#else
#  define HAS_SANITIZER false
#endif

typedef LmuExit (*Run)(LmuAnswer*, LmuFailure*, const void*);

static LmuAnswer  answer;
static LmuFailure error;

static LmuExit
confine(const Run run, const void* const input)
{
  const LmuConfined work = {"file", input, {MEMORY, TIME_S}, run};
  memset(&error, 0, sizeof(error));
  const LmuExit status = lmu_confine(&answer, &error, &work);
  ck_assert_int_eq(status, error.code);
  ck_assert_int_eq(!status, !error.text[0]);
  ck_assert(!status || !answer.data);

  // Nobody is left behind
  ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
  ck_assert_int_eq(errno, ECHILD);
  return status;
}

/* Work */

static LmuExit
fill(LmuAnswer* const to, LmuFailure* const failure, const void* const input)
{
  const size_t n_bytes = *(const size_t*)input;
  (void)failure;
  to->kind    = 7U;
  to->data    = (uint8_t*)lmu_allocate(n_bytes, 1U);
  to->n_bytes = n_bytes;
  for (size_t i = 0U; i < n_bytes; ++i) {
    to->data[i] = (uint8_t)(i % 251U);
  }
  return LMU_EXIT_SUCCESS;
}

static LmuExit
complain(LmuAnswer* const to, LmuFailure* const failure, const void* const text)
{
  (void)to;
  return lmu_failure_set(failure, LMU_EXIT_BAD_INPUT, "%s", (const char*)text);
}

static LmuExit
claim(LmuAnswer* const to, LmuFailure* const failure, const void* const code)
{
  (void)to;
  return lmu_failure_set(failure, *(const LmuExit*)code, "no such code");
}

/// Die of a signal of which sanitizers make no exit
static LmuExit
crash(LmuAnswer* const to, LmuFailure* const failure, const void* const input)
{
  (void)to;
  (void)failure;
  (void)input;
  __builtin_trap();
}

static LmuExit
loop(LmuAnswer* const to, LmuFailure* const failure, const void* const input)
{
  volatile bool more = true;
  (void)to;
  (void)failure;
  (void)input;
  while (more) {
  }
  return LMU_EXIT_SUCCESS;
}

static LmuExit
hoard(LmuAnswer* const to, LmuFailure* const failure, const void* const input)
{
  (void)to;
  (void)failure;
  (void)input;
  for (size_t i = 0U; i < 4096U; ++i) {
    memset(lmu_allocate(1U, MEBIBYTE), 1, MEBIBYTE);
  }
  return LMU_EXIT_SUCCESS;
}

/// Bytes that are no answer
typedef struct {
  const char* bytes;
  size_t      size;
} Babble;

/// Write to whatever is open, and end well
static LmuExit
babble(LmuAnswer* const to, LmuFailure* const failure, const void* const input)
{
  const Babble* const words = (const Babble*)input;
  (void)to;
  (void)failure;
  for (int i = 3; i < MAX_FILES; ++i) {
    (void)!write(i, words->bytes, words->size);
  }
  _exit(EXIT_SUCCESS);
}

/// Try to reach anything; say what could be reached
static LmuExit
reach(LmuAnswer* const to, LmuFailure* const failure, const void* const input)
{
  char       byte  = 0;
  const int  given = *(const int*)input;
  const int  file  = open("/proc/self/stat", O_RDONLY);
  const int  made  = open("/tmp/lmu_confined", O_CREAT | O_WRONLY, 0600);
  const int  net   = socket(AF_INET, SOCK_STREAM, 0);
  const bool heard = read(given, &byte, 1U) == 1;
  const bool sent  = !kill(getppid(), SIGUSR1);
  (void)to;
  return lmu_failure_set(failure,
                         LMU_EXIT_BAD_INPUT,
                         "file %d, made %d, net %d, read %d, sent %d",
                         file >= 0,
                         made >= 0,
                         net >= 0,
                         heard,
                         sent);
}

/* Tests */

START_TEST(an_answer_of_any_size_arrives_whole)
{
  const size_t sizes[] = {0U, 1U, 4096U, 65536U, 65537U, 3 * MEBIBYTE};
  for (size_t i = 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    ck_assert_int_eq(confine(fill, &sizes[i]), LMU_EXIT_SUCCESS);
    ck_assert_uint_eq(answer.kind, 7U);
    ck_assert_uint_eq(answer.n_bytes, sizes[i]);
    for (size_t j = 0U; j < sizes[i]; ++j) {
      ck_assert_uint_eq(answer.data[j], j % 251U);
    }
    free(answer.data);
  }
}
END_TEST

START_TEST(a_message_arrives_on_one_line)
{
  ck_assert_int_eq(confine(complain, "it is so; do so"), LMU_EXIT_BAD_INPUT);
  ck_assert_str_eq(error.text, "it is so; do so");
  ck_assert_int_eq(confine(complain, "a\nb\x1b[1mc\x7f \xC3\xA4"),
                   LMU_EXIT_BAD_INPUT);
  ck_assert_str_eq(error.text, "a?b?[1mc? \xC3\xA4");
  ck_assert_int_eq(confine(complain, "no UTF-8: \xFF"), LMU_EXIT_BAD_INPUT);
  ck_assert_str_eq(error.text, "no UTF-8: ?");
}
END_TEST

START_TEST(a_crash_is_a_message)
{
  ck_assert_int_eq(confine(crash, NULL), LMU_EXIT_BAD_INPUT);
  ck_assert_ptr_nonnull(strstr(error.text, "file: reading it crashes"));
}
END_TEST

START_TEST(work_without_end_is_ended)
{
  ck_assert_int_eq(confine(loop, NULL), LMU_EXIT_BAD_INPUT);
  ck_assert_ptr_nonnull(strstr(error.text, "takes too long"));
}
END_TEST

START_TEST(memory_without_end_is_ended)
{
  if (!HAS_SANITIZER) {
    ck_assert_int_eq(confine(hoard, NULL), LMU_EXIT_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(error.text, "takes too much memory"));
  }
}
END_TEST

START_TEST(an_answer_that_makes_no_sense_is_none)
{
  // The last two are headers that promise more, and less, than comes
  static const Babble answers[] = {
    {"", 0U},
    {"x", 1U},
    {"AUML", 4U},
    {"AUMLAUMLAUMLAUMLAUMLAUML", 24U},
    {"AUML\0\0\0\0\0\0\0\0\0\0\0\0\xFF\0\0\0\0\0\0\0", 24U},
    {"AUML\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0abc", 27U}};
  for (size_t i = 0U; i < sizeof(answers) / sizeof(answers[0]); ++i) {
    ck_assert_int_eq(confine(babble, &answers[i]), LMU_EXIT_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(error.text, "file: reading it"));
  }
  const LmuExit code = (LmuExit)77;
  ck_assert_int_eq(confine(claim, &code), LMU_EXIT_BAD_INPUT);
  ck_assert_ptr_null(strstr(error.text, "no such code"));
}
END_TEST

START_TEST(nothing_is_in_reach)
{
  const int file = open("/proc/self/stat", O_RDONLY);
  ck_assert_int_ge(file, 0);
  ck_assert_int_eq(confine(reach, &file), LMU_EXIT_BAD_INPUT);
  close(file);
  ck_assert_str_eq(error.text, "file 0, made 0, net 0, read 0, sent 0");
}
END_TEST

START_TEST(it_works_where_ends_of_children_are_ignored)
{
  const size_t size = 100U;
  ck_assert(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
  ck_assert_int_eq(confine(fill, &size), LMU_EXIT_SUCCESS);
  free(answer.data);
  ck_assert_int_eq(confine(crash, NULL), LMU_EXIT_BAD_INPUT);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("confine");
  tcase_add_test(tcase, an_answer_of_any_size_arrives_whole);
  tcase_add_test(tcase, a_message_arrives_on_one_line);
  tcase_add_test(tcase, a_crash_is_a_message);
  tcase_add_test(tcase, work_without_end_is_ended);
  tcase_add_test(tcase, memory_without_end_is_ended);
  tcase_add_test(tcase, an_answer_that_makes_no_sense_is_none);
  tcase_add_test(tcase, nothing_is_in_reach);
  tcase_add_test(tcase, it_works_where_ends_of_children_are_ignored);
  return run_case("confine", tcase);
}
