// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/preset.h"

#include "tools/allocate.h"
#include "tools/text.h"

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

static LmuPreset
read_preset(const LmuWorld* const world, const LilvNode* const node)
{
  const char* const uri = lilv_node_as_uri(node);
  lilv_world_load_resource(world->lilv, node);
  return (LmuPreset){lmu_allocate_text("%s", uri),
                     property(world, node, LMU_NODE_LABEL, uri),
                     property(world, node, LMU_NODE_COMMENT, "")};
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

static const LmuPreset*
find_preset(const LmuPresets* const presets, const char* const name)
{
  for (uint32_t i = 0U; i < presets->n_presets; ++i) {
    const LmuPreset* const preset = &presets->presets[i];
    if (!strcmp(preset->uri, name) || lmu_text_equal(preset->label, name)) {
      return preset;
    }
  }
  return NULL;
}

static LmuExit
restore(LmuHost* const         host,
        LmuFailure* const      error,
        const LmuWorld* const  world,
        const LmuPreset* const preset)
{
  LilvNode* const  node  = lilv_new_uri(world->lilv, preset->uri);
  LilvState* const state = lilv_state_new_from_world(
    world->lilv, lmu_urids_map_feature(lmu_host_urids(host)), node);
  lilv_node_free(node);
  if (!state) {
    return lmu_failure_set(error,
                           LMU_EXIT_UNKNOWN_PRESET,
                           "preset \"%s\" cannot be read; reinstall its bundle",
                           preset->label);
  }

  const LmuExit status = lmu_host_restore(host, error, state);
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

  const LmuPreset* const preset = find_preset(&presets, name);
  const LmuExit          status = preset ? restore(host, error, world, preset)
                                         : unknown_preset(error, &presets, plugin, name);
  lmu_presets_reset(&presets);
  return status;
}
