// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_CONTROLS_H
#define LMU_PLUGIN_CONTROLS_H

#include "core/base/attributes.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Control ports: a host may leave them null, or write anything to them.
*/

/// Least gain, which counts as silence [dB]
#define MIN_GAIN_DB (-60.0)

/// Time for a gain to change, or for a bypass [s]
#define FADE_SECONDS 0.02

/// Greatest number of ports of a plugin
#define MAX_PORTS 48U

/// Ports of one instance
typedef struct {
  const PortList* list;
  void*           buffers[MAX_PORTS];
  float           values[MAX_PORTS]; ///< Last good values of controls
} Ports;

/// Start with nothing connected and default values
LMU_SETUP void
ports_init(Ports* ports, const PortList* list);

/// Read all control inputs once, clamp them, and keep the last if not a number
LMU_RT void
ports_read(Ports* ports);

/// Write a control output, if it is connected
LMU_RT void
ports_write(const Ports* ports, uint32_t index, double value);

/// Return a control that was read as a switch
LMU_RT bool
ports_switch(const Ports* ports, uint32_t index);

/// Return a control that was read as a choice or a count
LMU_RT uint32_t
ports_choice(const Ports* ports, uint32_t index);

/// Return the factor of some octaves
LMU_RT double
ratio_from_octaves(double octaves);

/// Return the decibels of a ratio of energies, which is positive
LMU_RT double
db_from_power(double ratio);

/// Return the factor of a gain [dB], zero for the least
LMU_RT double
gain_from_db(double db);

#endif // LMU_PLUGIN_CONTROLS_H
