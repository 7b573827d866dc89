// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Predict by a weight file, instead of what it learns.
// usage: test_predict_file LMU.SO

#include "core/base/setup/error.h"
#include "core/nn/rt/model.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/model.h"
#include "core/nn/setup/weight_file.h"
#include "plugin/ports.h"
#include "tests/plugin/folder.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/stage.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000.0

/// Frames in one second
#define SECOND 48000U

/// A tone, and how long it plays
#define TONE (440.0 / RATE)
#define LEVEL 0.25
#define TONE_FRAMES (6U * SECOND)

/// Horizons of the network [frames]
#define NEAR 12U
#define FAR (4U * NEAR)

/// Networks of one memory and two horizons
static const NetworkSpec near_and_far = {.seed      = 5U,
                                         .n_outputs = 2U,
                                         .horizon   = NEAR};

static Library library;
static Path    file;

static void
set_up(void)
{
  library = library_new();
  file    = library_add(&library, "forecaster.safetensors", &near_and_far);
}

static void
tear_down(void)
{
  library_remove(&library);
}

/// Return a stage that plays a file in a mode
static Stage
stage_in_mode(const PortList* const list,
              const ModeChoice      mode,
              const float           horizon_ms)
{
  Stage stage = stage_new(list, WORKER_AT_ONCE);
  instance_set(stage.instance, "mode", (float)mode);
  instance_set(stage.instance, "horizon", horizon_ms);
  ck_assert_int_eq(stage_load(&stage, file.text), FILE_READY);
  return stage;
}

/// Return what an output of the network makes of a channel of noise, to be
/// freed
static Sound
expected(const Stage* const stage,
         const uint32_t     channel,
         const uint32_t     output)
{
  const LmuModelSpec spec  = {RATE, 1.0, LMU_RATE_AUTO, 1U};
  LmuError           error = {{0}};
  LmuGraph*          graph = NULL;
  LmuModel*          model = NULL;
  Sound              all   = sound_new(2U, STAGE_FRAMES);
  ck_assert_int_eq(lmu_weights_load(&graph, file.text, &error), 0);
  ck_assert_int_eq(lmu_model_new(&model, graph, &spec, &error), 0);
  for (uint32_t i = 0U; i < STAGE_FRAMES; i += LMU_MODEL_FRAMES) {
    const float  conditions[LMU_MAX_CONDITIONS] = {0.5f, 0.5f, 0.5f, 0.5f};
    const float* in    = stage->in.channels[channel] + i;
    float*       out[] = {all.channels[0] + i, all.channels[1] + i};
    lmu_model_process(model, &in, conditions, out, LMU_MODEL_FRAMES);
  }
  lmu_model_free(model);
  lmu_graph_free(graph);

  Sound result = sound_new(1U, STAGE_FRAMES);
  memcpy(
    result.channels[0], all.channels[output], STAGE_FRAMES * sizeof(float));
  sound_free(&all);
  return result;
}

/// Least, exact and greatest horizon of each output [ms]
static const float horizons_ms[2][3] = {{0.01f, 0.25f, 0.6f},
                                        {0.7f, 1.0f, 500.0f}};

START_TEST(output_with_the_nearest_horizon_is_forecast)
{
  const PortList* const list = &lmu_predict_ports[_i];
  for (uint32_t i = 0U; i < 6U; ++i) {
    const uint32_t output = i / 3U;
    Stage          stage =
      stage_in_mode(list, MODE_FORECAST, horizons_ms[output][i % 3U]);
    Sound out = stage_hear(&stage);
    for (uint32_t c = 0U; c < out.n_channels; ++c) {
      Sound wanted = expected(&stage, c, output);
      ck_assert_mem_eq(
        out.channels[c], wanted.channels[0], STAGE_FRAMES * sizeof(float));
      sound_free(&wanted);
    }
    ck_assert_double_eq_tol(
      (double)instance_get(stage.instance, "horizon_used"),
      1000.0 * (output ? FAR : NEAR) / RATE,
      1e-6);
    sound_free(&out);
    stage_free(&stage);
  }
}
END_TEST

START_TEST(forecast_is_compared_with_the_input_when_it_is_due)
{
  Stage stage  = stage_in_mode(&lmu_predict_ports[_i], MODE_RESIDUAL, 0.25f);
  Sound out    = stage_hear(&stage);
  Sound wanted = expected(&stage, 0U, 0U);
  for (uint32_t i = 0U; i < STAGE_FRAMES; ++i) {
    const float due = i < NEAR ? 0.0f : wanted.channels[0][i - NEAR];
    ck_assert_float_eq(out.channels[0][i], stage.in.channels[0][i] - due);
  }
  sound_free(&wanted);
  sound_free(&out);
  stage_free(&stage);
}
END_TEST

