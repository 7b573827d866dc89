// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/engine_plugin.h"

#include "core/base/status.h"
#include "core/memory/rt/bandwidth.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/engine.h"
#include "plugin/controls.h"
#include "plugin/engine_swap.h"
#include "plugin/host.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"
#include "plugin/view.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

void*
engine_plugin_new(const size_t                    size,
                  const PortList* const           list,
                  const double                    rate,
                  const uint32_t                  n_channels,
                  const uint32_t                  max_order,
                  const LV2_Feature* const* const features)
{
  EnginePlugin* const self = (EnginePlugin*)calloc(1, size);
  if (!self) {
    return NULL;
  }

  Plugin* const plugin = &self->plugin;
  plugin->swap         = &self->swap;
  if (!plugin_init(plugin, list, rate, features) ||
      !engine_swap_init(&self->swap,
                        &plugin->host,
                        &plugin->uris,
                        rate,
                        n_channels,
                        max_order)) {
    engine_plugin_cleanup(self);
    return NULL;
  }
  return self;
}

void
engine_plugin_activate(EnginePlugin* const        self,
                       const LmuEngineSpec* const spec)
{
  const LmuStatus status = engine_swap_activate(&self->swap, spec);
  if (status) {
    host_error(&self->plugin.host, &self->plugin.uris, lmu_status_text(status));
  }
}

void
engine_plugin_cleanup(LV2_Handle instance)
{
  EnginePlugin* const self = (EnginePlugin*)instance;
  engine_swap_clear(&self->swap);
  plugin_clear(&self->plugin);
  free(instance);
}

ViewSource
engine_plugin_view_source(const EnginePlugin* const self,
                          const double              theta,
                          const bool                is_held)
{
  const LmuEngine* const engine = self->swap.now;
  ViewSource             source = {.theta      = theta,
                                   .basis      = VIEW_MODES,
                                   .n_channels = self->swap.n_channels,
                                   .engine     = engine,
                                   .is_held    = is_held};
  for (uint32_t c = 0U; engine && c < engine->n_channels; ++c) {
    source.order      = engine->modes->order;
    source.n_numbers  = engine->modes->n_blocks * LMU_BLOCK;
    source.numbers[c] = (is_held ? engine->held : engine->live)[c]->z;
  }
  return source;
}

void
engine_plugin_write_readings(const EnginePlugin* const self,
                             const uint32_t            port,
                             const double              theta)
{
  const LmuEngine* const engine = self->swap.now;
  const uint32_t         order  = engine ? engine->modes->order : 0U;
  const double           rate   = self->plugin.rate;

  ports_write(&self->plugin.ports, port, lmu_bandwidth(order, theta, rate));
  ports_write(&self->plugin.ports, port + 1U, order);
}
