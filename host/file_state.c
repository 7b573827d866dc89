// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/file_state.h"

#include "host/host.h"
#include "host/urids.h"
#include "host/world.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/base/text.h"

#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/patch/patch.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Return whether the value of a property is a path
static bool
is_path(LilvWorld* const lilv, const LilvNode* const property)
{
  LilvNode* const range = lilv_new_uri(lilv, LILV_NS_RDFS "range");
  LilvNode* const path  = lilv_new_uri(lilv, LV2_ATOM__Path);
  const bool      yes   = lilv_world_ask(lilv, property, range, path);
  lilv_node_free(path);
  lilv_node_free(range);
  return yes;
}

/// Return the first property of a plugin that is a path, for free(), or null
static LilvNode*
path_property(LilvWorld* const lilv, const LilvPlugin* const plugin)
{
  LilvNode* const  writable = lilv_new_uri(lilv, LV2_PATCH__writable);
  LilvNodes* const nodes    = lilv_plugin_get_value(plugin, writable);
  LilvNode*        result   = NULL;
  LILV_FOREACH(nodes, i, nodes)
  {
    const LilvNode* const node = lilv_nodes_get(nodes, i);
    if (!result && is_path(lilv, node)) {
      result = lilv_node_duplicate(node);
    }
  }
  lilv_nodes_free(nodes);
  lilv_node_free(writable);
  return result;
}

/// Return a state that holds nothing but a file
static LilvState*
new_state(LmuHost* const          host,
          LilvWorld* const        lilv,
          const LilvPlugin* const plugin,
          const LilvNode* const   property,
          const char* const       path)
{
  LilvNode* const file = lilv_new_file_uri(lilv, NULL, path);
  char* const     text = lmu_allocate_text(
    "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n"
        "@prefix pset: <http://lv2plug.in/ns/ext/presets#> .\n"
        "@prefix state: <http://lv2plug.in/ns/ext/state#> .\n"
        "<urn:lmu-lv2:file-state> a pset:Preset ; lv2:appliesTo <%s> ;\n"
        "  state:state [ <%s> <%s> ] .\n",
    lilv_node_as_uri(lilv_plugin_get_uri(plugin)),
    lilv_node_as_uri(property),
    lilv_node_as_uri(file));
  LilvState* const state = lilv_state_new_from_string(
    lilv, lmu_urids_map_feature(lmu_host_urids(host)), text);
  free(text);
  lilv_node_free(file);
  return state;
}

/// Restore a state, and see whether the plugin takes it
static LmuExit
restore(LmuHost* const          host,
        LmuFailure* const       error,
        const LilvPlugin* const plugin,
        const LilvState* const  state,
        const char* const       path)
{
  const uint32_t n_errors = lmu_host_n_errors(host);
  const LmuExit  status   = lmu_host_restore(host, error, state);
  if (!status && lmu_host_n_errors(host) > n_errors) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s cannot use %s; see what it logged",
                           lmu_plugin_short_name(plugin),
                           path);
  }
  return status;
}

LmuExit
lmu_file_state_load(LmuHost* const          host,
                    LmuFailure* const       error,
                    const LmuWorld* const   world,
                    const LilvPlugin* const plugin,
                    const char* const       path)
{
  char* const whole = realpath(path, NULL);
  if (!whole) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s cannot be read: %s; give a file that is there",
                           path,
                           strerror(errno)); // NOLINT(concurrency-mt-unsafe)
  }

  LilvNode* const  property = path_property(world->lilv, plugin);
  LilvState* const state =
    property ? new_state(host, world->lilv, plugin, property, whole) : NULL;
  const LmuExit status =
    state ? restore(host, error, plugin, state, path)
          : lmu_failure_set(error,
                            LMU_EXIT_USAGE,
                            "%s takes no file; leave out --file",
                            lmu_plugin_short_name(plugin));
  lilv_state_free(state);
  lilv_node_free(property);
  free(whole);
  return status;
}
