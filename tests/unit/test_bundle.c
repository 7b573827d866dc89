// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What hosts read in the bundle, against what the code says of itself.
// usage: test_bundle BUNDLE PORTS, with BUNDLE a folder that ends in a slash

#include "core/memory/rt/bandwidth.h"
#include "plugin/ports.h"

#include <check.h>
#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/patch/patch.h>
#include <lv2/port-groups/port-groups.h>
#include <lv2/presets/presets.h>
#include <lv2/resize-port/resize-port.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>
#include <lv2/ui/ui.h>
#include <lv2/units/units.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PORTS 64U
#define MIN_PRESETS 3U
#define MIN_ATOM_BYTES 16384
#define LEAST_RATE_KHZ 44.1 // Presets should sound alike from this rate on

/// A port as the code has it, and as hosts see it
typedef struct {
  char            symbol[32];
  const PortSpec* spec;
  const LilvPort* port; ///< Port of this index, may be null
} Port;

/// A plugin as the code has it, and as hosts see it
typedef struct {
  const LilvPlugin* plugin;
  uint32_t          n_ports;
  Port              ports[MAX_PORTS];
} Plugin;

static const PortList* const all_ports[] = {&lmu_memory_ports[0],
                                            &lmu_memory_ports[1],
                                            &lmu_memory_ports[2],
                                            &lmu_decode_ports[0],
                                            &lmu_decode_ports[1],
                                            &lmu_decode_ports[2],
                                            &lmu_delay_ports[0],
                                            &lmu_delay_ports[1],
                                            &lmu_model_ports[0],
                                            &lmu_model_ports[1],
                                            &lmu_memory_cv_ports[0],
                                            &lmu_memory_cv_ports[1],
                                            &lmu_predict_ports[0],
                                            &lmu_predict_ports[1],
                                            &lmu_scope_ports[0],
                                            &lmu_scope_ports[1],
                                            &lmu_capture_ports[0]};

#define N_PLUGINS ((int)(sizeof(all_ports) / sizeof(all_ports[0])))

static const char* bundle_path;
static const char* golden_path;
static LilvWorld*  world;

static void
load_world(void)
{
  world = lilv_world_new();

  LilvNode* const bundle = lilv_new_file_uri(world, NULL, bundle_path);
  lilv_world_load_bundle(world, bundle);
  lilv_node_free(bundle);
}

static void
free_world(void)
{
  lilv_world_free(world);
}

static const LilvPlugin*
plugin_named(const char* const name)
{
  char uri[64] = {0};
  (void)snprintf(uri, sizeof(uri), LMU_URI_PREFIX "%s", name);

  LilvNode* const          node    = lilv_new_uri(world, uri);
  const LilvPlugins* const plugins = lilv_world_get_all_plugins(world);
  const LilvPlugin* const  plugin  = lilv_plugins_get_by_uri(plugins, node);
  ck_assert_msg(plugin, "%s is not in the bundle", uri);

  lilv_node_free(node);
  return plugin;
}

static void
append_port(Plugin* const         plugin,
            const PortSpec* const spec,
            const uint32_t        number)
{
  ck_assert_uint_lt(plugin->n_ports, MAX_PORTS);

  Port* const port = &plugin->ports[plugin->n_ports];
  port->spec       = spec;
  port->port = lilv_plugin_get_port_by_index(plugin->plugin, plugin->n_ports);
  if (spec->count) {
    (void)snprintf(
      port->symbol, sizeof(port->symbol), "%s_%u", spec->symbol, number);
  } else {
    (void)snprintf(port->symbol, sizeof(port->symbol), "%s", spec->symbol);
  }
  ++plugin->n_ports;
}

static Plugin
plugin_at(const int index)
{
  const PortList* const list   = all_ports[index];
  Plugin                result = {plugin_named(list->name), 0U, {{{0}, 0, 0}}};
  for (uint32_t s = 0U; s < list->n_specs; ++s) {
    const PortSpec* const spec = &list->specs[s];
    const uint32_t        last = spec->count ? spec->count : 1U;
    for (uint32_t number = 1U; number <= last; ++number) {
      append_port(&result, spec, number);
    }
  }
  return result;
}

/// Return the index of a port, or n_ports if there is none
static uint32_t
index_of(const Plugin* const plugin, const char* const symbol)
{
  uint32_t i = 0U;
  while (i < plugin->n_ports && strcmp(plugin->ports[i].symbol, symbol) != 0) {
    ++i;
  }
  return i;
}

static bool
has_port(const Plugin* const plugin, const char* const symbol)
{
  return index_of(plugin, symbol) < plugin->n_ports;
}

