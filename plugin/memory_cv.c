// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/memory.h"
#include "core/memory/setup/paper_scale.h"
#include "plugin/controls.h"
#include "plugin/engine_swap.h"
#include "plugin/extensions.h"
#include "plugin/memory.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <lv2/core/lv2.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Memory whose outputs are control voltages, and whose window follows one.

   By the inequality of Cauchy and Schwarz, coefficient n of an input within -1
   and 1 lies within sqrt(2n + 1), so that is what it is divided by.
*/

/// Greatest number of outputs
#define MAX_CV_OUTS 16U

/// Octaves from the least window to the greatest, and so of any use
#define MAX_OCTAVES 12.0

#define PORT_THETA_CV MEMORY_OTHER

/// Controls of its own
typedef enum {
  CONTROL_DEPTH = N_MEMORY_CONTROLS,
  CONTROL_GAIN,
  CONTROL_RANGE,
  CONTROL_LISTEN,
  CONTROLS_END,
} Control;

/// What a peak falls to, far below what is heard but no denormal
#define SILENCE 1e-9f

/// Time in which the level of a peak falls to 1/e, and in which it is followed
#define RELEASE_SECONDS 0.05
#define FOLLOW_SECONDS 0.01

typedef struct {
  Memory memory;
  float  scales[2][MAX_CV_OUTS]; ///< Of coefficients, and of all else

  LmuGlide gain; ///< Factor before the range
  LmuGlide fold; ///< Part of what is below zero that is turned up
  LmuGlide lift; ///< Voltage of silence

  LmuGlide loudly;  ///< Part of the level in what the window hears
  float    release; ///< Decay of a peak in a frame
  float    follow;  ///< Part of the way to a peak in a frame
  float    peak;
  float    level;
} MemoryCv;

/// Let the window hear the level of the sound, as far as that is wanted
LMU_RT static void
listen(Memory* const memory, float* const in, const uint32_t n_frames)
{
  MemoryCv* const self = (MemoryCv*)memory;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float size = fabsf(in[i]);
    const float held = self->release * self->peak;
    self->peak       = size > held ? size : (held > SILENCE ? held : SILENCE);
    self->level += self->follow * (self->peak - self->level);

    const float part = (float)lmu_glide_next(&self->loudly);
    in[i] += part * (self->level - in[i]);
  }
}

/// Let theta follow the voltage at a frame
LMU_RT static void
follow(Memory* const memory, const uint32_t frame)
{
  const float* const cv = plugin_audio(&memory->base.plugin, PORT_THETA_CV);
  const double       voltage = cv ? (double)lmu_sane(cv[frame]) : 0.0;
  const double       octaves = memory_value(memory, CONTROL_DEPTH) * voltage;
  memory->stretch = ratio_from_octaves((octaves < -MAX_OCTAVES)  ? -MAX_OCTAVES
                                       : (octaves > MAX_OCTAVES) ? MAX_OCTAVES
                                                                 : octaves);

  // Also where it rests, so that the work does not depend on the voltage
  memory->is_moved = cv;
}

LMU_RT static void
begin_voltages(Memory* const memory, const uint32_t offset)
{
  MemoryCv* const     self   = (MemoryCv*)memory;
  const Plugin* const plugin = &memory->base.plugin;
  const CvRange       range  = (CvRange)memory_choice(memory, CONTROL_RANGE);
  const double        gain   = gain_from_db(memory_value(memory, CONTROL_GAIN));

  follow(memory, offset);
  plugin_glide(plugin, &self->gain, gain, FADE_SECONDS);
  plugin_glide(
    plugin, &self->fold, range == CV_MAGNITUDE ? 1.0 : 0.0, FADE_SECONDS);
  plugin_glide(plugin,
               &self->loudly,
               memory_choice(memory, CONTROL_LISTEN) == LISTEN_LEVEL ? 1.0
                                                                     : 0.0,
               FADE_SECONDS);
  plugin_glide(
    plugin, &self->lift, range == CV_UNIPOLAR ? 0.5 : 0.0, FADE_SECONDS);
}

/// Return the nearest value from -1 to 1, of anything
LMU_RT static float
limited(const float value)
{
  const float least = value > -1.0f ? value : -1.0f;
  return least < 1.0f ? least : 1.0f;
}

/**
   Turn readouts into voltages.

   @param self Memory.
   @param part Readouts.
   @param voltages Set to voltages, [n_frames][n_outs].
*/
LMU_RT static void
shape(MemoryCv* const self, const MemoryPart* const part, float* const voltages)
{
  const Memory* const memory = &self->memory;
  const uint32_t      n_outs = memory->n_outs;
  const float* const  scale =
    self->scales[memory->readout != READOUT_COEFFICIENTS];
  for (uint32_t i = 0U; i < part->n_frames; ++i) {
    const float gain = part->gain[i] * (float)lmu_glide_next(&self->gain);
    const float fold = (float)lmu_glide_next(&self->fold);
    const float lift = (float)lmu_glide_next(&self->lift);
    const float* const from = part->readouts + ((size_t)i * n_outs);
    float* const       to   = voltages + ((size_t)i * n_outs);
    for (uint32_t j = 0U; j < n_outs; ++j) {
      // Each step keeps it within -1 and 1, also while all of them move
      const float x = limited(gain * scale[j] * from[j]);
      const float y = x + (fold * (fabsf(x) - x));
      to[j]         = lift + ((1.0f - lift) * y);
    }
  }
}

LMU_RT static void
write_voltages(Memory* const memory, const MemoryPart* const part)
{
  float voltages[SEGMENT * MAX_CV_OUTS] = {0.0f};
  shape((MemoryCv*)memory, part, voltages);

  const uint32_t n_outs = memory->n_outs;
  for (uint32_t j = 0U; j < n_outs; ++j) {
    float* const out = plugin_audio(&memory->base.plugin, MEMORY_OUT + j);
    for (uint32_t i = 0U; out && i < part->n_frames; ++i) {
      out[part->offset + i] = voltages[(i * n_outs) + j];
    }
  }
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  static const MemoryKind kind = {sizeof(MemoryCv),
                                  (uint32_t)CONTROLS_END -
                                    (uint32_t)N_MEMORY_CONTROLS,
                                  begin_voltages,
                                  listen,
                                  write_voltages};

  const size_t    i    = (size_t)(descriptor - lmu_memory_cv_descriptors);
  MemoryCv* const self = (MemoryCv*)memory_new(
    &kind, 8U << i, &lmu_memory_cv_ports[i], rate, bundle_path, features);
  if (self) {
    self->release = (float)exp(-1.0 / (RELEASE_SECONDS * rate));
    self->follow  = (float)(1.0 - exp(-1.0 / (FOLLOW_SECONDS * rate)));
  }
  for (uint32_t n = 0U; self && n < MAX_CV_OUTS; ++n) {
    self->scales[0][n] = (float)(1.0 / lmu_paper_scale(n));
    self->scales[1][n] = 1.0f;
  }
  return self;
}

static void
activate(LV2_Handle instance)
{
  MemoryCv* const self = (MemoryCv*)instance;
  memory_activate(instance);
  self->peak  = 0.0f;
  self->level = 0.0f;
}

#define MEMORY_CV(n)                                                           \
  {                                                                            \
    LMU_URI_PREFIX "memory-cv" #n, instantiate, plugin_connect_port, activate, \
      memory_run, NULL, memory_cleanup, extensions_of_weights                  \
  }

const LV2_Descriptor lmu_memory_cv_descriptors[2] = {MEMORY_CV(8),
                                                     MEMORY_CV(16)};
