// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// The size of a host's blocks never changes the sound, not by one bit.
// usage: test_splits LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>

#include <stdint.h>
#include <string.h>

/// More than the greatest block
#define N_FRAMES 24000U

/// Block that others are compared with
#define COMMON_BLOCK 256U

static const uint32_t blocks[] =
  {1U, 2U, 3U, 16U, 17U, 63U, 8191U, N_FRAMES, RANDOM_BLOCKS};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static const Change memory_changes[] = {{"theta", 1001U, 35.0f},
                                        {"theta", 1502U, 5.0f},
                                        {"enabled", 2003U, 0.0f},
                                        {"enabled", 4004U, 1.0f},
                                        {"readout", 5005U, READOUT_TAPS},
                                        {"order", 7006U, 24.0f},
                                        {"theta", 9007U, 60.0f},
                                        {"quality", 12008U, 1.0f},
                                        {"order", 14009U, 5.0f},
                                        {"readout", 17010U, 0.0f},
                                        {"readout", 18011U, READOUT_WEIGHTS},
                                        {"readout", 19012U, 0.0f},
                                        {"theta", 20011U, 2.0f}};

static const Change decode_changes[] = {{"theta", 1001U, 35.0f},
                                        {"position", 1502U, 0.9f},
                                        {"enabled", 2003U, 0.0f},
                                        {"enabled", 4004U, 1.0f},
                                        {"order", 5005U, 3.0f},
                                        {"position", 9007U, 0.1f},
                                        {"order", 12008U, 8.0f}};

static const Change delay_changes[] = {{"theta", 1001U, 35.0f},
                                       {"theta", 1502U, 60.0f},
                                       {"tap1_gain", 2003U, 3.0f},
                                       {"tap1_position", 2504U, 0.9f},
                                       {"lfo_depth", 3005U, 1.0f},
                                       {"order", 4006U, 100.0f},
                                       {"feedback", 6007U, 0.9f},
                                       {"lfo_target", 7008U, LFO_THETA},
                                       {"hold", 9009U, 1.0f},
                                       {"quality", 11010U, 1.0f},
                                       {"scan_speed", 12011U, 2.5f},
                                       {"hold", 14012U, 0.0f},
                                       {"sync", 14013U, SYNC_1_16},
                                       {"enabled", 15014U, 0.0f},
                                       {"lfo_target", 16015U, LFO_TAPS},
                                       {"enabled", 16016U, 1.0f},
                                       {"hold", 17017U, 1.0f},
                                       {"order", 19018U, 33.0f},
                                       {"tap4_gain", 20019U, -60.0f},
                                       {"glide", 20019U, 10.0f},
                                       {"sync", 22020U, SYNC_FREE}};

static const Change model_changes[] = {{"input", 1001U, 12.0f},
                                       {"mix", 1502U, 0.3f},
                                       {"theta_scale", 2003U, 2.5f},
                                       {"output", 4004U, -12.0f},
                                       {"cond1", 4505U, 1.0f},
                                       {"dc_block", 5006U, 0.0f},
                                       {"rate_mode", 6007U, 1.0f},
                                       {"normalise", 8008U, 0.0f},
                                       {"enabled", 9009U, 0.0f},
                                       {"match", 9510U, MATCH_SLOW},
                                       {"theta_scale", 10010U, 0.4f},
                                       {"enabled", 12011U, 1.0f},
                                       {"dc_block", 13012U, 1.0f},
                                       {"rate_mode", 14013U, 0.0f},
                                       {"match", 15013U, MATCH_FAST},
                                       {"input", 16014U, -24.0f},
                                       {"mix", 18015U, 1.0f}};

static const Change memory_cv_changes[] = {{"theta", 1001U, 35.0f},
                                           {"theta_depth", 1502U, -2.0f},
                                           {"enabled", 2003U, 0.0f},
                                           {"enabled", 4004U, 1.0f},
                                           {"cv_gain", 4505U, 12.0f},
                                           {"readout", 5005U, READOUT_TAPS},
                                           {"order", 7006U, 24.0f},
                                           {"cv_range", 8007U, CV_UNIPOLAR},
                                           {"theta_depth", 9008U, 12.0f},
                                           {"quality", 12008U, 1.0f},
                                           {"cv_range", 13009U, CV_MAGNITUDE},
                                           {"cv_range", 13200U, CV_BIPOLAR},
                                           {"order", 14009U, 5.0f},
                                           {"readout", 17010U, 0.0f},
                                           {"readout", 18011U, READOUT_WEIGHTS},
                                           {"readout", 19012U, 0.0f},
                                           {"listen", 19512U, LISTEN_LEVEL},
                                           {"theta_depth", 20011U, 0.5f}};