static bool
is_control(const Port* const port)
{
  const PortKind kind = port->spec->kind;
  return kind == PORT_CONTROL_IN || kind == PORT_CONTROL_OUT;
}

static bool
is_cv(const Port* const port)
{
  const PortKind kind = port->spec->kind;
  return kind == PORT_CV_IN || kind == PORT_CV_OUT;
}

static bool
is_atom(const Port* const port)
{
  const PortKind kind = port->spec->kind;
  return kind == PORT_ATOM_IN || kind == PORT_ATOM_OUT;
}

/// Return whether presets set a port: all inputs but those that the host sets
static bool
is_in_presets(const Port* const port)
{
  return port->spec->kind == PORT_CONTROL_IN &&
         strcmp(port->symbol, "enabled") != 0 &&
         strcmp(port->symbol, "freewheel") != 0;
}

static const char*
symbol_of(const Plugin* const plugin, const LilvPort* const port)
{
  return lilv_node_as_string(lilv_port_get_symbol(plugin->plugin, port));
}

static bool
port_is(const Plugin* const plugin,
        const Port* const   port,
        const char* const   class_uri)
{
  LilvNode* const node   = lilv_new_uri(world, class_uri);
  const bool      result = lilv_port_is_a(plugin->plugin, port->port, node);
  lilv_node_free(node);
  return result;
}

static bool
port_has_property(const Plugin* const plugin,
                  const Port* const   port,
                  const char* const   property_uri)
{
  LilvNode* const node = lilv_new_uri(world, property_uri);
  const bool result = lilv_port_has_property(plugin->plugin, port->port, node);
  lilv_node_free(node);
  return result;
}

/// Return the values of a port, to be freed
static LilvNodes*
port_values(const Plugin* const plugin,
            const Port* const   port,
            const char* const   predicate_uri)
{
  LilvNode* const  node = lilv_new_uri(world, predicate_uri);
  LilvNodes* const result =
    lilv_port_get_value(plugin->plugin, port->port, node);
  lilv_node_free(node);
  return result;
}

static bool
port_has_value(const Plugin* const plugin,
               const Port* const   port,
               const char* const   predicate_uri,
               const char* const   value_uri)
{
  LilvNodes* const values = port_values(plugin, port, predicate_uri);
  LilvNode* const  value  = lilv_new_uri(world, value_uri);
  const bool       result = lilv_nodes_contains(values, value);
  lilv_node_free(value);
  lilv_nodes_free(values);
  return result;
}

/// Return the object of a triple, to be freed, or null
static LilvNode*
object_of(const LilvNode* const subject, const char* const predicate_uri)
{
  LilvNode* const predicate = lilv_new_uri(world, predicate_uri);
  LilvNode* const object    = lilv_world_get(world, subject, predicate, NULL);
  lilv_node_free(predicate);
  return object;
}

/// Return the presets of a plugin with their files loaded, to be freed
static LilvNodes*
presets_of(const Plugin* const plugin)
{
  LilvNode* const  type    = lilv_new_uri(world, LV2_PRESETS__Preset);
  LilvNodes* const presets = lilv_plugin_get_related(plugin->plugin, type);
  LILV_FOREACH(nodes, i, presets)
  {
    lilv_world_load_resource(world, lilv_nodes_get(presets, i));
  }
  lilv_node_free(type);
  return presets;
}

static void
assert_is_sentence(const LilvNode* const node, const char* const subject)
{
  ck_assert_msg(node, "%s has no comment", subject);

  const char* const text   = lilv_node_as_string(node);
  const size_t      length = strlen(text);
  ck_assert_msg(length > 1U && !islower(text[0]) && text[length - 1U] == '.',
                "the comment of %s is no sentence: %s",
                subject,
                text);
}

static void
assert_is_title_case(const char* const name)
{
  for (const char* c = name; *c; ++c) {
    const bool starts_word = c == name || c[-1] == ' ';
    ck_assert_msg(!starts_word || !islower(*c), "no title case: %s", name);
  }
}

START_TEST(bundle_has_the_plugins_of_the_port_lists_and_no_others)
{
  const LilvPlugins* const plugins = lilv_world_get_all_plugins(world);
  ck_assert_uint_eq(lilv_plugins_size(plugins), N_PLUGINS);
  for (int i = 0; i < N_PLUGINS; ++i) {
    plugin_named(all_ports[i]->name);
  }
}
END_TEST

