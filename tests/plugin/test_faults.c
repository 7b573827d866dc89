// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Memory that runs out, at each allocation in turn: what plays goes on, and
// nothing leaks.
// usage: test_faults LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/faults.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/paths.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/session.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/stage.h"
#include "tests/plugin/uris.h"

#include <check.h>
#include <lv2/state/state.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define MODEL (&lmu_model_ports[0])

/// More allocations than anything takes
#define MAX_ALLOCATIONS 10000U

/// What is to be loaded resamples, and so needs all that there is
static const NetworkSpec large = {.seed   = 7U,
                                  .order  = 40U,
                                  .rate   = 44100.0,
                                  .recurs = true};

static Library library;
static Path    path;
static Session session;

static void
set_up(void)
{
  library = library_new();
  path    = library_add(&library, "large.safetensors", &large);
  session_init(&session, PATHS_PLAIN, library.folder.path);
  session.has_worker = false;
}

static void
tear_down(void)
{
  session_clear(&session);
  library_remove(&library);
}

/// Return an instance that plays a network
static Stage
stage_with(const Path* const file)
{
  Stage stage = stage_new(MODEL, WORKER_AT_ONCE);
  ck_assert_int_eq(stage_load(&stage, file->text), FILE_READY);
  return stage;
}

/// Whether nothing but what the allocation failed for was lost
static void
assert_recovers(Stage* const stage)
{
  ck_assert_int_ne(stage_status(stage), FILE_LOADING);
  if (stage_status(stage) != FILE_READY) {
    ck_assert_float_eq(instance_get(stage->instance, "order"),
                       (float)network_a.order);
  }
  ck_assert_double_gt(peak(stage->out.channels[0], 0U, STAGE_BLOCK), 0.0);
  ck_assert_int_eq(stage_load(stage, path.text), FILE_READY);
  ck_assert_float_eq(instance_get(stage->instance, "order"),
                     (float)large.order);
}

START_TEST(memory_may_run_out_in_the_worker)
{
  uint32_t n_good     = 0U;
  bool     has_failed = true;
  for (; has_failed; ++n_good) {
    Stage stage = stage_with(&library.a);
    instance_send_path(stage.instance, path.text);
    faults_begin(n_good);
    stage_play(&stage, 1U);
    has_failed = faults_end();
    (void)stage_settle(&stage);
    assert_recovers(&stage);
    stage_free(&stage);
    ck_assert_uint_lt(n_good, MAX_ALLOCATIONS);
  }
  printf("Loading takes %u allocations\n", n_good - 1U);
  ck_assert_uint_gt(n_good, 10U);
}
END_TEST

START_TEST(memory_may_run_out_in_restore)
{
  Stage saved = stage_with(&path);
  ck_assert_int_eq(session_save(&session, saved.instance), LV2_STATE_SUCCESS);
  stage_free(&saved);

  uint32_t n_good     = 0U;
  bool     has_failed = true;
  for (; has_failed; ++n_good) {
    Stage stage = stage_with(&library.a);
    faults_begin(n_good);
    (void)session_restore(&session, stage.instance);
    has_failed = faults_end();
    (void)stage_settle(&stage);
    assert_recovers(&stage);
    stage_free(&stage);
    ck_assert_uint_lt(n_good, MAX_ALLOCATIONS);
  }
  printf("Restoring takes %u allocations\n", n_good - 1U);
  ck_assert_uint_gt(n_good, 10U);
}
END_TEST

START_TEST(memory_may_run_out_in_save)
{
  Stage    stage      = stage_with(&path);
  uint32_t n_good     = 0U;
  bool     has_failed = true;
  for (; has_failed; ++n_good) {
    faults_begin(n_good);
    const LV2_State_Status status = session_save(&session, stage.instance);
    has_failed                    = faults_end();
    ck_assert(has_failed || status == LV2_STATE_SUCCESS);
    ck_assert_uint_lt(n_good, MAX_ALLOCATIONS);
  }
  ck_assert_str_eq(session_text(&session, URI_WEIGHTS), path.text);
  stage_free(&stage);
}
END_TEST

START_TEST(memory_may_run_out_in_instantiate)
{
  const InstanceSpec spec = {
    &lmu_model_ports[_i], 48000.0, MAP_REAL, WORKER_AT_ONCE, false, NULL};
  uint32_t n_good     = 1U; // The first is of the host
  bool     has_failed = true;
  for (; has_failed; ++n_good) {
    faults_begin(n_good);
    Instance* const instance = instance_new(&spec);
    has_failed               = faults_end();
    ck_assert(has_failed || instance);
    if (instance) {
      Stage stage = stage_of(instance);
      instance_activate(instance);
      ck_assert_int_eq(stage_load(&stage, library.a.text), FILE_READY);
      stage_free(&stage);
    }
    ck_assert_uint_lt(n_good, MAX_ALLOCATIONS);
  }
}
END_TEST

// But for the path of its bundle, without which it finds fewer files
START_TEST(an_instance_has_all_its_memory_or_is_none)
{
  const InstanceSpec spec = {
    host_lists[_i], 48000.0, MAP_REAL, WORKER_AT_ONCE, false, NULL};
  const int before     = faults_blocks();
  uint32_t  n_without  = 0U;
  bool      has_failed = true;
  for (uint32_t n_good = 1U; has_failed; ++n_good) {
    faults_begin(n_good);
    Instance* const instance = instance_new(&spec);
    has_failed               = faults_end();
    n_without += has_failed && instance;
    ck_assert(has_failed || instance);
    if (instance) {
      instance_free(instance);
    }
    ck_assert_int_eq(faults_blocks(), before);
    ck_assert_uint_lt(n_good, MAX_ALLOCATIONS);
  }
  ck_assert_uint_le(n_without, 1U);
}
END_TEST

START_TEST(an_instance_that_played_leaves_no_memory)
{
  const int       before   = faults_blocks();
  Instance* const instance = instance_start(host_lists[_i], WORKER_AT_ONCE);
  for (uint32_t i = 0U; i < 200U; ++i) {
    instance_run(instance, 256U);
  }
  instance_free(instance);
  ck_assert_int_eq(faults_blocks(), before);
}
END_TEST

START_TEST(a_delay_that_finds_no_memory_passes_its_input_on)
{
  const InstanceSpec spec = {
    &lmu_delay_ports[_i], 48000.0, MAP_REAL, WORKER_NONE, false, NULL};
  Instance* const instance = instance_new(&spec);
  ck_assert_ptr_nonnull(instance);
  faults_begin(0U);
  instance_activate(instance);
  ck_assert(faults_end());

  Sound in  = sound_new(instance->n_ins, 500U);
  Sound out = sound_new(instance->n_outs, 500U);
  sound_fill_noise(&in, 0.5f);
  instance_play(instance, in.channels, out.channels, 500U, 100U, NULL);
  ck_assert(sound_equal(&in, &out));
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_test(tcase, memory_may_run_out_in_the_worker);
  tcase_add_test(tcase, memory_may_run_out_in_restore);
  tcase_add_test(tcase, memory_may_run_out_in_save);
  tcase_add_loop_test(tcase, memory_may_run_out_in_instantiate, 0, 2);
  tcase_add_loop_test(
    tcase, a_delay_that_finds_no_memory_passes_its_input_on, 0, 2);
  tcase_add_loop_test(
    tcase, an_instance_has_all_its_memory_or_is_none, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, an_instance_that_played_leaves_no_memory, 0, N_PLUGINS);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "faults", add);
}
