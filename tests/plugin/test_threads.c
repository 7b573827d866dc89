// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Instances and their workers in threads, to be run with a thread sanitizer.
// usage: test_threads LMU.SO [STOPS]

#include "plugin/inline_display.h"
#include "plugin/job.h"
#include "plugin/ports.h"
#include "tests/plugin/display.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/jobs.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/paths.h"
#include "tests/plugin/require.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/session.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/stage.h"
#include "tests/repeats.h"

#include <check.h>

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define BLOCK 64U

/// Changes of order in the first test
#define N_SWAPS REPEATS(200U)

/// Times that the host stops while the worker works, if no argument says more.
/// Each takes as long as an engine of the default order takes to build, and
/// comes after as many blocks as another of MAX_STOP.
#define N_STOPS REPEATS(50U)
#define MAX_STOP 200U

static uint32_t n_stops = N_STOPS;

#define N_THREADS 4U

#define RATE 48000U

/// Pictures that are drawn while it plays
#define N_PICTURES 500U

static Library library;

/// Audio of one block
typedef struct {
  Sound in;
  Sound out;
} Audio;

static Audio
audio_new(const Instance* const instance)
{
  Audio audio = {sound_new(instance->n_ins, BLOCK),
                 sound_new(instance->n_outs, BLOCK)};
  sound_fill_noise(&audio.in, 0.5f);
  return audio;
}

static void
audio_free(Audio* const audio)
{
  sound_free(&audio->out);
  sound_free(&audio->in);
}

static void
play(Instance* const instance, const Audio* const audio)
{
  instance_play(
    instance, audio->in.channels, audio->out.channels, BLOCK, BLOCK, NULL);
  REQUIRE(sound_is_finite(&audio->out));
}

/// Change the order and play until it has changed
static void
swap(Instance* const instance, const Audio* const audio, const float order)
{
  instance_set(instance, "order", order);
  while (instance_get(instance, "order_used") != order) {
    play(instance, audio);
    sched_yield();
  }
}

START_TEST(orders_change_while_sound_plays)
{
  Instance* const instance =
    instance_start(host_lists[host_engines[_i]], WORKER_THREAD);
  Audio audio = audio_new(instance);
  for (uint32_t i = 0U; i < N_SWAPS; ++i) {
    swap(instance, &audio, (float)(8U + (i % 9U)));
  }
  audio_free(&audio);
  instance_free(instance);
}
END_TEST

START_TEST(host_stops_and_starts_while_the_worker_works)
{
  Instance* const instance =
    instance_start(host_lists[host_engines[_i]], WORKER_THREAD);
  Audio audio = audio_new(instance);
  for (uint32_t i = 0U; i < n_stops; ++i) {
    instance_set(instance, "order", (float)(8U + (i % 9U)));
    for (uint32_t j = 0U; j < i % 40U; ++j) {
      play(instance, &audio);
    }
    instance_deactivate(instance);
    instance_activate(instance);
  }
  swap(instance, &audio, 20.0f);
  audio_free(&audio);
  instance_free(instance);
}
END_TEST

START_TEST(instance_is_freed_while_requests_wait)
{
  for (uint32_t i = 0U; i < n_stops; ++i) {
    Instance* const instance =
      instance_start(host_lists[host_engines[_i]], WORKER_THREAD);
    Audio audio = audio_new(instance);
    instance_set(instance, "order", 20.0f);
    for (uint32_t j = 0U; j < i * MAX_STOP / n_stops; ++j) {
      play(instance, &audio);
    }
    audio_free(&audio);
    instance_free(instance);
  }
}
END_TEST

/* While the worker is at it */

/// An order that takes long enough to build to be met in the act
#define LONG_ORDER 300.0f

/// Times that it is met in each test
#define N_MEETS 8U

/// Most blocks until there is a request
#define MAX_BLOCKS 1000U

/// A thread that does a request as the host's worker does
typedef struct {
  Instance*   instance;
  HostRequest request;
  pthread_t   thread;
} Worker;

static void*
work(void* const data)
{
  Worker* const worker = (Worker*)data;
  REQUIRE(!instance_do(worker->instance, &worker->request));
  return NULL;
}

/// Start a worker on a request for an order or a file, and wait until it has
/// begun, and has not ended if there is any luck
static void
meet_worker(Worker* const worker, Stage* const stage, const bool is_load)
{
  Instance* const instance = stage->instance;
  worker->instance         = instance;
  if (is_load) {
    instance_send_path(instance, library.a.text);
  } else {
    instance_set(instance, "order", LONG_ORDER);
  }
  for (uint32_t i = 0U; !instance->worker.n_requests; ++i) {
    REQUIRE(i < MAX_BLOCKS);
    instance_play(instance,
                  stage->in.channels,
                  stage->out.channels,
                  STAGE_BLOCK,
                  STAGE_BLOCK,
                  NULL);
    instance_send_nothing(instance);
  }
  worker->request = instance->worker.requests[0];
  instance_drop(instance);
  REQUIRE(!pthread_create(&worker->thread, NULL, work, worker));
  while ((is_load ? jobs_of_file(instance) : jobs_of_engine(instance)) ==
         JOB_ASKED) {
    sched_yield();
  }
}

/// Tests of orders, then those of files
#define N_MEETINGS (N_ENGINES + N_LOADERS)

static Stage
stage_to_meet(const int i)
{
  const int index =
    (i < N_ENGINES) ? host_engines[i] : host_loaders[i - N_ENGINES];
  return stage_new(host_lists[index], WORKER_QUEUE);
}

