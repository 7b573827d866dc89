// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_PRESET_H
#define LMU_HOST_PRESET_H

#include "host/host.h"
#include "host/world.h"
#include "tools/base/failure.h"

#include <lilv/lilv.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Presets of a plugin.
*/

/// One preset
typedef struct {
  char* uri;     ///< URI
  char* label;   ///< Name, or the URI if it has none
  char* comment; ///< What it is for, may be empty
  bool  is_bad;  ///< Its file is gone or damaged, or holds nothing
} LmuPreset;

/// Presets sorted by name, they own the heap
typedef struct {
  LmuPreset* presets;   ///< [n_presets]
  uint32_t   n_presets; ///< Number of presets
} LmuPresets;

/// Find the presets of a plugin, free with lmu_presets_reset()
LMU_SETUP void
lmu_presets_init(LmuPresets*       presets,
                 const LmuWorld*   world,
                 const LilvPlugin* plugin);

/// Free what lmu_presets_init() set
LMU_SETUP void
lmu_presets_reset(LmuPresets* presets);

/**
   Give a plugin the values and state of a preset.

   @param name Name in any case, or URI.
   @return LMU_EXIT_UNKNOWN_PRESET, with those there are in the message, also if
   two have that name or its file cannot be read.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_preset_load(LmuHost*          host,
                LmuFailure*       error,
                const LmuWorld*   world,
                const LilvPlugin* plugin,
                const char*       name);

#endif // LMU_HOST_PRESET_H
