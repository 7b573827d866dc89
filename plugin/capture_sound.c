// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/capture.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/memory.h"
#include "core/nn/setup/graph.h"
#include "plugin/capture_thread.h"
#include "plugin/controls.h"
#include "plugin/engine_swap.h"
#include "plugin/loaded_model.h"
#include "plugin/loader.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/recorder.h"
#include "plugin/stream.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Place in what the model played, whose size is a power of two
#define PAST_MASK ((uint32_t)MAX_LATENCY)

/// Time in which meters fall to a half [s]
#define METER_S 0.3

/// Magnitude of what is at full scale; the part of frames there from which on
/// it is feedback, the time over which that is taken, and for how long it is
/// silent then [s]
#define HOT 0.98f
#define HOWLS 0.5
#define HOT_S 0.25
#define MUTED_S 2.0

/// Silence behind the test signal that is recorded, for what is late [s]
#define TAIL_S 1.2

/// Sound of a part of a segment
typedef struct {
  float in[SEGMENT];     ///< What is to be learned
  float device[SEGMENT]; ///< What comes back
  float send[SEGMENT];   ///< What goes to the device
  float heard[SEGMENT];  ///< What is monitored
  float open[SEGMENT];   ///< Zero where there is feedback
} Sounds;

/// Factors of the parts that are heard, by MonitorChoice
static const double parts_of[][N_PARTS] = {
  [MONITOR_DEVICE]     = {1.0, 0.0, 0.0, 0.0},
  [MONITOR_MODEL]      = {0.0, 1.0, 0.0, 0.0},
  [MONITOR_DIFFERENCE] = {1.0, 0.0, -1.0, 0.0},
  [MONITOR_INPUT]      = {0.0, 0.0, 0.0, 1.0},
};

/* Controls */

LMU_RT static void
glide(const Capture* const self, LmuGlide* const it, const double value)
{
  plugin_glide(&self->plugin, it, value, FADE_SECONDS);
}

LMU_RT static bool
is_signal(const Capture* const self)
{
  return ports_choice(&self->plugin.ports, CAPTURE_SOURCE) == SOURCE_SIGNAL;
}

/// Send what is heard to where the controls want it
LMU_RT static void
update_parts(Capture* const self)
{
  const Ports* const ports   = &self->plugin.ports;
  const uint32_t     monitor = ports_choice(ports, CAPTURE_MONITOR);
  const double       output  = (double)ports->values[CAPTURE_OUTPUT];

  // Nobody wants to hear a test signal, and it may not come back by a speaker
  const bool is_quiet = self->is_recording && is_signal(self);
  for (uint32_t i = 0U; i < N_PARTS; ++i) {
    glide(self, &self->parts[i], parts_of[monitor][i]);
  }
  glide(self, &self->output, is_quiet ? 0.0 : gain_from_db(output));
  glide(self, &self->signal, is_quiet ? 1.0 : 0.0);
  glide(self, &self->open, self->n_muted ? 0.0 : 1.0);
}

/// Return whether frames are to be recorded from now on
LMU_RT static bool
wants_recording(Capture* const self)
{
  const Ports* const ports = &self->plugin.ports;
  if (!ports_switch(ports, CAPTURE_RECORD)) {
    self->is_over  = false;
    self->position = 0U;
    return false;
  }
  return !self->is_over;
}

/// Begin to record, or end that
LMU_RT static void
update_recording(Capture* const self, const bool is_wanted)
{
  CaptureThread* const thread   = &self->thread;
  const bool           is_ready = capture_thread_is_ready(thread) &&
                        (!is_signal(self) || atomic_load(&thread->signal));
  const bool was_recording = self->is_recording;
  self->is_recording       = is_wanted && (was_recording || is_ready);
  if (was_recording && !self->is_recording) {
    recorder_flush(&thread->recorder);
  }
}

void
capture_update(Capture* const self)
{
  const Ports* const ports     = &self->plugin.ports;
  const bool         is_wanted = wants_recording(self);
  const CaptureWish  wish      = {is_wanted,
                                  ports_switch(ports, CAPTURE_TRAIN),
                                  is_wanted && is_signal(self),
                                  ports_choice(ports, CAPTURE_SIZE),
                                  ports_choice(ports, CAPTURE_KIND)};
  update_recording(self, is_wanted);
  capture_thread_wish(&self->thread, wish);
  update_parts(self);
}

void
capture_begin_segment(Capture* const self)
{
  // Half a minute of test signal ends by itself
  const uint64_t n_signal = atomic_load(&self->thread.n_signal);
  const uint64_t tail     = (uint64_t)(TAIL_S * self->plugin.rate);
  if (self->is_recording && is_signal(self) &&
      self->position >= n_signal + tail) {
    self->is_over = true;
    update_recording(self, false);
  }
  self->n_muted -= (self->n_muted < SEGMENT) ? self->n_muted : SEGMENT;
  if (self->hot > HOWLS) {
    self->n_muted = (uint32_t)(MUTED_S * self->plugin.rate);
    self->hot     = 0.0;
  }
  update_parts(self);
}

/* Sound */

/// Read an input, and follow its level
LMU_RT static void
hear(Capture* const self,
     const uint32_t side,
     const uint32_t offset,
     const uint32_t n_frames,
     float* const   to)
{
  const float* const source =
    plugin_audio(&self->plugin, (uint32_t)CAPTURE_IN + side);
  float meter = self->meters[side];
  for (uint32_t i = 0U; i < n_frames; ++i) {
    to[i] = source ? lmu_sane(source[offset + i]) : 0.0f;
    meter = fmaxf(fabsf(to[i]), self->meter_fall * meter);
  }
  self->meters[side] = meter;
}