START_TEST(plugin_names_its_project_author_and_license)
{
  const Plugin          plugin = plugin_at(_i);
  const LilvNode* const uri    = lilv_plugin_get_uri(plugin.plugin);

  LilvNode* const name    = lilv_plugin_get_name(plugin.plugin);
  LilvNode* const author  = lilv_plugin_get_author_name(plugin.plugin);
  LilvNode* const project = lilv_plugin_get_project(plugin.plugin);
  LilvNode* const license = object_of(uri, LILV_NS_DOAP "license");
  LilvNode* const comment = object_of(uri, LILV_NS_RDFS "comment");
  LilvNode* const brief   = object_of(uri, LILV_NS_DOAP "shortdesc");
  LilvNode* const home    = lilv_plugin_get_author_homepage(plugin.plugin);

  ck_assert(lilv_node_is_uri(home));
  assert_is_sentence(brief, lilv_node_as_string(name));
  ck_assert_ptr_nonnull(author);
  ck_assert_ptr_nonnull(project);
  ck_assert_ptr_nonnull(license);
  ck_assert_int_eq(strncmp(lilv_node_as_string(name), "LMU ", 4U), 0);
  assert_is_sentence(comment, lilv_node_as_string(name));

  lilv_node_free(home);
  lilv_node_free(brief);
  lilv_node_free(comment);
  lilv_node_free(license);
  lilv_node_free(project);
  lilv_node_free(author);
  lilv_node_free(name);
}
END_TEST

START_TEST(plugin_requires_urid_map_and_nothing_else)
{
  const Plugin     plugin   = plugin_at(_i);
  LilvNodes* const required = lilv_plugin_get_required_features(plugin.plugin);
  LilvNode* const  urid_map = lilv_new_uri(world, LV2_URID__map);

  ck_assert_uint_eq(lilv_nodes_size(required), 1U);
  ck_assert(lilv_nodes_contains(required, urid_map));

  lilv_node_free(urid_map);
  lilv_nodes_free(required);
}
END_TEST

START_TEST(plugin_offers_a_worker_if_it_has_work_for_one)
{
  const bool   has_work = strncmp(all_ports[_i]->name, "decode", 6U) != 0;
  const Plugin plugin   = plugin_at(_i);

  LilvNode* const schedule  = lilv_new_uri(world, LV2_WORKER__schedule);
  LilvNode* const interface = lilv_new_uri(world, LV2_WORKER__interface);

  ck_assert_int_eq(lilv_plugin_has_feature(plugin.plugin, schedule), has_work);
  ck_assert_int_eq(lilv_plugin_has_extension_data(plugin.plugin, interface),
                   has_work);

  lilv_node_free(interface);
  lilv_node_free(schedule);
}
END_TEST

START_TEST(plugin_keeps_a_weight_file_if_it_has_a_status)
{
  const Plugin plugin   = plugin_at(_i);
  const bool   has_file = has_port(&plugin, "status");

  LilvNode* const uri       = lilv_new_uri(world, LMU_URI_PREFIX "weights");
  LilvNode* const path      = lilv_new_uri(world, LV2_ATOM__Path);
  LilvNode* const restore   = lilv_new_uri(world, LV2_STATE__threadSafeRestore);
  LilvNode* const interface = lilv_new_uri(world, LV2_STATE__interface);
  LilvNode* const patch     = lilv_new_uri(world, LV2_PATCH__writable);
  const bool      writes =
    lilv_world_ask(world, lilv_plugin_get_uri(plugin.plugin), patch, uri);
  LilvNode* const label = object_of(uri, LILV_NS_RDFS "label");
  LilvNode* const range = object_of(uri, LILV_NS_RDFS "range");

  ck_assert_int_eq(writes, has_file);
  ck_assert_str_eq(lilv_node_as_string(label), "Weight File");
  ck_assert(lilv_node_equals(range, path));
  ck_assert_int_eq(lilv_plugin_has_feature(plugin.plugin, restore), has_file);
  ck_assert_int_eq(lilv_plugin_has_extension_data(plugin.plugin, interface),
                   has_file);

  lilv_node_free(range);
  lilv_node_free(label);
  lilv_node_free(patch);
  lilv_node_free(interface);
  lilv_node_free(restore);
  lilv_node_free(path);
  lilv_node_free(uri);
}
END_TEST

