// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_WEIGHTS_H
#define LMU_PLUGIN_WEIGHTS_H

#include "core/base/attributes.h"
#include "plugin/loader.h"
#include "plugin/patch.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdint.h>

/**
   @file
   What plugins with a weight file have in common.
*/

/// Part of an instance with a weight file
typedef struct WeightsImpl {
  Loader      loader;
  Patch       patch;
  atomic_uint embed; ///< EmbedChoice
} Weights;

/// Start with the file that plays without one, return false if that cannot be
LMU_SETUP bool
weights_init(Weights* weights, Plugin* plugin, const LoaderSpec* spec);

/// Free everything, or do nothing after a failed weights_init()
LMU_SETUP void
weights_clear(Weights* weights, Plugin* plugin);

/// Read and answer messages, after plugin_begin_run()
LMU_RT void
weights_begin_run(Weights* weights, const Plugin* plugin);

#endif // LMU_PLUGIN_WEIGHTS_H
