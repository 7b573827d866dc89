// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/world.h"

#include "tools/base/allocate.h"
#include "tools/base/hush.h"
#include "tools/base/notice.h"
#include "tools/base/text.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/port-props/port-props.h>
#include <lv2/presets/presets.h>
#include <lv2/resize-port/resize-port.h>
#include <lv2/state/state.h>
#include <lv2/units/units.h>
#include <lv2/worker/worker.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RDFS "http://www.w3.org/2000/01/rdf-schema#"
#define MAX_PATH_LENGTH 4096

static const char* const node_uris[LMU_N_NODES] = {
  [LMU_NODE_INPUT]        = LV2_CORE__InputPort,
  [LMU_NODE_AUDIO]        = LV2_CORE__AudioPort,
  [LMU_NODE_CV]           = LV2_CORE__CVPort,
  [LMU_NODE_CONTROL]      = LV2_CORE__ControlPort,
  [LMU_NODE_ATOM]         = LV2_ATOM__AtomPort,
  [LMU_NODE_OPTIONAL]     = LV2_CORE__connectionOptional,
  [LMU_NODE_INTEGER]      = LV2_CORE__integer,
  [LMU_NODE_TOGGLED]      = LV2_CORE__toggled,
  [LMU_NODE_ENUMERATION]  = LV2_CORE__enumeration,
  [LMU_NODE_SAMPLE_RATE]  = LV2_CORE__sampleRate,
  [LMU_NODE_UNIT]         = LV2_UNITS__unit,
  [LMU_NODE_RENDER]       = LV2_UNITS__render,
  [LMU_NODE_SYMBOL]       = LV2_UNITS__symbol,
  [LMU_NODE_COMMENT]      = RDFS "comment",
  [LMU_NODE_LABEL]        = RDFS "label",
  [LMU_NODE_SEE_ALSO]     = RDFS "seeAlso",
  [LMU_NODE_PORT]         = LV2_CORE__port,
  [LMU_NODE_STATE]        = LV2_STATE__state,
  [LMU_NODE_PRESET]       = LV2_PRESETS__Preset,
  [LMU_NODE_FREEWHEEL]    = LV2_CORE__freeWheeling,
  [LMU_NODE_MINIMUM_SIZE] = LV2_RESIZE_PORT__minimumSize,
  [LMU_NODE_CONTROL_ROLE] = LV2_CORE__control,
  [LMU_NODE_WORKER]       = LV2_WORKER__interface,
  [LMU_NODE_LOAD_DEFAULT] = LV2_STATE__loadDefaultState,
};

/// Return the URI of the bundle in a folder, or null if there is none
static LilvNode*
bundle_uri(const LmuWorld* const world, const char* const folder)
{
  char* const manifest = lmu_allocate_text("%s/manifest.ttl", folder);
  const bool  there    = !access(manifest, R_OK);
  char* const absolute = there ? realpath(folder, NULL) : NULL;
  free(manifest);
  if (!absolute) {
    return NULL;
  }

  // A bundle's URI ends with a slash
  char* const     path = lmu_allocate_text("%s/", absolute);
  LilvNode* const uri  = lilv_new_file_uri(world->lilv, NULL, path);
  free(path);
  free(absolute);
  return uri;
}

/// Return the URI of the bundle of the build folder that the program lies in,
/// or null if it does not
static LilvNode*
build_bundle_uri(const LmuWorld* const world, const char* const program)
{
  char          self[MAX_PATH_LENGTH] = {0};
  const ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1U);
  char* const   path   = lmu_allocate_text("%s", length > 0 ? self : program);

  LilvNode*   uri   = NULL;
  char* const slash = strrchr(path, '/');
  if (slash) {
    *slash             = '\0';
    char* const folder = lmu_allocate_text("%s/../lmu.lv2", path);
    uri                = bundle_uri(world, folder);
    free(folder);
  }
  free(path);
  return uri;
}

/// Forget the bundle that a file of a plugin lies in, unless it is `kept`
static void
unload_bundle_of(const LmuWorld* const world,
                 const LilvNode* const file,
                 const LilvNode* const kept)
{
  const char* const name   = lilv_node_as_uri(file);
  const char* const slash  = name ? strrchr(name, '/') : NULL;
  char* const       folder = lmu_allocate_text(
    "%.*s", slash ? (int)(slash - name) + 1 : 0, name ? name : "");
  LilvNode* const bundle = slash && strcmp(folder, lilv_node_as_uri(kept)) != 0
                             ? lilv_new_uri(world->lilv, folder)
                             : NULL;
  if (bundle) {
    lilv_world_unload_bundle(world->lilv, bundle);
    lilv_node_free(bundle);
  }
  free(folder);
}

