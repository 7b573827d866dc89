// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What Scope shows, and that it leaves the sound alone.
// usage: test_scope LMU.SO

#include "plugin/ports.h"
#include "plugin/view.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/views.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define RATE 48000U
#define BLOCK 256U

/// Window of most tests
#define THETA_MS 20.0f

/// Window that has two pictures in it [ms], and a ramp that triggers them
/// anywhere in segments [frames]
#define LONG_THETA_MS 40.0f
#define RAMP 961U

/// 220 Hz, which no rate of Views is a multiple of
#define TONE (220.0 / RATE)
#define LEVEL 0.5

/// A frame of the tone, which a crossing is late at most, and 1 % for the steps
/// of columns
#define MAX_MOVE (float)((2.0 * M_PI * TONE * LEVEL) + (0.01 * LEVEL))

/// A plugin that is watched
typedef struct {
  Instance* instance;
  Sound     in;
  Sound     out;
} Stage;

static Stage
stage_new(const int kind)
{
  Stage stage;
  stage.instance = instance_start(&lmu_scope_ports[kind], WORKER_NONE);
  stage.in       = sound_new((uint32_t)kind + 1U, RATE);
  stage.out      = sound_new((uint32_t)kind + 1U, RATE);
  instance_set(stage.instance, "theta", THETA_MS);
  instance_activate(stage.instance);
  sound_fill_tone(&stage.in, TONE, LEVEL);
  return stage;
}

static void
stage_free(Stage* const stage)
{
  sound_free(&stage->out);
  sound_free(&stage->in);
  instance_free(stage->instance);
}

/// Play a block, and return whether it sent a View
static bool
play_block(const Stage* const stage, float* const* const ins, View* const view)
{
  instance_watch(stage->instance, 30.0f);
  instance_play(stage->instance, ins, stage->out.channels, BLOCK, BLOCK, NULL);
  return view_read(view, &stage->instance->notify.sequence);
}

/// Play a second, and keep the last Views, return how many there were
static uint32_t
watch(const Stage* const stage, View* const views, const uint32_t n_views)
{
  uint32_t count = 0U;
  for (uint32_t frame = 0U; frame + BLOCK <= RATE; frame += BLOCK) {
    float* ins[2];
    for (uint32_t c = 0U; c < stage->in.n_channels; ++c) {
      ins[c] = stage->in.channels[c] + frame;
    }
    count += play_block(stage, ins, &views[count % n_views]);
  }
  return count;
}

/* Sound */

START_TEST(sound_passes_unchanged)
{
  Stage stage = stage_new(_i);
  sound_fill_noise(&stage.in, 1.0f);
  instance_play(stage.instance,
                stage.in.channels,
                stage.out.channels,
                RATE,
                RANDOM_BLOCKS,
                NULL);
  ck_assert(sound_equal(&stage.in, &stage.out));
  stage_free(&stage);
}
END_TEST

START_TEST(sound_passes_unchanged_between_swapped_buffers)
{
  Stage  stage  = stage_new(1);
  float* outs[] = {stage.out.channels[1], stage.out.channels[0]};
  sound_fill_noise(&stage.in, 1.0f);
  sound_fill_noise(&stage.out, 1.0f);
  instance_play(
    stage.instance, stage.out.channels, outs, RATE, RANDOM_BLOCKS, NULL);
  for (uint32_t i = 0U; i < RATE; ++i) {
    ck_assert_msg(stage.out.channels[0][i] == stage.in.channels[1][i] &&
                    stage.out.channels[1][i] == stage.in.channels[0][i],
                  "frame %u",
                  i);
  }
  stage_free(&stage);
}
END_TEST

/* Trigger */

/// Return how far apart two Views are
static float
distance(const View* const x, const View* const y)
{
  float most = 0.0f;
  for (uint32_t i = 0U; i < x->n_inputs; ++i) {
    most = fmaxf(most, fabsf(x->inputs[i][0] - y->inputs[i][0]));
    most = fmaxf(most, fabsf(x->inputs[i][1] - y->inputs[i][1]));
  }
  return most;
}

