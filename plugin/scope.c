// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/attributes.h"
#include "core/base/rt/fpu.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/memory/setup/engine.h"
#include "plugin/controls.h"
#include "plugin/engine_plugin.h"
#include "plugin/engine_swap.h"
#include "plugin/extensions.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"
#include "plugin/trigger.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Sound that passes through, and a picture of its window.
*/

/// Greatest order
#define MAX_ORDER 1024U

/// Time for theta to get to a new value [s]
#define THETA_SECONDS 0.05

/// Time beyond a window after which a picture is taken without a trigger [s]
#define PATIENCE_SECONDS 0.25

/// Controls behind the audio ports
typedef enum {
  CONTROL_ENABLED,
  CONTROL_FREEWHEEL,
  CONTROL_THETA,
  CONTROL_ORDER,
  CONTROL_FREEZE,
  CONTROL_TRIGGER,
  CONTROL_LEVEL,
  CONTROL_CHANNEL, ///< In stereo
} Control;

typedef struct {
  EnginePlugin base;
  uint32_t     n_channels;
  double       theta;     ///< Window [frames]
  bool         is_frozen; ///< Whether the picture is kept
  Trigger      trigger;
} Scope;

/// Return the index of a port behind the audio ports
LMU_RT static uint32_t
port(const Scope* const self, const uint32_t control)
{
  return N_ATOM_PORTS + (2U * self->n_channels) + control;
}

LMU_RT static double
value(const Scope* const self, const Control control)
{
  return (double)self->base.plugin.ports.values[port(self, control)];
}

LMU_RT static double
wanted_theta(const Scope* const self)
{
  return value(self, CONTROL_THETA) * self->base.plugin.rate / 1000.0;
}

LMU_RT static LmuEngineSpec
wanted_spec(const Scope* const self)
{
  const uint32_t order =
    ports_choice(&self->base.plugin.ports, port(self, CONTROL_ORDER));
  const LmuEngineSpec spec = {
    plugin_useful_order(order, wanted_theta(self)), 3U, 1U, 1U};
  return spec;
}

/* Setup */

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  (void)bundle_path;

  const size_t i    = (size_t)(descriptor - lmu_scope_descriptors);
  Scope* const self = (Scope*)engine_plugin_new(
    sizeof(Scope), &lmu_scope_ports[i], rate, 1U, MAX_ORDER, features);
  if (self) {
    self->n_channels = (uint32_t)i + 1U;
    stream_keep(&self->base.plugin.stream);
  }
  return self;
}

static void
activate(LV2_Handle instance)
{
  Scope* const self = (Scope*)instance;
  plugin_activate(&self->base.plugin);

  const LmuEngineSpec spec    = wanted_spec(self);
  const Trigger       trigger = {0.0f, 0U, 0U, false};
  engine_plugin_activate(&self->base, &spec);
  stream_keep(&self->base.plugin.stream);
  self->trigger   = trigger;
  self->is_frozen = false;
}

/* Realtime */

/// Follow theta and order, at the start of a segment
LMU_RT static void
begin_segment(Scope* const self)
{
  EngineSwap* const     swap   = &self->base.swap;
  const LmuEngineSpec   spec   = wanted_spec(self);
  const EngineSwapState before = swap->state;
  const double          theta  = plugin_glide_theta(
    &self->base.plugin, self->theta, wanted_theta(self), THETA_SECONDS);

  engine_swap_update(swap, &spec, theta);
  if (theta != self->theta || self->base.plugin.fresh ||
      swap->state != before) {
    self->theta = theta;
    engine_swap_set_theta(swap, theta);
  }
}

LMU_RT static ViewSource
view_source(const Scope* const self)
{
  return engine_plugin_view_source(&self->base, self->theta, false);
}

LMU_RT static void
take(Scope* const self)
{
  const ViewSource source = view_source(self);
  stream_take(&self->base.plugin.stream, &source);
}

LMU_RT static TriggerSpec
trigger_spec(const Scope* const self)
{
  const uint32_t trigger = port(self, CONTROL_TRIGGER);
  const double   more    = PATIENCE_SECONDS * self->base.plugin.rate;

  // What crosses the level is shown in the middle
  const TriggerSpec spec = {
    (TriggerChoice)ports_choice(&self->base.plugin.ports, trigger),
    (float)value(self, CONTROL_LEVEL),
    (uint32_t)(0.5 * self->theta),
    (uint32_t)(self->theta + more),
  };
  return spec;
}

/// Return how many of some frames are before the next picture, or 0
LMU_RT static uint32_t
next_picture(Scope* const self, const float* const signal, const uint32_t count)
{
  const TriggerSpec   spec   = trigger_spec(self);
  const Stream* const stream = &self->base.plugin.stream;
  if (spec.choice == TRIGGER_OFF || !stream_is_used(stream)) {
    return 0U;
  }
  if (self->is_frozen || !stream_is_due(stream)) {
    trigger_rest(&self->trigger, signal, count);
    return 0U;
  }
  return trigger_process(&self->trigger, &spec, signal, count);
}

