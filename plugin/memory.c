// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/rt/memory.h"
#include "core/attributes.h"
#include "core/rt/engine.h"
#include "core/rt/fpu.h"
#include "core/rt/glide.h"
#include "core/setup/graph.h"
#include "plugin/controls.h"
#include "plugin/exchange.h"
#include "plugin/extensions.h"
#include "plugin/loader.h"
#include "plugin/package.h"
#include "plugin/player.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/weights.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Greatest number of outputs
#define MAX_OUTS 32U

/// Greatest order
#define MAX_ORDER 1024U

/// Time for theta to get to a new value [s]
#define THETA_SECONDS 0.05

/// Ports before the outputs, then those after
enum {
  PORT_IN = N_ATOM_PORTS,
  PORT_THRU,
  PORT_OUT,
};

typedef enum {
  CONTROL_ENABLED,
  CONTROL_FREEWHEEL,
  CONTROL_THETA,
  CONTROL_ORDER,
  CONTROL_READOUT,
  CONTROL_QUALITY,
  CONTROL_BANDWIDTH,
  CONTROL_ORDER_USED,
  CONTROL_STATUS,
} Control;

typedef struct {
  Player   player;
  Weights  weights;
  uint32_t n_outs;

  double        theta;   ///< Window [frames]
  ReadoutChoice readout; ///< What the outputs are
  LmuGlide      level;   ///< Silent while that changes
} Memory;

/// Return the index of a port behind the outputs
LMU_RT static uint32_t
port(const Memory* const self, const Control control)
{
  return PORT_OUT + self->n_outs + (uint32_t)control;
}

LMU_RT static double
wanted_theta(const Memory* const self)
{
  const double ms =
    (double)self->player.plugin.ports.values[port(self, CONTROL_THETA)];
  return ms * self->player.plugin.rate / 1000.0;
}

LMU_RT static ReadoutChoice
wanted_readout(const Memory* const self)
{
  return (ReadoutChoice)ports_choice(&self->player.plugin.ports,
                                     port(self, CONTROL_READOUT));
}

/// Return the engine that the controls ask for
LMU_RT static LmuEngineSpec
wanted_spec(const Memory* const self)
{
  const Ports* const  ports = &self->player.plugin.ports;
  const uint32_t      order = ports_choice(ports, port(self, CONTROL_ORDER));
  const LmuEngineSpec spec  = {
     plugin_useful_order(order, wanted_theta(self)),
     3U + ports_choice(ports, port(self, CONTROL_QUALITY)),
     1U,
     2U * self->n_outs, // Coefficients, then taps
  };
  return spec;
}

/* Setup */

static void
cleanup(LV2_Handle instance)
{
  Memory* const self = (Memory*)instance;
  weights_clear(&self->weights, &self->player.plugin);
  player_cleanup(self);
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  const size_t  i    = (size_t)(descriptor - lmu_memory_descriptors);
  Memory* const self = (Memory*)player_new(
    sizeof(Memory), &lmu_memory_ports[i], rate, 1U, MAX_ORDER, features);
  if (!self) {
    return NULL;
  }

  Plugin* const    plugin = &self->player.plugin;
  const LoaderSpec spec   = {&plugin->host,
                             &plugin->uris,
                             PACKAGE_READOUTS,
                             rate,
                             1U,
                             NULL,
                             0U,
                             bundle_path};
  self->n_outs            = 8U << i;
  if (!weights_init(&self->weights, plugin, &spec)) {
    cleanup(self);
    return NULL;
  }
  return self;
}

static void
activate(LV2_Handle instance)
{
  Memory* const self = (Memory*)instance;
  plugin_activate(&self->player.plugin);

  const LmuEngineSpec spec = wanted_spec(self);
  player_activate(&self->player, &spec);
  loader_activate(&self->weights.loader);
  self->readout = wanted_readout(self);
  lmu_glide_set(&self->level, 1.0);
}

/* Realtime */

/// Set readouts that read delays, evenly over the window
LMU_RT static void
set_taps(const Memory* const self, LmuEngine* const engine)
{
  for (uint32_t i = 0U; i < self->n_outs; ++i) {
    const double r =
      ((double)(i + 1U) / self->n_outs) + (0.5 / engine->tuning.theta);
    lmu_engine_set_readout(engine, self->n_outs + i, r < 1.0 ? r : 1.0);
  }
}

