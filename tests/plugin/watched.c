// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Plays a moment with and without a window that watches, for watched.sh to
// count the work.
// usage: watched LMU.SO PLUGIN ORDER THETA

#include "plugin/ports.h"
#include "tests/plugin/count.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/require.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/views.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000U
#define BLOCK 400U
#define N_BLOCKS 8U // Two Views

/// Blocks before anything is counted, so that a window [ms] is full then, in a
/// whole number of Views after the first
#define BLOCKS_BEFORE(theta) \
  (1U + (4U * (uint32_t)ceilf((theta)*1e-3f * RATE / (4U * BLOCK))))

#define NOINLINE __attribute__((noinline))

// By their names watched.sh finds these
void
cost_alone(const Instance* instance);
void
cost_watched(const Instance* instance);

static volatile int signal_now;

NOINLINE void
cost_alone(const Instance* const instance)
{
  signal_now = 1;
  instance->descriptor->run(instance->handle, BLOCK);
  signal_now = 0;
}

NOINLINE void
cost_watched(const Instance* const instance)
{
  signal_now = 2;
  instance->descriptor->run(instance->handle, BLOCK);
  signal_now = 0;
}

/// Settings of a plugin
typedef struct {
  float order;
  float theta; ///< [ms]
} Settings;

/// Return an instance that is active
static Instance*
instance_of(const PortList* const list, const Settings* const settings)
{
  const InstanceSpec spec = {list, RATE, MAP_REAL, WORKER_NONE, false, NULL};
  Instance* const    instance = instance_new(&spec);
  instance_set(instance, "order", settings->order);
  instance_set(instance, "theta", settings->theta);
  instance_activate(instance);
  return instance;
}

/// Play a moment, as a window of rate 30 sees it or not
static void
play(const PortList* const list,
     const Settings* const settings,
     const bool            is_watched)
{
  Instance* const instance = instance_of(list, settings);
  Sound           in       = sound_new(instance->n_ins, BLOCK);
  Sound           out      = sound_new(instance->n_outs, BLOCK);
  sound_fill_noise(&in, 0.5f);

  // The first block connects the sound
  instance_watch(instance, is_watched ? 30.0f : 0.0f);
  instance_play(instance, in.channels, out.channels, BLOCK, BLOCK, NULL);
  instance_send_nothing(instance);
  for (uint32_t i = 1U; i < BLOCKS_BEFORE(settings->theta); ++i) {
    instance->notify.sequence.atom.size = instance->notify_room;
    instance->descriptor->run(instance->handle, BLOCK);
  }
  count_begin();
  for (uint32_t i = 0U; i < N_BLOCKS; ++i) {
    instance->notify.sequence.atom.size = instance->notify_room;
    (is_watched ? cost_watched : cost_alone)(instance);
  }
  count_end();
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}

int
main(int argc, char** argv)
{
  const PortList* list = NULL;
  for (int i = 0; argc == 5 && i < N_PLUGINS; ++i) {
    list = strcmp(host_lists[i]->name, argv[2]) ? list : host_lists[i];
  }
  if (!list || !host_open(argv[1])) {
    (void)fprintf(stderr, "usage: %s LMU.SO PLUGIN ORDER THETA\n", argv[0]);
    return EXIT_FAILURE;
  }

  const Settings settings = {strtof(argv[3], NULL), strtof(argv[4], NULL)};

  // One that stays keeps the tables that all share, so that they are made once
  Instance* const keeper = instance_of(list, &settings);
  play(list, &settings, false);
  play(list, &settings, true);
  instance_free(keeper);
  return EXIT_SUCCESS;
}
