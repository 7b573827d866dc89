// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Instances and their workers in threads, to be run with a thread sanitizer.
// usage: test_threads LMU.SO

#include "plugin/inline_display.h"
#include "plugin/ports.h"
#include "tests/plugin/display.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/require.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLOCK 64U

/// Changes of order in the first test
#define N_SWAPS 1000U

/// Times that the host stops while the worker works
#define N_STOPS 200U

#define N_THREADS 4U

#define RATE 48000U

/// Pictures that are drawn while it plays
#define N_PICTURES 500U

/// Plugins that have engines
static const int engine_plugins[] = {0, 1, 2, 6, 7, 10, 11, 14, 15};

#define N_ENGINES ((int)(sizeof(engine_plugins) / sizeof(engine_plugins[0])))

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
    instance_start(host_lists[engine_plugins[_i]], WORKER_THREAD);
  Audio audio = audio_new(instance);
  for (uint32_t i = 0U; i < N_SWAPS / 5U; ++i) {
    swap(instance, &audio, (float)(8U + (i % 9U)));
  }
  audio_free(&audio);
  instance_free(instance);
}
END_TEST

START_TEST(host_stops_and_starts_while_the_worker_works)
{
  Instance* const instance =
    instance_start(host_lists[engine_plugins[_i]], WORKER_THREAD);
  Audio audio = audio_new(instance);
  for (uint32_t i = 0U; i < N_STOPS; ++i) {
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
  for (uint32_t i = 0U; i < N_STOPS; ++i) {
    Instance* const instance =
      instance_start(host_lists[engine_plugins[_i]], WORKER_THREAD);
    Audio audio = audio_new(instance);
    instance_set(instance, "order", 20.0f);
    for (uint32_t j = 0U; j < i; ++j) {
      play(instance, &audio);
    }
    audio_free(&audio);
    instance_free(instance);
  }
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
  int       plugin = engine_plugins[_i];
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
  const Strip* const strip = (const Strip*)data;
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

  Strip* const strip = strip_new(host_lists[_i]);
  pthread_t    thread;
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
add(TCase* const tcase)
{
  tcase_add_loop_test(tcase, orders_change_while_sound_plays, 0, N_ENGINES);
  tcase_add_loop_test(
    tcase, host_stops_and_starts_while_the_worker_works, 0, N_ENGINES);
  tcase_add_loop_test(
    tcase, instance_is_freed_while_requests_wait, 0, N_ENGINES);
  tcase_add_loop_test(tcase, instances_live_side_by_side, 0, N_ENGINES);
  tcase_add_loop_test(
    tcase, pictures_are_drawn_while_sound_plays, 0, N_PLUGINS);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "threads", add);
}
