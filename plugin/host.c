// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/host.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/// Return the data of a feature, or null
static const void*
feature(const LV2_Feature* const* const features, const char* const uri)
{
  for (size_t i = 0U; features && features[i]; ++i) {
    if (!strcmp(features[i]->URI, uri)) {
      return features[i]->data;
    }
  }
  return NULL;
}

static void
map_uris(Uris* const uris, const LV2_URID_Map* const map)
{
#define MAP(uri) map->map(map->handle, uri)
  uris->atom_Blank          = MAP(LV2_ATOM__Blank);
  uris->atom_Double         = MAP(LV2_ATOM__Double);
  uris->atom_Float          = MAP(LV2_ATOM__Float);
  uris->atom_Int            = MAP(LV2_ATOM__Int);
  uris->atom_Long           = MAP(LV2_ATOM__Long);
  uris->atom_Object         = MAP(LV2_ATOM__Object);
  uris->atom_Sequence       = MAP(LV2_ATOM__Sequence);
  uris->time_Position       = MAP(LV2_TIME__Position);
  uris->time_beatUnit       = MAP(LV2_TIME__beatUnit);
  uris->time_beatsPerMinute = MAP(LV2_TIME__beatsPerMinute);
  uris->log_Error           = MAP(LV2_LOG__Error);
#undef MAP
}

bool
host_init(Host* const                     host,
          Uris* const                     uris,
          const LV2_Feature* const* const features)
{
  host->map = (const LV2_URID_Map*)feature(features, LV2_URID__map);
  host->schedule =
    (const LV2_Worker_Schedule*)feature(features, LV2_WORKER__schedule);
  host->log = (const LV2_Log_Log*)feature(features, LV2_LOG__log);
  if (!host->map) {
    host_error(host, uris, "Host does not offer " LV2_URID__map);
    return false;
  }

  map_uris(uris, host->map);
  return true;
}

void
host_error(const Host* const host, const Uris* const uris, const char* message)
{
  if (host->log) {
    host->log->printf(host->log->handle, uris->log_Error, "lmu: %s\n", message);
  } else {
    (void)fprintf(stderr, "lmu: %s\n", message);
  }
}
