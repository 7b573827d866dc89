// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/host_ui.h"

#include "ui/view.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/options/options.h>
#include <lv2/ui/ui.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Return the data of a feature, or null
static void*
feature(const LV2_Feature* const* const features, const char* const uri)
{
  for (uint32_t i = 0U; features && features[i]; ++i) {
    if (!strcmp(features[i]->URI, uri)) {
      return features[i]->data;
    }
  }
  return NULL;
}

/// Read the scale, if it is a sane number
static void
read_scale(LmuHostUi* const                host,
           const LmuUiUris* const          uris,
           const LV2_URID                  key,
           const LV2_Options_Option* const options)
{
  for (const LV2_Options_Option* i = options; i && i->key; ++i) {
    float scale = 0.0f;
    if (i->key == key && i->type == uris->atom_Float &&
        i->size == sizeof(scale) && i->value) {
      memcpy(&scale, i->value, sizeof(scale));
      if ((double)scale >= LMU_MIN_SCALE && (double)scale <= LMU_MAX_SCALE) {
        host->scale     = (double)scale;
        host->has_scale = true;
      }
    }
  }
}

bool
lmu_host_ui_init(LmuHostUi* const                host,
                 LmuUiUris* const                uris,
                 const LV2_Feature* const* const features)
{
  const LV2_URID_Map* const map =
    (const LV2_URID_Map*)feature(features, LV2_URID__map);
  const uintptr_t parent = (uintptr_t)feature(features, LV2_UI__parent);
  if (!map || !map->map || !parent) {
    return false;
  }

  lmu_ui_uris_init(uris, map);
  host->parent = (uint32_t)parent;
  host->resize = (const LV2UI_Resize*)feature(features, LV2_UI__resize);
  host->touch  = (const LV2UI_Touch*)feature(features, LV2_UI__touch);
  host->request =
    (const LV2UI_Request_Value*)feature(features, LV2_UI__requestValue);
  host->scale = 1.0;
  read_scale(
    host,
    uris,
    map->map(map->handle, LV2_UI__scaleFactor),
    (const LV2_Options_Option*)feature(features, LV2_OPTIONS__options));
  return true;
}
