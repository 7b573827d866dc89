// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_DISPLAY_H
#define LMU_TESTS_PLUGIN_DISPLAY_H

#include "plugin/inline_display.h"
#include "tests/plugin/instance.h"

#include <stdatomic.h>
#include <stdint.h>

/**
   @file
   A plugin in a host that shows pictures in its mixer.
*/

/// Mixer strip of one plugin, do not copy
typedef struct {
  const LV2_Descriptor*         descriptor;
  const InlineDisplayInterface* interface;
  const PortList*               list;
  LV2_Handle                    handle;
  LV2_URID_Map                  map;
  InlineDisplayQueue            queue;
  atomic_uint                   n_draws; ///< How often it asked to be drawn
  float                         controls[HOST_MAX_PORTS];
  HostAtoms                     control;
  HostAtoms                     notify;
} DisplayStrip;

/// Start and activate a plugin, whose audio is yet to be connected
DisplayStrip*
strip_new(const PortList* list);

void
strip_free(DisplayStrip* strip);

/// Play some frames from one buffer to another, all channels alike
void
strip_play(DisplayStrip* strip, float* in, float* out, uint32_t n_frames);

/// Set a control, which must exist
void
strip_set(DisplayStrip* strip, const char* symbol, float value);

/// Draw
const InlineDisplaySurface*
strip_draw(const DisplayStrip* strip, uint32_t width, uint32_t max_height);

#endif // LMU_TESTS_PLUGIN_DISPLAY_H
