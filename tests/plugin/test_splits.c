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

/// More than the greatest block
#define N_FRAMES 24000U

/// Block that others are compared with
#define COMMON_BLOCK 256U

static const uint32_t blocks[] =
  {1U, 2U, 3U, 16U, 17U, 63U, 8191U, N_FRAMES, RANDOM_BLOCKS};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static const Change memory_changes[] = {{1001U, "theta", 35.0f},
                                        {1502U, "theta", 5.0f},
                                        {2003U, "enabled", 0.0f},
                                        {4004U, "enabled", 1.0f},
                                        {5005U, "readout", READOUT_TAPS},
                                        {7006U, "order", 24.0f},
                                        {9007U, "theta", 60.0f},
                                        {12008U, "quality", 1.0f},
                                        {14009U, "order", 5.0f},
                                        {17010U, "readout", 0.0f},
                                        {20011U, "theta", 2.0f}};

static const Change decode_changes[] = {{1001U, "theta", 35.0f},
                                        {1502U, "position", 0.9f},
                                        {2003U, "enabled", 0.0f},
                                        {4004U, "enabled", 1.0f},
                                        {5005U, "order", 3.0f},
                                        {9007U, "position", 0.1f},
                                        {12008U, "order", 8.0f}};

static const Change delay_changes[] = {{1001U, "theta", 35.0f},
                                       {1502U, "theta", 60.0f},
                                       {2003U, "tap1_gain", 3.0f},
                                       {2504U, "tap1_position", 0.9f},
                                       {3005U, "lfo_depth", 1.0f},
                                       {4006U, "order", 100.0f},
                                       {6007U, "feedback", 0.9f},
                                       {7008U, "lfo_target", LFO_THETA},
                                       {9009U, "hold", 1.0f},
                                       {11010U, "quality", 1.0f},
                                       {12011U, "scan_speed", 2.5f},
                                       {14012U, "hold", 0.0f},
                                       {14013U, "sync", SYNC_1_16},
                                       {15014U, "enabled", 0.0f},
                                       {16015U, "lfo_target", LFO_TAPS},
                                       {16016U, "enabled", 1.0f},
                                       {17017U, "hold", 1.0f},
                                       {19018U, "order", 33.0f},
                                       {20019U, "tap4_gain", -60.0f},
                                       {20019U, "glide", 10.0f},
                                       {22020U, "sync", SYNC_FREE}};

static Score
score_of(const int plugin)
{
  const Score scores[] = {{memory_changes, COUNT(memory_changes)},
                          {decode_changes, COUNT(decode_changes)},
                          {delay_changes, COUNT(delay_changes)}};
  return scores[plugin / 3];
}

/// Play noise in blocks of a size, and return what comes out, to be freed
static Sound
play(const int plugin, const WorkerKind worker, const uint32_t block)
{
  const Score     score    = score_of(plugin);
  Instance* const instance = instance_start(host_lists[plugin], worker);
  Sound           in       = sound_new(instance->n_ins, N_FRAMES);
  Sound           out      = sound_new(instance->n_outs, N_FRAMES);
  sound_fill_noise(&in, 0.5f);
  instance_play(instance, in.channels, out.channels, N_FRAMES, block, &score);
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
  ck_assert(!sound_equal(&without, &with_changes));

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
