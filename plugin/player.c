// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/player.h"

#include "core/rt/bandwidth.h"
#include "core/rt/engine.h"
#include "core/setup/engine.h"
#include "core/status.h"
#include "plugin/controls.h"
#include "plugin/exchange.h"
#include "plugin/host.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <lv2/core/lv2.h>
#include <lv2/worker/worker.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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
  exchange_clear(&((Player*)instance)->exchange);
  free(instance);
}

static LV2_Worker_Status
work(LV2_Handle                  instance,
     LV2_Worker_Respond_Function respond,
     LV2_Worker_Respond_Handle   handle,
     const uint32_t              size,
     const void* const           data)
{
  (void)respond;
  (void)handle;

  return exchange_work(&((Player*)instance)->exchange, size, data);
}

static LV2_Worker_Status
work_response(LV2_Handle instance, const uint32_t size, const void* const body)
{
  (void)instance;
  (void)size;
  (void)body;

  return LV2_WORKER_SUCCESS; // Answers come through the exchange
}

const void*
player_extension_data(const char* const uri)
{
  static const LV2_Worker_Interface worker = {work, work_response, NULL};

  return !strcmp(uri, LV2_WORKER__interface) ? &worker : NULL;
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