START_TEST(plugin_has_a_window_that_its_messages_go_to)
{
  const Plugin    plugin   = plugin_at(_i);
  LilvUIs* const  uis      = lilv_plugin_get_uis(plugin.plugin);
  LilvNode* const ui       = lilv_new_uri(world, LMU_URI_PREFIX "ui");
  LilvNode* const notifies = lilv_new_uri(world, LV2_UI__portNotification);
  LilvNode* const of       = lilv_new_uri(world, LV2_UI__plugin);
  ck_assert_uint_eq(lilv_uis_size(uis), LMU_HAS_UI);

  // What it is told of is a blank node for each plugin
  int              n_found = 0;
  LilvNodes* const all     = lilv_world_find_nodes(world, ui, notifies, NULL);
  LILV_FOREACH(nodes, i, all)
  {
    n_found += lilv_world_ask(
      world, lilv_nodes_get(all, i), of, lilv_plugin_get_uri(plugin.plugin));
  }
  ck_assert_int_eq(n_found, LMU_HAS_UI);

  lilv_nodes_free(all);
  lilv_node_free(of);
  lilv_node_free(notifies);
  lilv_node_free(ui);
  lilv_uis_free(uis);
}
END_TEST

START_TEST(latency_is_reported_where_there_is_any)
{
  const Plugin plugin      = plugin_at(_i);
  const bool   has_latency = has_port(&plugin, "latency");
  ck_assert_int_eq(lilv_plugin_has_latency(plugin.plugin), has_latency);
  if (has_latency) {
    ck_assert_uint_eq(lilv_plugin_get_latency_port_index(plugin.plugin),
                      index_of(&plugin, "latency"));
  }
}
END_TEST

START_TEST(plugin_hears_the_tempo_if_it_has_sync)
{
  const Plugin plugin = plugin_at(_i);
  ck_assert_int_eq(port_has_value(&plugin,
                                  &plugin.ports[index_of(&plugin, "control")],
                                  LV2_ATOM__supports,
                                  LV2_TIME__Position),
                   has_port(&plugin, "sync"));
}
END_TEST

static void
assert_is_same_port(const Plugin* const plugin, const Port* const port)
{
  static const char* const kinds[][2] = {
    [PORT_ATOM_IN]     = {LV2_ATOM__AtomPort, LV2_CORE__InputPort},
    [PORT_ATOM_OUT]    = {LV2_ATOM__AtomPort, LV2_CORE__OutputPort},
    [PORT_AUDIO_IN]    = {LV2_CORE__AudioPort, LV2_CORE__InputPort},
    [PORT_AUDIO_OUT]   = {LV2_CORE__AudioPort, LV2_CORE__OutputPort},
    [PORT_CV_IN]       = {LV2_CORE__CVPort, LV2_CORE__InputPort},
    [PORT_CV_OUT]      = {LV2_CORE__CVPort, LV2_CORE__OutputPort},
    [PORT_CONTROL_IN]  = {LV2_CORE__ControlPort, LV2_CORE__InputPort},
    [PORT_CONTROL_OUT] = {LV2_CORE__ControlPort, LV2_CORE__OutputPort},
  };

  const char* const* const kind = kinds[port->spec->kind];
  ck_assert_str_eq(symbol_of(plugin, port->port), port->symbol);
  ck_assert_msg(port_is(plugin, port, kind[0]) &&
                  port_is(plugin, port, kind[1]),
                "%s is of another kind",
                port->symbol);
}

START_TEST(ports_have_the_symbols_and_kinds_of_the_port_list)
{
  const Plugin plugin = plugin_at(_i);
  ck_assert_uint_eq(lilv_plugin_get_num_ports(plugin.plugin), plugin.n_ports);

  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    assert_is_same_port(&plugin, &plugin.ports[i]);
  }
}
END_TEST

START_TEST(controls_and_cv_have_the_default_and_range_of_the_port_list)
{
  float        defaults[MAX_PORTS] = {0.0f};
  float        minima[MAX_PORTS]   = {0.0f};
  float        maxima[MAX_PORTS]   = {0.0f};
  const Plugin plugin              = plugin_at(_i);
  ck_assert_uint_eq(lilv_plugin_get_num_ports(plugin.plugin), plugin.n_ports);
  lilv_plugin_get_port_ranges_float(plugin.plugin, minima, maxima, defaults);

  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    const Port* const port = &plugin.ports[i];
    if (is_control(port) || is_cv(port)) {
      ck_assert_msg(defaults[i] == port->spec->initial &&
                      minima[i] == port->spec->minimum &&
                      maxima[i] == port->spec->maximum,
                    "%s is %g, from %g to %g",
                    port->symbol,
                    (double)defaults[i],
                    (double)minima[i],
                    (double)maxima[i]);
    }
  }
}
END_TEST

