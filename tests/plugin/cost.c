// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Plays silence, noise, and what is no number, for cost.sh to count the work.
// usage: cost LMU.SO PLUGIN

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/sound.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_FRAMES 512U

#define NOINLINE __attribute__((noinline))

// By their names cost.sh finds these.  What they store keeps compilers from
// making them one.
void
cost_silence(const Instance* instance);
void
cost_noise(const Instance* instance);
void
cost_nan(const Instance* instance);

static volatile int signal_now;

NOINLINE void
cost_silence(const Instance* const instance)
{
  signal_now = 1;
  instance->descriptor->run(instance->handle, N_FRAMES);
  signal_now = 0;
}

NOINLINE void
cost_noise(const Instance* const instance)
{
  signal_now = 2;
  instance->descriptor->run(instance->handle, N_FRAMES);
  signal_now = 0;
}

NOINLINE void
cost_nan(const Instance* const instance)
{
  signal_now = 3;
  instance->descriptor->run(instance->handle, N_FRAMES);
  signal_now = 0;
}

static const PortSpec bad_ports[] = {{"control", PORT_ATOM_IN, 0, 0, 0, 0},
                                     {"notify", PORT_ATOM_OUT, 0, 0, 0, 0},
                                     {"in", PORT_AUDIO_IN, 0, 0, 0, 0},
                                     {"out", PORT_AUDIO_OUT, 0, 0, 0, 0}};
static const PortList bad_minds   = {"bad-minds", bad_ports, 4U};

/// Return the ports of a plugin, of the bad one for any unknown name
static const PortList*
list_of(const char* const name)
{
  for (int i = 0; i < N_PLUGINS; ++i) {
    if (!strcmp(host_lists[i]->name, name)) {
      return host_lists[i];
    }
  }
  return &bad_minds;
}

static void
fill(Sound* const sound, const float value)
{
  for (uint32_t c = 0U; c < sound->n_channels; ++c) {
    for (uint32_t i = 0U; i < sound->n_frames; ++i) {
      sound->channels[c][i] = value;
    }
  }
}

/// Play one signal, first to warm up and then to be counted
static void
play(const PortList* const list,
     Sound* const          in,
     void (*const run)(const Instance*))
{
  Instance* const instance = instance_start(list, WORKER_NONE);
  Sound           out      = sound_new(instance->n_outs, N_FRAMES);
  Sound           inputs   = *in;
  inputs.n_channels        = instance->n_ins;
  instance_play(
    instance, inputs.channels, out.channels, N_FRAMES, N_FRAMES, NULL);
  run(instance);
  sound_free(&out);
  instance_free(instance);
}

int
main(int argc, char** argv)
{
  if (argc != 3 || !host_open(argv[1])) {
    (void)fprintf(stderr, "usage: %s LMU.SO PLUGIN\n", argv[0]);
    return EXIT_FAILURE;
  }

  const PortList* const list = list_of(argv[2]);
  Sound                 in   = sound_new(SOUND_MAX_CHANNELS, N_FRAMES);
  play(list, &in, cost_silence);
  sound_fill_noise(&in, 0.5f);
  play(list, &in, cost_noise);
  fill(&in, NAN);
  play(list, &in, cost_nan);
  sound_free(&in);
  return EXIT_SUCCESS;
}
