// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Engines that change while they play, with any worker a host may have.
// usage: test_worker LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>
#include <lv2/core/lv2.h>
#include <lv2/worker/worker.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define RATE 48000.0

/// Tone that plays while engines change
#define TONE (440.0 / RATE)
#define LEVEL 0.5

/// Step that a change may add, -60 dBFS
#define MAX_STEP 1e-3

/// How much the tone's level may change [dB]
#define MAX_CHANGE_DB 1.0

/// Frames of a block
#define BLOCK 64U

/// Blocks that a queue lets a request wait
#define LATE_BLOCKS 40U

/// Blocks that the worker's thread may take, as this plays faster than time
#define WAIT_BLOCKS 200U

/// Frames that the tone plays at one order
#define PHASE_FRAMES 96000U

/// Frames over which the level is taken, four periods
#define LEVEL_FRAMES 436U

/// When the window is full
#define SETTLED 9600U

/// Return a delay of one tap whose window holds the tone at order 32 too
static Instance*
delay_new(const WorkerKind worker)
{
  const InstanceSpec spec = {
    &lmu_delay_ports[0], RATE, MAP_REAL, worker, false, NULL};
  Instance* const instance = instance_new(&spec);
  instance_set(instance, "theta", 14.0f);
  instance_set(instance, "order", 256.0f);
  instance_set(instance, "tap4_position", 0.75f);
  instance_set(instance, "feedback", 0.0f);
  instance_set(instance, "dry", -60.0f);
  instance_set(instance, "wet", 0.0f);
  instance_activate(instance);
  return instance;
}

/// Play a sound in blocks, and let a queue work some blocks late
static void
play_late(Instance* const    instance,
          const Sound* const in,
          const Sound* const out,
          const uint32_t     first,
          const uint32_t     last)
{
  uint32_t n_waited = 0U;
  for (uint32_t frame = first; frame < last; frame += BLOCK) {
    float* ins[2]  = {in->channels[0] + frame, NULL};
    float* outs[2] = {out->channels[0] + frame, NULL};
    instance_play(instance, ins, outs, BLOCK, BLOCK, NULL);
    if (instance->worker.kind == WORKER_THREAD &&
        (frame / BLOCK) % WAIT_BLOCKS == 0U) {
      instance_wait(instance);
    }
    if (instance->worker.kind == WORKER_QUEUE && instance->worker.n_requests &&
        ++n_waited > LATE_BLOCKS) {
      ck_assert(instance_work(instance));
      n_waited = 0U;
    }
  }
}

/// Return how much the level changes [dB]
static double
level_range(const Sound* const sound, const uint32_t first)
{
  const float* const samples = sound->channels[0];
  double             least   = INFINITY;
  double             most    = 0.0;
  for (uint32_t i = first; i + LEVEL_FRAMES < sound->n_frames;
       i += LEVEL_FRAMES) {
    const double now = level(samples, i, i + LEVEL_FRAMES);
    least            = fmin(least, now);
    most             = fmax(most, now);
  }
  return decibels(most / least);
}

static void
assert_order_changes_unheard(const WorkerKind worker)
{
  static const float orders[] = {256.0f, 64.0f, 1024.0f};
  Instance* const    instance = delay_new(worker);
  Sound              in       = sound_new(1U, 3U * PHASE_FRAMES);
  Sound              out      = sound_new(1U, 3U * PHASE_FRAMES);
  sound_fill_tone(&in, TONE, LEVEL);
  for (uint32_t i = 0U; i < 3U; ++i) {
    const uint32_t first = i * PHASE_FRAMES;
    instance_set(instance, "order", orders[i]);
    play_late(instance, &in, &out, first, first + PHASE_FRAMES);
    ck_assert_float_eq(instance_get(instance, "order_used"), orders[i]);
  }

  const double step  = steepest(out.channels[0], SETTLED, out.n_frames);
  const double own   = steepest(out.channels[0], SETTLED, PHASE_FRAMES);
  const double range = level_range(&out, SETTLED);
  printf("Order 256, 64, 1024: steps exceed the tone's by %.6f, and the level "
         "changes by %.4f dB\n",
         step - own,
         range);
  ck_assert_double_le(step - own, MAX_STEP);
  ck_assert_double_le(step, tone_step(TONE, LEVEL) + MAX_STEP);
  ck_assert_double_le(range, MAX_CHANGE_DB);

  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}

START_TEST(order_changes_are_not_heard)
{
  static const WorkerKind workers[] = {
    WORKER_AT_ONCE, WORKER_QUEUE, WORKER_THREAD};
  assert_order_changes_unheard(workers[_i]);
}
END_TEST

