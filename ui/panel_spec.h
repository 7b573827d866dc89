// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_PANEL_SPEC_H
#define LMU_UI_PANEL_SPEC_H

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What the window of a plugin shows, as its Turtle has it.

   ui/panel_specs.py writes the tables from the files that hosts read, so that a
   window says what the manual of the host says.
*/

/// Greatest number of controls of a plugin
#define LMU_MAX_CONTROLS 48U

/// What a control is
typedef enum {
  LMU_CONTROL_LOGARITHMIC = 1U,
  LMU_CONTROL_INTEGER     = 2U,
  LMU_CONTROL_TOGGLED     = 4U,
  LMU_CONTROL_ENUMERATION = 8U,
  LMU_CONTROL_OUTPUT      = 16U, ///< The plugin sets it
  LMU_CONTROL_HIDDEN      = 32U, ///< For the host, not for people
} LmuControlFlag;

/// A value with a name
typedef struct {
  float       value;
  const char* label;
} LmuPoint;

/// One control port
typedef struct {
  const char*     symbol;
  const char*     label;   ///< Name, short where its group says the rest
  const char*     comment; ///< What it does, in sentences
  const char*     unit;    ///< Such as "ms", or empty; "%" is of parts of one
  const char*     group;   ///< Name of its group, or empty
  const LmuPoint* points;  ///< Values with names, [n_points]
  uint32_t        n_points;
  uint32_t        port;  ///< Index of the port
  unsigned        flags; ///< LmuControlFlag, added
  float           initial;
  float           minimum;
  float           maximum;
} LmuControl;

/// One plugin
typedef struct {
  const char*       name;     ///< URI of the plugin without its prefix
  const char*       title;    ///< Name of the plugin
  const char*       comment;  ///< What it does, in sentences
  const LmuControl* controls; ///< Controls in the order of ports
  uint32_t          n_controls;
  uint32_t          control_port; ///< Port that takes messages
  uint32_t          notify_port;  ///< Port that sends messages
  bool              has_weights;  ///< Whether it loads a file
} LmuPanelSpec;

/// All plugins
extern const LmuPanelSpec lmu_panel_specs[];

/// Number of plugins
extern const uint32_t lmu_n_panel_specs;

/// Return the spec of a plugin, by its name or URI, or null
const LmuPanelSpec*
lmu_panel_spec(const char* name);

/// Return the index of a control, or n_controls if there is none
uint32_t
lmu_panel_spec_control(const LmuPanelSpec* spec, const char* symbol);

/// Return the index of the control with a port, or n_controls if there is none
uint32_t
lmu_panel_spec_port(const LmuPanelSpec* spec, uint32_t port);

/// Return whether a plugin has a control
bool
lmu_panel_spec_has(const LmuPanelSpec* spec, const char* symbol);

/// Return whether a control is a reading that the header shows
bool
lmu_panel_spec_reads(const LmuControl* control);

#endif // LMU_UI_PANEL_SPEC_H