LMU_RT static void
set_theta(Memory* const self, const double theta)
{
  LmuEngine* const rising = exchange_rising(&self->player.exchange);
  self->theta             = theta;
  exchange_set_theta(&self->player.exchange, theta);
  if (self->readout == READOUT_TAPS) {
    set_taps(self, self->player.exchange.now);
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
  if (self->player.plugin.fresh) {
    self->readout = wanted;
    return;
  }

  const bool same = wanted == self->readout;
  plugin_glide(
    &self->player.plugin, &self->level, same ? 1.0 : 0.0, FADE_SECONDS);
  if (!same && self->level.value <= 0.0) {
    self->readout = wanted;
    set_theta(self, self->theta);
  }
}

/// Follow what the engine is to be
LMU_RT static void
update_engine(Memory* const self)
{
  const LmuEngineSpec spec  = wanted_spec(self);
  const double        theta = plugin_glide_theta(
    &self->player.plugin, self->theta, wanted_theta(self), THETA_SECONDS);

  const ExchangeState before = self->player.exchange.state;
  update_readout(self);
  exchange_update(&self->player.exchange, &spec, theta);
  if (theta != self->theta || self->player.plugin.fresh ||
      self->player.exchange.state != before) {
    set_theta(self, theta);
  }
}

LMU_RT static void
begin_segment(Memory* const self)
{
  if (self->player.exchange.now) {
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
add_outputs(const Memory* const  self,
            const Package* const package,
            const float* const   gain,
            const uint32_t       n_frames,
            float* const         readouts)
{
  const uint32_t n_outs  = self->n_outs;
  const uint32_t n_there = package->n_outputs;
  for (uint32_t j = 0U; j < n_outs && j < n_there; ++j) {
    for (uint32_t i = 0U; i < n_frames; ++i) {
      readouts[(i * n_outs) + j] += gain[i] * package->outputs[j][i];
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

  Loader* const        loader = &self->weights.loader;
  const Package* const rising = loader_rising(loader);
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
  Exchange* const  exchange = &self->player.exchange;
  LmuEngine* const rising   = exchange_rising(exchange);
  const uint32_t   first    = first_readout(self);
  const uint32_t   n_outs   = self->n_outs;
  float            other[SEGMENT * MAX_OUTS];

  const LmuFrames frames = {in, n_frames, first, n_outs, out};
  lmu_engine_read(exchange->now, 0U, &frames);
  exchange_log(exchange, &in, n_frames);
  if (!rising) {
    return;
  }

  const LmuFrames other_frames = {in, n_frames, first, n_outs, other};
  lmu_engine_read(rising, 0U, &other_frames);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float part = (float)lmu_glide_next(&exchange->fade);
    for (uint32_t j = i * n_outs; j < (i + 1U) * n_outs; ++j) {
      out[j] += part * (other[j] - out[j]);
    }
  }
}

/// Write all outputs, after all inputs were read
LMU_RT static void
write_outs(Memory* const      self,
           const float* const in,
           const float* const readouts,
           const uint32_t     offset,
           const uint32_t     n_frames)
{
  float* const thru = plugin_audio(&self->player.plugin, PORT_THRU);
  float        gain[SEGMENT];
  for (uint32_t i = 0U; i < n_frames; ++i) {
    gain[i] = (float)(lmu_glide_next(&self->player.plugin.presence) *
                      lmu_glide_next(&self->level));
    if (thru) {
      thru[offset + i] = in[i];
    }
  }

  for (uint32_t j = 0U; j < self->n_outs; ++j) {
    float* const out = plugin_audio(&self->player.plugin, PORT_OUT + j);
    for (uint32_t i = 0U; out && i < n_frames; ++i) {
      out[offset + i] = gain[i] * readouts[(i * self->n_outs) + j];
    }
  }
}

/// Play a part of a segment
LMU_RT static void
play(Memory* const self, const uint32_t offset, const uint32_t n_frames)
{
  const float* const source = plugin_audio(&self->player.plugin, PORT_IN);
  float              in[SEGMENT];
  float              readouts[SEGMENT * MAX_OUTS];
  for (uint32_t i = 0U; i < n_frames; ++i) {
    in[i] = source ? lmu_sane(source[offset + i]) : 0.0f;
  }

  if (self->player.exchange.now) {
    read_window(self, in, n_frames, readouts);
  } else {
    memset(readouts, 0, sizeof(readouts));
  }
  if (self->weights.loader.now) {
    read_network(self, in, n_frames, readouts);
  }
  write_outs(self, in, readouts, offset, n_frames);
}

LMU_RT static void
run(LV2_Handle instance, const uint32_t n_frames)
{
  Memory* const self = (Memory*)instance;
  const LmuFpu  host = lmu_fpu_enter();
  plugin_begin_run(&self->player.plugin, port(self, CONTROL_ENABLED));
  weights_begin_run(&self->weights, &self->player.plugin);

  for (uint32_t offset = 0U; offset < n_frames;) {
    const uint32_t part = plugin_part(&self->player.plugin, n_frames - offset);
    if (!self->player.plugin.phase) {
      begin_segment(self);
    }
    play(self, offset, part);
    plugin_advance(&self->player.plugin, part);
    offset += part;
  }
  player_write_readings(
    &self->player, port(self, CONTROL_BANDWIDTH), wanted_theta(self));
  ports_write(&self->player.plugin.ports,
              port(self, CONTROL_STATUS),
              loader_status(&self->weights.loader));
  lmu_fpu_leave(host);
}

#define MEMORY(n)                                                           \
  {                                                                         \
    LMU_URI_PREFIX "memory" #n, instantiate, plugin_connect_port, activate, \
      run, NULL, cleanup, extensions_of_weights                             \
  }

const LV2_Descriptor lmu_memory_descriptors[3] = {MEMORY(8),
                                                  MEMORY(16),
                                                  MEMORY(32)};
