// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/player.h"

#include "core/base/status.h"
#include "core/memory/rt/bandwidth.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/engine.h"
#include "plugin/controls.h"
#include "plugin/exchange.h"
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
player_new(const size_t                    size,
           const PortList* const           list,
           const double                    rate,
           const uint32_t                  n_channels,
           const uint32_t                  max_order,
           const LV2_Feature* const* const features)
{
  Player* const player = (Player*)calloc(1, size);
  if (!player) {
    return NULL;
  }

  Plugin* const plugin = &player->plugin;
  plugin->exchange     = &player->exchange;
  if (!plugin_init(plugin, list, rate, features) ||
      !exchange_init(&player->exchange,
                     &plugin->host,
                     &plugin->uris,
                     rate,
                     n_channels,
                     max_order)) {
    player_cleanup(player);
    return NULL;
  }
  return player;
}

void
player_activate(Player* const player, const LmuEngineSpec* const spec)
{
  const LmuStatus status = exchange_activate(&player->exchange, spec);
  if (status) {
    host_error(
      &player->plugin.host, &player->plugin.uris, lmu_status_text(status));
  }
}

void
player_cleanup(LV2_Handle instance)
{
  Player* const player = (Player*)instance;
  exchange_clear(&player->exchange);
  plugin_clear(&player->plugin);
  free(instance);
}

Sight
player_sight(const Player* const player, const double theta, const bool is_held)
{
  const LmuEngine* const engine = player->exchange.now;
  Sight                  sight  = {.theta      = theta,
                                   .basis      = VIEW_MODES,
                                   .n_channels = player->exchange.n_channels,
                                   .engine     = engine,
                                   .is_held    = is_held};
  for (uint32_t c = 0U; engine && c < engine->n_channels; ++c) {
    sight.order      = engine->modes->order;
    sight.n_numbers  = engine->modes->n_blocks * LMU_BLOCK;
    sight.numbers[c] = (is_held ? engine->held : engine->live)[c]->z;
  }
  return sight;
}

void
player_write_readings(const Player* const player,
                      const uint32_t      port,
                      const double        theta)
{
  const LmuEngine* const engine = player->exchange.now;
  const uint32_t         order  = engine ? engine->modes->order : 0U;
  const double           rate   = player->plugin.rate;

  ports_write(&player->plugin.ports, port, lmu_bandwidth(order, theta, rate));
  ports_write(&player->plugin.ports, port + 1U, order);
}
