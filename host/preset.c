// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/preset.h"

#include "tools/base/allocate.h"
#include "tools/base/hush.h"
#include "tools/base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// Return the text of a property for free(), or a copy of `fallback`
static char*
property(const LmuWorld* const world,
         const LilvNode* const subject,
         const LmuNode         predicate,
         const char* const     fallback)
{
  LilvNode* const node =
    lilv_world_get(world->lilv, subject, world->nodes[predicate], NULL);
  const char* const text = node ? lilv_node_as_string(node) : fallback;
  char* const       copy = lmu_allocate_text("%s", text);
  lilv_node_free(node);
  return copy;
}

/// Load the file of a preset; return whether it is there, whole, and sets
/// something
static bool
load_file(const LmuWorld* const world, const LilvNode* const node)
{
  lmu_hush_start();
  lilv_world_load_resource(world->lilv, node);
  char* const errors = lmu_hush_stop();
  const bool  loaded = !*errors;
  free(errors);

  LilvNode* const* const nodes = world->nodes;
  return loaded &&
         (lilv_world_ask(world->lilv, node, nodes[LMU_NODE_PORT], NULL) ||
          lilv_world_ask(world->lilv, node, nodes[LMU_NODE_STATE], NULL));
}

static LmuPreset
read_preset(const LmuWorld* const world, const LilvNode* const node)
{
  const char* const uri     = lilv_node_as_uri(node);
  const bool        is_good = load_file(world, node);
  return (LmuPreset){lmu_allocate_text("%s", uri),
                     property(world, node, LMU_NODE_LABEL, uri),
                     property(world, node, LMU_NODE_COMMENT, ""),
                     !is_good};
}

static int
compare(const void* const a, const void* const b)
{
  return strcmp(((const LmuPreset*)a)->label, ((const LmuPreset*)b)->label);
}

void
lmu_presets_init(LmuPresets* const       presets,
                 const LmuWorld* const   world,
                 const LilvPlugin* const plugin)
{
  LilvNodes* const nodes =
    lilv_plugin_get_related(plugin, world->nodes[LMU_NODE_PRESET]);

  presets->n_presets = 0U;
  presets->presets =
    (LmuPreset*)lmu_allocate(lilv_nodes_size(nodes), sizeof(LmuPreset));
  LILV_FOREACH(nodes, i, nodes)
  {
    presets->presets[presets->n_presets++] =
      read_preset(world, lilv_nodes_get(nodes, i));
  }
  lilv_nodes_free(nodes);

  qsort(presets->presets, presets->n_presets, sizeof(LmuPreset), compare);
}

void
lmu_presets_reset(LmuPresets* const presets)
{
  for (uint32_t i = 0U; i < presets->n_presets; ++i) {
    free(presets->presets[i].uri);
    free(presets->presets[i].label);
    free(presets->presets[i].comment);
  }
  free(presets->presets);
  *presets = (LmuPresets){NULL, 0U};
}

/// Return the names of all presets in one line, for free()
static char*
list_labels(const LmuPresets* const presets)
{
  char* list = lmu_allocate_text("%s", "");
  for (uint32_t i = 0U; i < presets->n_presets; ++i) {
    char* const longer = lmu_allocate_text(
      "%s%s\"%s\"", list, i ? ", " : "", presets->presets[i].label);
    free(list);
    list = longer;
  }
  return list;
}

static LmuExit
unknown_preset(LmuFailure* const       error,
               const LmuPresets* const presets,
               const LilvPlugin* const plugin,
               const char* const       name)
{
  const char* const plugin_name = lmu_plugin_short_name(plugin);
  if (!presets->n_presets) {
    return lmu_failure_set(error,
                           LMU_EXIT_UNKNOWN_PRESET,
                           "unknown preset \"%s\"; %s has none, leave out "
                           "--preset",
                           name,
                           plugin_name);
  }

  char* const   labels = list_labels(presets);
  const LmuExit status = lmu_failure_set(error,
                                         LMU_EXIT_UNKNOWN_PRESET,
                                         "unknown preset \"%s\"; %s has %s",
                                         name,
                                         plugin_name,
                                         labels);
  free(labels);
  return status;
}

