// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/panel.h"

#include "plugin/ports.h"
#include "ui/draw_axis.h"
#include "ui/folder.h"
#include "ui/layout.h"
#include "ui/panel_spec.h"
#include "ui/value.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define N_TAPS 4U
#define TAP_REACH 11.0     // Of a marker [units]
#define MARK_INSET 11.0    // Of markers from the edges of the window [units]
#define POSITION_REACH 6.0 // Of the line of a position to read [units]
#define MENU_WIDTH 190.0   // [units]
#define MENU_INSET 4.0     // [units]
#define BROWSER_INSET 40.0 // From the edges of the window [units]
#define BROWSER_FOOT 34.0  // [units]

void
lmu_panel_init(LmuPanel* const panel, const LmuPanelSpec* const spec)
{
  memset(panel, 0, sizeof(*panel));
  panel->spec    = spec;
  panel->is_dark = true;
  panel->focus   = LMU_NOTHING;
  panel->menu    = LMU_NOTHING;
  panel->entry   = LMU_NOTHING;
  for (uint32_t i = 0U; i < spec->n_controls; ++i) {
    const LmuControl* const control = &spec->controls[i];
    panel->values[i] = lmu_panel_spec_reads(control) ? NAN : control->initial;
  }
}

void
lmu_panel_reset(LmuPanel* const panel)
{
  lmu_folder_reset(&panel->folder);
}

float
lmu_panel_value(const LmuPanel* const panel,
                const char* const     symbol,
                const float           fallback)
{
  const uint32_t control = lmu_panel_spec_control(panel->spec, symbol);
  return (control < panel->spec->n_controls) ? panel->values[control]
                                             : fallback;
}

void
lmu_panel_set(LmuPanel* const   panel,
              const char* const symbol,
              const float       value)
{
  const uint32_t control = lmu_panel_spec_control(panel->spec, symbol);
  if (control < panel->spec->n_controls) {
    panel->values[control] = value;
  }
}

double
lmu_panel_lift(const LmuRect* const window)
{
  return window->height - (2.0 * MARK_INSET);
}

void
lmu_panel_tap(double                point[2],
              const LmuPanel* const panel,
              const LmuRect* const  window,
              const uint32_t        tap)
{
  char symbol[32];
  (void)snprintf(symbol, sizeof(symbol), "tap%u_position", tap + 1U);
  const double position = (double)lmu_panel_value(panel, symbol, 0.0f);
  (void)snprintf(symbol, sizeof(symbol), "tap%u_gain", tap + 1U);
  const uint32_t control = lmu_panel_spec_control(panel->spec, symbol);
  const double   share =
    (control < panel->spec->n_controls)
        ? lmu_value_share(&panel->spec->controls[control], panel->values[control])
        : 0.0;

  point[0] = window->x + ((1.0 - (position / TAPS_MARGIN)) * window->width);
  point[1] = window->y + MARK_INSET + ((1.0 - share) * lmu_panel_lift(window));
}

LmuRect
lmu_panel_menu(const LmuPanel* const panel, const LmuLayout* const layout)
{
  uint32_t i = 0U;
  while (i < layout->n_cells && layout->cells[i].control != panel->menu) {
    ++i;
  }
  if (i == layout->n_cells) {
    return (LmuRect){0.0, 0.0, 0.0, 0.0};
  }

  const LmuRect* const box     = &layout->cells[i].grip;
  const uint32_t       n_lines = panel->spec->controls[panel->menu].n_points;
  const double height = (LMU_LINE_HEIGHT * n_lines) + (2.0 * MENU_INSET);
  const double width  = fmax(box->width, MENU_WIDTH);
  const double x      = fmin(box->x, layout->width - width - MENU_INSET);
  const double above  = box->y - height - 2.0;
  return (LmuRect){x, fmax(above, MENU_INSET), width, height};
}

LmuRect
lmu_panel_browser(const LmuLayout* const layout)
{
  return (LmuRect){BROWSER_INSET,
                   BROWSER_INSET,
                   layout->width - (2.0 * BROWSER_INSET),
                   layout->height - (2.0 * BROWSER_INSET)};
}

uint32_t
lmu_panel_lines(const LmuLayout* const layout)
{
  const double room =
    lmu_panel_browser(layout).height - LMU_BROWSER_TITLE - BROWSER_FOOT;
  return (uint32_t)fmax(room / LMU_LINE_HEIGHT, 1.0);
}

