// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_STATE_H
#define LMU_PLUGIN_STATE_H

#include <lv2/state/state.h>

/**
   @file
   The weight file in sessions and presets.

   A session keeps the path that was asked for, even while it loads or cannot be
   found, where the file was at first, its hash, and perhaps a copy.
*/

/// Of plugins that have weights
extern const LV2_State_Interface lmu_state_interface;

#endif // LMU_PLUGIN_STATE_H