static LmuExit
two_presets(LmuFailure* const      error,
            const char* const      name,
            const LmuPreset* const first,
            const LmuPreset* const second)
{
  return lmu_failure_set(error,
                         LMU_EXIT_UNKNOWN_PRESET,
                         "two presets are named \"%s\"; use the URI %s or %s",
                         name,
                         first->uri,
                         second->uri);
}

/// Find a preset by its URI, or else by its name
static LmuExit
find_preset(const LmuPreset** const preset,
            LmuFailure* const       error,
            const LmuPresets* const presets,
            const LilvPlugin* const plugin,
            const char* const       name)
{
  const LmuPreset* found = NULL;
  const LmuPreset* other = NULL;
  for (uint32_t i = 0U; i < presets->n_presets; ++i) {
    const LmuPreset* const candidate = &presets->presets[i];
    if (!strcmp(candidate->uri, name)) {
      *preset = candidate;
      return LMU_EXIT_SUCCESS;
    }
    if (lmu_text_equal(candidate->label, name)) {
      other = found;
      found = candidate;
    }
  }

  *preset = other ? NULL : found;
  return other    ? two_presets(error, name, other, found)
         : !found ? unknown_preset(error, presets, plugin, name)
                  : LMU_EXIT_SUCCESS;
}

/// Say which file a preset should be in
static LmuExit
bad_preset(LmuFailure* const      error,
           const LmuWorld* const  world,
           const LmuPreset* const preset)
{
  LilvNode* const node = lilv_new_uri(world->lilv, preset->uri);
  LilvNode* const file =
    lilv_world_get(world->lilv, node, world->nodes[LMU_NODE_SEE_ALSO], NULL);
  char* const path =
    file && lilv_node_is_uri(file) ? lilv_node_get_path(file, NULL) : NULL;
  const LmuExit status =
    lmu_failure_set(error,
                    LMU_EXIT_UNKNOWN_PRESET,
                    "preset \"%s\" cannot be read; see whether %s is there and "
                    "whole, or reinstall its bundle",
                    preset->label,
                    path ? path : "its file");
  lilv_free(path);
  lilv_node_free(file);
  lilv_node_free(node);
  return status;
}

static LmuExit
restore(LmuHost* const         host,
        LmuFailure* const      error,
        const LmuWorld* const  world,
        const LmuPreset* const preset)
{
  LilvNode* const  node = lilv_new_uri(world->lilv, preset->uri);
  LilvState* const state =
    preset->is_bad
      ? NULL
      : lilv_state_new_from_world(
          world->lilv, lmu_urids_map_feature(lmu_host_urids(host)), node);
  lilv_node_free(node);
  if (!state) {
    return bad_preset(error, world, preset);
  }

  const uint32_t n_errors = lmu_host_n_errors(host);
  LmuExit        status   = lmu_host_restore(host, error, state);
  if (!status && lmu_host_n_errors(host) > n_errors) {
    status = lmu_failure_set(error,
                             LMU_EXIT_UNKNOWN_PRESET,
                             "preset \"%s\" cannot be read, as a file that it "
                             "names cannot; see what the plugin logged",
                             preset->label);
  }
  lilv_state_free(state);
  return status;
}

LmuExit
lmu_preset_load(LmuHost* const          host,
                LmuFailure* const       error,
                const LmuWorld* const   world,
                const LilvPlugin* const plugin,
                const char* const       name)
{
  LmuPresets presets = {NULL, 0U};
  lmu_presets_init(&presets, world, plugin);

  const LmuPreset* preset = NULL;
  LmuExit          status = find_preset(&preset, error, &presets, plugin, name);
  if (preset) {
    status = restore(host, error, world, preset);
  }
  lmu_presets_reset(&presets);
  return status;
}
