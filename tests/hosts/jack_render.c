// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/hosts/sound.h"

#include <jack/jack.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/**
   @file
   Play a file through a JACK client, and record what comes out of it.

   Both happen in one process callback, so input and output stay in step.  JACK
   hands our output to the client and its output back to us one period later.
   That period is taken off, so frame i of the recording answers frame i of the
   file.  Time is as the server has it if "live" is asked for, for people and
   windows, and as fast as it goes otherwise.
*/

#define MAX_PORTS 64U

/// Silence before the file, for a plugin to settle at its controls
#define SETTLE_FRAMES 48000U

/// Time before freewheeling, for a worker, to which no frames can give time
#define SETTLE_US 500000U

typedef struct {
  jack_port_t* inputs[MAX_PORTS];  ///< What the client plays to us
  jack_port_t* outputs[MAX_PORTS]; ///< What we play to the client
  size_t       n_inputs;
  size_t       n_outputs;
  SoundFile    source;   ///< To play
  SoundFile    result;   ///< To record
  size_t       lag;      ///< Frames until the client's answer is here
  size_t       position; ///< Frames since the start
  bool         is_live;  ///< Whether time is as it is
  atomic_bool  done;     ///< All is recorded
} Session;

static float*
port_buffer(jack_port_t* const port, const jack_nframes_t n_frames)
{
  return (float*)jack_port_get_buffer(port, n_frames);
}

static void
play(Session* const session, const jack_nframes_t n_frames)
{
  const SoundFile* const source = &session->source;
  for (size_t c = 0U; c < session->n_outputs; ++c) {
    float* const buffer = port_buffer(session->outputs[c], n_frames);
    for (size_t i = 0U; i < n_frames; ++i) {
      const size_t frame = session->position + i - SETTLE_FRAMES;
      buffer[i]          = frame < source->n_frames // Unsigned: not before 0
                             ? source->samples[(frame * source->n_channels) + c]
                             : 0.0f;
    }
  }
}

static void
record(Session* const session, const jack_nframes_t n_frames)
{
  SoundFile* const result = &session->result;
  for (size_t c = 0U; c < session->n_inputs; ++c) {
    const float* const buffer = port_buffer(session->inputs[c], n_frames);
    for (size_t i = 0U; i < n_frames; ++i) {
      const size_t frame = session->position + i - SETTLE_FRAMES - session->lag;
      if (frame < result->n_frames) {
        result->samples[(frame * result->n_channels) + c] = buffer[i];
      }
    }
  }
}

static int
process(const jack_nframes_t n_frames, void* const data)
{
  Session* const session = (Session*)data;
  play(session, n_frames);
  record(session, n_frames);

  session->position += n_frames;
  if (session->position >=
      SETTLE_FRAMES + session->source.n_frames + session->lag) {
    atomic_store(&session->done, true);
  }
  return 0;
}

/// Register a port of ours for each named port, and return how many
static size_t
register_ports(jack_client_t* const client,
               jack_port_t**        ports,
               const char** const   theirs,
               const char* const    prefix,
               const unsigned long  flags)
{
  size_t count = 0U;
  while (theirs && theirs[count] && count < MAX_PORTS) {
    char name[32] = {0};
    (void)snprintf(name, sizeof(name), "%s%zu", prefix, count + 1U);
    ports[count++] =
      jack_port_register(client, name, JACK_DEFAULT_AUDIO_TYPE, flags, 0U);
  }
  return count;
}

/// Connect to all audio ports of the other client, and run until done
static bool
run(jack_client_t* const client, Session* const session, const char* const name)
{
  char pattern[64] = {0};
  (void)snprintf(pattern, sizeof(pattern), "^%s:", name);
  const char** const sinks =
    jack_get_ports(client, pattern, JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput);
  const char** const sources =
    jack_get_ports(client, pattern, JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput);

  session->n_outputs =
    register_ports(client, session->outputs, sinks, "out", JackPortIsOutput);
  session->n_inputs =
    register_ports(client, session->inputs, sources, "in", JackPortIsInput);
  session->lag    = jack_get_buffer_size(client);
  session->result = sound_new(
    session->source.n_frames, session->n_inputs, session->source.rate);

  const bool fits = session->n_outputs == session->source.n_channels &&
                    session->n_inputs > 0U &&
                    (int)jack_get_sample_rate(client) == session->source.rate &&
                    !jack_set_process_callback(client, process, session) &&
                    !jack_activate(client);
  for (size_t i = 0U; fits && i < session->n_outputs; ++i) {
    jack_connect(client, jack_port_name(session->outputs[i]), sinks[i]);
  }
  for (size_t i = 0U; fits && i < session->n_inputs; ++i) {
    jack_connect(client, sources[i], jack_port_name(session->inputs[i]));
  }
  jack_free(sinks);
  jack_free(sources);

  if (fits) {
    usleep(SETTLE_US);
    jack_set_freewheel(client, session->is_live ? 0 : 1);
    while (!atomic_load(&session->done)) {
      usleep(2000);
    }
    jack_set_freewheel(client, 0);
    jack_deactivate(client);
  }
  return fits;
}

int
main(int argc, char** argv)
{
  const bool is_live = argc == 5 && !strcmp(argv[4], "live");
  if (argc != 4 && !is_live) {
    (void)fprintf(stderr, "Usage: jack_render IN OUT CLIENT [live]\n");
    return 2;
  }

  jack_client_t* const client =
    jack_client_open("jack_render", JackNoStartServer, NULL);
  if (!client) {
    (void)fprintf(stderr, "jack_render: no JACK server\n");
    return 2;
  }

  static Session session; // Zero, and too large for some stacks
  session.source     = sound_load(argv[1]);
  session.is_live    = is_live;
  const bool success = run(client, &session, argv[3]);
  jack_client_close(client);

  if (success) {
    sound_save(&session.result, argv[2]);
  } else {
    (void)fprintf(
      stderr,
      "jack_render: %s has %zu inputs and %zu outputs, the file %zu "
      "channels at %d Hz\n",
      argv[3],
      session.n_outputs,
      session.n_inputs,
      session.source.n_channels,
      session.source.rate);
  }
  sound_free(&session.result);
  sound_free(&session.source);
  return success ? 0 : 1;
}