START_TEST(every_port_has_a_name_in_title_case_and_a_comment)
{
  const Plugin plugin = plugin_at(_i);
  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    const Port* const port = &plugin.ports[i];
    LilvNode* const   name = lilv_port_get_name(plugin.plugin, port->port);
    LilvNodes* const  comments =
      port_values(&plugin, port, LILV_NS_RDFS "comment");

    assert_is_title_case(lilv_node_as_string(name));
    assert_is_sentence(lilv_nodes_get_first(comments), port->symbol);

    lilv_nodes_free(comments);
    lilv_node_free(name);
  }
}
END_TEST

START_TEST(every_control_has_a_unit_or_is_a_choice)
{
  const Plugin plugin = plugin_at(_i);
  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    const Port* const port  = &plugin.ports[i];
    LilvNodes* const  units = port_values(&plugin, port, LV2_UNITS__unit);
    ck_assert_msg(!is_control(port) || lilv_nodes_size(units) == 1U ||
                    port_has_property(&plugin, port, LV2_CORE__toggled) ||
                    port_has_property(&plugin, port, LV2_CORE__enumeration),
                  "%s has neither",
                  port->symbol);
    lilv_nodes_free(units);
  }
}
END_TEST

START_TEST(no_control_has_the_unit_that_hosts_write_as_an_asterisk)
{
  const Plugin plugin = plugin_at(_i);
  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    ck_assert_msg(
      !port_has_value(
        &plugin, &plugin.ports[i], LV2_UNITS__unit, LV2_UNITS__coef),
      "%s has",
      plugin.ports[i].symbol);
  }
}
END_TEST

START_TEST(parts_of_the_whole_are_shown_as_percent)
{
  static const char* const uri    = LMU_URI_PREFIX "unit:part";
  const Plugin             plugin = plugin_at(_i);
  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    const Port* const port = &plugin.ports[i];
    if (port_has_value(&plugin, port, LV2_UNITS__unit, uri)) {
      ck_assert_float_le(port->spec->maximum, 1.0f);
      ck_assert_float_ge(port->spec->minimum, -1.0f);
    }
  }

  LilvNode* const subject    = lilv_new_uri(world, uri);
  LilvNode* const conversion = object_of(subject, LV2_UNITS__conversion);
  ck_assert_ptr_nonnull(conversion);
  LilvNode* const factor  = object_of(conversion, LV2_UNITS_PREFIX "factor");
  LilvNode* const to      = object_of(conversion, LV2_UNITS_PREFIX "to");
  LilvNode* const percent = lilv_new_uri(world, LV2_UNITS__pc);
  ck_assert_float_eq(lilv_node_as_float(factor), 100.0f);
  ck_assert(lilv_node_equals(to, percent));
  lilv_node_free(percent);
  lilv_node_free(to);
  lilv_node_free(factor);
  lilv_node_free(conversion);
  lilv_node_free(subject);
}
END_TEST

/// Return which values scale points name, a bit for each
static uint32_t
named_values(const Plugin* const plugin, const Port* const port)
{
  uint32_t               result = 0U;
  LilvScalePoints* const points =
    lilv_port_get_scale_points(plugin->plugin, port->port);
  LILV_FOREACH(scale_points, i, points)
  {
    const LilvScalePoint* const point = lilv_scale_points_get(points, i);
    const int value = lilv_node_as_int(lilv_scale_point_get_value(point));
    ck_assert(value >= 0 && value < 31);
    result |= 1U << (uint32_t)value;
  }
  lilv_scale_points_free(points);
  return result;
}

START_TEST(enumerations_name_each_value)
{
  const Plugin plugin = plugin_at(_i);
  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    const Port* const port = &plugin.ports[i];
    if (port_has_property(&plugin, port, LV2_CORE__enumeration)) {
      const uint32_t n_values = (uint32_t)port->spec->maximum + 1U;
      ck_assert_uint_eq(named_values(&plugin, port), (1U << n_values) - 1U);
    }
  }
}
END_TEST

static void
assert_is_large(const Plugin* const plugin, const Port* const port)
{
  LilvNodes* const sizes =
    port_values(plugin, port, LV2_RESIZE_PORT__minimumSize);
  ck_assert_uint_eq(lilv_nodes_size(sizes), 1U);
  ck_assert_int_ge(lilv_node_as_int(lilv_nodes_get_first(sizes)),
                   MIN_ATOM_BYTES);
  lilv_nodes_free(sizes);
}

