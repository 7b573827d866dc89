// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_LAYOUT_H
#define LMU_UI_LAYOUT_H

#include "ui/draw_axis.h"
#include "ui/panel_spec.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Where everything is in a window of any size [units].
*/

/// Greatest number of groups of controls
#define LMU_MAX_CARDS 12U

/// How a control is shown
typedef enum {
  LMU_WIDGET_KNOB,
  LMU_WIDGET_SWITCH,
  LMU_WIDGET_MENU,
} LmuWidget;

/// One control
typedef struct {
  uint32_t  control; ///< Index in the spec
  LmuWidget widget;
  LmuRect   bounds; ///< All of it, with its label
  LmuRect   grip;   ///< Knob, switch or box
  LmuRect   value;  ///< Value below a knob, or empty
} LmuSlot;

/// A group of controls
typedef struct {
  const char* name;
  LmuRect     bounds;
} LmuCard;

/// All bounds
typedef struct {
  double   width;
  double   height;
  LmuRect  header;
  LmuRect  theme;    ///< Button for light and dark
  LmuRect  file;     ///< Row of the weight file, or empty
  LmuRect  open;     ///< Buttons in it
  LmuRect  previous; //
  LmuRect  next;     //
  LmuRect  picture;  ///< All that follows, up to the controls
  LmuRect  legend;   ///< Row above the window
  LmuRect  window;   ///< Panels of the picture, error, heat and bars may be
  LmuRect  error;    ///< empty
  LmuRect  heat;     //
  LmuRect  bars;     //
  LmuRect  help;     ///< Line at the bottom
  LmuSlot  cells[LMU_MAX_CONTROLS];
  uint32_t n_cells;
  LmuCard  cards[LMU_MAX_CARDS];
  uint32_t n_cards;
} LmuLayout;

/// What a plugin has to show of its memory
typedef struct {
  bool has_error;  ///< Reconstruction of an input
  bool has_output; ///< Output beside the input
  bool has_curve;  ///< Reconstruction, where the memory hears the sound itself
} LmuScene;

/// Return what a plugin has to show
LmuScene
lmu_scene(const LmuPanelSpec* spec);

/// Return how a control is shown
LmuWidget
lmu_widget(const LmuControl* control);

/// Return the best size of a window [units], and the least that has room
void
lmu_layout_size(const LmuPanelSpec* spec, double best[2], double least[2]);

/// Return the least height that has room at a width [units]
double
lmu_layout_height(const LmuPanelSpec* spec, double width);

/// Lay out a window
void
lmu_layout_init(LmuLayout*          layout,
                const LmuPanelSpec* spec,
                double              width,
                double              height);

/// Lay out a window of some pixels, smaller than wanted where that has too
/// little room, and return the pixels of a unit
double
lmu_layout_fit(LmuLayout*          layout,
               const LmuPanelSpec* spec,
               double              width,
               double              height,
               double              wanted);

/// Return whether a point is in a rectangle
bool
lmu_rect_has(const LmuRect* rect, double x, double y);

#endif // LMU_UI_LAYOUT_H
