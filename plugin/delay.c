// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/delay.h"

#include "core/base/attributes.h"
#include "core/base/rt/fpu.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/modes.h"
#include "plugin/engine_plugin.h"
#include "plugin/extensions.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  (void)bundle_path;

  const size_t   i          = (size_t)(descriptor - lmu_delay_descriptors);
  const uint32_t n_channels = (uint32_t)i + 1U;
  Delay* const   self       = (Delay*)engine_plugin_new(sizeof(Delay),
                                                &lmu_delay_ports[i],
                                                rate,
                                                n_channels,
                                                LMU_MAX_ORDER,
                                                features);
  if (self) {
    self->n_channels = n_channels;
  }
  return self;
}

static void
activate(LV2_Handle instance)
{
  Delay* const self = (Delay*)instance;
  plugin_activate(&self->base.plugin);

  const LmuEngineSpec spec = delay_wanted_spec(self);
  engine_plugin_activate(&self->base, &spec);
  self->lfo    = 0.0;
  self->travel = 0.0;
  self->rests  = false;
  memset(self->loops, 0, sizeof(self->loops));
  lmu_glide_set(&self->hold, 0.0);
}

/// Pass the input on, where there is no engine
LMU_RT static void
pass(const Delay* const self, const uint32_t n_frames)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    float in[LMU_MAX_CHANNELS] = {0.0f, 0.0f};
    for (uint32_t c = 0U; c < self->n_channels; ++c) {
      const float* const source =
        plugin_audio(&self->base.plugin, N_ATOM_PORTS + c);
      in[c] = source ? source[i] : 0.0f;
    }
    for (uint32_t c = 0U; c < self->n_channels; ++c) {
      float* const out =
        plugin_audio(&self->base.plugin, N_ATOM_PORTS + self->n_channels + c);
      if (out) {
        out[i] = in[c];
      }
    }
  }
}

LMU_RT static void
run(LV2_Handle instance, const uint32_t n_frames)
{
  Delay* const self = (Delay*)instance;
  const LmuFpu host = lmu_fpu_enter();
  plugin_begin_run(&self->base.plugin, delay_port(self, DELAY_ENABLED));
  delay_update(self);
  if (!self->base.swap.now) {
    pass(self, n_frames);
  }

  for (uint32_t offset = 0U; self->base.swap.now && offset < n_frames;) {
    const uint32_t part = plugin_part(&self->base.plugin, n_frames - offset);
    if (!self->base.plugin.phase) {
      delay_begin_segment(self);
    }
    delay_play(self, offset, part);
    plugin_advance(&self->base.plugin, part);
    offset += part;
  }
  engine_plugin_write_readings(&self->base,
                               delay_port(self, DELAY_BANDWIDTH),
                               TAPS_MARGIN * delay_wanted_theta(self));

  const bool       holds = self->hold.target > 0.0;
  const ViewSource source =
    engine_plugin_view_source(&self->base, delay_memory(self), holds);
  plugin_end_run(&self->base.plugin, n_frames, &source);
  lmu_fpu_leave(host);
}

#define DELAY(name)                                                       \
  {                                                                       \
    LMU_URI_PREFIX name, instantiate, plugin_connect_port, activate, run, \
      NULL, engine_plugin_cleanup, extensions_of_engine                   \
  }

const LV2_Descriptor lmu_delay_descriptors[2] = {DELAY("delay"),
                                                 DELAY("delay-stereo")};
