// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/memory.h"

#include "core/base/attributes.h"
#include "core/base/rt/fpu.h"
#include "core/dsp/rt/emphasis.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/nn/setup/graph.h"
#include "plugin/controls.h"
#include "plugin/engine_plugin.h"
#include "plugin/engine_swap.h"
#include "plugin/loaded_model.h"
#include "plugin/loader.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"
#include "plugin/weights.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Greatest order
#define MAX_ORDER 1024U

/// Time for theta to get to a new value [s]
#define THETA_SECONDS 0.05

/// Part of the way that the lead of delays goes in a segment
#define LEAD_PART 0.05

/// Return the index of a control output
LMU_RT static uint32_t
reading_port(const Memory* const self, const MemoryReading reading)
{
  return memory_port(
    self, N_MEMORY_CONTROLS + self->kind->n_controls + (uint32_t)reading);
}

/// Return a time in frames
LMU_RT static double
frames_of_ms(const Memory* const self, const double ms)
{
  return ms * self->base.plugin.rate / 1000.0;
}

LMU_RT static double
wanted_theta(const Memory* const self)
{
  return frames_of_ms(self, memory_value(self, MEMORY_THETA));
}

/// Return how much longer the window is than the one that is asked for, so that
/// no delay is read at its end
LMU_RT static double
margin(const Memory* const self)
{
  return self->readout == READOUT_TAPS ? TAPS_MARGIN : 1.0;
}

LMU_RT static ReadoutChoice
wanted_readout(const Memory* const self)
{
  return (ReadoutChoice)memory_choice(self, MEMORY_READOUT);
}

/// Return the order to use
LMU_RT static uint32_t
wanted_order(const Memory* const self)
{
  const uint32_t order = memory_choice(self, MEMORY_ORDER);
  const double   theta = margin(self) * wanted_theta(self);
  return self->readout == READOUT_TAPS ? plugin_bright_order(order, theta)
                                       : plugin_useful_order(order, theta);
}

/// Return the engine that the controls ask for
LMU_RT static LmuEngineSpec
wanted_spec(const Memory* const self)
{
  const LmuEngineSpec spec = {
    wanted_order(self),
    3U + memory_choice(self, MEMORY_QUALITY),
    1U,
    2U * self->n_outs, // Coefficients, then taps
  };
  return spec;
}

/* Setup */

void
memory_cleanup(LV2_Handle instance)
{
  Memory* const self = (Memory*)instance;
  weights_clear(&self->weights, &self->base.plugin);
  engine_plugin_cleanup(self);
}

void*
memory_new(const MemoryKind* const         kind,
           const uint32_t                  n_outs,
           const PortList* const           list,
           const double                    rate,
           const char* const               bundle_path,
           const LV2_Feature* const* const features)
{
  Memory* const self =
    (Memory*)engine_plugin_new(kind->size, list, rate, 1U, MAX_ORDER, features);
  if (!self) {
    return NULL;
  }

  Plugin* const    plugin = &self->base.plugin;
  const LoaderSpec spec   = {&plugin->host,
                             &plugin->uris,
                             LOADED_MODEL_READOUTS,
                             rate,
                             1U,
                             NULL,
                             0U,
                             bundle_path};
  self->kind              = kind;
  self->n_outs            = n_outs;
  self->stretch           = 1.0;
  if (!weights_init(&self->weights, plugin, &spec)) {
    memory_cleanup(self);
    return NULL;
  }
  return self;
}

void
memory_activate(LV2_Handle instance)
{
  Memory* const self = (Memory*)instance;
  plugin_activate(&self->base.plugin);

  self->readout            = wanted_readout(self);
  const LmuEngineSpec spec = wanted_spec(self);
  engine_plugin_activate(&self->base, &spec);
  loader_activate(&self->weights.loader);
  memset(self->emphases, 0, sizeof(self->emphases));
  lmu_glide_set(&self->level, 1.0);
}

/* Realtime */

/// Set readouts that read delays, evenly over the window
LMU_RT static void
set_taps(const Memory* const self, LmuEngine* const engine)
{
  const double least = 1.0 / engine->modes->order;
  for (uint32_t i = 0U; i < self->n_outs; ++i) {
    const double part = (i + 1.0) / self->n_outs;
    const double r    = (part / TAPS_MARGIN) - self->lead;
    lmu_engine_set_readout(engine, self->n_outs + i, r > least ? r : least);
  }
}

