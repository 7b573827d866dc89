// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_PANEL_H
#define LMU_UI_PANEL_H

#include "ui/folder.h"
#include "ui/layout.h"
#include "ui/live.h"
#include "ui/panel_spec.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   The state of a window, without any window system.
*/

/// Greatest length of a path with its terminator [bytes]
#define LMU_PATH_SIZE 4096U

/// Greatest length of a number that is typed, with its terminator [bytes]
#define LMU_ENTRY_SIZE 16U

/// No control
#define LMU_NOTHING UINT32_MAX

/// Parts of a window that react
typedef enum {
  LMU_TARGET_NONE,
  LMU_TARGET_GRIP,  ///< Knob, switch or box of a control, by its index
  LMU_TARGET_VALUE, ///< Number below a knob
  LMU_TARGET_THEME,
  LMU_TARGET_OPEN,
  LMU_TARGET_PREVIOUS,
  LMU_TARGET_NEXT,
  LMU_TARGET_TAP,      ///< Marker of a tap, from 0
  LMU_TARGET_POSITION, ///< Marker of a position to read
  LMU_TARGET_ITEM,     ///< Line of an open menu
  LMU_TARGET_BROWSER,  ///< Line of the file browser
  LMU_TARGET_UP,       ///< Button to the folder above
  LMU_TARGET_CANCEL,   ///< Button to close the browser
} LmuTargetKind;

/// One of them
typedef struct {
  LmuTargetKind kind;
  uint32_t      index;
} LmuTarget;

/// State of a window
typedef struct {
  const LmuPanelSpec* spec;
  bool                is_dark;
  float               values[LMU_MAX_CONTROLS]; ///< NaN are readings to come
  char                path[LMU_PATH_SIZE];      ///< Weight file, may be empty
  char                start[LMU_PATH_SIZE];     ///< Where to look for others
  LmuLive             live;

  LmuTarget hover;                 ///< What the pointer is over
  uint32_t  focus;                 ///< Control that keys change, or none
  uint32_t  menu;                  ///< Control whose menu is open, or none
  uint32_t  item;                  ///< Line of that menu that is lit
  uint32_t  entry;                 ///< Control whose number is typed, or none
  char      typed[LMU_ENTRY_SIZE]; ///< What is typed
  bool      is_browsing;           ///< Whether the file browser is open
  LmuFolder folder;                ///< What it shows
  char      notice[96];            ///< What recently went wrong, or empty
} LmuPanel;

/// Make a panel of defaults, and of no readings yet
void
lmu_panel_init(LmuPanel* panel, const LmuPanelSpec* spec);

/// Free what a panel owns
void
lmu_panel_reset(LmuPanel* panel);

/// Return the value of a control by its symbol, or `fallback`
float
lmu_panel_value(const LmuPanel* panel, const char* symbol, float fallback);

/// Set the value of a control by its symbol, if there is one
void
lmu_panel_set(LmuPanel* panel, const char* symbol, float value);

/// Return where the marker of a tap is, from 0
void
lmu_panel_tap(double          point[2],
              const LmuPanel* panel,
              const LmuRect*  window,
              uint32_t        tap);

/// Return how far a marker goes from the least gain to the greatest
double
lmu_panel_lift(const LmuRect* window);

/// Return where the menu that is open lies
LmuRect
lmu_panel_menu(const LmuPanel* panel, const LmuLayout* layout);

/// Return where the file browser and its lines lie
LmuRect
lmu_panel_browser(const LmuLayout* layout);

/// Return how many lines of the browser can be seen
uint32_t
lmu_panel_lines(const LmuLayout* layout);

/// Return what is at a point
LmuTarget
lmu_panel_target(const LmuPanel*  panel,
                 const LmuLayout* layout,
                 double           x,
                 double           y);

/// Height of a line in menus and in the browser [units]
#define LMU_LINE_HEIGHT 20.0

/// Height of the title of the browser [units]
#define LMU_BROWSER_TITLE 40.0

#endif // LMU_UI_PANEL_H
