// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/plugin.h"

#include "core/rt/bandwidth.h"
#include "core/rt/glide.h"
#include "plugin/atoms.h"
#include "plugin/controls.h"
#include "plugin/host.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Time constants in a glide of theta, which then has 4 % to go
#define GLIDE_CONSTANTS 3.3

/// Tempo until the host sends one
static const Tempo first_tempo = {120.0, 4.0};

bool
plugin_init(Plugin* const                   plugin,
            const PortList* const           list,
            const double                    rate,
            const LV2_Feature* const* const features)
{
  if (!host_init(&plugin->host, &plugin->uris, features)) {
    return false;
  }
  if (!(rate >= MIN_RATE && rate <= MAX_RATE)) {
    host_error(&plugin->host,
               &plugin->uris,
               "Sample rate is not supported, use 4 kHz to 800 kHz");
    return false;
  }

  ports_init(&plugin->ports, list);
  plugin->rate  = rate;
  plugin->tempo = first_tempo;
  return true;
}

void
plugin_activate(Plugin* const plugin)
{
  plugin->phase = 0U;
  plugin->fresh = true;
  ports_read(&plugin->ports);
}

void
plugin_connect_port(LV2_Handle instance, const uint32_t port, void* const data)
{
  Plugin* const plugin = (Plugin*)instance;
  if (port < MAX_PORTS) {
    plugin->ports.buffers[port] = data;
  }
}

void
plugin_begin_run(Plugin* const plugin, const uint32_t enabled_port)
{
  atoms_read_tempo(
    (const LV2_Atom_Sequence*)plugin->ports.buffers[PORT_CONTROL],
    &plugin->uris,
    &plugin->tempo);
  LV2_Atom_Sequence* const notify =
    (LV2_Atom_Sequence*)plugin->ports.buffers[PORT_NOTIFY];
  plugin->notify_capacity = notify ? notify->atom.size : 0U;
  atoms_write_empty(notify, &plugin->uris);
  ports_read(&plugin->ports);
  plugin_glide(plugin,
               &plugin->presence,
               ports_switch(&plugin->ports, enabled_port) ? 1.0 : 0.0,
               FADE_SECONDS);
}

uint32_t
plugin_part(const Plugin* const plugin, const uint32_t n_frames)
{
  const uint32_t left = SEGMENT - plugin->phase;
  return n_frames < left ? n_frames : left;
}

void
plugin_advance(Plugin* const plugin, const uint32_t n_frames)
{
  plugin->phase = (plugin->phase + n_frames) % SEGMENT;
  plugin->fresh = false;
}

/// Return a time in frames, at least one
LMU_RT static uint32_t
frames_of(const Plugin* const plugin, const double seconds)
{
  return (uint32_t)(seconds * plugin->rate) + 1U;
}

void
plugin_glide(const Plugin* const plugin,
             LmuGlide* const     glide,
             const double        value,
             const double        seconds)
{
  if (plugin->fresh) {
    lmu_glide_set(glide, value);
  } else {
    lmu_glide_to(glide, value, frames_of(plugin, seconds));
  }
}

double
plugin_glide_theta(const Plugin* const plugin,
                   const double        theta,
                   const double        wanted,
                   const double        seconds)
{
  const double frames = seconds * plugin->rate / GLIDE_CONSTANTS;
  const double part   = SEGMENT / (frames + SEGMENT);
  return plugin->fresh ? wanted : lmu_approach(theta, wanted, part);
}

float*
plugin_audio(const Plugin* const plugin, const uint32_t port)
{
  return (float*)plugin->ports.buffers[port];
}

uint32_t
plugin_useful_order(const uint32_t order, const double theta)
{
  // By powers of two, as each change of order is work
  const double useful = lmu_useful_order(theta);
  uint32_t     cap    = 1U;
  while (cap < useful) {
    cap *= 2U;
  }
  return order < cap ? order : cap;
}

LV2_SYMBOL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
  static const struct {
    const LV2_Descriptor* descriptors;
    uint32_t              count;
  } families[] = {{lmu_memory_descriptors, 3U},
                  {lmu_decode_descriptors, 3U},
                  {lmu_delay_descriptors, 2U},
                  {lmu_model_descriptors, 2U},
                  {lmu_memory_cv_descriptors, 2U},
                  {lmu_predict_descriptors, 2U}};

  uint32_t i = index;
  for (size_t f = 0U; f < sizeof(families) / sizeof(families[0]); ++f) {
    if (i < families[f].count) {
      return &families[f].descriptors[i];
    }
    i -= families[f].count;
  }
  return NULL;
}
