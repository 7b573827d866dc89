// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/capture.h"

#include "core/base/attributes.h"
#include "core/base/rt/fpu.h"
#include "core/base/setup/aligned.h"
#include "plugin/capture_thread.h"
#include "plugin/controls.h"
#include "plugin/extensions.h"
#include "plugin/loader.h"
#include "plugin/loader_view.h"
#include "plugin/patch.h"
#include "plugin/path_cell.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"
#include "plugin/weights.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Setup */

static void
cleanup(LV2_Handle instance)
{
  Capture* const self = (Capture*)instance;
  if (self->has_thread) {
    capture_thread_clear(&self->thread);
  }
  weights_clear(&self->weights, &self->plugin);
  plugin_clear(&self->plugin);
  free(self->past);
  free(self);
}

/// Start the messages about names
static void
init_name(Capture* const self)
{
  const Uris* const uris = &self->plugin.uris;
  const PatchText text = {uris->capture_name, uris->atom_String, uris->weights};
  path_request_init(&self->name);
  patch_init(
    &self->name_patch, &self->plugin.host, LMU_URI_PREFIX "capture", text);
  self->weights.patch.text.other = uris->capture_name;
}

static bool
init(Capture* const                  self,
     const double                    rate,
     const char* const               bundle_path,
     const LV2_Feature* const* const features)
{
  Plugin* const plugin = &self->plugin;
  if (!plugin_init(plugin, &lmu_capture_ports[0], rate, features)) {
    return false;
  }
  capture_sound_init(self);
  self->past = (float*)lmu_aligned_zeros((MAX_LATENCY + 1U) * sizeof(float));
  const LoaderSpec spec = {&plugin->host,
                           &plugin->uris,
                           LOADED_MODEL_SOUND,
                           rate,
                           1U,
                           NULL,
                           0U,
                           bundle_path};
  if (!self->past || !weights_init(&self->weights, plugin, &spec)) {
    return false;
  }
  init_name(self);
  self->has_thread = capture_thread_init(&self->thread,
                                         &plugin->host,
                                         &plugin->uris,
                                         rate,
                                         &self->weights.loader,
                                         &self->name);
  plugin->capture  = self->has_thread ? &self->thread : NULL;
  return self->has_thread;
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  (void)descriptor;

  Capture* const self = (Capture*)calloc(1, sizeof(Capture));
  if (self && !init(self, rate, bundle_path, features)) {
    cleanup(self);
    return NULL;
  }
  return self;
}

static void
activate(LV2_Handle instance)
{
  Capture* const self = (Capture*)instance;
  capture_thread_stop(&self->thread);
  plugin_activate(&self->plugin);
  loader_activate(&self->weights.loader);
  capture_sound_reset(self);
}

static void
deactivate(LV2_Handle instance)
{
  Capture* const self = (Capture*)instance;
  capture_thread_stop(&self->thread);
  self->is_recording = false;
}

/* Realtime */

/// Return a peak in decibels, in the range of a meter
LMU_RT static double
meter_db(const float peak)
{
  const double floor_db = (double)MIN_METER_DB;
  const double power    = fmax((double)peak * (double)peak, 1e-9);
  return fmin(fmax(db_from_power(power), floor_db), (double)MAX_METER_DB);
}

/// Return what the capture does, or what is wrong
LMU_RT static int
status_of(Capture* const self)
{
  const Ports* const ports = &self->plugin.ports;
  const bool         asks =
    ports_switch(ports, CAPTURE_RECORD) || ports_switch(ports, CAPTURE_TRAIN);
  const bool is_lost = asks && !self->plugin.host.schedule;
  return self->n_muted ? (int)CAPTURE_FEEDBACK
         : is_lost     ? (int)CAPTURE_NO_WORKER
                       : atomic_load(&self->thread.news.status);
}

/// Write control outputs
LMU_RT static void
write_readings(Capture* const self)
{
  CaptureNews* const news    = &self->thread.news;
  const Ports* const ports   = &self->plugin.ports;
  const double       rate    = fmax((double)atomic_load(&news->rate), 1.0);
  const double       latency = (double)atomic_load(&news->latency);

  ports_write(
    ports, CAPTURE_RECORDED_S, (double)atomic_load(&news->n_frames) / rate);
  ports_write(
    ports, CAPTURE_MEMORY_MIB, (double)atomic_load(&news->memory) / 1024.0);
  ports_write(ports, CAPTURE_ESR, (double)atomic_load(&news->esr) / 100.0);
  ports_write(ports, CAPTURE_LATENCY, latency);
  ports_write(ports, CAPTURE_LATENCY_MS, 1000.0 * latency / rate);
  ports_write(
    ports, CAPTURE_PROGRESS, (double)atomic_load(&news->progress) / 1000.0);
  ports_write(
    ports, CAPTURE_SECONDS_LEFT, (double)atomic_load(&news->seconds_left));
  ports_write(ports, CAPTURE_LEVEL_IN, meter_db(self->meters[0]));
  ports_write(ports, CAPTURE_LEVEL_DEVICE, meter_db(self->meters[1]));
  ports_write(ports, CAPTURE_STATUS, status_of(self));
}

/// Read and answer messages about the name
LMU_RT static void
read_name(Capture* const self)
{
  Plugin* const plugin = &self->plugin;
  patch_read(&self->name_patch,
             (const LV2_Atom_Sequence*)plugin->ports.buffers[PORT_CONTROL],
             &plugin->uris,
             &self->name,
             false);
  patch_write(&self->name_patch,
              (LV2_Atom_Sequence*)plugin->ports.buffers[PORT_NOTIFY],
              plugin->notify_capacity,
              &plugin->uris);
}

LMU_RT static void
run(LV2_Handle instance, const uint32_t n_frames)
{
  Capture* const self   = (Capture*)instance;
  Loader* const  loader = &self->weights.loader;
  const LmuFpu   host   = lmu_fpu_enter();
  plugin_begin_run(&self->plugin, CAPTURE_ENABLED);
  weights_begin_run(&self->weights, &self->plugin);
  read_name(self);
  capture_update(self);

  for (uint32_t offset = 0U; offset < n_frames;) {
    const uint32_t part = plugin_part(&self->plugin, n_frames - offset);
    if (!self->plugin.phase && loader->now) {
      loader_update(loader);
      capture_begin_segment(self);
    }
    capture_play(self, offset, part);
    plugin_advance(&self->plugin, part);
    offset += part;
  }
  write_readings(self);

  const ViewSource source = loader_view(loader, self->plugin.rate);
  plugin_end_run(&self->plugin, n_frames, &source);
  lmu_fpu_leave(host);
}

const LV2_Descriptor lmu_capture_descriptors[1] = {{LMU_URI_PREFIX "capture",
                                                    instantiate,
                                                    plugin_connect_port,
                                                    activate,
                                                    run,
                                                    deactivate,
                                                    cleanup,
                                                    extensions_of_weights}};