START_TEST(nothing_is_learned_by_a_file)
{
  Stage stage = stage_in_mode(&lmu_predict_ports[_i], MODE_PREDICTED, 0.25f);
  Stage other = stage_in_mode(&lmu_predict_ports[_i], MODE_PREDICTED, 0.25f);
  instance_set(other.instance, "order", 7.0f);
  instance_set(other.instance, "learn", 0.0f);
  ck_assert(stage_sounds_like(&stage, &other));
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(file_that_does_not_predict_is_refused)
{
  Stage stage = stage_new(&lmu_predict_ports[_i], WORKER_AT_ONCE);
  Stage other = stage_new(&lmu_predict_ports[_i], WORKER_AT_ONCE);

  const NetworkSpec spec = {.seed = 6U};
  const Path        path = library_add(&library, "blind.safetensors", &spec);
  ck_assert_int_eq(stage_load(&stage, path.text), FILE_INVALID);
  ck_assert(stage_sounds_like(&stage, &other));
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/// Horizons that are no time ahead, and too far, of networks late by `latency`
static const NetworkSpec impossible[] = {
  {.seed = 6U, .horizon = 10.0, .latency = 10.0},
  {.seed = 6U, .horizon = 0.5 * RATE + 10.0},
  {.seed = 6U, .horizon = 2000.0, .n_outputs = 3U}};

START_TEST(horizon_that_cannot_be_played_is_refused)
{
  const Path path  = library_add(&library, "bad.safetensors", &impossible[_i]);
  Stage      stage = stage_new(&lmu_predict_ports[0], WORKER_AT_ONCE);
  ck_assert_int_eq(stage_load(&stage, path.text), FILE_INVALID);
  stage_free(&stage);
}
END_TEST

START_TEST(latency_counts_against_the_horizon)
{
  const NetworkSpec late  = {.seed = 6U, .horizon = 20.0, .latency = 5.0};
  const Path        path  = library_add(&library, "late.safetensors", &late);
  Stage             stage = stage_new(&lmu_predict_ports[0], WORKER_AT_ONCE);
  ck_assert_int_eq(stage_load(&stage, path.text), FILE_READY);
  ck_assert_double_eq_tol(
    (double)instance_get(stage.instance, "horizon_used"), 15000.0 / RATE, 1e-6);
  stage_free(&stage);
}
END_TEST

START_TEST(without_a_file_it_learns_again)
{
  Stage stage = stage_in_mode(&lmu_predict_ports[_i], MODE_PREDICTED, 0.25f);
  Stage other = stage_new(&lmu_predict_ports[_i], WORKER_AT_ONCE);
  instance_set(other.instance, "mode", MODE_PREDICTED);
  instance_set(other.instance, "horizon", 0.25f);
  ck_assert(!stage_sounds_like(&stage, &other));
  ck_assert_int_eq(stage_load(&stage, ""), FILE_EMPTY);
  ck_assert(stage_sounds_like(&stage, &other));
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/// Write a network that says that the next sample is like this one
static Path
add_persistence(void)
{
  const Path      path  = folder_path(&library.folder, "same.safetensors");
  LmuGraph* const graph = lmu_graph_new();
  LmuError        error = {{0}};
  ck_assert_ptr_nonnull(graph);
  graph->metadata.rate        = RATE;
  graph->n_inputs             = 1U;
  graph->n_layers             = 1U;
  graph->metadata.n_horizons  = 1U;
  graph->metadata.horizons[0] = 1.0;
  graph->layers[0].type       = LMU_LAYER_DENSE;
  graph->layers[0].n_inputs   = 1U;
  graph->layers[0].units      = 1U;
  graph->layers[0].activation = LMU_LINEAR;
  ck_assert_msg(!lmu_graph_allocate(graph, &error), "%s", error.text);
  graph->values[0] = 1.0;
  ck_assert_int_eq(lmu_weights_save(graph, path.text, &error), 0);
  lmu_graph_free(graph);
  return path;
}

START_TEST(gain_is_that_of_the_file)
{
  const Path path  = add_persistence();
  Stage      stage = stage_in_mode(&lmu_predict_ports[_i], MODE_RESIDUAL, 1.0f);
  ck_assert_int_eq(stage_load(&stage, path.text), FILE_READY);
  stage_take_tone(&stage, TONE, LEVEL, TONE_FRAMES);
  stage_play_part(&stage, 0U, TONE_FRAMES);

  // A step of a sine
  const double wanted = -20.0 * log10(2.0 * sin(M_PI * TONE));
  const double gain   = (double)instance_get(stage.instance, "prediction_gain");
  ck_assert_double_eq_tol(gain, wanted, 0.05);
  ck_assert_double_eq_tol(
    decibels(level(stage.in.channels[0], SECOND, TONE_FRAMES) /
             level(stage.out.channels[0], SECOND, TONE_FRAMES)),
    wanted,
    0.05);
  stage_free(&stage);
}
END_TEST

START_TEST(blocks_of_any_size_sound_alike)
{
  static const uint32_t blocks[] = {1U, 3U, 16U, 17U, 4800U, RANDOM_BLOCKS};

  Stage stage  = stage_in_mode(&lmu_predict_ports[_i], MODE_DIFFERENCE, 0.25f);
  Sound wanted = stage_hear(&stage);
  Sound out    = sound_new(stage.instance->n_outs, STAGE_FRAMES);
  for (uint32_t i = 0U; i < 6U; ++i) {
    instance_activate(stage.instance);
    instance_play(stage.instance,
                  stage.in.channels,
                  out.channels,
                  STAGE_FRAMES,
                  blocks[i],
                  NULL);
    ck_assert(sound_equal(&out, &wanted));
  }
  sound_free(&out);
  sound_free(&wanted);
  stage_free(&stage);
}
END_TEST

/* Swaps, see test_weights.c */

/// A fade of 20 ms from one level to another, and the like of what is learned
#define FADE_FRAMES 960.0

START_TEST(files_come_and_go_without_a_click)
{
  Stage stage = stage_in_mode(&lmu_predict_ports[_i], MODE_PREDICTED, 0.25f);
  const Path other =
    library_add(&library,
                "other.safetensors",
                &(const NetworkSpec){
                  .seed = 9U, .order = 8U, .n_outputs = 2U, .horizon = 20.0});
  const char* const paths[] = {other.text, "", file.text, other.text};
  stage_take_tone(&stage, TONE, LEVEL, TONE_FRAMES);
  stage_play_part(&stage, 0U, TONE_FRAMES / 6U);
  for (uint32_t i = 0U; i < 4U; ++i) {
    const uint32_t first = (i + 1U) * (TONE_FRAMES / 6U);
    instance_send_path(stage.instance, paths[i]);
    stage_play_part(&stage, first, first + (TONE_FRAMES / 6U));
  }
  for (uint32_t c = 0U; c < stage.out.n_channels; ++c) {
    const float* const out  = stage.out.channels[c];
    const uint32_t     from = TONE_FRAMES / 12U;
    const uint32_t     to   = 5U * (TONE_FRAMES / 6U);
    const double       size = fmax(peak(out, from, to), LEVEL);
    const double bound = tone_step(TONE, size) + (2.0 * size / FADE_FRAMES);
    ck_assert_double_gt(peak(out, from, to), 0.01);
    ck_assert_double_le(steepest(out, from, to), bound);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(another_horizon_does_not_click)
{
  static const Change changes[] = {{"horizon", 48007U, 1.0f},
                                   {"horizon", 60011U, 0.25f},
                                   {"horizon", 60211U, 1.0f},
                                   {"horizon", 90001U, 0.25f},
                                   {"horizon", 90401U, 1.0f},
                                   {"horizon", 150001U, 0.25f}};
  const Score         score     = {changes, 6U};

  Stage stage = stage_in_mode(&lmu_predict_ports[_i], MODE_PREDICTED, 0.25f);
  stage_take_tone(&stage, TONE, LEVEL, TONE_FRAMES);
  instance_activate(stage.instance);
  instance_play(stage.instance,
                stage.in.channels,
                stage.out.channels,
                TONE_FRAMES,
                250U,
                &score);
  for (uint32_t c = 0U; c < stage.out.n_channels; ++c) {
    const float* const out  = stage.out.channels[c];
    const double       size = fmax(peak(out, SECOND, TONE_FRAMES), LEVEL);
    const double bound = tone_step(TONE, size) + (2.0 * size / FADE_FRAMES);
    ck_assert_double_le(steepest(out, SECOND, TONE_FRAMES), bound);
    ck_assert_double_gt(
      fabs(level(out, SECOND / 2U, SECOND) - level(out, 72000U, 84000U)), 1e-3);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(file_that_is_loaded_as_another_ends_is_no_other)
{
  // Such as where a host works at once: the loaded model of the first file is
  // freed as that of the last is made, which may get its address
  for (uint32_t wait = 40U; wait < 160U; ++wait) {
    Stage stage = stage_new(&lmu_predict_ports[_i], WORKER_AT_ONCE);
    ck_assert_int_eq(stage_load(&stage, library.a.text), FILE_READY);
    instance_send_path(stage.instance, library.b.text);
    for (uint32_t i = 0U; i < wait; ++i) {
      instance_play(
        stage.instance, stage.in.channels, stage.out.channels, 16U, 16U, NULL);
      instance_send_nothing(stage.instance);
    }
    ck_assert_int_eq(stage_load(&stage, library.c.text), FILE_READY);
    ck_assert_double_eq_tol(
      (double)instance_get(stage.instance, "horizon_used"),
      1000.0 * network_c.horizon / RATE,
      1e-6);
    stage_free(&stage);
  }
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(
    tcase, file_that_is_loaded_as_another_ends_is_no_other, 0, 2);
#define ADD(test) tcase_add_loop_test(tcase, test, 0, 2)
  ADD(output_with_the_nearest_horizon_is_forecast);
  ADD(forecast_is_compared_with_the_input_when_it_is_due);
  ADD(nothing_is_learned_by_a_file);
  ADD(file_that_does_not_predict_is_refused);
  ADD(without_a_file_it_learns_again);
  ADD(gain_is_that_of_the_file);
  ADD(blocks_of_any_size_sound_alike);
  ADD(another_horizon_does_not_click);
  ADD(files_come_and_go_without_a_click);
#undef ADD
  tcase_add_loop_test(tcase, horizon_that_cannot_be_played_is_refused, 0, 3);
  tcase_add_test(tcase, latency_counts_against_the_horizon);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "predict_file", add);
}