START_TEST(cv_inputs_may_be_left_unconnected)
{
  const Plugin plugin = plugin_at(_i);
  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    const Port* const port = &plugin.ports[i];
    ck_assert(port->spec->kind != PORT_CV_IN ||
              port_has_property(&plugin, port, LV2_CORE__connectionOptional));
  }
}
END_TEST

// Ardour refuses a plugin that has any, so each has a twin without
START_TEST(only_memory_cv_has_cv_ports)
{
  const Plugin plugin = plugin_at(_i);
  const bool   may    = !strncmp(all_ports[_i]->name, "memory-cv", 9U);
  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    ck_assert(may || !is_cv(&plugin.ports[i]));
    ck_assert(may || !port_is(&plugin, &plugin.ports[i], LV2_CORE__CVPort));
  }
}
END_TEST

START_TEST(atom_ports_may_be_left_unconnected_and_are_large)
{
  const Plugin plugin = plugin_at(_i);
  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    const Port* const port = &plugin.ports[i];
    if (is_atom(port)) {
      assert_is_large(&plugin, port);
      ck_assert(port_has_property(&plugin, port, LV2_CORE__connectionOptional));
      ck_assert(port_has_value(
        &plugin, port, LV2_ATOM__bufferType, LV2_ATOM__Sequence));
      ck_assert(
        port_has_value(&plugin, port, LV2_ATOM__supports, LV2_PATCH__Message));
    }
  }
}
END_TEST

static void
assert_is_designated(const Plugin* const plugin,
                     const char* const   symbol,
                     const char* const   designation_uri)
{
  LilvNode* const       input       = lilv_new_uri(world, LV2_CORE__InputPort);
  LilvNode* const       designation = lilv_new_uri(world, designation_uri);
  const LilvPort* const port =
    lilv_plugin_get_port_by_designation(plugin->plugin, input, designation);

  ck_assert_msg(port, "no port is designated as %s", symbol);
  ck_assert_str_eq(symbol_of(plugin, port), symbol);

  lilv_node_free(designation);
  lilv_node_free(input);
}

START_TEST(hosts_find_control_bypass_and_freewheel_by_designation)
{
  const Plugin plugin = plugin_at(_i);
  assert_is_designated(&plugin, "control", LV2_CORE__control);
  assert_is_designated(&plugin, "enabled", LV2_CORE__enabled);
  if (has_port(&plugin, "freewheel")) {
    assert_is_designated(&plugin, "freewheel", LV2_CORE__freeWheeling);
  }
}
END_TEST

START_TEST(groups_have_names_and_symbols_that_no_port_has)
{
  const Plugin plugin = plugin_at(_i);
  for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
    LilvNodes* const groups =
      port_values(&plugin, &plugin.ports[i], LV2_PORT_GROUPS__group);
    LILV_FOREACH(nodes, g, groups)
    {
      const LilvNode* const group  = lilv_nodes_get(groups, g);
      LilvNode* const       symbol = object_of(group, LV2_CORE__symbol);
      LilvNode* const       name   = object_of(group, LV2_CORE__name);

      ck_assert_msg(symbol && name, "%s", lilv_node_as_uri(group));
      ck_assert(!has_port(&plugin, lilv_node_as_string(symbol)));

      lilv_node_free(name);
      lilv_node_free(symbol);
    }
    lilv_nodes_free(groups);
  }
}
END_TEST

START_TEST(plugin_has_presets_that_say_what_they_are_for)
{
  const Plugin     plugin  = plugin_at(_i);
  LilvNodes* const presets = presets_of(&plugin);
  ck_assert_uint_ge(lilv_nodes_size(presets), MIN_PRESETS);

  LILV_FOREACH(nodes, i, presets)
  {
    const LilvNode* const preset  = lilv_nodes_get(presets, i);
    LilvNode* const       label   = object_of(preset, LILV_NS_RDFS "label");
    LilvNode* const       comment = object_of(preset, LILV_NS_RDFS "comment");

    ck_assert_msg(label, "%s has no label", lilv_node_as_uri(preset));
    assert_is_title_case(lilv_node_as_string(label));
    assert_is_sentence(comment, lilv_node_as_uri(preset));

    lilv_node_free(comment);
    lilv_node_free(label);
  }
  lilv_nodes_free(presets);
}
END_TEST

/// Set one of `values` [n_ports] from a port of a preset
static void
read_preset_port(float* const          values,
                 const Plugin* const   plugin,
                 const LilvNode* const port)
{
  LilvNode* const symbol = object_of(port, LV2_CORE__symbol);
  LilvNode* const value  = object_of(port, LV2_PRESETS__value);
  ck_assert(symbol && value);

  const uint32_t index = index_of(plugin, lilv_node_as_string(symbol));
  ck_assert_msg(index < plugin->n_ports && isnan(values[index]),
                "%s is not a port, or set twice",
                lilv_node_as_string(symbol));
  values[index] = lilv_node_as_float(value);

  lilv_node_free(value);
  lilv_node_free(symbol);
}

