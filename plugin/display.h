// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_DISPLAY_H
#define LMU_PLUGIN_DISPLAY_H

#include "core/base/attributes.h"
#include "plugin/inline_display.h"
#include "plugin/snapshot.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   @file
   A picture in the host's mixer, drawn in one thread while another runs.

   Of three snapshots run() has one to write, the thread that draws has one to
   read, and they trade theirs for the third.
*/

/// Most pictures a second
#define DISPLAY_RATE 20.0

/// Display of an instance
typedef struct {
  const InlineDisplayQueue* queue; ///< Null if the host shows none
  Snapshot*                 snapshots;
  atomic_uint               shared; ///< Snapshot that is to be traded

  // The audio thread
  uint32_t back; ///< Snapshot to write
  uint32_t last; ///< Snapshot that was written last
  double   age;  ///< Frames since then

  // The thread that draws
  uint32_t             front; ///< Snapshot to read
  InlineDisplaySurface surface;
} Display;

/// Start for a host that may show pictures, return false if memory is short
LMU_SETUP bool
display_init(Display* display, const InlineDisplayQueue* queue);

/// Free everything
LMU_SETUP void
display_clear(Display* display);

/// Draw what was shown last, return null if there is nothing to see
LMU_SETUP InlineDisplaySurface*
display_render(Display* display, uint32_t width, uint32_t max_height);

/// Return whether the host shows pictures
LMU_RT static inline bool
display_is_on(const Display* const display)
{
  return display->queue;
}

/// Show a snapshot, unless another was shown a moment ago or looks the same
LMU_RT void
display_show(Display* display, const Snapshot* snapshot);

#endif // LMU_PLUGIN_DISPLAY_H