LMU_RT static void
hear(Scope* const self, float* const signal, const uint32_t n_frames)
{
  EngineSwap* const swap        = &self->base.swap;
  LmuEngine* const  rising      = engine_swap_rising(swap);
  const StreamSound input_sound = {signal, signal};
  stream_hear(&self->base.plugin.stream, input_sound, stream_silence, n_frames);
  if (!swap->now) {
    return;
  }

  lmu_engine_process(swap->now, 0U, signal, n_frames);
  engine_swap_log(swap, &signal, n_frames);
  for (uint32_t i = 0U; rising && i < n_frames; ++i) {
    (void)lmu_glide_next(&swap->fade);
  }
  if (rising) {
    lmu_engine_process(rising, 0U, signal, n_frames);
  }
}

/// Return what is seen of a frame of one or two channels
LMU_RT static float
mix(const ChannelChoice choice, const float left, const float right)
{
  switch (choice) {
  case CHANNEL_LEFT:
    return left;
  case CHANNEL_RIGHT:
    return right;
  case CHANNEL_SIDE:
    return 0.5f * (left - right);
  case CHANNEL_MID:
    break;
  }
  return 0.5f * (left + right);
}

/// Pass a part of a segment through, and return what is to be seen of it
LMU_RT static void
pass(Scope* const   self,
     const uint32_t offset,
     const uint32_t n_frames,
     float* const   signal)
{
  Plugin* const       plugin = &self->base.plugin;
  const uint32_t      last   = self->n_channels - 1U;
  const ChannelChoice choice =
    last
      ? (ChannelChoice)ports_choice(&plugin->ports, port(self, CONTROL_CHANNEL))
      : CHANNEL_LEFT;
  const float* const ins[]  = {plugin_audio(plugin, N_ATOM_PORTS),
                               plugin_audio(plugin, N_ATOM_PORTS + last)};
  float* const       outs[] = {plugin_audio(plugin, N_ATOM_PORTS + 1U + last),
                               plugin_audio(plugin, N_ATOM_PORTS + 1U + (2U * last))};
  for (uint32_t i = offset; i < offset + n_frames; ++i) {
    // Both inputs first, as an output may be the same buffer as any of them
    const float left  = ins[0] ? lmu_sane(ins[0][i]) : 0.0f;
    const float right = ins[1] ? lmu_sane(ins[1][i]) : 0.0f;
    if (outs[0]) {
      outs[0][i] = left;
    }
    if (last && outs[1]) {
      outs[1][i] = right;
    }

    const double bypass_gain = lmu_glide_next(&plugin->bypass_gain);
    signal[i - offset]       = (float)bypass_gain * mix(choice, left, right);
  }
}

/// Play a part of a segment, and take a picture where it is time
LMU_RT static void
play(Scope* const self, const uint32_t offset, const uint32_t n_frames)
{
  // A trigger may take a picture within the segment, which spoils the room
  Stream* const stream = &self->base.plugin.stream;
  float         other[SEGMENT];
  float* const  signal = trigger_spec(self).choice == TRIGGER_OFF
                           ? stream_room(stream, TRACE_INPUT, other)
                           : other;
  pass(self, offset, n_frames, signal);
  for (uint32_t done = 0U; done < n_frames;) {
    const uint32_t left = n_frames - done;
    const uint32_t at   = next_picture(self, signal + done, left);
    const uint32_t part = at ? at : left;
    hear(self, signal + done, part);
    if (at) {
      take(self);
      stream_send(stream);
    }
    done += part;
  }
}

/// Follow the switch that keeps a picture, of now if nobody has another
LMU_RT static void
update_freeze(Scope* const self)
{
  const Plugin* const plugin = &self->base.plugin;
  const bool wanted = ports_switch(&plugin->ports, port(self, CONTROL_FREEZE));
  if (wanted && !self->is_frozen && !stream_has_picture(&plugin->stream)) {
    take(self);
  }
  self->is_frozen = wanted;
}

/// Answer windows: with what is kept, or was triggered, or is now
LMU_RT static void
end_run(Scope* const self, const uint32_t n_frames)
{
  Plugin* const    plugin = &self->base.plugin;
  const ViewSource source = view_source(self);
  const bool       is_now =
    !self->is_frozen && trigger_spec(self).choice == TRIGGER_OFF;
  if (self->is_frozen && stream_is_due(&plugin->stream)) {
    stream_send(&plugin->stream);
  }
  plugin_end_run(plugin, n_frames, is_now ? &source : NULL);
}

LMU_RT static void
run(LV2_Handle instance, const uint32_t n_frames)
{
  Scope* const  self   = (Scope*)instance;
  Plugin* const plugin = &self->base.plugin;
  const LmuFpu  host   = lmu_fpu_enter();
  plugin_begin_run(plugin, port(self, CONTROL_ENABLED));
  update_freeze(self);

  for (uint32_t offset = 0U; offset < n_frames;) {
    const uint32_t part = plugin_part(plugin, n_frames - offset);
    if (!plugin->phase && self->base.swap.now) {
      begin_segment(self);
    }
    play(self, offset, part);
    plugin_advance(plugin, part);
    offset += part;
  }

  const uint32_t readings = port(self, CONTROL_CHANNEL) + self->n_channels - 1U;
  engine_plugin_write_readings(&self->base, readings, wanted_theta(self));
  end_run(self, n_frames);
  lmu_fpu_leave(host);
}

#define SCOPE(name)                                                       \
  {                                                                       \
    LMU_URI_PREFIX name, instantiate, plugin_connect_port, activate, run, \
      NULL, engine_plugin_cleanup, extensions_of_engine                   \
  }

const LV2_Descriptor lmu_scope_descriptors[2] = {SCOPE("scope"),
                                                 SCOPE("scope-stereo")};