START_TEST(instance_is_freed_while_the_worker_works)
{
  for (uint32_t i = 0U; i < N_MEETS; ++i) {
    Worker worker;
    Stage  stage = stage_to_meet(_i);
    meet_worker(&worker, &stage, _i >= N_ENGINES);
    instance_deactivate(stage.instance);
    instance_cleanup(stage.instance);
    pthread_join(worker.thread, NULL);
    stage_free(&stage);
  }
}
END_TEST

START_TEST(instance_starts_again_while_the_worker_works)
{
  const bool is_load = _i >= N_ENGINES;
  for (uint32_t i = 0U; i < N_MEETS; ++i) {
    Worker worker;
    Stage  stage = stage_to_meet(_i);
    meet_worker(&worker, &stage, is_load);
    instance_deactivate(stage.instance);
    instance_activate(stage.instance);
    stage_play(&stage, 1U);
    if (is_load) {
      ck_assert_int_eq(stage_status(&stage), FILE_READY);
    } else {
      ck_assert_float_eq(instance_get(stage.instance, "order_used"),
                         LONG_ORDER);
    }
    pthread_join(worker.thread, NULL);
    stage_free(&stage);
  }
}
END_TEST

START_TEST(state_is_restored_while_the_worker_works)
{
  Session session;
  Stage   stage = stage_new(host_lists[host_loaders[_i]], WORKER_QUEUE);
  session_init(&session, PATHS_PLAIN, library.folder.path);
  REQUIRE(stage_load(&stage, library.b.text) == FILE_READY);
  REQUIRE(!session_save(&session, stage.instance));
  for (uint32_t i = 0U; i < N_MEETS; ++i) {
    Worker worker;
    session.has_worker = i % 2U;
    meet_worker(&worker, &stage, true);
    ck_assert_int_eq(session_restore(&session, stage.instance),
                     LV2_STATE_SUCCESS);
    pthread_join(worker.thread, NULL);
    ck_assert_int_eq(stage_settle(&stage), FILE_READY);

    Session saved;
    session_init(&saved, PATHS_PLAIN, library.folder.path);
    REQUIRE(!session_save(&saved, stage.instance));
    ck_assert(session_equal(&session, &saved));
    session_clear(&saved);
  }
  session_clear(&session);
  stage_free(&stage);
}
END_TEST

/// Live a whole life, in a thread of its own
static void*
live(void* const data)
{
  const PortList* const list     = host_lists[*(const int*)data];
  Instance* const       instance = instance_start(list, WORKER_THREAD);
  Audio                 audio    = audio_new(instance);
  for (uint32_t i = 0U; i < 20U; ++i) {
    swap(instance, &audio, (float)(8U + (i % 9U)));
  }
  audio_free(&audio);
  instance_free(instance);
  return NULL;
}

START_TEST(instances_live_side_by_side)
{
  pthread_t threads[N_THREADS];
  int       plugin = host_engines[_i];
  for (uint32_t i = 0U; i < N_THREADS; ++i) {
    ck_assert_int_eq(pthread_create(&threads[i], NULL, live, &plugin), 0);
  }
  for (uint32_t i = 0U; i < N_THREADS; ++i) {
    pthread_join(threads[i], NULL);
  }
}
END_TEST

/// Draw a plugin again and again, in a thread of its own
static void*
draw(void* const data)
{
  const DisplayStrip* const strip = (const DisplayStrip*)data;
  for (uint32_t i = 0U; i < N_PICTURES; ++i) {
    const InlineDisplaySurface* const surface =
      strip_draw(strip, 60U + (i % 50U), 60U);
    REQUIRE(surface && surface->data[3] == 0xFFU);
    sched_yield();
  }
  return NULL;
}

START_TEST(pictures_are_drawn_while_sound_plays)
{
  static float in[RATE / 100U];
  static float out[RATE / 100U];

  DisplayStrip* const strip = strip_new(host_lists[_i]);
  pthread_t           thread;
  ck_assert_int_eq(pthread_create(&thread, NULL, draw, strip), 0);
  for (uint32_t i = 0U; i < 300U; ++i) {
    in[i] = (float)(i % 7U) / 7.0f;
    strip_play(strip, in, out, RATE / 100U);
  }
  pthread_join(thread, NULL);
  strip_free(strip);
}
END_TEST

static void
set_up(void)
{
  library = library_new();
}

static void
tear_down(void)
{
  library_remove(&library);
}

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, orders_change_while_sound_plays, 0, N_ENGINES);
  tcase_add_loop_test(
    tcase, host_stops_and_starts_while_the_worker_works, 0, N_ENGINES);
  tcase_add_loop_test(
    tcase, instance_is_freed_while_requests_wait, 0, N_ENGINES);
  tcase_add_loop_test(
    tcase, instance_is_freed_while_the_worker_works, 0, N_MEETINGS);
  tcase_add_loop_test(
    tcase, instance_starts_again_while_the_worker_works, 0, N_MEETINGS);
  tcase_add_loop_test(
    tcase, state_is_restored_while_the_worker_works, 0, N_LOADERS);
  tcase_add_loop_test(tcase, instances_live_side_by_side, 0, N_ENGINES);
  tcase_add_loop_test(
    tcase, pictures_are_drawn_while_sound_plays, 0, N_PLUGINS);
}

int
main(int argc, char** argv)
{
  const long wanted = (argc > 2) ? strtol(argv[2], NULL, 10) : 0;
  n_stops = (wanted > 0 && wanted < 100000) ? (uint32_t)wanted : N_STOPS;
  return runner_main(argc > 2 ? 2 : argc, argv, "threads", add);
}