static const Change predict_changes[] = {
  {"mode", 1001U, MODE_RESIDUAL}, {"mix", 2502U, 0.7f},
  {"enabled", 4003U, 0.0f},       {"enabled", 4504U, 1.0f},
  {"attacks", 4604U, -40.0f},     {"match", 4805U, MATCH_FAST},
  {"horizon", 5005U, 0.02f},      {"forgetting", 6006U, 100.0f},
  {"mode", 8007U, MODE_CONTINUE}, {"theta", 8007U, 3.0f},
  {"conceal", 9008U, 1.0f},       {"freeze", 12009U, 1.0f},
  {"decay", 14010U, 0.5f},        {"freeze", 16011U, 0.0f},
  {"fade", 16512U, 5.0f},         {"freeze", 16613U, 1.0f},
  {"output", 17014U, 3.0f},       {"match", 17515U, MATCH_OFF},
  {"order", 18015U, 7.0f},        {"freeze", 20016U, 0.0f},
  {"learn", 21017U, 0.0f},        {"mode", 21518U, MODE_PREDICTED}};

static const Change scope_changes[] = {{"theta", 1001U, 35.0f},
                                       {"order", 3002U, 20.0f},
                                       {"trigger", 5003U, TRIGGER_RISING},
                                       {"freeze", 7004U, 1.0f},
                                       {"freeze", 9005U, 0.0f},
                                       {"enabled", 12006U, 0.0f},
                                       {"enabled", 15007U, 1.0f}};

static const Change capture_changes[] = {{"monitor", 1001U, MONITOR_INPUT},
                                         {"output", 3002U, -12.0f},
                                         {"monitor", 5003U, MONITOR_DIFFERENCE},
                                         {"enabled", 7004U, 0.0f},
                                         {"enabled", 9005U, 1.0f},
                                         {"monitor", 12006U, MONITOR_MODEL},
                                         {"source", 15007U, SOURCE_SIGNAL},
                                         {"monitor", 17008U, MONITOR_DEVICE}};

/// What is changed on a family of plugins
typedef struct {
  const char* prefix; ///< Of their names
  Score       score;
} Family;

/// The longest prefix comes first
static const Family families[] = {
  {"memory-cv", {memory_cv_changes, COUNT(memory_cv_changes)}},
  {"memory", {memory_changes, COUNT(memory_changes)}},
  {"decode", {decode_changes, COUNT(decode_changes)}},
  {"delay", {delay_changes, COUNT(delay_changes)}},
  {"model", {model_changes, COUNT(model_changes)}},
  {"predict", {predict_changes, COUNT(predict_changes)}},
  {"scope", {scope_changes, COUNT(scope_changes)}},
  {"capture", {capture_changes, COUNT(capture_changes)}}};

static const Score*
score_of(const int plugin)
{
  const char* const name = host_lists[plugin]->name;
  for (uint32_t i = 0U; i < COUNT(families); ++i) {
    if (!strncmp(name, families[i].prefix, strlen(families[i].prefix))) {
      return &families[i].score;
    }
  }
  ck_abort_msg("nothing to change on %s", name);
}

/// Play noise in blocks of a size, and return what comes out, to be freed
static Sound
play(const int plugin, const WorkerKind worker, const uint32_t block)
{
  Instance* const instance = instance_start(host_lists[plugin], worker);
  Sound           in       = sound_new(instance->n_ins, N_FRAMES);
  Sound           out      = sound_new(instance->n_outs, N_FRAMES);
  sound_fill_noise(&in, 0.5f);
  instance_play(
    instance, in.channels, out.channels, N_FRAMES, block, score_of(plugin));
  sound_free(&in);
  instance_free(instance);
  return out;
}

static void
assert_splits_alike(const int plugin, const WorkerKind worker)
{
  Sound expected = play(plugin, worker, COMMON_BLOCK);
  ck_assert(sound_is_finite(&expected));
  for (uint32_t i = 0U; i < COUNT(blocks); ++i) {
    Sound out = play(plugin, worker, blocks[i]);
    ck_assert_msg(sound_equal(&out, &expected), "blocks of %u", blocks[i]);
    sound_free(&out);
  }
  sound_free(&expected);
}

START_TEST(blocks_of_any_size_sound_alike)
{
  assert_splits_alike(_i, WORKER_NONE);
}
END_TEST

START_TEST(blocks_of_any_size_sound_alike_where_engines_change)
{
  assert_splits_alike(_i, WORKER_AT_ONCE);
}
END_TEST

START_TEST(the_changes_are_heard)
{
  const Score none         = {NULL, 0U};
  Sound       with_changes = play(_i, WORKER_NONE, COMMON_BLOCK);

  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           in       = sound_new(instance->n_ins, N_FRAMES);
  Sound           without  = sound_new(instance->n_outs, N_FRAMES);
  sound_fill_noise(&in, 0.5f);
  instance_play(
    instance, in.channels, without.channels, N_FRAMES, COMMON_BLOCK, &none);

  // All but Scope, which lets the sound pass
  const bool is_scope = !strncmp(host_lists[_i]->name, "scope", 5U);
  ck_assert_int_eq(sound_equal(&without, &with_changes), is_scope);

  sound_free(&without);
  sound_free(&in);
  sound_free(&with_changes);
  instance_free(instance);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_loop_test(tcase, blocks_of_any_size_sound_alike, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, blocks_of_any_size_sound_alike_where_engines_change, 0, N_PLUGINS);
  tcase_add_loop_test(tcase, the_changes_are_heard, 0, N_PLUGINS);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "splits", add);
}
