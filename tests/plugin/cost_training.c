// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Plays the same to a capture before it trains, while it does, and after, for
// cost.sh to count the work of run().
// usage: cost_training LMU.SO PLUGIN

#include "plugin/ports.h"
#include "tests/plugin/cost_runs.h"
#include "tests/plugin/folder.h"
#include "tests/plugin/instance.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RATE 16000.0
#define BLOCK 512U

/// Blocks of four seconds
#define N_BLOCKS 125U

/// Blocks that are waited for at most, each for a hundredth of a second
#define PATIENCE 60000U

static uint32_t noise = 1U;
static float    buffers[4][BLOCK]; ///< In, Device, Send, Out

/// Play a block through a device that is a wire of another level
static void
play(Instance* const instance)
{
  for (uint32_t i = 0U; i < BLOCK; ++i) {
    noise         = (noise * 1664525U) + 1013904223U;
    buffers[0][i] = (float)((noise / 4294967296.0) - 0.5);
  }
  instance_run(instance, BLOCK);
  for (uint32_t i = 0U; i < BLOCK; ++i) {
    buffers[1][i] = 0.5f * buffers[2][i];
  }
}

/// Play until the capture says something
static void
await(Instance* const instance, const CaptureStatus status)
{
  for (uint32_t i = 0U; i < PATIENCE; ++i) {
    play(instance);
    if ((CaptureStatus)(int)instance_get(instance, "status") == status) {
      return;
    }
    usleep(10000U);
  }
  abort();
}

/// Count runs, at a segment's start each time
static void
measure(Instance* const instance)
{
  instance_set(instance, "kind", KIND_DRIVE);
  instance_set(instance, "size", 0.0f);
  instance_set(instance, "record", 1.0f);
  await(instance, CAPTURE_RECORDING);
  for (uint32_t i = 0U; i < N_BLOCKS; ++i) {
    play(instance);
    usleep(1000U);
  }
  instance_set(instance, "record", 0.0f);
  await(instance, CAPTURE_RECORDED);

  count_run(cost_silence, instance, BLOCK);
  instance_set(instance, "train", 1.0f);
  await(instance, CAPTURE_TRAINING);
  count_run(cost_noise, instance, BLOCK);
  instance_set(instance, "train", 0.0f);
  await(instance, CAPTURE_RECORDED);
  count_run(cost_nan, instance, BLOCK);
}

int
main(int argc, char** argv)
{
  const InstanceSpec spec = {
    &lmu_capture_ports[0], RATE, MAP_REAL, WORKER_THREAD, false, NULL};
  if (argc != 3 || !host_open(argv[1])) {
    (void)fprintf(stderr, "usage: %s LMU.SO PLUGIN\n", argv[0]);
    return EXIT_FAILURE;
  }
  const Folder folder = folder_new();
  setenv("XDG_DATA_HOME", folder.path, 1);
  Instance* const instance = instance_new(&spec);
  for (uint32_t i = 0U; i < 2U; ++i) {
    instance_connect(instance, instance->ins[i], buffers[i]);
    instance_connect(instance, instance->outs[i], buffers[2U + i]);
  }
  instance_activate(instance);
  measure(instance);
  instance_deactivate(instance);
  instance_free(instance);
  folder_remove(&folder);
  return EXIT_SUCCESS;
}