/// Forget all bundles with a plugin but one
static void
unload_others(const LmuWorld* const world,
              const LilvNode* const plugin,
              const LilvNode* const kept)
{
  LilvNodes* const files = lilv_world_find_nodes(
    world->lilv, plugin, world->nodes[LMU_NODE_SEE_ALSO], NULL);
  LILV_FOREACH(nodes, i, files)
  {
    const LilvNode* const file = lilv_nodes_get(files, i);
    if (lilv_node_is_uri(file)) {
      unload_bundle_of(world, file, kept);
    }
  }
  lilv_nodes_free(files);
}

/// Take plugins of this project from one bundle only, as lilv would mix what
/// two bundles say of a preset
static void
unload_copies(const LmuWorld* const world, const LilvNode* const build)
{
  const LilvPlugins* const plugins = lilv_world_get_all_plugins(world->lilv);
  const uint32_t           size    = lilv_plugins_size(plugins);
  LilvNode** const         ours =
    (LilvNode**)lmu_allocate(2U * (size_t)size, sizeof(LilvNode*));
  uint32_t n_ours = 0U;
  LILV_FOREACH(plugins, i, plugins)
  {
    const LilvPlugin* const plugin = lilv_plugins_get(plugins, i);
    if (lmu_plugin_is_ours(plugin)) {
      ours[n_ours++] = lilv_node_duplicate(lilv_plugin_get_uri(plugin));
      ours[n_ours++] =
        lilv_node_duplicate(build ? build : lilv_plugin_get_bundle_uri(plugin));
    }
  }

  for (uint32_t i = 0U; i < n_ours; i += 2U) {
    unload_others(world, ours[i], ours[i + 1U]);
    lilv_node_free(ours[i]);
    lilv_node_free(ours[i + 1U]);
  }
  free(ours);
}

/// Find all plugins, those of this project in the build folder first
static void
load_all(LmuWorld* const world, const char* const program)
{
  LilvNode* const build = build_bundle_uri(world, program);

  lmu_hush_start();
  lilv_world_load_all(world->lilv);
  unload_copies(world, build);
  if (build) {
    lilv_world_load_bundle(world->lilv, build);
  }
  world->errors = lmu_hush_stop();
  lilv_node_free(build);
}

static bool
load_bundle(const LmuWorld* const world, const char* const folder)
{
  LilvNode* const uri = bundle_uri(world, folder);
  if (uri) {
    lilv_world_load_bundle(world->lilv, uri);
  }
  lilv_node_free(uri);
  return uri;
}

LmuExit
lmu_world_init(LmuWorld* const   world,
               LmuFailure* const error,
               const char* const bundle,
               const char* const program)
{
  LmuWorld found = {lilv_world_new(), {NULL}, NULL};
  if (!found.lilv) {
    return lmu_failure_set(
      error, LMU_EXIT_NO_MEMORY, "out of memory; close other programs");
  }

  for (uint32_t i = 0U; i < LMU_N_NODES; ++i) {
    found.nodes[i] = lilv_new_uri(found.lilv, node_uris[i]);
  }

  if (!bundle) {
    load_all(&found, program);
  } else if (!load_bundle(&found, bundle)) {
    lmu_world_reset(&found);
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s is no LV2 bundle; give the folder that holds a "
                           "manifest.ttl",
                           bundle);
  }

  *world = found;
  return LMU_EXIT_SUCCESS;
}

void
lmu_world_reset(LmuWorld* const world)
{
  for (uint32_t i = 0U; i < LMU_N_NODES; ++i) {
    lilv_node_free(world->nodes[i]);
    world->nodes[i] = NULL;
  }
  if (world->lilv) {
    lilv_world_free(world->lilv);
    world->lilv = NULL;
  }
  free(world->errors);
  world->errors = NULL;
}

static const char*
plugin_uri(const LilvPlugin* const plugin)
{
  return lilv_node_as_uri(lilv_plugin_get_uri(plugin));
}

static bool
has_uri(const LilvPlugin* const plugin, const char* const uri)
{
  return !strcmp(plugin_uri(plugin), uri);
}

static bool
has_short_name(const LilvPlugin* const plugin, const char* const name)
{
  return lmu_plugin_is_ours(plugin) &&
         lmu_text_equal(lmu_plugin_short_name(plugin), name);
}

