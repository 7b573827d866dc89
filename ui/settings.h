// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_SETTINGS_H
#define LMU_UI_SETTINGS_H

#include <stdbool.h>

/**
   @file
   What windows remember from one time to the next, for all plugins.

   Kept in $XDG_CONFIG_HOME/lmu-lv2/ui.  Nothing is said if that fails.
*/

/// Least and greatest size of everything
#define LMU_MIN_ZOOM 0.5
#define LMU_MAX_ZOOM 4.0

/// What is remembered
typedef struct {
  bool   is_dark;
  double zoom; ///< Times the size that the screen suggests
} LmuSettings;

/// Read the settings, or take the usual ones
void
lmu_settings_load(LmuSettings* settings);

/// Write the settings, in one step
void
lmu_settings_save(const LmuSettings* settings);

#endif // LMU_UI_SETTINGS_H