/// Return the line of an open menu at a point
static LmuTarget
menu_target(const LmuPanel* const  panel,
            const LmuLayout* const layout,
            const double           x,
            const double           y)
{
  const LmuRect menu = lmu_panel_menu(panel, layout);
  const double  line = (y - menu.y - MENU_INSET) / LMU_LINE_HEIGHT;
  return (lmu_rect_has(&menu, x, y) && line >= 0.0 &&
          line < panel->spec->controls[panel->menu].n_points)
           ? (LmuTarget){LMU_TARGET_ITEM, (uint32_t)line}
           : (LmuTarget){LMU_TARGET_NONE, 0U};
}

/// Return the line or button of the browser at a point
static LmuTarget
browser_target(const LmuPanel* const  panel,
               const LmuLayout* const layout,
               const double           x,
               const double           y)
{
  const LmuRect  box   = lmu_panel_browser(layout);
  const double   line  = (y - box.y - LMU_BROWSER_TITLE) / LMU_LINE_HEIGHT;
  const uint32_t index = panel->folder.top + (uint32_t)fmax(line, 0.0);
  if (!lmu_rect_has(&box, x, y)) {
    return (LmuTarget){LMU_TARGET_CANCEL, 0U};
  }
  if (line < 0.0) {
    return (LmuTarget){(x < box.x + 52.0)               ? LMU_TARGET_UP
                       : (x > box.x + box.width - 72.0) ? LMU_TARGET_CANCEL
                                                        : LMU_TARGET_NONE,
                       0U};
  }
  return (line < lmu_panel_lines(layout) && index < panel->folder.n_files)
           ? (LmuTarget){LMU_TARGET_BROWSER, index}
           : (LmuTarget){LMU_TARGET_NONE, 0U};
}

/// Return the marker in the window at a point
static LmuTarget
marker_target(const LmuPanel* const  panel,
              const LmuLayout* const layout,
              const double           x,
              const double           y)
{
  const LmuRect* const window = &layout->window;
  if (lmu_panel_spec_has(panel->spec, "tap1_position")) {
    for (uint32_t tap = N_TAPS; tap-- > 0U;) {
      double point[2];
      lmu_panel_tap(point, panel, window, tap);
      if (hypot(x - point[0], y - point[1]) <= TAP_REACH) {
        return (LmuTarget){LMU_TARGET_TAP, tap};
      }
    }
  } else if (lmu_panel_spec_has(panel->spec, "position")) {
    const double position = (double)lmu_panel_value(panel, "position", 0.0f);
    const double line     = window->x + ((1.0 - position) * window->width);
    if (lmu_rect_has(window, fmin(x, window->x + window->width - 1.0), y) &&
        fabs(x - line) <= POSITION_REACH) {
      return (LmuTarget){LMU_TARGET_POSITION, 0U};
    }
  }
  return (LmuTarget){LMU_TARGET_NONE, 0U};
}

/// Return the button at a point
static LmuTarget
button_target(const LmuLayout* const layout, const double x, const double y)
{
  const struct {
    const LmuRect* bounds;
    LmuTargetKind  kind;
  } buttons[] = {{&layout->theme, LMU_TARGET_THEME},
                 {&layout->open, LMU_TARGET_OPEN},
                 {&layout->previous, LMU_TARGET_PREVIOUS},
                 {&layout->next, LMU_TARGET_NEXT}};
  for (uint32_t i = 0U; i < sizeof(buttons) / sizeof(buttons[0]); ++i) {
    if (lmu_rect_has(buttons[i].bounds, x, y)) {
      return (LmuTarget){buttons[i].kind, 0U};
    }
  }
  return (LmuTarget){LMU_TARGET_NONE, 0U};
}

LmuTarget
lmu_panel_target(const LmuPanel* const  panel,
                 const LmuLayout* const layout,
                 const double           x,
                 const double           y)
{
  if (panel->is_browsing) {
    return browser_target(panel, layout, x, y);
  }
  if (panel->menu != LMU_NOTHING) {
    return menu_target(panel, layout, x, y);
  }
  for (uint32_t i = 0U; i < layout->n_cells; ++i) {
    const LmuSlot* const cell = &layout->cells[i];
    if (lmu_rect_has(&cell->value, x, y)) {
      return (LmuTarget){LMU_TARGET_VALUE, cell->control};
    }
    if (lmu_rect_has(&cell->bounds, x, y)) {
      return (LmuTarget){LMU_TARGET_GRIP, cell->control};
    }
  }

  const LmuTarget button = button_target(layout, x, y);
  return button.kind ? button : marker_target(panel, layout, x, y);
}
