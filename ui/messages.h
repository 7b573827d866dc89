// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_MESSAGES_H
#define LMU_UI_MESSAGES_H

#include "ui/view.h"

#include <lv2/ui/ui.h>

#include <stdint.h>

/**
   @file
   What a window says to its plugin.
*/

/// Where messages go
typedef struct {
  const LmuUiUris*     uris;
  LV2UI_Write_Function write;
  LV2UI_Controller     controller;
  uint32_t             port; ///< Port "control"
} LmuMessages;

/// Ask for Views, some a second, or for none
void
lmu_messages_watch(const LmuMessages* messages, float rate);

/// Ask for the path of the weight file
void
lmu_messages_get(const LmuMessages* messages);

/// Tell the path of a weight file
void
lmu_messages_set(const LmuMessages* messages, const char* path);

#endif // LMU_UI_MESSAGES_H