START_TEST(tone_stands_still_with_a_trigger)
{
  View  views[8];
  Stage stage = stage_new(0);
  instance_set(stage.instance, "trigger", (float)(1 + _i));
  ck_assert_uint_gt(watch(&stage, views, 8U), 20U);
  for (uint32_t i = 1U; i < 8U; ++i) {
    ck_assert_float_le(distance(&views[0], &views[i]), MAX_MOVE);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(tone_moves_without_a_trigger)
{
  View  views[8];
  Stage stage = stage_new(0);
  ck_assert_uint_gt(watch(&stage, views, 8U), 20U);

  float most = 0.0f;
  for (uint32_t i = 1U; i < 8U; ++i) {
    most = fmaxf(most, distance(&views[0], &views[i]));
  }
  ck_assert_float_gt(most, (float)LEVEL);
  stage_free(&stage);
}
END_TEST

START_TEST(trigger_is_in_the_middle)
{
  const float level = 0.3f;
  View        view;
  Stage       stage = stage_new(0);
  instance_set(stage.instance, "trigger", (float)(1 + _i));
  instance_set(stage.instance, "level", level);
  ck_assert_uint_gt(watch(&stage, &view, 1U), 20U);

  const float before = view.inputs[(view.n_inputs / 2U) - 8U][0];
  const float middle = view.inputs[view.n_inputs / 2U][0];
  const float after  = view.inputs[(view.n_inputs / 2U) + 8U][0];
  ck_assert_float_le(fabsf(middle - level), 4.0f * MAX_MOVE); // A column
  ck_assert_int_eq(before < middle, _i == 0);
  ck_assert_int_eq(after > middle, _i == 0);
  stage_free(&stage);
}
END_TEST

/// Play a ramp on until the next View
static void
play_ramp(const Stage* const stage, uint32_t* const frame, View* const view)
{
  bool is_there = false;
  for (uint32_t n = 0U; !is_there && n < RATE / BLOCK; ++n) {
    for (uint32_t i = 0U; i < BLOCK; ++i) {
      stage->in.channels[0][i] = (float)((*frame + i) % RAMP) / RAMP;
    }
    *frame += BLOCK;
    is_there = play_block(stage, stage->in.channels, view);
  }
  ck_assert(is_there);
}

START_TEST(a_picture_within_a_segment_spoils_nothing_after_it)
{
  View     view;
  uint32_t frame = 0U;
  Stage    stage = stage_new(0);
  instance_set(stage.instance, "theta", LONG_THETA_MS);
  for (uint32_t round = 0U; round < 20U; ++round) {
    instance_set(stage.instance, "trigger", 1.0f);
    instance_set(stage.instance, "level", 0.5f);
    play_ramp(&stage, &frame, &view);
    instance_set(stage.instance, "trigger", 0.0f);
    play_ramp(&stage, &frame, &view);

    // Each column is of eight frames or more
    ck_assert_uint_eq(view.n_inputs, N_VIEW_COLUMNS);
    for (uint32_t i = 0U; round && i < view.n_inputs; ++i) {
      const float* const column = view.inputs[i];
      ck_assert_float_gt(column[1] - column[0], 5.0f / RAMP);
    }
  }
  stage_free(&stage);
}
END_TEST

START_TEST(picture_comes_also_where_nothing_triggers_it)
{
  View  view;
  Stage stage = stage_new(0);
  instance_set(stage.instance, "trigger", 1.0f);
  instance_set(stage.instance, "level", 1.0f);
  const uint32_t count = watch(&stage, &view, 1U);
  ck_assert_uint_ge(count, 2U);
  ck_assert_uint_le(count, 5U);
  stage_free(&stage);
}
END_TEST

/* Freeze */

START_TEST(frozen_picture_stays)
{
  View  views[8];
  Stage stage = stage_new(0);
  ck_assert_uint_gt(watch(&stage, views, 1U), 20U);
  instance_set(stage.instance, "freeze", 1.0f);
  ck_assert_uint_gt(watch(&stage, views + 1, 7U), 20U);
  for (uint32_t i = 1U; i < 8U; ++i) {
    ck_assert_mem_eq(
      views[0].numbers, views[i].numbers, sizeof(views[0].numbers));
    ck_assert_mem_eq(views[0].inputs, views[i].inputs, sizeof(views[0].inputs));
  }

  instance_set(stage.instance, "freeze", 0.0f);
  (void)watch(&stage, views + 1, 7U);
  ck_assert_float_gt(distance(&views[0], &views[1]), 0.01f);
  stage_free(&stage);
}
END_TEST

START_TEST(picture_that_was_frozen_unseen_is_there)
{
  View  view;
  Stage stage = stage_new(0);
  instance_play(
    stage.instance, stage.in.channels, stage.out.channels, RATE, RATE, NULL);
  instance_set(stage.instance, "freeze", 1.0f);
  for (uint32_t i = 0U; i < RATE; ++i) {
    stage.in.channels[0][i] = 0.0f;
  }
  ck_assert_uint_gt(watch(&stage, &view, 1U), 20U);

  float most = 0.0f;
  for (uint32_t i = 0U; i < view.n_inputs; ++i) {
    most = fmaxf(most, view.inputs[i][1]);
  }
  ck_assert_float_gt(most, 0.99f * (float)LEVEL);
  ck_assert_int_eq(view.order, 64);
  stage_free(&stage);
}
END_TEST

/* Channels */

/// Check that all of a picture is at one level
static void
assert_level(const View* const view, const float level)
{
  ck_assert_uint_gt(view->n_inputs, 0U);
  for (uint32_t i = 0U; i < view->n_inputs; ++i) {
    ck_assert_float_eq(view->inputs[i][0], level);
    ck_assert_float_eq(view->inputs[i][1], level);
  }
}

START_TEST(channel_is_what_was_chosen)
{
  static const float levels[] = {0.5f, -0.25f, 0.125f, 0.375f};

  View  view;
  Stage stage = stage_new(1);
  for (uint32_t i = 0U; i < RATE; ++i) {
    stage.in.channels[0][i] = levels[CHANNEL_LEFT];
    stage.in.channels[1][i] = levels[CHANNEL_RIGHT];
  }
  instance_set(stage.instance, "channel", (float)_i);
  ck_assert_uint_gt(watch(&stage, &view, 1U), 20U);
  assert_level(&view, levels[_i]);
  stage_free(&stage);
}
END_TEST

START_TEST(picture_is_silent_when_bypassed)
{
  View  view;
  Stage stage = stage_new(0);
  instance_set(stage.instance, "enabled", 0.0f);
  ck_assert_uint_gt(watch(&stage, &view, 1U), 20U);
  assert_level(&view, 0.0f);
  stage_free(&stage);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_loop_test(tcase, sound_passes_unchanged, 0, 2);
  tcase_add_test(tcase, sound_passes_unchanged_between_swapped_buffers);
  tcase_add_loop_test(tcase, tone_stands_still_with_a_trigger, 0, 2);
  tcase_add_test(tcase, tone_moves_without_a_trigger);
  tcase_add_loop_test(tcase, trigger_is_in_the_middle, 0, 2);
  tcase_add_test(tcase, a_picture_within_a_segment_spoils_nothing_after_it);
  tcase_add_test(tcase, picture_comes_also_where_nothing_triggers_it);
  tcase_add_test(tcase, frozen_picture_stays);
  tcase_add_test(tcase, picture_that_was_frozen_unseen_is_there);
  tcase_add_loop_test(tcase, channel_is_what_was_chosen, 0, 4);
  tcase_add_test(tcase, picture_is_silent_when_bypassed);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "scope", add);
}