/// Read the `values` [n_ports] of a preset, NaN where it has none
static void
read_preset(float* const          values,
            const Plugin* const   plugin,
            const LilvNode* const preset)
{
  for (uint32_t i = 0U; i < plugin->n_ports; ++i) {
    values[i] = NAN;
  }

  LilvNode* const  predicate = lilv_new_uri(world, LV2_CORE__port);
  LilvNodes* const ports =
    lilv_world_find_nodes(world, preset, predicate, NULL);
  LILV_FOREACH(nodes, i, ports)
  {
    read_preset_port(values, plugin, lilv_nodes_get(ports, i));
  }
  lilv_nodes_free(ports);
  lilv_node_free(predicate);
}

/// Return whether a preset may set this value, NaN for none
static bool
is_preset_value(const Plugin* const plugin,
                const Port* const   port,
                const float         value)
{
  if (!is_in_presets(port)) {
    return isnan(value);
  }

  const bool is_whole = port_has_property(plugin, port, LV2_CORE__integer) ||
                        port_has_property(plugin, port, LV2_CORE__toggled);
  return value >= port->spec->minimum && value <= port->spec->maximum &&
         (!is_whole || value == truncf(value));
}

START_TEST(presets_set_all_controls_but_those_of_the_host)
{
  const Plugin     plugin  = plugin_at(_i);
  LilvNodes* const presets = presets_of(&plugin);
  LILV_FOREACH(nodes, p, presets)
  {
    float                 values[MAX_PORTS] = {0.0f};
    const LilvNode* const preset            = lilv_nodes_get(presets, p);
    read_preset(values, &plugin, preset);

    for (uint32_t i = 0U; i < plugin.n_ports; ++i) {
      ck_assert_msg(is_preset_value(&plugin, &plugin.ports[i], values[i]),
                    "%s: %s is %g",
                    lilv_node_as_uri(preset),
                    plugin.ports[i].symbol,
                    (double)values[i]);
    }
  }
  lilv_nodes_free(presets);
}
END_TEST

START_TEST(presets_ask_for_no_more_order_than_their_window_can_use)
{
  const Plugin     plugin  = plugin_at(_i);
  const uint32_t   theta   = index_of(&plugin, "theta");
  const uint32_t   order   = index_of(&plugin, "order");
  LilvNodes* const presets = presets_of(&plugin);
  LILV_FOREACH(nodes, p, presets)
  {
    float                 values[MAX_PORTS] = {0.0f};
    const LilvNode* const preset            = lilv_nodes_get(presets, p);
    read_preset(values, &plugin, preset);

    const double frames = LEAST_RATE_KHZ * (double)values[theta];
    ck_assert_msg(isnan(values[order]) ||
                    (double)values[order] <= lmu_useful_order(frames),
                  "%s: %g",
                  lilv_node_as_uri(preset),
                  (double)values[order]);
  }
  lilv_nodes_free(presets);
}
END_TEST

START_TEST(every_preset_of_the_bundle_is_in_the_manifest)
{
  for (int i = 0; i < N_PLUGINS; ++i) {
    const Plugin plugin = plugin_at(i);
    lilv_nodes_free(presets_of(&plugin));
  }

  // All files with presets are loaded now, but only the manifest says appliesTo
  LilvNode* const type     = lilv_new_uri(world, LILV_NS_RDF "type");
  LilvNode* const class    = lilv_new_uri(world, LV2_PRESETS__Preset);
  LilvNodes* const presets = lilv_world_find_nodes(world, NULL, type, class);
  LILV_FOREACH(nodes, i, presets)
  {
    const LilvNode* const preset = lilv_nodes_get(presets, i);
    LilvNode* const       plugin = object_of(preset, LV2_CORE__appliesTo);
    ck_assert_msg(plugin, "%s is not", lilv_node_as_uri(preset));
    lilv_node_free(plugin);
  }

  lilv_nodes_free(presets);
  lilv_node_free(class);
  lilv_node_free(type);
}
END_TEST

static void
read_text(char* const text, const size_t size, const char* const path)
{
  FILE* const file = fopen(path, "r");
  ck_assert_msg(file, "cannot read %s", path);

  const size_t length = fread(text, 1U, size - 1U, file);
  text[length]        = '\0';
  ck_assert_msg(feof(file), "%s is too long", path);
  ck_assert_int_eq(fclose(file), 0);
}

