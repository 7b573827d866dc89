// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/attributes.h"
#include "core/base/rt/fpu.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/bandwidth.h"
#include "core/memory/rt/legendre.h"
#include "core/memory/rt/memory.h"
#include "plugin/controls.h"
#include "plugin/extensions.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"
#include "plugin/view.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Greatest number of inputs
#define MAX_INS 32U

/// Time for the position to move [s]
#define MOVE_SECONDS 0.05

#define PORT_IN N_ATOM_PORTS

typedef enum {
  OUT,
  CONTROL_ENABLED,
  CONTROL_POSITION,
  CONTROL_THETA,
  CONTROL_ORDER,
  CONTROL_BANDWIDTH,
  CONTROL_ORDER_USED,
} Control;

typedef struct {
  Plugin   plugin;
  uint32_t n_ins;

  LmuGlide position;         ///< Position in the window, from 0 (now) to 1
  LmuGlide order;            ///< Coefficients in use, a fraction fades one in
  double   weights[MAX_INS]; ///< Of the inputs
  float    newest[MAX_INS];  ///< Inputs at the last frame
} Decode;

/// Return the index of a port behind the inputs
LMU_RT static uint32_t
port(const Decode* const self, const Control control)
{
  return PORT_IN + self->n_ins + (uint32_t)control;
}

LMU_RT static double
value(const Decode* const self, const Control control)
{
  return (double)self->plugin.ports.values[port(self, control)];
}

LMU_RT static double
wanted_theta(const Decode* const self)
{
  return value(self, CONTROL_THETA) * self->plugin.rate / 1000.0;
}

static void
cleanup(LV2_Handle instance)
{
  plugin_clear(&((Decode*)instance)->plugin);
  free(instance);
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  (void)bundle_path;

  Decode* const self = (Decode*)calloc(1, sizeof(Decode));
  if (!self) {
    return NULL;
  }

  const size_t i = (size_t)(descriptor - lmu_decode_descriptors);
  self->n_ins    = 8U << i;
  if (!plugin_init(&self->plugin, &lmu_decode_ports[i], rate, features)) {
    cleanup(self);
    return NULL;
  }
  return self;
}

static void
activate(LV2_Handle instance)
{
  plugin_activate(&((Decode*)instance)->plugin);
}

/// Send glides to where the controls want them
LMU_RT static void
update(Decode* const self)
{
  // A frame's input is held for its length, so its middle is half a frame old
  const double position =
    value(self, CONTROL_POSITION) + (0.5 / wanted_theta(self));
  const double order = value(self, CONTROL_ORDER);
  plugin_glide(&self->plugin,
               &self->position,
               position < 1.0 ? position : 1.0,
               MOVE_SECONDS);
  plugin_glide(&self->plugin, &self->order, order, FADE_SECONDS);
}

/// Move glides by a frame, and follow them
LMU_RT static void
move(Decode* const self)
{
  const bool rests = lmu_glide_rests(&self->position) &&
                     lmu_glide_rests(&self->order) && !self->plugin.fresh;
  if (rests) {
    return;
  }

  const double r     = lmu_glide_next(&self->position);
  const double order = lmu_glide_next(&self->order);
  lmu_legendre_all(self->weights, self->n_ins, (2.0 * r) - 1.0);
  for (uint32_t n = 0U; n < self->n_ins; ++n) {
    const double part = order - n;
    self->weights[n] *= (part < 0.0) ? 0.0 : (part > 1.0) ? 1.0 : part;
  }
}

/// Return the sound at a frame
LMU_RT static float
decode(Decode* const self, const uint32_t frame)
{
  float  first = 0.0f;
  double sum   = 0.0;
  for (uint32_t n = 0U; n < self->n_ins; ++n) {
    const float* const in = plugin_audio(&self->plugin, PORT_IN + n);
    const float        m  = in ? lmu_sane(in[frame]) : 0.0f;
    sum += self->weights[n] * (double)m;
    first           = n ? first : m;
    self->newest[n] = m;
  }

  const double bypass_gain = lmu_glide_next(&self->plugin.bypass_gain);
  return first + (float)(bypass_gain * (sum - (double)first));
}

LMU_RT static void
write_readings(const Decode* const self)
{
  const double   order = value(self, CONTROL_ORDER);
  const uint32_t count = (uint32_t)(order + 0.5);
  const double   bandwidth =
    lmu_bandwidth(count, wanted_theta(self), self->plugin.rate);

  ports_write(&self->plugin.ports, port(self, CONTROL_ORDER_USED), order);
  ports_write(&self->plugin.ports, port(self, CONTROL_BANDWIDTH), bandwidth);
}

/// Return what there is to see: the inputs that are in use
LMU_RT static ViewSource
view_source(const Decode* const self)
{
  const uint32_t   order  = (uint32_t)(value(self, CONTROL_ORDER) + 0.5);
  const ViewSource source = {.theta      = wanted_theta(self),
                             .order      = order,
                             .basis      = VIEW_COEFFICIENTS,
                             .n_numbers  = order,
                             .n_channels = 1U,
                             .numbers    = {self->newest}};
  return source;
}

LMU_RT static void
run(LV2_Handle instance, const uint32_t n_frames)
{
  Decode* const self = (Decode*)instance;
  const LmuFpu  host = lmu_fpu_enter();
  plugin_begin_run(&self->plugin, port(self, CONTROL_ENABLED));
  update(self);

  float* const out = plugin_audio(&self->plugin, port(self, OUT));
  for (uint32_t i = 0U; i < n_frames; ++i) {
    move(self);
    plugin_advance(&self->plugin, 1U);

    const float sound = decode(self, i);
    if (out) {
      out[i] = sound;
    }
  }
  write_readings(self);

  const StreamSound output_sound = {out, out};
  stream_hear(&self->plugin.stream, stream_silence, output_sound, n_frames);

  const ViewSource source = view_source(self);
  plugin_end_run(&self->plugin, n_frames, &source);
  lmu_fpu_leave(host);
}

#define DECODE(n)                                                           \
  {                                                                         \
    LMU_URI_PREFIX "decode" #n, instantiate, plugin_connect_port, activate, \
      run, NULL, cleanup, extensions_of_all                                 \
  }

const LV2_Descriptor lmu_decode_descriptors[3] = {DECODE(8),
                                                  DECODE(16),
                                                  DECODE(32)};
