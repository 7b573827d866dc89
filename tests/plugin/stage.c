// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/stage.h"

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/require.h"
#include "tests/plugin/sound.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// Level of the noise
#define LEVEL 0.25f

/// Blocks after which a file is not loading but lost
#define MAX_BLOCKS 100000U

Stage
stage_of(Instance* const instance)
{
  Stage stage = {instance,
                 sound_new(instance->n_ins, STAGE_FRAMES),
                 sound_new(instance->n_outs, STAGE_FRAMES)};
  sound_fill_noise(&stage.in, LEVEL);
  return stage;
}

Stage
stage_new(const PortList* const list, const WorkerKind worker)
{
  return stage_of(instance_start(list, worker));
}

void
stage_free(Stage* const stage)
{
  sound_free(&stage->out);
  sound_free(&stage->in);
  instance_free(stage->instance);
}

void
stage_take_tone(Stage* const   stage,
                const double   cycles_per_frame,
                const double   level,
                const uint32_t n_frames)
{
  sound_free(&stage->out);
  sound_free(&stage->in);
  stage->in  = sound_new(stage->instance->n_ins, n_frames);
  stage->out = sound_new(stage->instance->n_outs, n_frames);
  sound_fill_tone(&stage->in, cycles_per_frame, level);
}

void
stage_play_part(Stage* const stage, const uint32_t first, const uint32_t last)
{
  Instance* const instance = stage->instance;
  for (uint32_t frame = first; frame < last; frame += STAGE_BLOCK) {
    float* ins[SOUND_MAX_CHANNELS]  = {NULL};
    float* outs[SOUND_MAX_CHANNELS] = {NULL};
    for (uint32_t i = 0U; i < instance->n_ins; ++i) {
      ins[i] = stage->in.channels[i] + frame;
    }
    for (uint32_t i = 0U; i < instance->n_outs; ++i) {
      outs[i] = stage->out.channels[i] + frame;
    }
    instance_play(instance, ins, outs, STAGE_BLOCK, STAGE_BLOCK, NULL);
    instance_send_nothing(instance);
    if (instance->worker.kind == WORKER_QUEUE) {
      (void)instance_work(instance);
    } else if (instance->worker.kind == WORKER_THREAD) {
      instance_wait(instance);
    }
  }
}

void
stage_play(Stage* const stage, const uint32_t n_blocks)
{
  for (uint32_t i = 0U; i < n_blocks; ++i) {
    stage_play_part(stage, 0U, STAGE_BLOCK);
  }
}

FileStatus
stage_status(const Stage* const stage)
{
  return (FileStatus)instance_get(stage->instance, "status");
}

FileStatus
stage_settle(Stage* const stage)
{
  // The first block may only find out that there is something to load
  stage_play(stage, 2U);
  for (uint32_t i = 0U; stage_status(stage) == FILE_LOADING; ++i) {
    REQUIRE(i < MAX_BLOCKS);
    stage_play(stage, 1U);
  }
  stage_play(stage, STAGE_FADE_BLOCKS);
  return stage_status(stage);
}

FileStatus
stage_load(Stage* const stage, const char* const path)
{
  instance_send_path(stage->instance, path);
  return stage_settle(stage);
}

Sound
stage_hear(Stage* const stage)
{
  Sound out = sound_new(stage->out.n_channels, STAGE_FRAMES);
  instance_deactivate(stage->instance);
  instance_activate(stage->instance);
  instance_play(stage->instance,
                stage->in.channels,
                out.channels,
                STAGE_FRAMES,
                STAGE_BLOCK,
                NULL);
  return out;
}

bool
stage_sounds_like(Stage* const stage, Stage* const other)
{
  Sound      one    = stage_hear(stage);
  Sound      two    = stage_hear(other);
  const bool result = sound_equal(&one, &two);
  sound_free(&two);
  sound_free(&one);
  return result;
}
