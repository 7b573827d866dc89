// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Plays silence, noise, and what is no number, for cost.sh to count the work.
// usage: cost LMU.SO PLUGIN[:SYMBOL=VALUE]...

#include "plugin/ports.h"
#include "tests/plugin/cost_runs.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/sound.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_FRAMES 512U

/// Where controls are set: what it takes Predict to analyse a window at 48 kHz,
/// as the parts of that take different times
#define N_LONG 961U

/// Length of a setting
#define MAX_TEXT 64U

static uint32_t n_frames = N_FRAMES;

static const PortSpec bad_ports[] = {{"control", PORT_ATOM_IN, 0, 0, 0, 0},
                                     {"notify", PORT_ATOM_OUT, 0, 0, 0, 0},
                                     {"in", PORT_AUDIO_IN, 0, 0, 0, 0},
                                     {"out", PORT_AUDIO_OUT, 0, 0, 0, 0}};
static const PortList bad_minds   = {"bad-minds", bad_ports, 4U};

/// Return the ports of a plugin, of the bad one for any unknown name
static const PortList*
list_of(const char* const text)
{
  const size_t length = strcspn(text, ":");
  for (int i = 0; i < N_PLUGINS; ++i) {
    const char* const name = host_lists[i]->name;
    if (strlen(name) == length && !strncmp(name, text, length)) {
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

/// Set the controls that follow the name of a plugin
static void
set_controls(Instance* const instance, const char* const text)
{
  for (const char* at = strchr(text, ':'); at; at = strchr(at + 1, ':')) {
    char              symbol[MAX_TEXT] = {0};
    const char* const equals           = strchr(at, '=');
    if (!equals || equals - at > (ptrdiff_t)MAX_TEXT) {
      abort();
    }
    memcpy(symbol, at + 1, (size_t)(equals - at) - 1U);
    instance_set(instance, symbol, strtof(equals + 1, NULL));
  }
}

/// Play one signal, first to warm up and then to be counted
static void
play(const char* const text, Sound* const in, const CostRun run)
{
  Instance* const instance = instance_start(list_of(text), WORKER_NONE);
  set_controls(instance, text);
  Sound out         = sound_new(instance->n_outs, n_frames);
  Sound inputs      = *in;
  inputs.n_channels = instance->n_ins;
  instance_play(
    instance, inputs.channels, out.channels, n_frames, n_frames, NULL);
  count_run(run, instance, n_frames);
  sound_free(&out);
  instance_free(instance);
}

int
main(int argc, char** argv)
{
  if (argc != 3 || !host_open(argv[1])) {
    (void)fprintf(
      stderr, "usage: %s LMU.SO PLUGIN[:SYMBOL=VALUE]...\n", argv[0]);
    return EXIT_FAILURE;
  }

  n_frames = strchr(argv[2], ':') ? N_LONG : N_FRAMES;
  // One that stays keeps the tables that all share, so that they are made once
  Instance* const keeper = instance_start(list_of(argv[2]), WORKER_NONE);
  Sound           in     = sound_new(SOUND_MAX_CHANNELS, n_frames);
  play(argv[2], &in, cost_silence);
  sound_fill_noise(&in, 0.5f);
  play(argv[2], &in, cost_noise);
  fill(&in, NAN);
  play(argv[2], &in, cost_nan);
  sound_free(&in);
  instance_free(keeper);
  return EXIT_SUCCESS;
}
