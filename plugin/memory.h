// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_MEMORY_H
#define LMU_PLUGIN_MEMORY_H

#include "core/base/attributes.h"
#include "core/dsp/rt/emphasis.h"
#include "core/dsp/rt/glide.h"
#include "plugin/controls.h"
#include "plugin/engine_plugin.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/weights.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   What all Memory plugins share: a window of sound, and how it is read.

   They differ in what comes out of them, see memory_audio.c and memory_cv.c.
*/

/// Greatest number of outputs
#define MAX_OUTS 32U

/// Ports before the outputs
enum {
  MEMORY_IN = N_ATOM_PORTS,
  MEMORY_OTHER, ///< Of the kind
  MEMORY_OUT,   ///< The first of the outputs
};

/// Controls behind the outputs, before those of the kind
typedef enum {
  MEMORY_ENABLED,
  MEMORY_FREEWHEEL,
  MEMORY_THETA,
  MEMORY_ORDER,
  MEMORY_READOUT,
  MEMORY_QUALITY,
  N_MEMORY_CONTROLS,
} MemoryControl;

/// Control outputs behind all of these
typedef enum {
  MEMORY_BANDWIDTH,
  MEMORY_ORDER_USED,
  MEMORY_STATUS,
} MemoryReading;

typedef struct MemoryImpl Memory;

/// Part of a segment, once all inputs were read
typedef struct {
  uint32_t     offset;   ///< First frame of the buffers
  uint32_t     n_frames; ///< Number of frames
  const float* in;       ///< Input, [n_frames]
  const float* readouts; ///< What to put out, [n_frames][n_outs]
  const float* gain;     ///< Factors of that, [n_frames]
} MemoryPart;

/// What comes out of a Memory
typedef struct {
  size_t   size;       ///< Of an instance, which starts with a Memory [bytes]
  uint32_t n_controls; ///< Controls of its own

  /// Look at what is of its own, at the start of a segment, may be null
  LMU_RT void (*begin)(Memory* memory, uint32_t offset);

  /// Change what the window hears, in place, may be null
  LMU_RT void (*hear)(Memory* memory, float* in, uint32_t n_frames);

  /// Write all outputs
  LMU_RT void (*write)(Memory* memory, const MemoryPart* part);
} MemoryKind;

/// Part of every instance, its first member
struct MemoryImpl {
  EnginePlugin      base;
  Weights           weights;
  const MemoryKind* kind;
  uint32_t          n_outs;

  double        goal;     ///< Theta without modulation [frames]
  double        stretch;  ///< Factor of that, by modulation
  bool          is_moved; ///< Whether theta is set in each segment
  double        theta;    ///< Window [frames]
  double        lead;     ///< How much newer delays are read [windows]
  ReadoutChoice readout;  ///< What the outputs are
  LmuGlide      level;    ///< Silent while that changes
  LmuEmphasis   emphases[MAX_OUTS]; ///< Of delays
};

/**
   Allocate an instance.

   @param kind What comes out of it.
   @param n_outs Number of outputs, up to MAX_OUTS.
   @param list Ports.
   @param rate Sample rate [Hz].
   @param bundle_path Folder of the bundle.
   @param features Features of the host.
   @return Instance, zeroed beyond the Memory, or null if the host or the rate
   is not supported.
*/
LMU_SETUP void*
memory_new(const MemoryKind*         kind,
           uint32_t                  n_outs,
           const PortList*           list,
           double                    rate,
           const char*               bundle_path,
           const LV2_Feature* const* features);

/// LV2_Descriptor.activate()
LMU_SETUP void
memory_activate(LV2_Handle instance);

/// LV2_Descriptor.run()
LMU_RT void
memory_run(LV2_Handle instance, uint32_t n_frames);

/// LV2_Descriptor.cleanup()
LMU_SETUP void
memory_cleanup(LV2_Handle instance);

/// Return the index of a control, of the Memory or behind those of its kind
LMU_RT static inline uint32_t
memory_port(const Memory* const self, const uint32_t control)
{
  return MEMORY_OUT + self->n_outs + control;
}

LMU_RT static inline double
memory_value(const Memory* const self, const uint32_t control)
{
  return (double)self->base.plugin.ports.values[memory_port(self, control)];
}

LMU_RT static inline uint32_t
memory_choice(const Memory* const self, const uint32_t control)
{
  return ports_choice(&self->base.plugin.ports, memory_port(self, control));
}

#endif // LMU_PLUGIN_MEMORY_H
