// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Thousands of weight files while sound plays and sessions are saved and
// restored in other threads, to be run with a thread sanitizer too.
// usage: test_swaps LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/paths.h"
#include "tests/plugin/require.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/session.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/stage.h"
#include "tests/plugin/uris.h"
#include "tests/repeats.h"

#include <check.h>
#include <lv2/state/state.h>

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MODEL (&lmu_model_ports[0])

/// Low, so that fades are short, and thousands of swaps do not take long [Hz]
#define RATE 16000.0

/// Changes of what plays, in all
#define N_SWAPS REPEATS(10000U)

/// Changes after which memory must not grow, and by how much it may [bytes]
#define N_WARM 1000U
#define MAX_GROWTH (1L << 20U)

/// Blocks without a change after which all is lost
#define MAX_BLOCKS 1000000U

/// Tone that goes on from block to block, and the step that a swap may add
#define TONE (1.0 / STAGE_BLOCK)
#define LEVEL 0.25
#define MAX_STEP 1e-3

/// Blocks in which any sound has settled
#define SETTLED_BLOCKS 100U

/// Time between two saves in another thread [us]
#define KEEPER_US 500U

/// Times that the host stops while the worker works
#define N_STOPS 200U

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  define IS_SANITIZED true
#else
#  define IS_SANITIZED false
#endif

static Library     library;
static const Path* files[3];
static Session     sessions[3]; ///< That hold these files

/// Save a session for each file
static void
set_up(void)
{
  library  = library_new();
  files[0] = &library.a;
  files[1] = &library.b;
  files[2] = &library.c;
  for (uint32_t i = 0U; i < 3U; ++i) {
    Stage stage = stage_new(MODEL, WORKER_AT_ONCE);
    session_init(&sessions[i], PATHS_PLAIN, library.folder.path);
    REQUIRE(stage_load(&stage, files[i]->text) == FILE_READY);
    REQUIRE(!session_save(&sessions[i], stage.instance));
    stage_free(&stage);
  }
}

static void
tear_down(void)
{
  for (uint32_t i = 0U; i < 3U; ++i) {
    session_clear(&sessions[i]);
  }
  library_remove(&library);
}

/// Return an empty stage
static Stage
stage_at_rate(const WorkerKind worker)
{
  const InstanceSpec spec  = {MODEL, RATE, MAP_REAL, worker, false, NULL};
  Stage              stage = stage_of(instance_new(&spec));
  instance_activate(stage.instance);
  return stage;
}

/// Return the memory that this process has [bytes]
static long
resident_bytes(void)
{
  char        text[256] = {0};
  FILE* const file      = fopen("/proc/self/statm", "re");
  REQUIRE(file && fgets(text, sizeof(text), file) && !fclose(file));

  // All pages, then those in memory
  char*      resident = NULL;
  const long n_total  = strtol(text, &resident, 10);
  const long n_pages  = strtol(resident, NULL, 10);
  REQUIRE(n_pages > 0 && n_pages <= n_total);
  return n_pages * sysconf(_SC_PAGESIZE);
}

/* Saving and restoring in another thread */

/// A thread that saves and restores
typedef struct {
  Instance*   instance;
  pthread_t   thread;
  atomic_bool is_over;
  uint32_t    n_saves;
} Keeper;

/// Whether a session was saved as a whole: its hash is that of its file
static bool
is_whole(const Session* const saved)
{
  const char* const origin = session_text(saved, URI_WEIGHTS_ORIGIN);
  const char* const hash   = session_text(saved, URI_WEIGHTS_SHA256);
  if (!origin) {
    return !hash; // Nothing was asked for yet
  }
  for (uint32_t i = 0U; i < 3U; ++i) {
    if (!strcmp(origin, files[i]->text)) {
      return !hash ||
             !strcmp(hash, session_text(&sessions[i], URI_WEIGHTS_SHA256));
    }
  }
  return false;
}

static void*
keep(void* const data)
{
  Keeper* const keeper = (Keeper*)data;
  Session       saved;
  session_init(&saved, PATHS_PLAIN, library.folder.path);
  while (!keeper->is_over) {
    REQUIRE(!session_save(&saved, keeper->instance));
    REQUIRE(is_whole(&saved));
    if (++keeper->n_saves % 5U == 0U) {
      Session* const session = &sessions[(keeper->n_saves / 5U) % 3U];
      session->has_worker    = keeper->n_saves & 1U;
      REQUIRE(!session_restore(session, keeper->instance));
    }
    usleep(KEEPER_US);
  }
  session_clear(&saved);
  return NULL;
}

static void
start_keeper(Keeper* const keeper, Instance* const instance)
{
  memset(keeper, 0, sizeof(*keeper));
  keeper->instance = instance;
  REQUIRE(!pthread_create(&keeper->thread, NULL, keep, keeper));
}

static void
stop_keeper(Keeper* const keeper)
{
  keeper->is_over = true;
  pthread_join(keeper->thread, NULL);
}

