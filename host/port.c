// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/port.h"

#include "tools/base/allocate.h"
#include "tools/base/text.h"

#include <lv2/units/units.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A unit as the LV2 specification names it, and as it is written
typedef struct {
  const char* name;   ///< After LV2_UNITS_PREFIX
  const char* symbol; ///< After a number
} Unit;

// Known by heart, as the specification's data need not be installed
static const Unit units[] = {
  {"bar", "bars"},
  {"beat", "beats"},
  {"bpm", "BPM"},
  {"cent", "ct"},
  {"coef", ""},
  {"db", "dB"},
  {"degree", "°"},
  {"frame", "frames"},
  {"hz", "Hz"},
  {"khz", "kHz"},
  {"m", "m"},
  {"mhz", "MHz"},
  {"midiNote", "MIDI note"},
  {"min", "min"},
  {"ms", "ms"},
  {"oct", "octaves"},
  {"pc", "%"},
  {"s", "s"},
  {"semitone12TET", "semitones"},
};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

static LmuPortKind
port_kind(const LmuWorld* const   world,
          const LilvPlugin* const plugin,
          const LilvPort* const   port)
{
  static const LmuNode classes[] = {
    LMU_NODE_AUDIO, LMU_NODE_CV, LMU_NODE_CONTROL, LMU_NODE_ATOM};

  for (uint32_t i = 0U; i < 4U; ++i) {
    if (lilv_port_is_a(plugin, port, world->nodes[classes[i]])) {
      return (LmuPortKind)i;
    }
  }
  return LMU_PORT_OTHER;
}

static bool
has(const LmuWorld* const   world,
    const LilvPlugin* const plugin,
    const LilvPort* const   port,
    const LmuNode           property)
{
  return lilv_port_has_property(plugin, port, world->nodes[property]);
}

/// Return the number in a node and free it
static float
take_number(LilvNode* const node, const double scale, const float fallback)
{
  const bool  known = lilv_node_is_int(node) || lilv_node_is_float(node);
  const float value =
    known ? (float)(scale * (double)lilv_node_as_float(node)) : fallback;
  lilv_node_free(node);
  return isnan(value) ? fallback : value;
}

static void
read_range(LmuPort* const          port,
           const LmuWorld* const   world,
           const LilvPlugin* const plugin,
           const double            rate)
{
  LilvNode* initial = NULL;
  LilvNode* minimum = NULL;
  LilvNode* maximum = NULL;
  lilv_port_get_range(plugin, port->lilv, &initial, &minimum, &maximum);

  const bool   scaled  = has(world, plugin, port->lilv, LMU_NODE_SAMPLE_RATE);
  const bool   toggled = has(world, plugin, port->lilv, LMU_NODE_TOGGLED);
  const double scale   = scaled ? rate : 1.0;
  port->minimum = take_number(minimum, scale, toggled ? 0.0f : -INFINITY);
  port->maximum = take_number(maximum, scale, toggled ? 1.0f : INFINITY);
  port->initial =
    take_number(initial, scale, isfinite(port->minimum) ? port->minimum : 0.0f);
}

static LmuPort
read_port(const LmuWorld* const   world,
          const LilvPlugin* const plugin,
          const uint32_t          index,
          const double            rate)
{
  const LilvPort* const lilv = lilv_plugin_get_port_by_index(plugin, index);

  LmuPort port     = {0};
  port.lilv        = lilv;
  port.symbol      = lilv_node_as_string(lilv_port_get_symbol(plugin, lilv));
  port.kind        = port_kind(world, plugin, lilv);
  port.is_input    = lilv_port_is_a(plugin, lilv, world->nodes[LMU_NODE_INPUT]);
  port.is_optional = has(world, plugin, lilv, LMU_NODE_OPTIONAL);
  port.is_whole    = has(world, plugin, lilv, LMU_NODE_INTEGER) ||
                  has(world, plugin, lilv, LMU_NODE_ENUMERATION) ||
                  has(world, plugin, lilv, LMU_NODE_TOGGLED);
  read_range(&port, world, plugin, rate);
  return port;
}

LmuPort*
lmu_ports_new(uint32_t* const         n_ports,
              const LmuWorld* const   world,
              const LilvPlugin* const plugin,
              const double            rate)
{
  *n_ports = lilv_plugin_get_num_ports(plugin);

  LmuPort* const ports = (LmuPort*)lmu_allocate(*n_ports, sizeof(LmuPort));
  for (uint32_t i = 0U; i < *n_ports; ++i) {
    ports[i] = read_port(world, plugin, i, rate);
  }
  return ports;
}