LMU_RT static void
set_theta(Memory* const self, const double theta)
{
  LmuEngine* const rising = engine_swap_rising(&self->base.swap);
  self->theta             = theta;
  engine_swap_set_theta(&self->base.swap, theta);
  if (self->readout == READOUT_TAPS) {
    set_taps(self, self->base.swap.now);
    if (rising) {
      set_taps(self, rising);
    }
  }
}

/// Change what the outputs are, while they are silent
LMU_RT static void
update_readout(Memory* const self)
{
  const ReadoutChoice wanted = wanted_readout(self);
  if (self->base.plugin.fresh) {
    self->readout = wanted;
    return;
  }

  const bool same = wanted == self->readout;
  plugin_glide(
    &self->base.plugin, &self->level, same ? 1.0 : 0.0, FADE_SECONDS);
  if (!same && self->level.value <= 0.0) {
    self->readout = wanted;
    set_theta(self, self->theta);
  }
}

/// Move theta on its way, and return it with modulation [frames]
LMU_RT static double
next_theta(Memory* const self)
{
  self->goal = plugin_glide_theta(
    &self->base.plugin, self->goal, wanted_theta(self), THETA_SECONDS);

  const double theta = self->goal * self->stretch;
  const double least = frames_of_ms(self, MIN_THETA_MS);
  const double most  = frames_of_ms(self, MAX_THETA_MS);
  return margin(self) * ((theta < least)  ? least
                         : (theta > most) ? most
                                          : theta);
}

/// Move the lead of delays to what the window wants: at once would click.  A
/// voltage stretches it with the window, as it may jump.
LMU_RT static void
move_lead(Memory* const self)
{
  const double theta  = margin(self) * self->goal;
  const double wanted = ((double)LMU_EMPHASIS_FRAMES - 0.5) / theta;
  self->lead          = self->base.plugin.fresh
                          ? wanted
                          : lmu_approach(self->lead, wanted, LEAD_PART);
}

/// Follow what the engine is to be
LMU_RT static void
update_engine(Memory* const self)
{
  update_readout(self);

  const LmuEngineSpec   spec   = wanted_spec(self);
  const double          theta  = next_theta(self);
  const EngineSwapState before = self->base.swap.state;
  const double          lead   = self->lead;
  move_lead(self);
  engine_swap_update(&self->base.swap, &spec, theta);
  if (theta != self->theta || lead != self->lead || self->is_moved ||
      self->base.plugin.fresh || self->base.swap.state != before) {
    set_theta(self, theta);
  }
}

LMU_RT static void
begin_segment(Memory* const self, const uint32_t offset)
{
  if (self->kind->begin) {
    self->kind->begin(self, offset);
  }
  if (self->base.swap.now) {
    update_engine(self);
  }
  if (self->weights.loader.now) {
    loader_update(&self->weights.loader);
  }
}

/// Return the first readout to play
LMU_RT static uint32_t
first_readout(const Memory* const self)
{
  return self->readout == READOUT_TAPS ? self->n_outs : 0U;
}

/// Add outputs of a network to readouts, as far as there are both
LMU_RT static void
add_outputs(const Memory* const      self,
            const LoadedModel* const loaded,
            const float* const       gain,
            const uint32_t           n_frames,
            float* const             readouts)
{
  const uint32_t n_outs  = self->n_outs;
  const uint32_t n_there = loaded->n_outputs;
  for (uint32_t j = 0U; j < n_outs && j < n_there; ++j) {
    for (uint32_t i = 0U; i < n_frames; ++i) {
      readouts[(i * n_outs) + j] += gain[i] * loaded->outputs[j][i];
    }
  }
}

/// Advance the network, and read it if the outputs are its
LMU_RT static void
read_network(Memory* const      self,
             const float* const in,
             const uint32_t     n_frames,
             float* const       readouts)
{
  const float conditions[LMU_MAX_CONDITIONS] = {0.5f, 0.5f, 0.5f, 0.5f};

  Loader* const            loader = &self->weights.loader;
  const LoadedModel* const rising = loader_rising(loader);
  loader_process(loader, &in, conditions, n_frames);

  float now[SEGMENT];
  float next[SEGMENT];
  for (uint32_t i = 0U; i < n_frames; ++i) {
    next[i] = rising ? (float)loader_next_fade(loader) : 0.0f;
    now[i]  = 1.0f - next[i];
  }
  if (self->readout != READOUT_WEIGHTS) {
    return;
  }

  memset(readouts, 0, (size_t)n_frames * self->n_outs * sizeof(float));
  add_outputs(self, loader->now, now, n_frames, readouts);
  if (rising) {
    add_outputs(self, rising, next, n_frames, readouts);
  }
}

