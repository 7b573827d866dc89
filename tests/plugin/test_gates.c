// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What run() may not do, and that bad plugins are caught at it.
// usage: test_gates LMU.SO BAD.SO

#include "plugin/ports.h"
#include "tests/plugin/gates.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/views.h"

#include <check.h>
#include <lv2/core/lv2.h>

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Frames of each block, and number of blocks
#define BLOCK 64U
#define N_BLOCKS 800U

/// Blocks before a gate closes, in which a host may load pages and bind symbols
#define WARM_BLOCKS 20U

/// Instances, and threads that they run in
#define N_INSTANCES 64U
#define N_THREADS 8U

/// Times that a library is opened, and plugins of it that are played each time,
/// in turn
#define N_OPENINGS 100U
#define N_AT_ONCE 4U

static const char* lmu_path;
static const char* bad_path;
static Library     files;

/// Libraries are open in the process of one test alone
static void*
use_library(const char* const path)
{
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  ck_assert_ptr_nonnull(library);

  LV2_Descriptor_Function function = NULL;
  void* const             symbol   = dlsym(library, "lv2_descriptor");
  ck_assert_ptr_nonnull(symbol);
  memcpy(&function, &symbol, sizeof(symbol));
  host_use(function);
  return library;
}

/* Bad plugins */

static const PortSpec bad_ports[] = {{"control", PORT_ATOM_IN, 0, 0, 0, 0},
                                     {"notify", PORT_ATOM_OUT, 0, 0, 0, 0},
                                     {"in", PORT_AUDIO_IN, 0, 0, 0, 0},
                                     {"out", PORT_AUDIO_OUT, 0, 0, 0, 0}};

/// A bad plugin, and the gate that must see what it does
typedef struct {
  PortList  list;
  GateIndex gate;
} Suspect;

#define SUSPECT(name, gate)            \
  {                                    \
    {"bad-" name, bad_ports, 4U}, gate \
  }

static const Suspect suspects[] = {
  SUSPECT("prints", GATE_SYSTEM_CALLS),
  SUSPECT("allocates", GATE_LIBRARY_CALLS),
  SUSPECT("locks", GATE_LIBRARY_CALLS),
  SUSPECT("faults", GATE_PAGE_FAULTS),
  SUSPECT("divides", GATE_FLAGS),
  SUSPECT("denormal", GATE_FLAGS),
  SUSPECT("rounds", GATE_FLAGS),
  SUSPECT("divides", GATE_TRAPS),
  SUSPECT("digs", GATE_STACK),
};

#define N_SUSPECTS ((int)(sizeof(suspects) / sizeof(suspects[0])))

static const PortList bad_nan    = {"bad-nan", bad_ports, 4U};
static const PortList bad_shares = {"bad-shares", bad_ports, 4U};
static const PortList bad_leaks  = {"bad-leaks", bad_ports, 4U};

/* Gates */

static void
run_block(void* const data)
{
  Instance* const instance = (Instance*)data;
  instance_run(instance, BLOCK);
}

/// Send weight files, good and bad, to a plugin that takes them, and watch all
static void
send_messages(Instance* const instance, const uint32_t block)
{
  if (block % 100U == 1U) {
    instance_watch(instance, 30.0f);
  }
  if (instance->state && block % 100U == 0U) {
    const char* const paths[] = {files.a.text, "/nowhere", files.b.text, ""};
    instance_send_path(instance, paths[(block / 100U) % 4U]);
  }
}

/// Change what a plugin does, so that all of it runs
static void
steer(Instance* const instance, const uint32_t block)
{
  static const Change changes[] = {{"theta", 20U, 30.0f},
                                   {"order", 30U, 32.0f},
                                   {"theta_depth", 40U, 3.0f},
                                   {"lfo_depth", 60U, 1.0f},
                                   {"hold", 100U, 1.0f},
                                   {"readout", 120U, READOUT_TAPS},
                                   {"theta_scale", 130U, 2.0f},
                                   {"cv_gain", 130U, 20.0f},
                                   {"cv_range", 135U, CV_UNIPOLAR},
                                   {"lfo_target", 140U, LFO_THETA},
                                   {"hold", 300U, 0.0f},
                                   {"lfo_depth", 320U, 0.0f},
                                   {"quality", 340U, 1.0f},
                                   {"cv_range", 345U, CV_MAGNITUDE},
                                   {"position", 350U, 0.9f},
                                   {"readout", 400U, READOUT_WEIGHTS},
                                   {"rate_mode", 450U, 1.0f},
                                   {"mode", 460U, MODE_CONTINUE},
                                   {"conceal", 470U, 1.0f},
                                   {"freeze", 500U, 1.0f},
                                   {"freeze", 550U, 0.0f},
                                   {"mode", 560U, MODE_RESIDUAL},
                                   {"trigger", 570U, TRIGGER_RISING},
                                   {"enabled", 600U, 0.0f}};
  for (uint32_t i = 0U; i < sizeof(changes) / sizeof(changes[0]); ++i) {
    if (changes[i].frame == block &&
        instance_port(instance, changes[i].symbol) < HOST_MAX_PORTS) {
      instance_set(instance, changes[i].symbol, changes[i].value);
    }
  }
}

