// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/display.h"

#include "plugin/inline_display.h"
#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/require.h"
#include "tests/plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/urid/urid.h>

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void
count_draw(void* const handle)
{
  ++((DisplayStrip*)handle)->n_draws;
}

/// Return the first port of a symbol, and its index
static const PortSpec*
spec_of(const DisplayStrip* const strip,
        const char* const         symbol,
        uint32_t* const           port)
{
  *port = 0U;
  for (uint32_t i = 0U; i < strip->list->n_specs; ++i) {
    const PortSpec* const spec = &strip->list->specs[i];
    if (!strcmp(spec->symbol, symbol)) {
      return spec;
    }
    *port += spec->count ? spec->count : 1U;
  }
  return NULL;
}

/// Connect all ports of a specification, audio to one buffer each way
static uint32_t
connect(DisplayStrip* const   strip,
        const PortSpec* const spec,
        uint32_t              port,
        float* const          in,
        float* const          out)
{
  const uint32_t count = spec->count ? spec->count : 1U;
  for (uint32_t i = 0U; i < count; ++i, ++port) {
    void* const buffers[] = {[PORT_ATOM_IN]     = &strip->control,
                             [PORT_ATOM_OUT]    = &strip->notify,
                             [PORT_AUDIO_IN]    = in,
                             [PORT_AUDIO_OUT]   = out,
                             [PORT_CV_IN]       = NULL,
                             [PORT_CV_OUT]      = out,
                             [PORT_CONTROL_IN]  = &strip->controls[port],
                             [PORT_CONTROL_OUT] = &strip->controls[port]};
    strip->descriptor->connect_port(strip->handle, port, buffers[spec->kind]);
  }
  return port;
}

static void
set_defaults(DisplayStrip* const strip)
{
  uint32_t port = 0U;
  for (uint32_t i = 0U; i < strip->list->n_specs; ++i) {
    const PortSpec* const spec = &strip->list->specs[i];
    strip->controls[port]      = spec->initial;
    if (!strcmp(spec->symbol, "order") && spec->initial > QUICK_ORDER) {
      strip->controls[port] = QUICK_ORDER;
    }
    port += spec->count ? spec->count : 1U;
  }
}

DisplayStrip*
strip_new(const PortList* const list)
{
  DisplayStrip* const strip = (DisplayStrip*)calloc(1, sizeof(DisplayStrip));
  REQUIRE(strip);
  strip->list             = list;
  strip->descriptor       = host_descriptor(list);
  strip->map.map          = uri_map;
  strip->queue.handle     = strip;
  strip->queue.queue_draw = count_draw;
  set_defaults(strip);

  const LV2_Feature map   = {LV2_URID__map, &strip->map};
  const LV2_Feature queue = {INLINE_DISPLAY_QUEUE_DRAW_URI, &strip->queue};
  const LV2_Feature* const features[] = {&map, &queue, NULL};
  const LV2_Atom_Sequence  empty      = {
          {sizeof(LV2_Atom_Sequence_Body), URI_ATOM_SEQUENCE}, {0U, 0U}};
  strip->control.sequence = empty;
  strip->handle =
    strip->descriptor->instantiate(strip->descriptor, 48000.0, "/", features);
  strip->interface =
    (const InlineDisplayInterface*)strip->descriptor->extension_data(
      INLINE_DISPLAY_INTERFACE_URI);
  REQUIRE(strip->handle && strip->interface);

  for (uint32_t i = 0U, port = 0U; i < list->n_specs; ++i) {
    port = connect(strip, &list->specs[i], port, NULL, NULL);
  }
  strip->descriptor->activate(strip->handle);
  return strip;
}

void
strip_free(DisplayStrip* const strip)
{
  strip->descriptor->cleanup(strip->handle);
  free(strip);
}

void
strip_set(DisplayStrip* const strip,
          const char* const   symbol,
          const float         value)
{
  uint32_t port = 0U;
  REQUIRE(spec_of(strip, symbol, &port));
  strip->controls[port] = value;
}

void
strip_play(DisplayStrip* const strip,
           float* const        in,
           float* const        out,
           const uint32_t      n_frames)
{
  for (uint32_t i = 0U, port = 0U; i < strip->list->n_specs; ++i) {
    port = connect(strip, &strip->list->specs[i], port, in, out);
  }
  strip->notify.sequence.atom.size = HOST_ATOM_BYTES - sizeof(LV2_Atom);
  strip->descriptor->run(strip->handle, n_frames);
}

const InlineDisplaySurface*
strip_draw(const DisplayStrip* const strip,
           const uint32_t            width,
           const uint32_t            max_height)
{
  return strip->interface->render(strip->handle, width, max_height);
}
