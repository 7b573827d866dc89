// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_HOST_UI_H
#define LMU_UI_HOST_UI_H

#include "ui/view.h"

#include <lv2/core/lv2.h>
#include <lv2/ui/ui.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What a host offers to windows.
*/

/// Least and greatest scale that is believed
#define LMU_MIN_SCALE 0.5
#define LMU_MAX_SCALE 8.0

/// Features of a host, any of which may be null
typedef struct {
  const LV2UI_Resize*        resize;
  const LV2UI_Touch*         touch;
  const LV2UI_Request_Value* request;
  uint32_t                   parent;    ///< Window, never zero
  bool                       has_scale; ///< Whether the host says a scale
  double                     scale;     ///< Pixels per unit, 1 if it does not
} LmuHostUi;

/// Read features and map URIs, return false if a required feature is missing
bool
lmu_host_ui_init(LmuHostUi*                host,
                 LmuUiUris*                uris,
                 const LV2_Feature* const* features);

#endif // LMU_UI_HOST_UI_H
