// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_PORT_H
#define LMU_HOST_PORT_H

#include "host/world.h"
#include "tools/base/failure.h"

#include <lilv/lilv.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What a plugin says of its ports.
*/

/// What a port carries
typedef enum {
  LMU_PORT_AUDIO,
  LMU_PORT_CV,
  LMU_PORT_CONTROL,
  LMU_PORT_ATOM,
  LMU_PORT_OTHER,
} LmuPortKind;

/// A port of any plugin; texts belong to the world
typedef struct {
  const LilvPort* lilv;        ///< For more questions
  const char*     symbol;      ///< Stable name
  LmuPortKind     kind;        ///< What it carries
  bool            is_input;    ///< Into the plugin
  bool            is_optional; ///< May stay unconnected
  bool            is_whole;    ///< Takes whole numbers only
  float           initial;     ///< Default, in range, or zero
  float           minimum;     ///< Least value, or minus infinity
  float           maximum;     ///< Greatest value, or infinity
} LmuPort;

/**
   Describe all ports of a plugin.

   @param n_ports Set to their number.
   @param rate Frames per second, scales the bounds of some ports.
   @return Ports in the order of their indices, for free().
*/
LMU_SETUP LMU_NODISCARD LmuPort*
lmu_ports_new(uint32_t*         n_ports,
              const LmuWorld*   world,
              const LilvPlugin* plugin,
              double            rate);

/// Return the port that can be set by that symbol, or null
LMU_SETUP const LmuPort*
lmu_ports_setting(const LmuPort* ports, uint32_t n_ports, const char* symbol);

/**
   Return the unit of a port, as text to put after a number.

   @return Text for free(), empty if there is no unit.
*/
LMU_SETUP LMU_NODISCARD char*
lmu_port_unit(const LmuPort*    port,
              const LmuWorld*   world,
              const LilvPlugin* plugin);

/**
   Read a value for a port: a number in range, or the name of a scale point.

   @return LMU_EXIT_BAD_VALUE on error, with the range in the message.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_port_value(float*            value,
               LmuFailure*       error,
               const LmuPort*    port,
               const LilvPlugin* plugin,
               const char*       text);

/// Return an unknown symbol's error, with the one that was likely meant
LMU_SETUP LmuExit
lmu_ports_unknown(LmuFailure*    error,
                  const LmuPort* ports,
                  uint32_t       n_ports,
                  const char*    symbol);

#endif // LMU_HOST_PORT_H