/// Return the number of lines that are neither blank nor a comment
static uint32_t
count_entries(const char* const text)
{
  uint32_t n_entries = 0U;
  for (const char* line = text; *line; line += *line == '\n') {
    n_entries += *line != '#' && *line != '\n';
    line += strcspn(line, "\n");
  }
  return n_entries;
}

static void
assert_has_ports(const char* const text, const LilvPlugin* const plugin)
{
  const char* const uri  = lilv_node_as_uri(lilv_plugin_get_uri(plugin));
  const char* const name = uri + strlen(LMU_URI_PREFIX);
  for (uint32_t i = 0U; i < lilv_plugin_get_num_ports(plugin); ++i) {
    const LilvPort* const port   = lilv_plugin_get_port_by_index(plugin, i);
    const LilvNode* const symbol = lilv_port_get_symbol(plugin, port);

    char entry[128] = {0};
    (void)snprintf(entry,
                   sizeof(entry),
                   "\n%s %u %s\n",
                   name,
                   i,
                   lilv_node_as_string(symbol));
    ck_assert_msg(strstr(text, entry), "%s has no %s", golden_path, entry + 1);
  }
}

START_TEST(no_port_has_moved_or_gone)
{
  static char text[65536];
  read_text(text, sizeof(text), golden_path);

  uint32_t n_ports = 0U;
  for (int i = 0; i < N_PLUGINS; ++i) {
    const LilvPlugin* const plugin = plugin_named(all_ports[i]->name);
    assert_has_ports(text, plugin);
    n_ports += lilv_plugin_get_num_ports(plugin);
  }
  ck_assert_uint_eq(count_entries(text), n_ports);
}
END_TEST

static TCase*
bundle_case(void)
{
  TCase* const tcase = tcase_create("bundle");
  tcase_set_timeout(tcase, 0.0); // As in run.h
  tcase_add_unchecked_fixture(tcase, load_world, free_world);
  tcase_add_test(tcase, bundle_has_the_plugins_of_the_port_lists_and_no_others);
  tcase_add_test(tcase, every_preset_of_the_bundle_is_in_the_manifest);
  tcase_add_test(tcase, no_port_has_moved_or_gone);
  return tcase;
}

static TCase*
plugin_case(void)
{
  const TTest* const tests[] = {
    plugin_names_its_project_author_and_license,
    plugin_requires_urid_map_and_nothing_else,
    plugin_offers_a_worker_if_it_has_work_for_one,
    plugin_keeps_a_weight_file_if_it_has_a_status,
    plugin_has_a_window_that_its_messages_go_to,
    latency_is_reported_where_there_is_any,
    plugin_hears_the_tempo_if_it_has_sync,
    plugin_has_presets_that_say_what_they_are_for,
    ports_have_the_symbols_and_kinds_of_the_port_list,
    controls_and_cv_have_the_default_and_range_of_the_port_list,
    every_port_has_a_name_in_title_case_and_a_comment,
    every_control_has_a_unit_or_is_a_choice,
    no_control_has_the_unit_that_hosts_write_as_an_asterisk,
    parts_of_the_whole_are_shown_as_percent,
    enumerations_name_each_value,
    cv_inputs_may_be_left_unconnected,
    only_memory_cv_has_cv_ports,
    atom_ports_may_be_left_unconnected_and_are_large,
    hosts_find_control_bypass_and_freewheel_by_designation,
    groups_have_names_and_symbols_that_no_port_has,
    presets_set_all_controls_but_those_of_the_host,
    presets_ask_for_no_more_order_than_their_window_can_use,
  };

  TCase* const tcase = tcase_create("plugin");
  tcase_set_timeout(tcase, 0.0); // As in run.h
  tcase_add_unchecked_fixture(tcase, load_world, free_world);
  for (size_t i = 0U; i < sizeof(tests) / sizeof(tests[0]); ++i) {
    tcase_add_loop_test(tcase, tests[i], 0, N_PLUGINS);
  }
  return tcase;
}

int
main(const int argc, const char* const* const argv)
{
  if (argc != 3) {
    (void)fprintf(stderr, "usage: test_bundle BUNDLE PORTS\n");
    return EXIT_FAILURE;
  }
  bundle_path = argv[1];
  golden_path = argv[2];

  Suite* const suite = suite_create("bundle");
  suite_add_tcase(suite, bundle_case());
  suite_add_tcase(suite, plugin_case());

  SRunner* const runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
