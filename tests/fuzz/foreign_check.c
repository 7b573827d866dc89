// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/fuzz/foreign_check.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/weight_file.h"
#include "tests/fuzz/counters.h"
#include "tests/plugin/require.h"
#include "tools/foreign/torch.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#  define HAS_ASAN 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define HAS_ASAN 1
#  endif
#endif
#ifdef HAS_ASAN
#  include <sanitizer/asan_interface.h>
#endif

#define MAX_CHILD_KIB (512L * 1024L)
#define MAX_CHILD_S 20L
#define MAX_REPORT 16384U
#define MAX_FRAMES 4U // Looked at, of a report

/// What processes that were confined say, in memory that all share
typedef struct {
  uint32_t n_runs;
  uint32_t n_crashes; ///< Of libhdf5
  uint32_t n_faults;  ///< Of anything else
  char     report[MAX_REPORT];
  uint8_t  counters[MAX_COUNTERS];
} Shared;

static Shared* shared;

/* Answers */

static void
check_network(const LmuAnswer* const answer)
{
  LmuGraph* graph = NULL;
  LmuError  error = {""};
  REQUIRE(!lmu_weights_parse(&graph, answer->data, answer->n_bytes, &error));
  REQUIRE(!lmu_graph_check(graph, &error));
  lmu_graph_free(graph);
}

/// Require that a state dict is a cell, or that what is wrong with it is said
static void
check_state(const LmuAnswer* const answer)
{
  LmuGraph* const graph = lmu_graph_new();
  LmuFailure      error = {LMU_EXIT_SUCCESS, ""};
  LmuTorchFile    file  = {
        "fuzz", answer->data, answer->n_bytes, 0.0, LMU_TANH, false, false};
  REQUIRE(graph);
  const LmuExit status = lmu_torch_load(graph, &error, &file);
  REQUIRE(!status == !error.text[0]);
  lmu_graph_free(graph);
}

static void
check_answer(const LmuAnswer* const  answer,
             const LmuExit           status,
             const LmuFailure* const error)
{
  REQUIRE(!status == !!answer->data);
  REQUIRE(!status == !error->text[0]);
  REQUIRE(!status || status == LMU_EXIT_BAD_INPUT || status == LMU_EXIT_USAGE);
  if (!status && answer->kind == LMU_FOREIGN_NETWORK) {
    check_network(answer);
  } else if (!status) {
    check_state(answer);
  }
}

/* Confined processes */

#ifdef HAS_ASAN

/// Return whether libhdf5 is among the innermost functions of a report
static bool
is_of_library(const char* const report)
{
  const char* frame = strstr(report, "#0 ");
  for (uint32_t i = 0U; frame && i < MAX_FRAMES; ++i) {
    const char* const end  = strchr(frame, '\n');
    const char* const name = strstr(frame, "libhdf5");
    if (name && (!end || name < end)) {
      return true;
    }
    frame = end ? end + 1 : NULL;
  }
  return false;
}

/// Count what the sanitizer found
static void
take_report(const char* const report)
{
  counters_keep(shared->counters);
  if (is_of_library(report)) {
    ++shared->n_crashes;
    return;
  }
  ++shared->n_faults;
  (void)snprintf(shared->report, sizeof(shared->report), "%s", report);
}

static void
watch(void)
{
  __asan_set_error_report_callback(take_report);
}

#else

static void
watch(void)
{
}

#endif

/// Keep quiet of crashes, in a process that was just made
static void
hush(void)
{
  const int nothing = open("/dev/null", O_WRONLY);
  if (nothing >= 0) {
    (void)dup2(nothing, STDERR_FILENO);
  }
}

static void
print_totals(void)
{
  (void)fprintf(stderr,
                "%u processes, %u of them crashed in libhdf5\n",
                shared->n_runs,
                shared->n_crashes);
}

static void
start(void)
{
  void* const memory = mmap(NULL,
                            sizeof(Shared),
                            PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS,
                            -1,
                            0);
  REQUIRE(memory != MAP_FAILED);
  shared = (Shared*)memory;
  watch();
  REQUIRE(!pthread_atfork(NULL, NULL, hush));
  REQUIRE(!atexit(print_totals));
}

/// Require that no process took more than it may, or did anything wrong
static void
check_children(const struct rusage* const before)
{
  struct rusage after;
  REQUIRE(!getrusage(RUSAGE_CHILDREN, &after));
  REQUIRE(after.ru_maxrss < MAX_CHILD_KIB);
  REQUIRE(after.ru_utime.tv_sec - before->ru_utime.tv_sec < MAX_CHILD_S);
  if (shared->n_faults) {
    (void)fputs(shared->report, stderr);
  }
  REQUIRE(!shared->n_faults);
}

/// Convert in a confined process, as lmu_foreign_read() does
static LmuExit
run_confined(LmuAnswer* const  answer,
             LmuFailure* const error,
             const void* const input)
{
  const LmuExit status =
    lmu_foreign_convert(answer, error, (const LmuForeign*)input);
  counters_keep(shared->counters);
  return status;
}

static LmuExit
confine(LmuAnswer* const        answer,
        LmuFailure* const       error,
        const LmuForeign* const file)
{
  LmuConfined work     = lmu_foreign_work(file);
  work.run             = run_confined;
  const LmuExit status = lmu_confine(answer, error, &work);
  counters_take(shared->counters);
  return status;
}

void
check_foreign(const LmuForeign* const file, const bool confined)
{
  LmuAnswer     answer = {0U, NULL, 0U};
  LmuFailure    error  = {LMU_EXIT_SUCCESS, ""};
  struct rusage before;
  if (!shared && confined) {
    start();
  }
  REQUIRE(!getrusage(RUSAGE_CHILDREN, &before));

  const LmuExit status = confined ? confine(&answer, &error, file)
                                  : lmu_foreign_convert(&answer, &error, file);
  check_answer(&answer, status, &error);
  free(answer.data);
  if (confined) {
    ++shared->n_runs;
    check_children(&before);
  }
}