/* Sound */

/// Play a block without waiting for the worker, return its greatest step
static double
play(Stage* const stage, float* const last)
{
  instance_play(stage->instance,
                stage->in.channels,
                stage->out.channels,
                STAGE_BLOCK,
                STAGE_BLOCK,
                NULL);
  instance_send_nothing(stage->instance);

  const float* const out  = stage->out.channels[0];
  const double       step = fabs((double)out[0] - (double)*last);
  *last                   = out[STAGE_BLOCK - 1U];
  return fmax(step, steepest(out, 0U, STAGE_BLOCK));
}

/// Return the greatest step of the files themselves
static double
own_step(void)
{
  double result = 0.0;
  for (uint32_t i = 0U; i < 3U; ++i) {
    Stage stage = stage_at_rate(WORKER_AT_ONCE);
    float last  = 0.0f;
    stage_take_tone(&stage, TONE, LEVEL, STAGE_BLOCK);
    REQUIRE(stage_load(&stage, files[i]->text) == FILE_READY);
    stage_play(&stage, SETTLED_BLOCKS);
    (void)play(&stage, &last);
    result = fmax(result, play(&stage, &last));
    stage_free(&stage);
  }
  return result;
}

/// Play until another network does, return the greatest step
static double
swap(Stage* const stage, const uint32_t number, float* const last)
{
  const float before = instance_get(stage->instance, "order");
  double      step   = 0.0;
  for (uint32_t i = 0U; instance_get(stage->instance, "order") == before; ++i) {
    if (i % 32U == 0U) {
      instance_send_path(stage->instance,
                         files[(number + (i / 32U)) % 3U]->text);
    }
    step = fmax(step, play(stage, last));
    sched_yield();
    REQUIRE(i < MAX_BLOCKS);
  }
  return step;
}

START_TEST(files_are_swapped_while_sessions_are_saved_and_restored)
{
  Keeper keeper;
  float  last   = 0.0f;
  double step   = 0.0;
  long   before = 0;
  Stage  stage  = stage_at_rate(WORKER_THREAD);
  stage_take_tone(&stage, TONE, LEVEL, STAGE_BLOCK);
  ck_assert_int_eq(stage_load(&stage, library.a.text), FILE_READY);
  for (uint32_t i = 0U; i < SETTLED_BLOCKS; ++i) {
    (void)play(&stage, &last);
  }

  start_keeper(&keeper, stage.instance);
  for (uint32_t i = 0U; i < N_SWAPS; ++i) {
    step   = fmax(step, swap(&stage, i, &last));
    before = (i == N_WARM) ? resident_bytes() : before;
  }
  const long growth = resident_bytes() - before;
  stop_keeper(&keeper);

  const double own = own_step();
  printf("%u swaps and %u saves: steps exceed the tone's by %.6f, memory grew "
         "by %ld KiB\n",
         N_SWAPS,
         keeper.n_saves,
         step - own,
         growth / 1024L);
  ck_assert_double_gt(own, MAX_STEP);
  ck_assert_double_le(step - own, MAX_STEP);
  ck_assert(IS_SANITIZED || growth <= MAX_GROWTH);

  // The newest wins
  ck_assert_int_eq(stage_load(&stage, library.b.text), FILE_READY);
  ck_assert_float_eq(instance_get(stage.instance, "order"),
                     (float)network_b.order);
  stage_free(&stage);
}
END_TEST

START_TEST(host_stops_and_starts_while_files_load)
{
  Keeper keeper;
  float  last  = 0.0f;
  Stage  stage = stage_at_rate(WORKER_THREAD);
  for (uint32_t i = 0U; i < N_STOPS; ++i) {
    start_keeper(&keeper, stage.instance);
    instance_send_path(stage.instance, files[i % 3U]->text);
    for (uint32_t j = 0U; j < i % 40U; ++j) {
      (void)play(&stage, &last);
    }
    stop_keeper(&keeper); // As hosts do not restore while they activate
    instance_deactivate(stage.instance);
    instance_activate(stage.instance);
  }
  ck_assert_int_eq(stage_load(&stage, library.b.text), FILE_READY);
  stage_free(&stage);
}
END_TEST

START_TEST(instance_is_freed_while_files_load)
{
  for (uint32_t i = 0U; i < N_STOPS; ++i) {
    float last  = 0.0f;
    Stage stage = stage_at_rate(WORKER_THREAD);
    instance_send_path(stage.instance, files[i % 3U]->text);
    for (uint32_t j = 0U; j < i; ++j) {
      (void)play(&stage, &last);
    }
    stage_free(&stage);
  }
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_test(tcase,
                 files_are_swapped_while_sessions_are_saved_and_restored);
  tcase_add_test(tcase, host_stops_and_starts_while_files_load);
  tcase_add_test(tcase, instance_is_freed_while_files_load);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "swaps", add);
}
