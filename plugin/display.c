// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/display.h"

#include "core/base/setup/aligned.h"
#include "plugin/inline_display.h"
#include "plugin/raster.h"
#include "plugin/snapshot.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define N_SNAPSHOTS 3U

/// Mark of a snapshot that was not drawn yet
#define FRESH 4U

/// Greatest side of a picture, as the host's numbers may be anything [pixels]
#define MAX_SIDE 2048U

bool
display_init(Display* const display, const InlineDisplayQueue* const queue)
{
  if (!queue || !queue->queue_draw) {
    return true;
  }

  display->snapshots =
    (Snapshot*)lmu_aligned_zeros(N_SNAPSHOTS * sizeof(Snapshot));
  display->queue = queue;
  display->front = 0U;
  display->back  = 1U;
  display->last  = 0U;
  atomic_init(&display->shared, 2U);
  return display->snapshots;
}

void
display_clear(Display* const display)
{
  free(display->surface.data);
  free(display->snapshots);
  display->surface.data = NULL;
  display->snapshots    = NULL;
}

/* Drawing */

/// Make room for a picture, return false if memory is short
static bool
resize(InlineDisplaySurface* const surface, const int width, const int height)
{
  if (surface->data && surface->width == width && surface->height == height) {
    return true;
  }

  const size_t size = sizeof(uint32_t) * (size_t)width * (size_t)height;
  free(surface->data);
  surface->data   = (unsigned char*)malloc(size);
  surface->width  = width;
  surface->height = height;
  surface->stride = width * (int)sizeof(uint32_t);
  return surface->data;
}

InlineDisplaySurface*
display_render(Display* const display,
               const uint32_t width,
               const uint32_t max_height)
{
  // Five eighths as high as wide: hosts want the same height each time
  const uint32_t w    = width < MAX_SIDE ? width : MAX_SIDE;
  const uint32_t high = ((5U * w) + 7U) / 8U;
  const uint32_t h    = high < max_height ? high : max_height;
  if (!display->snapshots || !w || !h ||
      !resize(&display->surface, (int)w, (int)h)) {
    return NULL;
  }

  if (atomic_load(&display->shared) & FRESH) {
    display->front =
      atomic_exchange(&display->shared, display->front) & ~(unsigned)FRESH;
  }
  const Raster raster = {(uint32_t*)(void*)display->surface.data, w, h};
  raster_draw(&raster, &display->snapshots[display->front]);
  return &display->surface;
}

/* Audio thread */

/// Return whether any of some numbers differ, in a time that does not depend on
/// them
LMU_RT static bool
differ(const float* const x, const float* const y, const uint32_t count)
{
  uint32_t result = 0U;
  for (uint32_t i = 0U; i < count; ++i) {
    result |= x[i] != y[i];
  }
  return result;
}

LMU_RT static bool
look_different(const Snapshot* const x, const Snapshot* const y)
{
  bool result = x->order != y->order || x->basis != y->basis ||
                x->n_numbers != y->n_numbers || x->n_points != y->n_points;
  const bool is_same = !memcmp(&x->outline, &y->outline, sizeof(x->outline));
  for (uint32_t i = 0U; i < N_TRACES; ++i) {
    const uint32_t count = x->has_trace[i] ? lmu_outline_size(&x->outline) : 0U;
    result               = result || x->has_trace[i] != y->has_trace[i] ||
             (x->has_trace[i] && !is_same) ||
             differ(x->traces[i], y->traces[i], count);
  }
  return result || differ(x->numbers, y->numbers, x->n_numbers);
}

void
display_show(Display* const display, const Snapshot* const snapshot)
{
  if (!look_different(snapshot, &display->snapshots[display->last])) {
    return;
  }

  memcpy(&display->snapshots[display->back], snapshot, sizeof(*snapshot));
  display->last = display->back;
  display->back =
    atomic_exchange(&display->shared, display->back | FRESH) & ~(unsigned)FRESH;

  LMU_RT_TRUST_BEGIN
  display->queue->queue_draw(display->queue->handle); // Made for run()
  LMU_RT_TRUST_END
}
