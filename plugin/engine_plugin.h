// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_ENGINE_PLUGIN_H
#define LMU_PLUGIN_ENGINE_PLUGIN_H

#include "core/base/attributes.h"
#include "core/memory/setup/engine.h"
#include "plugin/engine_swap.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   What plugins with an engine have in common.
*/

/// Part of every instance with an engine, its first member
typedef struct {
  Plugin     plugin;
  EngineSwap swap;
} EnginePlugin;

/**
   Allocate an instance.

   @param size Size of the instance, which starts with an EnginePlugin [bytes].
   @param list Ports.
   @param rate Sample rate [Hz].
   @param n_channels Channels of the engine.
   @param max_order Greatest order of the engine.
   @param features Features of the host.
   @return Zeroed instance, or null if the host or the rate is not supported.
*/
LMU_SETUP void*
engine_plugin_new(size_t                    size,
                  const PortList*           list,
                  double                    rate,
                  uint32_t                  n_channels,
                  uint32_t                  max_order,
                  const LV2_Feature* const* features);

/// Start afresh, and log it if no engine could be made
LMU_SETUP void
engine_plugin_activate(EnginePlugin* self, const LmuEngineSpec* spec);

/// LV2_Descriptor.cleanup()
LMU_SETUP void
engine_plugin_cleanup(LV2_Handle instance);

/// Return what there is to see of the live window, or of the one that is held
LMU_RT ViewSource
engine_plugin_view_source(const EnginePlugin* self, double theta, bool is_held);

/// Write the readings that follow two ports, bandwidth and order in use
LMU_RT void
engine_plugin_write_readings(const EnginePlugin* self,
                             uint32_t            port,
                             double              theta);

#endif // LMU_PLUGIN_ENGINE_PLUGIN_H
