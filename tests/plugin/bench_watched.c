// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Measures what a window that watches costs run(), in time.
// usage: bench_watched LMU.SO

#include "bench/now.h"
#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/views.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/// From Scope's default to twice Delay's
static const float orders[] = {64.0f, 256.0f, 512.0f, 1024.0f};

#define RATE 48000U
#define BLOCK 400U

/// Blocks in a turn, six Views, after which the other has its turn
#define N_BLOCKS 24U

/// Turns of each, of which the fastest counts
#define N_TURNS 300U

/// One instance that is watched or not
typedef struct {
  Instance* instance;
  Sound     in;
  Sound     out;
  float     views; ///< A second
} Player;

static Player
player_new(const PortList* const list, const float order, const float views)
{
  const InstanceSpec spec = {list, RATE, MAP_REAL, WORKER_NONE, false, NULL};
  Player             player;
  player.instance = instance_new(&spec);
  player.in       = sound_new(player.instance->n_ins, BLOCK);
  player.out      = sound_new(player.instance->n_outs, BLOCK);
  player.views    = views;
  sound_fill_noise(&player.in, 0.5f);
  instance_set(player.instance, "order", order);
  instance_activate(player.instance);
  instance_play(player.instance,
                player.in.channels,
                player.out.channels,
                BLOCK,
                BLOCK,
                NULL);
  return player;
}

static void
player_free(Player* const player)
{
  sound_free(&player->out);
  sound_free(&player->in);
  instance_free(player->instance);
}

/// Play a turn, and return the time of a frame [ns]
static double
play(Player* const player)
{
  Instance* const instance = player->instance;
  instance_watch(instance, player->views);
  instance->notify.sequence.atom.size = instance->notify_room;
  instance->descriptor->run(instance->handle, BLOCK);
  instance_send_nothing(instance);

  const double start = now_ns();
  for (uint32_t i = 0U; i < N_BLOCKS; ++i) {
    instance->notify.sequence.atom.size = instance->notify_room;
    instance->descriptor->run(instance->handle, BLOCK);
  }
  return (now_ns() - start) / (N_BLOCKS * BLOCK);
}

/// Print a row of a plugin
static void
measure(const PortList* const list, const float order)
{
  Player alone   = player_new(list, order, 0.0f);
  Player watched = player_new(list, order, 30.0f);
  double best[2] = {INFINITY, INFINITY};
  for (uint32_t i = 0U; i < N_TURNS; ++i) {
    best[0] = fmin(best[0], play(&alone));
    best[1] = fmin(best[1], play(&watched));
  }
  printf("%-8s %6.0f %8.2f %8.2f %8.4f\n",
         list->name,
         (double)order,
         best[0],
         best[1],
         best[1] / best[0]);
  player_free(&watched);
  player_free(&alone);
}

int
main(int argc, char** argv)
{
  if (argc != 2 || !host_open(argv[1])) {
    (void)fprintf(stderr, "usage: %s LMU.SO\n", argv[0]);
    return EXIT_FAILURE;
  }

  printf("Time of a frame [ns] without a window and with one that wants 30 "
         "Views a second\n"
         "plugin    order    alone  watched    ratio\n");
  for (uint32_t i = 0U; i < sizeof(orders) / sizeof(orders[0]); ++i) {
    measure(&lmu_scope_ports[0], orders[i]);
  }
  for (uint32_t i = 0U; i < sizeof(orders) / sizeof(orders[0]); ++i) {
    measure(&lmu_delay_ports[0], orders[i]);
  }
  return EXIT_SUCCESS;
}
