// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/model.h"

#include "core/base/attributes.h"
#include "core/base/rt/fpu.h"
#include "core/base/setup/aligned.h"
#include "core/nn/setup/model.h"
#include "plugin/default_model.h"
#include "plugin/extensions.h"
#include "plugin/loaded_model.h"
#include "plugin/loader.h"
#include "plugin/loader_view.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"
#include "plugin/weights.h"

#include <lv2/core/lv2.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Setup */

static void
cleanup(LV2_Handle instance)
{
  Model* const self = (Model*)instance;
  weights_clear(&self->weights, &self->plugin);
  plugin_clear(&self->plugin);
  for (uint32_t c = 0U; c < LMU_MAX_MODEL_CHANNELS; ++c) {
    free(self->dry[c]);
  }
  free(self);
}

static bool
init(Model* const                    self,
     const PortList* const           list,
     const double                    rate,
     const char* const               bundle_path,
     const LV2_Feature* const* const features)
{
  if (!plugin_init(&self->plugin, list, rate, features)) {
    return false;
  }

  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    self->dry[c] =
      (float*)lmu_aligned_zeros((MAX_LATENCY + 1U) * sizeof(float));
    if (!self->dry[c]) {
      return false;
    }
  }
  model_sound_init(self);

  const LoaderSpec spec = {&self->plugin.host,
                           &self->plugin.uris,
                           LOADED_MODEL_SOUND,
                           rate,
                           self->n_channels,
                           lmu_default_model,
                           lmu_default_model_size,
                           bundle_path};
  return weights_init(&self->weights, &self->plugin, &spec);
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  const size_t i    = (size_t)(descriptor - lmu_model_descriptors);
  Model* const self = (Model*)calloc(1, sizeof(Model));
  if (!self) {
    return NULL;
  }

  self->n_channels = (uint32_t)i + 1U;
  if (!init(self, &lmu_model_ports[i], rate, bundle_path, features)) {
    cleanup(self);
    return NULL;
  }
  return self;
}

/// Tell other threads what the controls say
LMU_RT static void
publish_controls(Model* const self)
{
  const Ports* const ports = &self->plugin.ports;
  const LoaderForm   form  = {
       ports->values[model_port(self, MODEL_THETA_SCALE)],
       (LmuRateMode)ports_choice(ports, model_port(self, MODEL_RATE_MODE))};
  loader_set_form(&self->weights.loader, form);
  atomic_store(&self->weights.embed,
               ports_choice(ports, model_port(self, MODEL_EMBED)));
}

static void
activate(LV2_Handle instance)
{
  Model* const self = (Model*)instance;
  plugin_activate(&self->plugin);
  publish_controls(self);
  loader_activate(&self->weights.loader);
  model_sound_reset(self);
}

/* Realtime */

/// Write control outputs
LMU_RT static void
write_readings(Model* const self)
{
  Loader* const            loader = &self->weights.loader;
  const Ports* const       ports  = &self->plugin.ports;
  const LoadedModel* const last   = loader_last(loader);

  ports_write(ports, model_port(self, MODEL_STATUS), loader_status(loader));
  ports_write(
    ports, model_port(self, MODEL_THETA), last ? last->theta_ms : 0.0);
  ports_write(ports, model_port(self, MODEL_ORDER), last ? last->order : 0U);
  ports_write(
    ports, model_port(self, MODEL_FILE_RATE), last ? last->file_rate : 0.0);
  ports_write(
    ports, model_port(self, MODEL_LATENCY), last ? last->latency : 0U);
}

LMU_RT static void
run(LV2_Handle instance, const uint32_t n_frames)
{
  Model* const  self   = (Model*)instance;
  Loader* const loader = &self->weights.loader;
  const LmuFpu  host   = lmu_fpu_enter();
  plugin_begin_run(&self->plugin, model_port(self, MODEL_ENABLED));
  weights_begin_run(&self->weights, &self->plugin);
  publish_controls(self);
  model_update(self);

  for (uint32_t offset = 0U; offset < n_frames;) {
    const uint32_t part = plugin_part(&self->plugin, n_frames - offset);
    if (!self->plugin.phase && loader->now) {
      loader_update(loader);
    }
    model_play(self, offset, part);
    plugin_advance(&self->plugin, part);
    offset += part;
  }
  write_readings(self);

  const ViewSource source = loader_view(loader, self->plugin.rate);
  plugin_end_run(&self->plugin, n_frames, &source);
  lmu_fpu_leave(host);
}

#define MODEL(name)                                                       \
  {                                                                       \
    LMU_URI_PREFIX name, instantiate, plugin_connect_port, activate, run, \
      NULL, cleanup, extensions_of_weights                                \
  }

const LV2_Descriptor lmu_model_descriptors[2] = {MODEL("model"),
                                                 MODEL("model-stereo")};
