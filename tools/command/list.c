// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/port.h"
#include "host/preset.h"
#include "host/world.h"
#include "tools/base/allocate.h"
#include "tools/base/print.h"
#include "tools/command/command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 78 // Of a terminal, almost
#define WHITE " \t\r\n"
#define USUAL_RATE 48000.0 // For bounds that depend on the rate

/// Print a text in lines of at most WIDTH characters
static void
print_wrapped(const char* text, const int indent)
{
  int column = 0;
  while (*(text += strspn(text, WHITE))) {
    const int  length = (int)strcspn(text, WHITE);
    const bool first  = !column;
    const bool full   = !first && column + 1 + length > WIDTH;
    column            = (first || full) ? indent : column + 1;
    fputs(full ? "\n" : "", stdout);
    lmu_print("%*s%.*s", (first || full) ? indent : 1, "", length, text);
    column += length;
    text += length;
  }
  if (column) {
    puts("");
  }
}

static void
print_comment(const LmuWorld* const world, const LilvNode* const subject)
{
  LilvNode* const comment =
    lilv_world_get(world->lilv, subject, world->nodes[LMU_NODE_COMMENT], NULL);
  if (comment) {
    print_wrapped(lilv_node_as_string(comment), 0);
  }
  lilv_node_free(comment);
}

static void
print_name(const LilvPlugin* const plugin)
{
  LilvNode* const name = lilv_plugin_get_name(plugin);
  lmu_print("%s", name ? lilv_node_as_string(name) : "?");
  lilv_node_free(name);
}

/// Return how many audio or CV ports there are in a direction
static uint32_t
count_signals(const LmuPort* const ports,
              const uint32_t       n_ports,
              const bool           is_input)
{
  uint32_t count = 0U;
  for (uint32_t i = 0U; i < n_ports; ++i) {
    count += ports[i].is_input == is_input && ports[i].kind <= LMU_PORT_CV;
  }
  return count;
}

static void
print_plugin_line(const LmuWorld* const world, const LilvPlugin* const plugin)
{
  uint32_t       n_ports = 0U;
  LmuPort* const ports   = lmu_ports_new(&n_ports, world, plugin, USUAL_RATE);

  lmu_print("%-14s  %2u in, %2u out  ",
            lmu_plugin_short_name(plugin),
            count_signals(ports, n_ports, true),
            count_signals(ports, n_ports, false));
  print_name(plugin);
  printf("\n");
  free(ports);
}

static LmuExit
print_plugins(LmuFailure* const     error,
              const LmuWorld* const world,
              const bool            all)
{
  const LilvPlugins* const plugins = lilv_world_get_all_plugins(world->lilv);
  uint32_t                 n_found = 0U;
  LILV_FOREACH(plugins, i, plugins)
  {
    const LilvPlugin* const plugin = lilv_plugins_get(plugins, i);
    if (all || lmu_plugin_is_ours(plugin)) {
      print_plugin_line(world, plugin);
      ++n_found;
    }
  }
  if (all) {
    lmu_world_notice(world);
  }
  if (n_found) {
    return LMU_EXIT_SUCCESS;
  }
  return lmu_failure_set(error,
                         LMU_EXIT_UNKNOWN_PLUGIN,
                         "no plugins found; set LV2_PATH or give --bundle DIR");
}

static int
compare_points(const void* const a, const void* const b)
{
  const float left = lilv_node_as_float(
    lilv_scale_point_get_value(*(const LilvScalePoint* const*)a));
  const float right = lilv_node_as_float(
    lilv_scale_point_get_value(*(const LilvScalePoint* const*)b));
  return (left > right) - (left < right);
}

/// Print the named values of a port from the least to the greatest
static void
print_scale_points(const LilvPlugin* const plugin, const LmuPort* const port)
{
  LilvScalePoints* const points =
    lilv_port_get_scale_points(plugin, port->lilv);
  const LilvScalePoint** const sorted = (const LilvScalePoint**)lmu_allocate(
    lilv_scale_points_size(points), sizeof(LilvScalePoint*));

  size_t count = 0U;
  LILV_FOREACH(scale_points, i, points)
  {
    sorted[count++] = lilv_scale_points_get(points, i);
  }
  qsort(sorted, count, sizeof(LilvScalePoint*), compare_points);

  for (size_t i = 0U; i < count; ++i) {
    lmu_print("      %g = %s\n",
              (double)lilv_node_as_float(lilv_scale_point_get_value(sorted[i])),
              lilv_node_as_string(lilv_scale_point_get_label(sorted[i])));
  }
  free(sorted);
  lilv_scale_points_free(points);
}