START_TEST(hold_that_starts_while_the_order_changes_goes_on)
{
  Instance* const instance = delay_new(WORKER_QUEUE);
  Sound           in       = sound_new(1U, 3U * PHASE_FRAMES);
  Sound           out      = sound_new(1U, 3U * PHASE_FRAMES);
  sound_fill_tone(&in, TONE, LEVEL);
  memset(in.channels[0] + PHASE_FRAMES,
         0,
         sizeof(float) * 2U * PHASE_FRAMES); // The held tone is left alone

  const uint32_t changed = PHASE_FRAMES - ((uint32_t)_i * 10U * BLOCK);
  const uint32_t held    = PHASE_FRAMES - (5U * BLOCK);
  play_late(instance, &in, &out, 0U, changed);
  instance_set(instance, "order", 128.0f);
  play_late(instance, &in, &out, changed, held);
  instance_set(instance, "hold", 1.0f);
  play_late(instance, &in, &out, held, 3U * PHASE_FRAMES);

  const double before = level(out.channels[0], SETTLED, changed);
  const double after =
    level(out.channels[0], (2U * PHASE_FRAMES) + SETTLED, 3U * PHASE_FRAMES);
  ck_assert_float_eq(instance_get(instance, "order_used"), 128.0f);
  ck_assert_double_gt(decibels(after / before), -6.0); // Seams may cancel some

  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/* Workers that do not */

/// Return whether a change of order is without effect, where no worker is
static bool
plays_on(Instance* const instance)
{
  Instance* const other = delay_new(WORKER_NONE);
  Sound           in    = sound_new(1U, PHASE_FRAMES);
  Sound           out   = sound_new(1U, PHASE_FRAMES);
  Sound           wants = sound_new(1U, PHASE_FRAMES);
  sound_fill_noise(&in, 0.5f);

  instance_set(instance, "order", 32.0f);
  play_late(instance, &in, &out, 0U, PHASE_FRAMES);
  play_late(other, &in, &wants, 0U, PHASE_FRAMES);
  const bool equal = sound_equal(&out, &wants);

  sound_free(&wants);
  sound_free(&out);
  sound_free(&in);
  instance_free(other);
  return equal;
}

START_TEST(order_stays_where_there_is_no_worker)
{
  Instance* const instance = delay_new(WORKER_NONE);
  ck_assert(plays_on(instance));
  ck_assert_float_eq(instance_get(instance, "order_used"), 256.0f);

  instance_activate(instance);
  instance_run(instance, 0U);
  ck_assert_float_eq(instance_get(instance, "order_used"), 32.0f);
  instance_free(instance);
}
END_TEST

START_TEST(order_stays_while_the_worker_has_no_room)
{
  Instance* const instance = delay_new(WORKER_FULL);
  ck_assert(plays_on(instance));
  ck_assert_uint_gt(instance->worker.n_refused, 1U);
  instance_free(instance);
}
END_TEST

START_TEST(order_changes_once_the_worker_has_room)
{
  Instance* const instance = delay_new(WORKER_FULL);
  ck_assert(plays_on(instance));
  instance->worker.kind = WORKER_AT_ONCE;

  Sound in  = sound_new(1U, SETTLED);
  Sound out = sound_new(1U, SETTLED);
  play_late(instance, &in, &out, 0U, SETTLED);
  ck_assert_float_eq(instance_get(instance, "order_used"), 32.0f);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(worker_may_run_out_of_room_at_any_step)
{
  Instance* const instance = delay_new(WORKER_AT_ONCE);
  Sound           in       = sound_new(1U, SETTLED);
  Sound           out      = sound_new(1U, SETTLED);
  sound_fill_tone(&in, TONE, LEVEL);
  instance_set(instance, "order", 32.0f);
  for (uint32_t i = 0U; i < 150U; ++i) {
    // Room for one request in every eight blocks
    const uint32_t frame  = i * BLOCK;
    instance->worker.kind = (i % 8U) ? WORKER_FULL : WORKER_AT_ONCE;
    play_late(instance, &in, &out, frame, frame + BLOCK);
  }
  ck_assert(sound_is_finite(&out));
  ck_assert_uint_eq(instance->worker.n_works, 3U);
  ck_assert_float_eq(instance_get(instance, "order_used"), 32.0f);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(order_stays_while_the_worker_never_answers)
{
  Instance* const instance = instance_start(host_lists[6], WORKER_QUEUE);
  Sound           in       = sound_new(1U, PHASE_FRAMES);
  Sound           out      = sound_new(1U, PHASE_FRAMES);
  sound_fill_noise(&in, 0.5f);
  instance_set(instance, "order", 32.0f);
  instance_play(instance, in.channels, out.channels, PHASE_FRAMES, BLOCK, NULL);
  ck_assert(sound_is_finite(&out));
  ck_assert_uint_eq(instance->worker.n_requests, 1U);
  ck_assert_float_eq(instance_get(instance, "order_used"), QUICK_ORDER);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/// Longer than the log of the input, see LOG_SECONDS of plugin/engine_swap.c
#define LOST_FRAMES 240000U

START_TEST(state_that_the_worker_moved_too_late_is_moved_again)
{
  const uint32_t  n_frames = SETTLED + LOST_FRAMES + PHASE_FRAMES;
  Instance* const instance = delay_new(WORKER_QUEUE);
  Sound           in       = sound_new(1U, n_frames);
  Sound           out      = sound_new(1U, n_frames);
  sound_fill_tone(&in, TONE, LEVEL);
  play_late(instance, &in, &out, 0U, SETTLED);
  instance_set(instance, "order", 64.0f);

  // It makes the engine at once, but takes long to move the state
  uint32_t frame = SETTLED;
  while (frame < SETTLED + LOST_FRAMES) {
    float* ins[]  = {in.channels[0] + frame};
    float* outs[] = {out.channels[0] + frame};
    instance_play(instance, ins, outs, BLOCK, BLOCK, NULL);
    frame += BLOCK;
    if (instance->worker.n_works == 0U) {
      (void)instance_work(instance);
    }
  }
  ck_assert_uint_eq(instance->worker.n_requests, 1U);
  ck_assert_float_eq(instance_get(instance, "order_used"), 256.0f);

  play_late(instance, &in, &out, frame, n_frames);
  ck_assert_float_eq(instance_get(instance, "order_used"), 64.0f);
  ck_assert_uint_eq(instance->worker.n_works, 4U); // With the one in vain
  ck_assert_double_le(steepest(out.channels[0], SETTLED, n_frames),
                      tone_step(TONE, LEVEL) + MAX_STEP);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

/* Requests */

START_TEST(requests_do_not_pile_up_and_the_newest_wins)
{
  Instance* const instance = delay_new(WORKER_QUEUE);
  Sound           in       = sound_new(1U, PHASE_FRAMES);
  Sound           out      = sound_new(1U, PHASE_FRAMES);
  sound_fill_tone(&in, TONE, LEVEL);
  for (uint32_t i = 0U; i < 1000U; ++i) {
    instance_set(instance, "order", 8.0f + (float)(i % 100U));
    play_late(instance, &in, &out, i * BLOCK, (i + 1U) * BLOCK);
    ck_assert_uint_le(instance->worker.n_requests, 2U); // Free one, build one
    if (i % 10U == 9U) {
      (void)instance_work(instance);
    }
  }
  instance_set(instance, "order", 77.0f);
  play_late(instance, &in, &out, 1000U * BLOCK, PHASE_FRAMES);
  ck_assert_float_eq(instance_get(instance, "order_used"), 77.0f);
  ck_assert_double_le(steepest(out.channels[0], SETTLED, PHASE_FRAMES),
                      tone_step(TONE, LEVEL) + MAX_STEP);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(requests_of_a_wrong_size_are_refused)
{
  Instance* const instance =
    instance_start(host_lists[host_engines[_i]], WORKER_NONE);
  static const uint32_t sizes[]  = {0U, 1U, 4U, 8U, 16U, 19U, 63U, 64U};
  const uint8_t         body[64] = {0U};
  for (uint32_t i = 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    ck_assert_int_ne(
      instance->interface->work(instance->handle, NULL, NULL, sizes[i], body),
      LV2_WORKER_SUCCESS);
  }
  ck_assert_int_ne(
    instance->interface->work(instance->handle, NULL, NULL, 0U, NULL),
    LV2_WORKER_SUCCESS);
  instance_free(instance);
}
END_TEST

START_TEST(responses_from_nowhere_are_ignored)
{
  Instance* const instance =
    instance_start(host_lists[host_engines[_i]], WORKER_NONE);
  Instance* const other =
    instance_start(host_lists[host_engines[_i]], WORKER_NONE);
  const uint8_t body[64] = {0xFFU};
  (void)instance->interface->work_response(instance->handle, 64U, body);
  (void)instance->interface->work_response(instance->handle, 0U, NULL);
  ck_assert(instance_sounds_as(instance, other));

  instance_deactivate(instance);
  (void)instance->interface->work_response(instance->handle, 64U, body);
  instance_activate(instance);
  instance_activate(other);
  ck_assert(instance_sounds_as(instance, other));
  instance_free(other);
  instance_free(instance);
}
END_TEST

/* Life, after each number of requests that were done */

/// Ask for another order, and let the worker do some requests
static Instance*
interrupted(const int n_works)
{
  Instance* const instance = delay_new(WORKER_QUEUE);
  Sound           in       = sound_new(1U, SETTLED);
  Sound           out      = sound_new(1U, SETTLED);
  sound_fill_tone(&in, TONE, LEVEL);
  instance_set(instance, "order", 32.0f);
  for (uint32_t i = 0U; (int)instance->worker.n_works < n_works; ++i) {
    instance_play(instance, in.channels, out.channels, BLOCK, BLOCK, NULL);
    (void)instance_work(instance);
    ck_assert_uint_lt(i, 1000U);
  }
  instance_play(instance,
                in.channels,
                out.channels,
                (uint32_t)(n_works % 2) * 16U,
                16U,
                NULL);
  sound_free(&out);
  sound_free(&in);
  return instance;
}

START_TEST(instance_may_be_freed_while_a_request_waits)
{
  instance_free(interrupted(_i));
}
END_TEST

START_TEST(activate_while_a_request_waits_starts_afresh)
{
  Instance* const instance = interrupted(_i);
  instance_deactivate(instance);
  instance_activate(instance);

  Sound in  = sound_new(1U, SETTLED);
  Sound out = sound_new(1U, SETTLED);
  play_late(instance, &in, &out, 0U, SETTLED);
  ck_assert_double_eq(peak(out.channels[0], 0U, SETTLED), 0.0);

  sound_fill_tone(&in, TONE, LEVEL);
  for (uint32_t i = 0U; i < 5U; ++i) {
    play_late(instance, &in, &out, 0U, SETTLED);
  }
  ck_assert_float_eq(instance_get(instance, "order_used"), 32.0f);
  ck_assert_double_gt(peak(out.channels[0], 0U, SETTLED), 0.9 * LEVEL);
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(work_may_be_done_after_deactivate)
{
  Instance* const instance = interrupted(_i);
  instance_deactivate(instance);
  while (instance_work(instance)) {
  }
  instance_activate(instance);
  instance_run(instance, 0U);
  ck_assert_float_eq(instance_get(instance, "order_used"), 32.0f);
  ck_assert_uint_eq(instance->worker.n_errors, 0U);
  instance_deactivate(instance);
  instance_free(instance);
}
END_TEST

START_TEST(engines_change_on_all_plugins)
{
  Instance* const instance =
    instance_start(host_lists[host_engines[_i]], WORKER_AT_ONCE);
  Sound in  = sound_new(instance->n_ins, SETTLED);
  Sound out = sound_new(instance->n_outs, SETTLED);
  sound_fill_noise(&in, 0.5f);
  for (uint32_t order = 8U; order <= 40U; order += 8U) {
    instance_set(instance, "order", (float)order);
    instance_play(instance, in.channels, out.channels, SETTLED, BLOCK, NULL);
    ck_assert_float_eq(instance_get(instance, "order_used"), (float)order);
    ck_assert(sound_is_finite(&out));
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_loop_test(tcase, order_changes_are_not_heard, 0, 3);
  tcase_add_loop_test(
    tcase, hold_that_starts_while_the_order_changes_goes_on, 0, 14);
  tcase_add_test(tcase, order_stays_where_there_is_no_worker);
  tcase_add_test(tcase, order_stays_while_the_worker_has_no_room);
  tcase_add_test(tcase, order_changes_once_the_worker_has_room);
  tcase_add_test(tcase, worker_may_run_out_of_room_at_any_step);
  tcase_add_test(tcase, order_stays_while_the_worker_never_answers);
  tcase_add_test(tcase, state_that_the_worker_moved_too_late_is_moved_again);
  tcase_add_test(tcase, requests_do_not_pile_up_and_the_newest_wins);
  tcase_add_loop_test(
    tcase, requests_of_a_wrong_size_are_refused, 0, N_ENGINES);
  tcase_add_loop_test(tcase, responses_from_nowhere_are_ignored, 0, N_ENGINES);
  tcase_add_loop_test(tcase, instance_may_be_freed_while_a_request_waits, 0, 4);
  tcase_add_loop_test(
    tcase, activate_while_a_request_waits_starts_afresh, 0, 4);
  tcase_add_loop_test(tcase, work_may_be_done_after_deactivate, 0, 4);
  tcase_add_loop_test(tcase, engines_change_on_all_plugins, 0, N_ENGINES);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "worker", add);
}
