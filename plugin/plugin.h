// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_PLUGIN_H
#define LMU_PLUGIN_PLUGIN_H

#include "core/base/attributes.h"
#include "plugin/atoms.h"
#include "plugin/controls.h"
#include "plugin/engine_swap.h"
#include "plugin/host.h"
#include "plugin/ports.h"
#include "plugin/stream.h"

#include <lv2/core/lv2.h>
#include <lv2/worker/worker.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What all plugins have in common.
*/

/// Sample rates that plugins run at [Hz]
#define MIN_RATE 4000.0
#define MAX_RATE 800000.0

/// Part of every instance, its first member
typedef struct {
  Host     host;
  Uris     uris;
  Ports    ports;
  double   rate;
  uint32_t phase;       ///< Frames since the last segment began
  bool     fresh;       ///< Whether controls apply at once, as after activate()
  LmuGlide bypass_gain; ///< 1 to 0 by lv2:enabled
  Tempo    tempo;       ///< Of the host
  uint32_t notify_capacity; ///< Room for messages in this run() [bytes]
  Stream   stream;          ///< For windows
  uint32_t freewheel_port;  ///< Index, or 0 if there is none

  EngineSwap*         swap;    ///< Engines, or null
  struct WeightsImpl* weights; ///< Weight file, or null

  struct CaptureThreadImpl* capture; ///< What records and trains, or null
} Plugin;

/// Indices of the ports that every plugin has at the same place
enum {
  PORT_CONTROL,
  PORT_NOTIFY,
  N_ATOM_PORTS,
};

/// Start a plugin, return false if the host or the rate is not supported, or
/// memory is short.  Call plugin_clear() in any case.
LMU_SETUP bool
plugin_init(Plugin*                   plugin,
            const PortList*           list,
            double                    rate,
            const LV2_Feature* const* features);

/// Free everything
LMU_SETUP void
plugin_clear(Plugin* plugin);

/// Make the next run() like the first, and read controls if they are connected
LMU_SETUP void
plugin_activate(Plugin* plugin);

/// LV2_Descriptor.connect_port() of every plugin
LMU_RT void
plugin_connect_port(LV2_Handle instance, uint32_t port, void* data);

/// Read messages and controls, at the start of run()
LMU_RT void
plugin_begin_run(Plugin* plugin, uint32_t enabled_port);

/**
   Answer windows that watch, at the end of run().

   @param plugin Plugin.
   @param n_frames Frames of this run().
   @param source What there is to see, or null to take no View now.
*/
LMU_RT void
plugin_end_run(Plugin* plugin, uint32_t n_frames, const ViewSource* source);

/// Return how many of n_frames are left in the present segment
LMU_RT uint32_t
plugin_part(const Plugin* plugin, uint32_t n_frames);

/// Move on by a part of a segment
LMU_RT void
plugin_advance(Plugin* plugin, uint32_t n_frames);

/// Send a glide to a value, or put it there in the first run()
LMU_RT void
plugin_glide(const Plugin* plugin,
             LmuGlide*     glide,
             double        value,
             double        seconds);

/// Return where theta is after a segment on its way to a value [frames]
LMU_RT double
plugin_glide_theta(const Plugin* plugin,
                   double        theta,
                   double        wanted,
                   double        seconds);

/// Return an audio or CV port, which may be null
LMU_RT float*
plugin_audio(const Plugin* plugin, uint32_t port);

/// Return the order to use of one that was asked for, for a window [frames]
LMU_RT uint32_t
plugin_useful_order(uint32_t order, double theta);

/**
   Return the order to use of one that was asked for, for taps.

   @param order What was asked for.
   @param theta Shortest memory to come [frames].
   @return An order of which taps do not hear the frames that inputs are held
   for: lower than plugin_useful_order() where that reaches half the rate.
*/
LMU_RT uint32_t
plugin_bright_order(uint32_t order, double theta);

extern const LV2_Descriptor lmu_memory_descriptors[3];
extern const LV2_Descriptor lmu_decode_descriptors[3];
extern const LV2_Descriptor lmu_delay_descriptors[2];
extern const LV2_Descriptor lmu_model_descriptors[2];
extern const LV2_Descriptor lmu_memory_cv_descriptors[2];
extern const LV2_Descriptor lmu_predict_descriptors[2];
extern const LV2_Descriptor lmu_scope_descriptors[2];
extern const LV2_Descriptor lmu_capture_descriptors[1];

#endif // LMU_PLUGIN_PLUGIN_H
