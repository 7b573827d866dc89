// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Requests that hosts drop, repeat, delay, and make up, for all plugins that
// ask a worker.
// usage: test_requests LMU.SO

#include "plugin/ports.h"
#include "plugin/task.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/session.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/stage.h"
#include "tests/repeats.h"

#include <check.h>
#include <lv2/state/state.h>
#include <lv2/worker/worker.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Sample rate [Hz]
#define RATE 48000.0

/// Orders that instances change between
#define FIRST_ORDER 20.0f
#define NEXT_ORDER 16.0f
#define LAST_ORDER 12.0f

/// Blocks after which what has not happened never will
#define MAX_BLOCKS 20000U

/// Blocks that show whether a sound goes on as it was
#define MANY_BLOCKS 200U

/// Plugins that ask a worker, for an engine or a file
static const int askers[] = {0, 1, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

#define N_ASKERS ((int)(sizeof(askers) / sizeof(askers[0])))

static Library library;
static Session sessions[2]; ///< Of files b and c

/// Return an active instance of a plugin with a queue
static Stage
stage_at(const int i)
{
  const InstanceSpec spec = {
    host_lists[i], RATE, MAP_REAL, WORKER_QUEUE, false, NULL};
  Stage stage = stage_of(instance_new(&spec));
  if (instance_port(stage.instance, "order_used") < HOST_MAX_PORTS) {
    instance_set(stage.instance, "order", FIRST_ORDER);
  }
  if (instance_port(stage.instance, "readout") < HOST_MAX_PORTS) {
    instance_set(stage.instance, "readout", READOUT_WEIGHTS);
  }
  instance_activate(stage.instance);
  return stage;
}

static void
set_up(void)
{
  library = library_new();
  for (uint32_t i = 0U; i < 2U; ++i) {
    Stage stage = stage_at(host_loaders[0]);
    session_init(&sessions[i], PATHS_PLAIN, library.folder.path);
    ck_assert_int_eq(stage_load(&stage, i ? library.c.text : library.b.text),
                     FILE_READY);
    ck_assert_int_eq(session_save(&sessions[i], stage.instance),
                     LV2_STATE_SUCCESS);
    stage_free(&stage);
  }
}

static void
tear_down(void)
{
  session_clear(&sessions[0]);
  session_clear(&sessions[1]);
  library_remove(&library);
}

static bool
has_order(const Stage* const stage)
{
  return instance_port(stage->instance, "order_used") < HOST_MAX_PORTS;
}

static bool
has_file(const Stage* const stage)
{
  return stage->instance->state;
}

/// Play a block without doing any request
static void
play(Stage* const stage)
{
  instance_play(stage->instance,
                stage->in.channels,
                stage->out.channels,
                STAGE_BLOCK,
                STAGE_BLOCK,
                NULL);
  instance_send_nothing(stage->instance);
}

/// Play until there is a request, or return false
static bool
play_until_asked(Stage* const stage)
{
  for (uint32_t i = 0U; i < MANY_BLOCKS; ++i) {
    if (stage->instance->worker.n_requests) {
      return true;
    }
    play(stage);
  }
  return false;
}

/// Stop, lose all requests, and start again
static void
restart(Stage* const stage)
{
  instance_deactivate(stage->instance);
  instance_drop(stage->instance);
  instance_activate(stage->instance);
}

/// Play until an order is used
static void
settle_order(Stage* const stage, const float order)
{
  uint32_t n_blocks = 0U;
  while (instance_get(stage->instance, "order_used") != order) {
    stage_play(stage, 1U);
    ck_assert_uint_lt(n_blocks++, MAX_BLOCKS);
  }
}

/// See that a file plays, as in an instance that never had another
static void
assert_plays(Stage* const stage, const int i, const char* const path)
{
  Stage wanted = stage_at(i);
  memcpy(wanted.instance->controls,
         stage->instance->controls,
         sizeof(wanted.instance->controls));
  const FileStatus status = stage_load(&wanted, path);
  ck_assert_int_eq(stage_status(stage), status);
  ck_assert(stage_sounds_like(stage, &wanted));
  stage_free(&wanted);
}

/* Dropped */

/// Requests until an order has changed: build, convert, free
#define N_ORDER_REQUESTS 3

START_TEST(order_changes_after_a_request_was_dropped)
{
  Stage     stage   = stage_at(host_engines[_i / N_ORDER_REQUESTS]);
  const int n_works = _i % N_ORDER_REQUESTS;
  instance_set(stage.instance, "order", NEXT_ORDER);
  for (int i = 0; i < n_works; ++i) {
    ck_assert(play_until_asked(&stage));
    ck_assert(instance_work(stage.instance));
  }
  ck_assert(play_until_asked(&stage));

  restart(&stage);
  play(&stage);
  ck_assert_float_eq(instance_get(stage.instance, "order_used"), NEXT_ORDER);
  instance_set(stage.instance, "order", LAST_ORDER);
  settle_order(&stage, LAST_ORDER);
  ck_assert_uint_eq(stage.instance->worker.n_errors, 0U);
  stage_free(&stage);
}
END_TEST

/// Requests until a file has changed: load, free
#define N_FILE_REQUESTS 2

START_TEST(file_is_loaded_after_a_request_was_dropped)
{
  const int index   = host_loaders[_i / N_FILE_REQUESTS];
  Stage     stage   = stage_at(index);
  const int n_works = _i % N_FILE_REQUESTS;
  instance_send_path(stage.instance, library.a.text);
  for (int i = 0; i < n_works; ++i) {
    ck_assert(play_until_asked(&stage));
    ck_assert(instance_work(stage.instance));
  }
  ck_assert(play_until_asked(&stage));

  restart(&stage);
  play(&stage);
  assert_plays(&stage, index, library.a.text);
  (void)stage_load(&stage, library.b.text);
  ck_assert_uint_gt(stage.instance->worker.n_works, (unsigned)n_works);
  assert_plays(&stage, index, library.b.text);
  ck_assert_uint_eq(stage.instance->worker.n_errors, 0U);
  stage_free(&stage);
}
END_TEST

START_TEST(state_is_loaded_after_its_request_was_dropped)
{
  const int index = host_loaders[_i];
  Stage     stage = stage_at(index);
  ck_assert_int_eq(session_restore(&sessions[0], stage.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_uint_eq(stage.instance->worker.n_requests, 1U);
  restart(&stage);
  play(&stage);
  assert_plays(&stage, index, library.b.text);

  // And while it plays, where run() asks
  ck_assert_int_eq(session_restore(&sessions[1], stage.instance),
                   LV2_STATE_SUCCESS);
  instance_drop(stage.instance);
  (void)stage_settle(&stage);
  assert_plays(&stage, index, library.c.text);
  stage_free(&stage);
}
END_TEST

/* Refused */

/// Do a request that must be refused
static void
assert_refused(Stage* const stage, const HostRequest* const request)
{
  ck_assert_int_ne(instance_do(stage->instance, request), LV2_WORKER_SUCCESS);
}

/// Do requests of the past again
static void
repeat_all(Stage* const stage)
{
  const HostWorker* const worker = &stage->instance->worker;
  ck_assert_uint_lt(worker->n_past, HOST_MAX_REQUESTS);
  for (uint32_t i = 0U; i + worker->n_requests < worker->n_past; ++i) {
    assert_refused(stage, &worker->past[i]);
  }
}

/// Do requests of all tasks and of many numbers, but not those that wait
static void
make_up_all(Stage* const stage)
{
  static const uint32_t tasks[] = {
    0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 255U, 256U, 0x10000U, UINT32_MAX};
  const HostWorker* const worker = &stage->instance->worker;
  for (uint32_t i = 0U; i < 12U * 24U; ++i) {
    const Request request = {tasks[i % 12U],
                             (i / 12U < 20U) ? i / 12U : 0U - (i / 12U)};
    HostRequest   forged  = {sizeof(request), {0U}};
    bool          waits   = false;
    memcpy(forged.body, &request, sizeof(request));
    for (uint32_t j = 0U; j < worker->n_requests; ++j) {
      waits = waits ||
              !memcmp(worker->requests[j].body, forged.body, sizeof(request));
    }
    if (!waits) {
      assert_refused(stage, &forged);
    }
  }

  // Bits of a task that could be taken for those of a number
  for (uint32_t i = 0U; i < worker->n_requests; ++i) {
    HostRequest forged = worker->requests[i];
    Request     request;
    memcpy(&request, forged.body, sizeof(request));
    request.task |= (request.number & 1U) << 24U;
    request.number &= ~1U;
    memcpy(forged.body, &request, sizeof(request));
    if (memcmp(forged.body, worker->requests[i].body, sizeof(request)) != 0) {
      assert_refused(stage, &forged);
    }
  }
}

/// Do requests of wrong sizes that start like those of the past
static void
cut_all(Stage* const stage)
{
  const HostWorker* const worker = &stage->instance->worker;
  for (uint32_t size = 0U; size <= sizeof(worker->past[0].body); ++size) {
    HostRequest request = worker->past[(worker->n_past + size) % 4U];
    if (size != sizeof(Request)) {
      request.size = size;
      assert_refused(stage, &request);
    }
  }
}

/// What a host may do wrong
typedef void (*Wrong)(Stage* stage);

static const Wrong wrongs[] = {repeat_all, make_up_all, cut_all};

#define N_WRONGS ((int)(sizeof(wrongs) / sizeof(wrongs[0])))

/// Play alike, with what is wrong in one of them before each request is done
static void
play_wrong(Stage* const stage, Stage* const other, const Wrong wrong)
{
  for (uint32_t i = 0U; i < MANY_BLOCKS; ++i) {
    play(stage);
    play(other);
    wrong(stage);
    if (i % 4U == 3U) {
      (void)instance_work(stage->instance);
      (void)instance_work(other->instance);
      wrong(stage);
    }
    ck_assert(sound_equal(&stage->out, &other->out));
    ck_assert_mem_eq(stage->instance->controls,
                     other->instance->controls,
                     sizeof(other->instance->controls));
  }
}

START_TEST(wrong_requests_are_refused_and_touch_nothing)
{
  const Wrong wrong   = wrongs[_i % N_WRONGS];
  const int   index   = askers[_i / N_WRONGS];
  Stage       stage   = stage_at(index);
  Stage       other   = stage_at(index);
  Stage*      both[2] = {&stage, &other};
  for (uint32_t i = 0U; i < 2U; ++i) {
    if (has_order(both[i])) {
      instance_set(both[i]->instance, "order", NEXT_ORDER);
    }
    if (has_file(both[i])) {
      instance_send_path(both[i]->instance, library.a.text);
    }
  }
  play_wrong(&stage, &other, wrong);
  ck_assert_uint_ge(stage.instance->worker.n_works, 2U);
  ck_assert_uint_eq(other.instance->worker.n_errors, 0U);

  // Also while it is off, and after it was
  instance_deactivate(stage.instance);
  instance_deactivate(other.instance);
  wrong(&stage);
  instance_activate(stage.instance);
  instance_activate(other.instance);
  play_wrong(&stage, &other, wrong);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/// Ways to have requests wait: after a number of them was done, and by a state
#define N_WAITS 4

/// Have requests wait in one of these ways, return false if there are none
static bool
let_wait(Stage* const stage, const int way)
{
  if (way == N_WAITS - 1) {
    return has_file(stage) && !session_restore(&sessions[0], stage->instance);
  }
  if (has_order(stage)) {
    instance_set(stage->instance, "order", NEXT_ORDER);
  }
  if (has_file(stage)) {
    instance_send_path(stage->instance, library.a.text);
  }
  for (int i = 0; i < way; ++i) {
    if (!play_until_asked(stage)) {
      return false;
    }
    (void)instance_work(stage->instance);
  }
  return play_until_asked(stage);
}

START_TEST(late_requests_are_refused_and_touch_nothing)
{
  const int   way     = _i % N_WAITS;
  Stage       stage   = stage_at(askers[_i / N_WAITS]);
  Stage       other   = stage_at(askers[_i / N_WAITS]);
  Stage*      both[2] = {&stage, &other};
  HostRequest late[8];
  uint32_t    n_late = 0U;
  for (uint32_t i = 0U; i < 2U && let_wait(both[i], way); ++i) {
    const HostWorker* const worker = &both[i]->instance->worker;
    n_late                         = worker->n_requests;
    ck_assert_uint_le(n_late, 8U);
    memcpy(late, worker->requests, n_late * sizeof(HostRequest));
    restart(both[i]);
  }
  ck_assert(n_late || way > 0);
  for (uint32_t i = 0U; i < MANY_BLOCKS && n_late; ++i) {
    assert_refused(&stage, &late[i % n_late]);
    play(&stage);
    play(&other);
    ck_assert(sound_equal(&stage.out, &other.out));
  }
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(worker_that_takes_longer_than_there_is_room_to_wait_is_survived)
{
  // The log has room for four seconds
  const uint32_t n_blocks = (uint32_t)(5.0 * RATE) / STAGE_BLOCK;
  Stage          stage    = stage_at(host_engines[_i]);
  instance_set(stage.instance, "order", NEXT_ORDER);
  ck_assert(play_until_asked(&stage));
  ck_assert(instance_work(stage.instance));
  for (uint32_t i = 0U; i < n_blocks; ++i) {
    play(&stage);
    ck_assert(sound_is_finite(&stage.out));
    ck_assert_uint_le(stage.instance->worker.n_requests, 1U);
  }
  settle_order(&stage, NEXT_ORDER);
  stage_free(&stage);
}
END_TEST

/* Anything */

/// A host without sense, and what it last asked for
typedef struct {
  Stage       stage;
  uint32_t    seed;
  float       order;
  const char* path;
} Madness;

static uint32_t
random_below(Madness* const it, const uint32_t limit)
{
  it->seed = (it->seed * 1664525U) + 1013904223U; // Numerical Recipes
  return (it->seed >> 8U) % limit;
}

static void
ask_for_order(Madness* const it)
{
  if (has_order(&it->stage)) {
    it->order = 8.0f + (float)random_below(it, 13U);
    instance_set(it->stage.instance, "order", it->order);
  }
}

static void
ask_for_file(Madness* const it)
{
  const char* const paths[] = {
    library.a.text, library.b.text, library.c.text, "", "/nowhere"};
  if (!has_file(&it->stage)) {
    return;
  }
  it->path = paths[random_below(it, 5U)];
  if (random_below(it, 2U) && it->path[0]) {
    instance_send_path_like_carla(it->stage.instance, it->path);
  } else {
    instance_send_path(it->stage.instance, it->path);
  }
  play(&it->stage);
}

static void
restore(Madness* const it)
{
  if (has_file(&it->stage)) {
    const uint32_t which       = random_below(it, 2U);
    sessions[which].has_worker = random_below(it, 2U);
    it->path                   = which ? library.c.text : library.b.text;
    (void)session_restore(&sessions[which], it->stage.instance);
  }
}

static void
save(Madness* const it)
{
  if (has_file(&it->stage)) {
    Session saved;
    session_init(&saved, PATHS_PLAIN, library.folder.path);
    (void)session_save(&saved, it->stage.instance);
    session_clear(&saved);
  }
}

/// Return any request of the past, or one that is made up
static HostRequest
any_request(Madness* const it)
{
  const HostWorker* const worker = &it->stage.instance->worker;
  HostRequest             result = {sizeof(Request), {0U}};
  const uint32_t          n_past =
    worker->n_past < HOST_MAX_REQUESTS ? worker->n_past : HOST_MAX_REQUESTS;
  if (n_past && random_below(it, 4U)) {
    return worker->past[random_below(it, n_past)];
  }
  result.size = random_below(it, 4U) ? result.size : random_below(it, 65U);
  for (uint32_t i = 0U; i < sizeof(result.body); ++i) {
    const bool is_high = i % 4U;
    result.body[i]     = is_high ? 0U : (uint8_t)random_below(it, 12U);
  }
  return result;
}

static void
repeat(Madness* const it)
{
  HostWorker* const worker = &it->stage.instance->worker;
  const HostRequest any    = any_request(it);
  if (random_below(it, 2U) || worker->n_requests >= HOST_MAX_REQUESTS / 2U) {
    (void)instance_do(it->stage.instance, &any);
  } else {
    worker->requests[worker->n_requests++] = any;
  }
}

static void
work(Madness* const it)
{
  (void)instance_work(it->stage.instance);
}

static void
stop(Madness* const it)
{
  instance_deactivate(it->stage.instance);
  for (uint32_t i = random_below(it, 4U); i; --i) {
    repeat(it);
  }
  if (random_below(it, 2U)) {
    instance_drop(it->stage.instance);
  }
  instance_activate(it->stage.instance);
}

static void
change_worker(Madness* const it)
{
  static const WorkerKind kinds[] = {
    WORKER_QUEUE, WORKER_QUEUE, WORKER_FULL, WORKER_AT_ONCE};
  it->stage.instance->worker.kind = kinds[random_below(it, 4U)];
}

static void
play_some(Madness* const it)
{
  for (uint32_t i = random_below(it, 12U); i; --i) {
    play(&it->stage);
    ck_assert(sound_is_finite(&it->stage.out));
  }
}

/// Do anything
static void
do_any(Madness* const it)
{
  static void (*const acts[])(Madness*) = {ask_for_order,
                                           ask_for_file,
                                           restore,
                                           save,
                                           repeat,
                                           repeat,
                                           work,
                                           work,
                                           stop,
                                           change_worker,
                                           play_some,
                                           play_some};
  acts[random_below(it, sizeof(acts) / sizeof(acts[0]))](it);
}

/// Lives of each plugin, and what happens in each
#define N_LIVES ((int)REPEATS(6U))
#define N_ACTS 150U

START_TEST(any_host_that_calms_down_gets_what_it_asked_for)
{
  const int index = askers[_i / N_LIVES];
  Madness   it    = {stage_at(index), (uint32_t)_i, FIRST_ORDER, ""};
  for (uint32_t i = 0U; i < N_ACTS; ++i) {
    do_any(&it);
  }

  it.stage.instance->worker.kind = WORKER_QUEUE;
  if (has_order(&it.stage)) {
    settle_order(&it.stage, it.order);
  }
  if (has_file(&it.stage)) {
    (void)stage_settle(&it.stage);
    if (!strcmp(it.path, "/nowhere")) {
      ck_assert_int_eq(stage_status(&it.stage), FILE_MISSING);
      (void)stage_load(&it.stage, library.a.text);
      it.path = library.a.text;
    }
    assert_plays(&it.stage, index, it.path);
  }
  stage_free(&it.stage);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_unchecked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase,
                      order_changes_after_a_request_was_dropped,
                      0,
                      N_ORDER_REQUESTS * N_ENGINES);
  tcase_add_loop_test(tcase,
                      file_is_loaded_after_a_request_was_dropped,
                      0,
                      N_FILE_REQUESTS * N_LOADERS);
  tcase_add_loop_test(
    tcase, state_is_loaded_after_its_request_was_dropped, 0, N_LOADERS);
  tcase_add_loop_test(tcase,
                      wrong_requests_are_refused_and_touch_nothing,
                      0,
                      N_WRONGS * N_ASKERS);
  tcase_add_loop_test(
    tcase, late_requests_are_refused_and_touch_nothing, 0, N_WAITS * N_ASKERS);
  tcase_add_loop_test(
    tcase,
    worker_that_takes_longer_than_there_is_room_to_wait_is_survived,
    0,
    N_ENGINES);
  tcase_add_loop_test(tcase,
                      any_host_that_calms_down_gets_what_it_asked_for,
                      0,
                      N_LIVES * N_ASKERS);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "requests", add);
}