static void
print_range(const LmuPort* const port, const char* const unit)
{
  char range[64] = "any";
  if (isfinite(port->minimum) && isfinite(port->maximum)) {
    snprintf(range,
             sizeof(range),
             "%g to %g",
             (double)port->minimum,
             (double)port->maximum);
  }
  lmu_print("%10g  %-14s  %-12s", (double)port->initial, range, unit);
}

static void
print_port(const LmuWorld* const   world,
           const LilvPlugin* const plugin,
           const LmuPort* const    port)
{
  static const char* const kinds[] = {"audio", "CV", "control", "events", "?"};

  LilvNode* const name = lilv_port_get_name(plugin, port->lilv);
  char* const     unit = lmu_port_unit(port, world, plugin);

  lmu_print("  %-16s ", port->symbol);
  if (port->kind == LMU_PORT_CONTROL) {
    print_range(port, unit);
  } else {
    lmu_print("%10s  %-14s  %-12s", kinds[port->kind], "", "");
  }
  lmu_print("  %s\n", name ? lilv_node_as_string(name) : "");
  print_scale_points(plugin, port);

  free(unit);
  lilv_node_free(name);
}

static void
print_ports(const LmuWorld* const   world,
            const LilvPlugin* const plugin,
            const bool              inputs)
{
  uint32_t       n_ports = 0U;
  LmuPort* const ports   = lmu_ports_new(&n_ports, world, plugin, USUAL_RATE);

  lmu_print("\n%-18s %10s  %-14s  %-12s  %s\n",
            inputs ? "Inputs" : "Outputs",
            "default",
            "range",
            "unit",
            "name");
  for (uint32_t i = 0U; i < n_ports; ++i) {
    if (ports[i].is_input == inputs) {
      print_port(world, plugin, &ports[i]);
    }
  }
  free(ports);
}

static void
print_presets(const LmuWorld* const world, const LilvPlugin* const plugin)
{
  LmuPresets presets = {NULL, 0U};
  lmu_presets_init(&presets, world, plugin);

  printf("\nPresets\n");
  for (uint32_t i = 0U; i < presets.n_presets; ++i) {
    const LmuPreset* const preset = &presets.presets[i];
    lmu_print(
      "  %s%s\n", preset->label, preset->is_bad ? ", cannot be read" : "");
    print_wrapped(preset->comment, 6);
  }
  if (!presets.n_presets) {
    printf("  none\n");
  }
  lmu_presets_reset(&presets);
}

static void
print_plugin(const LmuWorld* const world, const LilvPlugin* const plugin)
{
  const LilvNode* const uri = lilv_plugin_get_uri(plugin);
  print_name(plugin);
  lmu_print(" <%s>\n", lilv_node_as_uri(uri));
  print_comment(world, uri);
  print_ports(world, plugin, true);
  print_ports(world, plugin, false);
  print_presets(world, plugin);
}

static LmuExit
print(const LmuArguments* const arguments,
      LmuFailure* const         error,
      const LmuWorld* const     world)
{
  if (!arguments->n_operands) {
    return print_plugins(error, world, lmu_arguments_has(arguments, "--all"));
  }

  const LilvPlugin* plugin = NULL;
  const LmuExit     status =
    lmu_world_plugin(&plugin, error, world, arguments->operands[0]);
  if (!status) {
    print_plugin(world, plugin);
  }
  return status;
}

static LmuExit
list(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuWorld world = LMU_NO_WORLD;
  LmuExit  status =
    lmu_world_init(&world,
                   error,
                   lmu_arguments_value(arguments, "--bundle", NULL),
                   arguments->program);
  if (!status) {
    status = print(arguments, error, &world);
    lmu_world_reset(&world);
  }
  return status;
}

static const LmuOption options[] = {
  {"--all", NULL, "List the plugins of others too"},
  {"--bundle", "DIR", "Look for plugins in this bundle only"},
  {"--help", NULL, "Show this"},
  {NULL, NULL, NULL},
};

const LmuCommand lmu_list_command = {
  {"list",
   "[PLUGIN]",
   0U,
   1U,
   "List plugins, or the controls and presets of one",
   "Lists the plugins of this project, or all that is known of one plugin:\n"
   "its ports with their defaults, ranges, units and choices, and its presets.",
   options},
  list,
};
