// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_INLINE_DISPLAY_H
#define LMU_PLUGIN_INLINE_DISPLAY_H

#include <lv2/core/lv2.h>

#include <stdint.h>

/**
   @file
   Pictures in the mixer of a host, an extension of Ardour that LV2 does not
   have.
*/

#define INLINE_DISPLAY_URI "http://harrisonconsoles.com/lv2/inlinedisplay"
#define INLINE_DISPLAY_INTERFACE_URI INLINE_DISPLAY_URI "#interface"
#define INLINE_DISPLAY_QUEUE_DRAW_URI INLINE_DISPLAY_URI "#queue_draw"

/// Picture, owned by the plugin
typedef struct {
  unsigned char* data;   ///< ARGB in 32 bits of this CPU, alpha multiplied in
  int            width;  ///< [pixels]
  int            height; ///< [pixels]
  int            stride; ///< From a row to the next [bytes]
} InlineDisplaySurface;

/// Data of feature INLINE_DISPLAY_QUEUE_DRAW_URI
typedef struct {
  void* handle;
  void (*queue_draw)(void* handle); ///< May be called by run()
} InlineDisplayQueue;

/// Extension data INLINE_DISPLAY_INTERFACE_URI
typedef struct {
  InlineDisplaySurface* (*render)(LV2_Handle instance,
                                  uint32_t   width,
                                  uint32_t   max_height);
} InlineDisplayInterface;

#endif // LMU_PLUGIN_INLINE_DISPLAY_H