/// Play noise through a gate, and return the number of faults
static int
count_faults(const PortList* const list, const Gate* const gate)
{
  Instance* const instance = instance_start(list, WORKER_QUEUE);
  Sound           in       = sound_new(instance->n_ins, BLOCK);
  Sound           out      = sound_new(instance->n_outs, BLOCK);
  int             n_faults = 0;
  sound_fill_noise(&in, 0.5f);
  instance_play(instance, in.channels, out.channels, BLOCK, BLOCK, NULL);
  for (uint32_t i = 0U; i < N_BLOCKS && !n_faults; ++i) {
    steer(instance, i);
    send_messages(instance, i);
    (void)instance_work(instance);
    if (i < WARM_BLOCKS) {
      run_block(instance);
    } else {
      n_faults += gate->count(run_block, instance);
    }
    if (i == N_BLOCKS / 2U) {
      memset(in.channels[0], 0, BLOCK * sizeof(float));
    }
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
  return n_faults;
}

/// Return the fewest faults of three tries, as the kernel makes some of its own
static int
count_least_faults(const PortList* const list, const Gate* const gate)
{
  int least = count_faults(list, gate);
  for (uint32_t i = 1U; i < 3U && least; ++i) {
    const int n_faults = count_faults(list, gate);
    least              = (n_faults < least) ? n_faults : least;
  }
  return least;
}

static bool
is_open(const Gate* const gate)
{
  if (!gate->is_available()) {
    printf("Skipped: this computer or build cannot watch %s\n", gate->name);
    return false;
  }
  return true;
}

START_TEST(plugin_passes_the_gate)
{
  const Gate* const     gate = &gates[_i / N_PLUGINS];
  const PortList* const list = host_lists[_i % N_PLUGINS];
  use_library(lmu_path);
  if (is_open(gate)) {
    ck_assert_msg(
      !count_least_faults(list, gate), "%s of %s", gate->name, list->name);
  }
  if (gate == &gates[GATE_STACK]) {
    printf("Stack of %s: %u bytes\n", list->name, gate_stack_used());
  }
}
END_TEST

START_TEST(bad_plugin_is_caught_at_its_gate)
{
  const Suspect* const suspect = &suspects[_i];
  const Gate* const    gate    = &gates[suspect->gate];
  use_library(bad_path);
  if (is_open(gate)) {
    ck_assert_msg(count_least_faults(&suspect->list, gate) > 0,
                  "%s of %s",
                  gate->name,
                  suspect->list.name);
  }
}
END_TEST

/* Output */

static bool
makes_numbers(const PortList* const list)
{
  Instance* const instance = instance_start(list, WORKER_NONE);
  Sound           in       = sound_new(instance->n_ins, 4096U);
  Sound           out      = sound_new(instance->n_outs, 4096U);
  sound_fill_noise(&in, 0.5f);
  instance_play(instance, in.channels, out.channels, 4096U, BLOCK, NULL);
  const bool result = sound_is_finite(&out);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
  return result;
}

START_TEST(outputs_are_numbers)
{
  use_library(lmu_path);
  ck_assert(makes_numbers(host_lists[_i]));
}
END_TEST

START_TEST(outputs_of_a_bad_plugin_are_not)
{
  use_library(bad_path);
  ck_assert(!makes_numbers(&bad_nan));
}
END_TEST

/* Threads: made in one, run in another, freed in a third */

/// Some instances of one thread
typedef struct {
  Instance* instances[N_INSTANCES / N_THREADS];
  Sound     in;
  Sound     outs[N_INSTANCES / N_THREADS];
} Crew;

static void*
run_crew(void* const data)
{
  Crew* const crew = (Crew*)data;
  for (uint32_t i = 0U; i < N_INSTANCES / N_THREADS; ++i) {
    instance_play(crew->instances[i],
                  crew->in.channels,
                  crew->outs[i].channels,
                  crew->in.n_frames,
                  BLOCK,
                  NULL);
  }
  return NULL;
}

static void
crew_init(Crew* const crew, const PortList* const list)
{
  for (uint32_t i = 0U; i < N_INSTANCES / N_THREADS; ++i) {
    crew->instances[i] = instance_start(list, WORKER_NONE);
    crew->outs[i]      = sound_new(crew->instances[i]->n_outs, 4096U);
  }
  crew->in = sound_new(crew->instances[0]->n_ins, 4096U);
  sound_fill_noise(&crew->in, 0.5f);
}

static void*
free_crew(void* const data)
{
  Crew* const crew = (Crew*)data;
  for (uint32_t i = 0U; i < N_INSTANCES / N_THREADS; ++i) {
    instance_free(crew->instances[i]);
    sound_free(&crew->outs[i]);
  }
  sound_free(&crew->in);
  return NULL;
}

static void
in_threads(void* (*const function)(void*), Crew* const crews)
{
  pthread_t threads[N_THREADS];
  for (uint32_t i = 0U; i < N_THREADS; ++i) {
    ck_assert_int_eq(pthread_create(&threads[i], NULL, function, &crews[i]), 0);
  }
  for (uint32_t i = 0U; i < N_THREADS; ++i) {
    pthread_join(threads[i], NULL);
  }
}

/// Return whether all instances of all threads make one sound
static bool
instances_agree(const PortList* const list)
{
  Crew crews[N_THREADS];
  for (uint32_t i = 0U; i < N_THREADS; ++i) {
    crew_init(&crews[i], list);
  }
  in_threads(run_crew, crews);

  bool agree = true;
  for (uint32_t i = 0U; i < N_INSTANCES; ++i) {
    const Crew* const crew = &crews[i % N_THREADS];
    agree = agree && sound_equal(&crew->outs[i / N_THREADS], &crews[0].outs[0]);
  }
  in_threads(free_crew, crews);
  return agree;
}

START_TEST(instances_share_nothing)
{
  use_library(lmu_path);
  ck_assert(instances_agree(host_lists[_i]));
}
END_TEST

START_TEST(instances_that_share_are_caught)
{
  use_library(bad_path);
  ck_assert(!instances_agree(&bad_shares));
}
END_TEST

/* Opening and closing */

static uint32_t
count_entries(const char* const path)
{
  DIR* const directory = opendir(path);
  uint32_t   count     = 0U;
  ck_assert_ptr_nonnull(directory);
  while (readdir(directory)) { // NOLINT(concurrency-mt-unsafe)
    ++count;
  }
  closedir(directory);
  return count;
}

/// Open a library, play some plugins with work left to do, and close it
static void
open_and_close(const char* const            path,
               const PortList* const* const lists,
               const uint32_t               n_lists,
               const uint32_t               opening)
{
  void* const library = use_library(path);
  for (uint32_t i = 0U; i < N_AT_ONCE && i < n_lists; ++i) {
    const uint32_t  index    = ((opening * N_AT_ONCE) + i) % n_lists;
    Instance* const instance = instance_start(lists[index], WORKER_QUEUE);
    Sound           in       = sound_new(instance->n_ins, BLOCK);
    Sound           out      = sound_new(instance->n_outs, BLOCK);
    if (instance_port(instance, "quality") < HOST_MAX_PORTS) {
      instance_set(instance, "quality", 1.0f);
    }
    instance_play(instance, in.channels, out.channels, BLOCK, BLOCK, NULL);
    sound_free(&out);
    sound_free(&in);
    instance_free(instance);
  }
  ck_assert_int_eq(dlclose(library), 0);
}

/// Return how much is left behind after many openings
static uint32_t
count_left(const char* const            path,
           const PortList* const* const lists,
           const uint32_t               n_lists)
{
  const uint32_t n_files   = count_entries("/proc/self/fd");
  const uint32_t n_threads = count_entries("/proc/self/task");
  for (uint32_t i = 0U; i < N_OPENINGS; ++i) {
    open_and_close(path, lists, n_lists, i);
  }
  return (count_entries("/proc/self/fd") - n_files) +
         (count_entries("/proc/self/task") - n_threads) +
         (dlopen(path, RTLD_NOW | RTLD_NOLOAD) != NULL);
}

START_TEST(library_leaves_nothing_behind)
{
  ck_assert_uint_eq(count_left(lmu_path, host_lists, N_PLUGINS), 0U);
}
END_TEST

START_TEST(library_that_leaks_is_caught)
{
  const PortList* const list = &bad_leaks;
  ck_assert_uint_ge(count_left(bad_path, &list, 1U), N_OPENINGS);
}
END_TEST

static void
set_up(void)
{
  files = library_new();
}

static void
tear_down(void)
{
  library_remove(&files);
}

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, plugin_passes_the_gate, 0, N_GATES * N_PLUGINS);
  tcase_add_loop_test(tcase, bad_plugin_is_caught_at_its_gate, 0, N_SUSPECTS);
  tcase_add_loop_test(tcase, outputs_are_numbers, 0, N_PLUGINS);
  tcase_add_test(tcase, outputs_of_a_bad_plugin_are_not);
  tcase_add_loop_test(tcase, instances_share_nothing, 0, N_PLUGINS);
  tcase_add_test(tcase, instances_that_share_are_caught);
  tcase_add_test(tcase, library_leaves_nothing_behind);
  tcase_add_test(tcase, library_that_leaks_is_caught);
}

int
main(int argc, char** argv)
{
  if (argc != 3) {
    (void)fprintf(stderr, "usage: %s LMU.SO BAD.SO\n", argv[0]);
    return EXIT_FAILURE;
  }
  lmu_path = argv[1];
  bad_path = argv[2];
  (void)setvbuf(stdout, NULL, _IOLBF, 0U);

  TCase* const tcase = tcase_create("gates");
  Suite* const suite = suite_create("gates");
  tcase_set_timeout(tcase, 0.0); // As in runner.h
  add(tcase);
  suite_add_tcase(suite, tcase);

  SRunner* const runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  const int n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
