// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_WORLD_H
#define LMU_HOST_WORLD_H

#include "tools/base/failure.h"

#include <lilv/lilv.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   The plugins there are, by lilv.
*/

/// Before the short name of a plugin of this project
#define LMU_URI_START "urn:lmu-lv2:"

/// URIs that are asked for often
typedef enum {
  LMU_NODE_INPUT,
  LMU_NODE_AUDIO,
  LMU_NODE_CV,
  LMU_NODE_CONTROL,
  LMU_NODE_ATOM,
  LMU_NODE_OPTIONAL,
  LMU_NODE_INTEGER,
  LMU_NODE_TOGGLED,
  LMU_NODE_ENUMERATION,
  LMU_NODE_SAMPLE_RATE,
  LMU_NODE_UNIT,
  LMU_NODE_RENDER,
  LMU_NODE_SYMBOL,
  LMU_NODE_COMMENT,
  LMU_NODE_LABEL,
  LMU_NODE_SEE_ALSO,
  LMU_NODE_PORT,
  LMU_NODE_STATE,
  LMU_NODE_PRESET,
  LMU_NODE_FREEWHEEL,
  LMU_NODE_MINIMUM_SIZE,
  LMU_NODE_CONTROL_ROLE,
  LMU_NODE_WORKER,
  LMU_NODE_LOAD_DEFAULT,
  LMU_N_NODES,
} LmuNode;

/// Plugins and the nodes to ask about them, it owns the heap
typedef struct {
  LilvWorld* lilv;               ///< Everything found
  LilvNode*  nodes[LMU_N_NODES]; ///< By LmuNode
  char*      errors;             ///< What lilv said of bundles, or null
} LmuWorld;

/// A world that was not found yet
#define LMU_NO_WORLD ((LmuWorld){NULL, {NULL}, NULL})

/**
   Find the plugins there are.

   A plugin of this project that is in more than one bundle is taken from the
   one of the build folder that the program lies in, or else the first.  What
   lilv has against other bundles is told when a plugin is not found.

   @param world Set to what was found, free with lmu_world_reset().
   @param bundle The only folder to look in, or null for the bundle beside the
   program's build folder, then LV2_PATH or the standard folders.
   @param program The program's argv[0].
   @return LMU_EXIT_BAD_INPUT if `bundle` is not a bundle.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_world_init(LmuWorld*   world,
               LmuFailure* error,
               const char* bundle,
               const char* program);

/// Free what lmu_world_init() set
LMU_SETUP void
lmu_world_reset(LmuWorld* world);

/**
   Find a plugin by URI, short name, or name.

   @param plugin Set to the plugin, which belongs to the world.
   @param name URI; or URI without LMU_URI_START; or name, in any case.
   @return LMU_EXIT_UNKNOWN_PLUGIN if there is none, or more than one.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_world_plugin(const LilvPlugin** plugin,
                 LmuFailure*        error,
                 const LmuWorld*    world,
                 const char*        name);

/// Return the plugin that does the same in stereo, or null
LMU_SETUP const LilvPlugin*
lmu_world_stereo(const LmuWorld* world, const LilvPlugin* plugin);

/// Return how many audio inputs a plugin has
LMU_SETUP uint32_t
lmu_plugin_n_inputs(const LmuWorld* world, const LilvPlugin* plugin);

/// Print what lilv has against bundles, as notices
LMU_SETUP void
lmu_world_notice(const LmuWorld* world);

/// Return what to call a plugin: its short name, or its URI
LMU_SETUP const char*
lmu_plugin_short_name(const LilvPlugin* plugin);

/// Return whether a plugin is one of this project
LMU_SETUP bool
lmu_plugin_is_ours(const LilvPlugin* plugin);

#endif // LMU_HOST_WORLD_H
