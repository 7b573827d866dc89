// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/host.h"

#include "plugin/inline_display.h"
#include "plugin/ports.h"
#include "plugin/view.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/patch/patch.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/// What all our properties start with
#define WEIGHTS_URI LMU_URI_PREFIX "weights"

/// Feature that every plugin gets from MOD's host, and from no other
#define MOD_HOST_URI "http://moddevices.com/ns/ext/license#feature"

const void*
host_feature(const LV2_Feature* const* const features, const char* const uri)
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
  uris->atom_Blank           = MAP(LV2_ATOM__Blank);
  uris->atom_Double          = MAP(LV2_ATOM__Double);
  uris->atom_Float           = MAP(LV2_ATOM__Float);
  uris->atom_Int             = MAP(LV2_ATOM__Int);
  uris->atom_Long            = MAP(LV2_ATOM__Long);
  uris->atom_Object          = MAP(LV2_ATOM__Object);
  uris->atom_Path            = MAP(LV2_ATOM__Path);
  uris->atom_Sequence        = MAP(LV2_ATOM__Sequence);
  uris->atom_String          = MAP(LV2_ATOM__String);
  uris->atom_URID            = MAP(LV2_ATOM__URID);
  uris->atom_Vector          = MAP(LV2_ATOM__Vector);
  uris->time_Position        = MAP(LV2_TIME__Position);
  uris->time_beatUnit        = MAP(LV2_TIME__beatUnit);
  uris->time_beatsPerMinute  = MAP(LV2_TIME__beatsPerMinute);
  uris->log_Error            = MAP(LV2_LOG__Error);
  uris->patch_Ack            = MAP(LV2_PATCH__Ack);
  uris->patch_Error          = MAP(LV2_PATCH__Error);
  uris->patch_Get            = MAP(LV2_PATCH__Get);
  uris->patch_Put            = MAP(LV2_PATCH__Put);
  uris->patch_Set            = MAP(LV2_PATCH__Set);
  uris->patch_body           = MAP(LV2_PATCH__body);
  uris->patch_property       = MAP(LV2_PATCH__property);
  uris->patch_sequenceNumber = MAP(LV2_PATCH__sequenceNumber);
  uris->patch_subject        = MAP(LV2_PATCH__subject);
  uris->patch_value          = MAP(LV2_PATCH__value);
  uris->weights              = MAP(WEIGHTS_URI);
  uris->weights_origin       = MAP(WEIGHTS_URI "-origin");
  uris->weights_sha256       = MAP(WEIGHTS_URI "-sha256");
  uris->weights_copy         = MAP(WEIGHTS_URI "-copy");
  uris->capture_name         = MAP(LMU_URI_PREFIX "capture-name");
  uris->capture_folder       = MAP(LMU_URI_PREFIX "capture-folder");
  uris->mod_view             = MAP(LMU_URI_MOD_VIEW);
  uris->watch                = MAP(LMU_URI_WATCH);
  uris->watch_rate           = MAP(LMU_URI_WATCH_RATE);
  uris->view                 = MAP(LMU_URI_VIEW);
  uris->view_sequence        = MAP(LMU_URI_SEQUENCE);
  uris->view_theta           = MAP(LMU_URI_VIEW_THETA);
  uris->view_rate            = MAP(LMU_URI_VIEW_RATE);
  uris->view_order           = MAP(LMU_URI_VIEW_ORDER);
  uris->view_basis           = MAP(LMU_URI_BASIS);
  uris->view_offset          = MAP(LMU_URI_OFFSET);
  uris->view_numbers         = MAP(LMU_URI_NUMBERS);
  uris->view_window          = MAP(LMU_URI_TRACE_WINDOW);
  uris->view_span            = MAP(LMU_URI_TRACE_SPAN);
  uris->view_lead            = MAP(LMU_URI_TRACE_LEAD);
  uris->view_traces[0]       = MAP(LMU_URI_INPUT_TRACE);
  uris->view_traces[1]       = MAP(LMU_URI_OUTPUT_TRACE);
#undef MAP
}

bool
host_init(Host* const                     host,
          Uris* const                     uris,
          const LV2_Feature* const* const features)
{
  host->map = (const LV2_URID_Map*)host_feature(features, LV2_URID__map);
  host->schedule =
    (const LV2_Worker_Schedule*)host_feature(features, LV2_WORKER__schedule);
  host->log     = (const LV2_Log_Log*)host_feature(features, LV2_LOG__log);
  host->display = (const InlineDisplayQueue*)host_feature(
    features, INLINE_DISPLAY_QUEUE_DRAW_URI);
  host->is_mod = host_feature(features, MOD_HOST_URI);
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