static bool
is_setting(const LmuPort* const port)
{
  return port->is_input &&
         (port->kind == LMU_PORT_CONTROL || port->kind == LMU_PORT_CV);
}

const LmuPort*
lmu_ports_setting(const LmuPort* const ports,
                  const uint32_t       n_ports,
                  const char* const    symbol)
{
  for (uint32_t i = 0U; i < n_ports; ++i) {
    if (is_setting(&ports[i]) && !strcmp(ports[i].symbol, symbol)) {
      return &ports[i];
    }
  }
  return NULL;
}

/// Return the symbol of a unit of the LV2 specification, or null
static const char*
known_unit(const char* const uri)
{
  const size_t length = strlen(LV2_UNITS_PREFIX);
  if (strncmp(uri, LV2_UNITS_PREFIX, length) != 0) {
    return NULL;
  }

  for (size_t i = 0U; i < N_UNITS; ++i) {
    if (!strcmp(uri + length, units[i].name)) {
      return units[i].symbol;
    }
  }
  return NULL;
}

char*
lmu_port_unit(const LmuPort* const    port,
              const LmuWorld* const   world,
              const LilvPlugin* const plugin)
{
  LilvNode* const unit =
    lilv_port_get(plugin, port->lilv, world->nodes[LMU_NODE_UNIT]);
  const char* const known =
    lilv_node_is_uri(unit) ? known_unit(lilv_node_as_uri(unit)) : NULL;
  LilvNode* const own =
    (unit && !known)
      ? lilv_world_get(world->lilv, unit, world->nodes[LMU_NODE_SYMBOL], NULL)
      : NULL;

  const char* const symbol = known ? known
                             : own ? lilv_node_as_string(own)
                                   : "";
  char* const       text   = lmu_allocate_text("%s", symbol);
  lilv_node_free(own);
  lilv_node_free(unit);
  return text;
}

/// Find the value of a scale point by its name
static bool
find_scale_point(float* const            value,
                 const LmuPort* const    port,
                 const LilvPlugin* const plugin,
                 const char* const       label)
{
  LilvScalePoints* const points =
    lilv_port_get_scale_points(plugin, port->lilv);
  bool found = false;
  LILV_FOREACH(scale_points, i, points)
  {
    const LilvScalePoint* const point = lilv_scale_points_get(points, i);
    if (lmu_text_equal(lilv_node_as_string(lilv_scale_point_get_label(point)),
                       label)) {
      *value = lilv_node_as_float(lilv_scale_point_get_value(point));
      found  = true;
    }
  }
  lilv_scale_points_free(points);
  return found;
}

LmuExit
lmu_port_value(float* const            value,
               LmuFailure* const       error,
               const LmuPort* const    port,
               const LilvPlugin* const plugin,
               const char* const       text)
{
  if (find_scale_point(value, port, plugin, text)) {
    return LMU_EXIT_SUCCESS;
  }

  double number = 0.0;
  if (!lmu_text_number(&number, text)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "%s cannot be \"%s\"; use a number from %g to %g",
                           port->symbol,
                           text,
                           (double)port->minimum,
                           (double)port->maximum);
  }

  // As a float, so that the bounds themselves are in range
  const float rounded = (float)number;
  if (!isfinite(rounded) || rounded < port->minimum ||
      rounded > port->maximum) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "%s=%s is out of range; use %g to %g",
                           port->symbol,
                           text,
                           (double)port->minimum,
                           (double)port->maximum);
  }
  if (port->is_whole && rounded != floorf(rounded)) {
    return lmu_failure_set(
      error,
      LMU_EXIT_BAD_VALUE,
      "%s=%s is not whole; use a whole number from %g to %g",
      port->symbol,
      text,
      (double)port->minimum,
      (double)port->maximum);
  }

  *value = rounded;
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_ports_unknown(LmuFailure* const    error,
                  const LmuPort* const ports,
                  const uint32_t       n_ports,
                  const char* const    symbol)
{
  LmuGuess guess = {symbol, NULL, 0U};
  for (uint32_t i = 0U; i < n_ports; ++i) {
    if (is_setting(&ports[i])) {
      lmu_guess_add(&guess, ports[i].symbol);
    }
  }

  if (guess.best) {
    return lmu_failure_set(error,
                           LMU_EXIT_UNKNOWN_PORT,
                           "unknown control \"%s\"; did you mean %s?",
                           symbol,
                           guess.best);
  }
  return lmu_failure_set(error,
                         LMU_EXIT_UNKNOWN_PORT,
                         "unknown control \"%s\"; lmu list PLUGIN shows those "
                         "there are",
                         symbol);
}
