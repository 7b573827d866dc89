// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_RASTER_H
#define LMU_PLUGIN_RASTER_H

#include "core/base/attributes.h"
#include "plugin/snapshot.h"

#include <stdint.h>

/**
   @file
   A small picture of a snapshot: the sound, what the memory keeps of it, and
   below that how much of it has which pitch.

   All is made of vertical spans that cover parts of pixels, so that neither
   cairo nor any other library gets into the host with the plugin.
*/

/// Pixels to draw on
typedef struct {
  uint32_t* pixels; ///< Opaque ARGB, [height][width]
  uint32_t  width;
  uint32_t  height;
} Raster;

/// Draw a snapshot, which may hold anything
LMU_SETUP void
raster_draw(const Raster* raster, const Snapshot* snapshot);

#endif // LMU_PLUGIN_RASTER_H
