// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/plugin.h"

#include "core/base/status.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/bandwidth.h"
#include "plugin/atoms.h"
#include "plugin/controls.h"
#include "plugin/host.h"
#include "plugin/ports.h"
#include "plugin/stream.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Time constants in a glide of theta, which then has 4 % to go
#define GLIDE_CONSTANTS 3.3

/// Greatest order of a memory of one frame, so that what it holds ends before
/// the frames that inputs are held for are heard
#define MAX_BRIGHTNESS 1.48

/// Tempo until the host sends one
static const Tempo first_tempo = {120.0, 4.0};

/// Return the first of the ports that have a symbol, and its index, or null
static const PortSpec*
find_port(const PortList* const list,
          const char* const     symbol,
          uint32_t* const       index)
{
  *index = 0U;
  for (uint32_t i = 0U; i < list->n_specs; ++i) {
    const PortSpec* const spec = &list->specs[i];
    if (!strcmp(spec->symbol, symbol)) {
      return spec;
    }
    *index += spec->count ? spec->count : 1U;
  }
  *index = 0U;
  return NULL;
}

/// Start the stream, return false if memory is short
static bool
init_stream(Plugin* const plugin)
{
  uint32_t              index = 0U;
  const PortList* const list  = plugin->ports.list;
  const PortSpec* const theta = find_port(list, "theta", &index);
  const double max_theta_ms   = theta ? (double)theta->maximum : MAX_THETA_MS;

  (void)find_port(list, "freewheel", &plugin->freewheel_port);
  return stream_init(
    &plugin->stream, plugin->rate, max_theta_ms / 1000.0, &plugin->host);
}

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
  if (!init_stream(plugin)) {
    host_error(&plugin->host, &plugin->uris, lmu_status_text(LMU_NO_MEMORY));
    return false;
  }
  return true;
}

void
plugin_clear(Plugin* const plugin)
{
  stream_clear(&plugin->stream);
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
  const LV2_Atom_Sequence* const control =
    (const LV2_Atom_Sequence*)plugin->ports.buffers[PORT_CONTROL];
  LV2_Atom_Sequence* const notify =
    (LV2_Atom_Sequence*)plugin->ports.buffers[PORT_NOTIFY];
  const uint32_t freewheel = plugin->freewheel_port;
  atoms_read_tempo(control, &plugin->uris, &plugin->tempo);
  plugin->notify_capacity = notify ? notify->atom.size : 0U;
  atoms_write_empty(notify, &plugin->uris);
  ports_read(&plugin->ports);
  stream_read(&plugin->stream,
              control,
              &plugin->uris,
              freewheel && ports_switch(&plugin->ports, freewheel));
  plugin_glide(plugin,
               &plugin->bypass_gain,
               ports_switch(&plugin->ports, enabled_port) ? 1.0 : 0.0,
               FADE_SECONDS);
}

void
plugin_end_run(Plugin* const           plugin,
               const uint32_t          n_frames,
               const ViewSource* const source)
{
  Stream* const stream = &plugin->stream;
  stream_advance(stream, n_frames);
  if (source && stream_is_due(stream)) {
    stream_take(stream, source);
    stream_send(stream);
  }
  stream_write(stream,
               (LV2_Atom_Sequence*)plugin->ports.buffers[PORT_NOTIFY],
               plugin->notify_capacity,
               &plugin->uris);
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

uint32_t
plugin_bright_order(const uint32_t order, const double theta)
{
  // By eighths of powers of two, as each change of order is work
  const double cap  = MAX_BRIGHTNESS * theta;
  uint32_t     step = 1U;
  while (16.0 * step <= cap) {
    step *= 2U;
  }
  const uint32_t useful = step * (uint32_t)(cap / step);
  return order < useful ? order : useful;
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
                  {lmu_predict_descriptors, 2U},
                  {lmu_scope_descriptors, 2U},
                  {lmu_capture_descriptors, 1U}};

  uint32_t i = index;
  for (size_t f = 0U; f < sizeof(families) / sizeof(families[0]); ++f) {
    if (i < families[f].count) {
      return &families[f].descriptors[i];
    }
    i -= families[f].count;
  }
  return NULL;
}