/// Advance the memory, and mix the readouts of all engines that play
LMU_RT static void
read_window(Memory* const  self,
            float* const   in,
            const uint32_t n_frames,
            float* const   out)
{
  EngineSwap* const swap   = &self->base.swap;
  LmuEngine* const  rising = engine_swap_rising(swap);
  const uint32_t    first  = first_readout(self);
  const uint32_t    n_outs = self->n_outs;
  float             other[SEGMENT * MAX_OUTS];

  const LmuFrames frames = {in, n_frames, first, n_outs, out};
  lmu_engine_read(swap->now, 0U, &frames);
  engine_swap_log(swap, &in, n_frames);
  if (!rising) {
    return;
  }

  const LmuFrames other_frames = {in, n_frames, first, n_outs, other};
  lmu_engine_read(rising, 0U, &other_frames);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float part = (float)lmu_glide_next(&swap->fade);
    for (uint32_t j = i * n_outs; j < (i + 1U) * n_outs; ++j) {
      out[j] += part * (other[j] - out[j]);
    }
  }
}

/// Undo the droop of delays, where the outputs are those.  A constant stays
/// what it is, as voltages want it and there is no loop.
LMU_RT static void
emphasise(Memory* const self, const uint32_t n_frames, float* const readouts)
{
  const bool are_taps = self->readout == READOUT_TAPS;
  for (uint32_t i = 0U; are_taps && i < n_frames; ++i) {
    for (uint32_t j = 0U; j < self->n_outs; ++j) {
      float* const value = readouts + (((size_t)i * self->n_outs) + j);
      const float  risen = lmu_emphasis_next(&self->emphases[j], *value);
      *value             = risen * (float)(1.0 / LMU_EMPHASIS_GAIN);
    }
  }
}

/// Play a part of a segment
LMU_RT static void
play(Memory* const self, const uint32_t offset, const uint32_t n_frames)
{
  const float* const source = plugin_audio(&self->base.plugin, MEMORY_IN);
  float              room[SEGMENT];
  float              gain[SEGMENT];
  float              readouts[SEGMENT * MAX_OUTS];
  float* const in = stream_room(&self->base.plugin.stream, TRACE_INPUT, room);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    in[i]   = source ? lmu_sane(source[offset + i]) : 0.0f;
    gain[i] = (float)(lmu_glide_next(&self->base.plugin.bypass_gain) *
                      lmu_glide_next(&self->level));
  }
  if (self->kind->hear) {
    self->kind->hear(self, in, n_frames);
  }

  const StreamSound input_sound = {in, in};
  stream_hear(&self->base.plugin.stream, input_sound, stream_silence, n_frames);
  if (self->base.swap.now) {
    read_window(self, in, n_frames, readouts);
    emphasise(self, n_frames, readouts);
  } else {
    memset(readouts, 0, sizeof(readouts));
  }
  if (self->weights.loader.now) {
    read_network(self, in, n_frames, readouts);
  }

  const MemoryPart part = {offset, n_frames, in, readouts, gain};
  self->kind->write(self, &part);
}

void
memory_run(LV2_Handle instance, const uint32_t n_frames)
{
  Memory* const self   = (Memory*)instance;
  Plugin* const plugin = &self->base.plugin;
  const LmuFpu  host   = lmu_fpu_enter();
  plugin_begin_run(plugin, memory_port(self, MEMORY_ENABLED));
  weights_begin_run(&self->weights, plugin);

  for (uint32_t offset = 0U; offset < n_frames;) {
    const uint32_t part = plugin_part(plugin, n_frames - offset);
    if (!plugin->phase) {
      begin_segment(self, offset);
    }
    play(self, offset, part);
    plugin_advance(plugin, part);
    offset += part;
  }
  engine_plugin_write_readings(&self->base,
                               reading_port(self, MEMORY_BANDWIDTH),
                               margin(self) * wanted_theta(self));
  ports_write(&plugin->ports,
              reading_port(self, MEMORY_STATUS),
              loader_status(&self->weights.loader));

  const ViewSource source =
    engine_plugin_view_source(&self->base, self->theta, false);
  plugin_end_run(plugin, n_frames, &source);
  lmu_fpu_leave(host);
}