/// Find out what goes to the device, never above full scale
LMU_RT static void
send(Capture* const self, Sounds* const sounds, const uint32_t n_frames)
{
  const float*   signal   = atomic_load(&self->thread.signal);
  const uint64_t n_signal = atomic_load(&self->thread.n_signal);
  const double   part     = 1.0 / (HOT_S * self->plugin.rate);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const bool  plays  = signal && self->position < n_signal;
    const float tone   = plays ? signal[self->position] : 0.0f;
    const float mix    = (float)lmu_glide_next(&self->signal);
    const float in     = sounds->in[i];
    const float wanted = in + (mix * (tone - in));
    self->hot += part * ((fabsf(in) >= HOT ? 1.0 : 0.0) - self->hot);
    sounds->open[i] = (float)lmu_glide_next(&self->open);
    sounds->send[i] = sounds->open[i] * fminf(fmaxf(wanted, -1.0f), 1.0f);
    self->position += self->is_recording ? 1U : 0U;
  }
}

/// Return what a loaded model played, or silence if there is no network
LMU_RT static inline float
sample_of(const LoadedModel* const loaded, const uint32_t i)
{
  return loaded->n_outputs ? loaded->outputs[0][i] : 0.0f;
}

/// Where controls of a model stand, of which a capture has none
static const float conditions[LMU_MAX_CONDITIONS] = {0.5f, 0.5f, 0.5f, 0.5f};

/// Run the model, and keep what it played
LMU_RT static void
run_model(Capture* const      self,
          const Sounds* const sounds,
          const uint32_t      n_frames,
          float* const        played)
{
  Loader* const      loader   = &self->weights.loader;
  const float* const inputs[] = {sounds->send, sounds->send};
  loader_process(loader, inputs, conditions, n_frames);
  const LoadedModel* const next = loader_rising(loader);
  const LoadedModel* const now  = loader->now;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float fade = next ? (float)loader_next_fade(loader) : 0.0f;
    const float old  = sample_of(now, i);
    played[i]        = next ? old + (fade * (sample_of(next, i) - old)) : old;
    self->past[(self->past_position + i) & PAST_MASK] = played[i];
  }
}

/// Return how late the model is to be to be as late as the device
LMU_RT static uint32_t
lateness(Capture* const self)
{
  const int latency = atomic_load(&self->thread.news.latency);
  return (latency > 0 && latency <= MAX_LATENCY) ? (uint32_t)latency : 0U;
}

/// Mix what is heard
LMU_RT static void
monitor(Capture* const     self,
        Sounds* const      sounds,
        const uint32_t     n_frames,
        const float* const played)
{
  const uint32_t late = lateness(self);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const uint32_t place          = self->past_position + i - late;
    const float    parts[N_PARTS] = {sounds->device[i],
                                     played[i],
                                     self->past[place & PAST_MASK],
                                     sounds->in[i]};
    double         sum            = 0.0;
    for (uint32_t k = 0U; k < N_PARTS; ++k) {
      sum += lmu_glide_next(&self->parts[k]) * (double)parts[k];
    }
    sum *= lmu_glide_next(&self->output) * (double)sounds->open[i];
    sounds->heard[i] = (float)sum;
  }
}

/// Write a sound, or what it is without us
LMU_RT static void
put(Capture* const     self,
    const uint32_t     port,
    const uint32_t     offset,
    const uint32_t     n_frames,
    const float* const sound)
{
  float* const out = plugin_audio(&self->plugin, port);
  for (uint32_t i = 0U; out && i < n_frames; ++i) {
    out[offset + i] = sound[i];
  }
}

/// Let both inputs pass as far as the plugin is switched off
LMU_RT static void
bypass(Capture* const self, Sounds* const sounds, const uint32_t n_frames)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float on  = (float)lmu_glide_next(&self->plugin.bypass_gain);
    sounds->send[i] = sounds->in[i] + (on * (sounds->send[i] - sounds->in[i]));
    sounds->heard[i] =
      sounds->device[i] + (on * (sounds->heard[i] - sounds->device[i]));
  }
}

void
capture_play(Capture* const self,
             const uint32_t offset,
             const uint32_t n_frames)
{
  float  played[SEGMENT] = {0.0f};
  Sounds sounds;
  hear(self, 0U, offset, n_frames, sounds.in);
  hear(self, 1U, offset, n_frames, sounds.device);
  send(self, &sounds, n_frames);
  if (self->weights.loader.now) {
    run_model(self, &sounds, n_frames, played);
  }
  monitor(self, &sounds, n_frames, played);
  bypass(self, &sounds, n_frames);
  if (self->is_recording) {
    recorder_write(
      &self->thread.recorder, sounds.send, sounds.device, n_frames);
  }
  self->past_position += n_frames;
  put(self, CAPTURE_SEND, offset, n_frames, sounds.send);
  put(self, CAPTURE_OUT, offset, n_frames, sounds.heard);

  const StreamSound input  = {sounds.send, sounds.send};
  const StreamSound output = {sounds.heard, sounds.heard};
  stream_hear(&self->plugin.stream, input, output, n_frames);
}

void
capture_sound_init(Capture* const self)
{
  self->meter_fall = (float)exp2(-1.0 / (METER_S * self->plugin.rate));
}

void
capture_sound_reset(Capture* const self)
{
  self->is_recording  = false;
  self->is_over       = false;
  self->position      = 0U;
  self->hot           = 0.0;
  self->n_muted       = 0U;
  self->past_position = 0U;
  memset(self->meters, 0, sizeof(self->meters));
  memset(self->past, 0, (MAX_LATENCY + 1U) * sizeof(float));
}