static bool
has_name(const LilvPlugin* const plugin, const char* const name)
{
  LilvNode* const node = lilv_plugin_get_name(plugin);
  const bool same = node && lmu_text_equal(lilv_node_as_string(node), name);
  lilv_node_free(node);
  return same;
}

/// Return how many plugins answer to a name, and set `plugin` to the last
static uint32_t
find(const LilvPlugin** const plugin,
     const LmuWorld* const    world,
     bool (*const is)(const LilvPlugin*, const char*),
     const char* const name)
{
  const LilvPlugins* const plugins = lilv_world_get_all_plugins(world->lilv);
  uint32_t                 n_found = 0U;
  LILV_FOREACH(plugins, i, plugins)
  {
    const LilvPlugin* const candidate = lilv_plugins_get(plugins, i);
    if (is(candidate, name)) {
      *plugin = candidate;
      ++n_found;
    }
  }
  return n_found;
}

void
lmu_world_notice(const LmuWorld* const world)
{
  for (const char* line = world->errors; line && *line;) {
    const size_t      length    = strcspn(line, "\n");
    const char* const duplicate = "lilv_world_add_plugin()";
    if (length && strncmp(line, duplicate, strlen(duplicate)) != 0) {
      lmu_notice("%.*s", (int)length, line);
    }
    line += length + (line[length] ? 1U : 0U);
  }
}

static LmuExit
unknown_plugin(LmuFailure* const     error,
               const LmuWorld* const world,
               const char* const     name)
{
  lmu_world_notice(world);

  LmuGuess                 guess   = {name, NULL, 0U};
  const LilvPlugins* const plugins = lilv_world_get_all_plugins(world->lilv);
  LILV_FOREACH(plugins, i, plugins)
  {
    lmu_guess_add(&guess, lmu_plugin_short_name(lilv_plugins_get(plugins, i)));
  }

  if (guess.best) {
    return lmu_failure_set(error,
                           LMU_EXIT_UNKNOWN_PLUGIN,
                           "unknown plugin \"%s\"; did you mean %s?",
                           name,
                           guess.best);
  }
  return lmu_failure_set(error,
                         LMU_EXIT_UNKNOWN_PLUGIN,
                         "unknown plugin \"%s\"; lmu list --all shows those "
                         "there are, --bundle or LV2_PATH where to look",
                         name);
}

LmuExit
lmu_world_plugin(const LilvPlugin** const plugin,
                 LmuFailure* const        error,
                 const LmuWorld* const    world,
                 const char* const        name)
{
  if (find(plugin, world, has_uri, name) ||
      find(plugin, world, has_short_name, name)) {
    return LMU_EXIT_SUCCESS;
  }

  const LilvPlugin* named   = NULL;
  const uint32_t    n_named = find(&named, world, has_name, name);
  if (n_named > 1U) {
    return lmu_failure_set(error,
                           LMU_EXIT_UNKNOWN_PLUGIN,
                           "%u plugins are named \"%s\"; use a URI, such as %s",
                           n_named,
                           name,
                           plugin_uri(named));
  }
  if (!n_named) {
    return unknown_plugin(error, world, name);
  }

  *plugin = named;
  return LMU_EXIT_SUCCESS;
}

const LilvPlugin*
lmu_world_stereo(const LmuWorld* const world, const LilvPlugin* const plugin)
{
  const LilvPlugin* stereo = NULL;
  char* const       uri    = lmu_allocate_text("%s-stereo", plugin_uri(plugin));
  const uint32_t    count =
    lmu_plugin_is_ours(plugin) ? find(&stereo, world, has_uri, uri) : 0U;
  free(uri);
  return count ? stereo : NULL;
}

uint32_t
lmu_plugin_n_inputs(const LmuWorld* const world, const LilvPlugin* const plugin)
{
  return lilv_plugin_get_num_ports_of_class(
    plugin, world->nodes[LMU_NODE_INPUT], world->nodes[LMU_NODE_AUDIO], NULL);
}

const char*
lmu_plugin_short_name(const LilvPlugin* const plugin)
{
  const char* const uri = plugin_uri(plugin);
  return uri + (lmu_plugin_is_ours(plugin) ? strlen(LMU_URI_START) : 0U);
}

bool
lmu_plugin_is_ours(const LilvPlugin* const plugin)
{
  return !strncmp(plugin_uri(plugin), LMU_URI_START, strlen(LMU_URI_START));
}
