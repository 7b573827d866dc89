// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/user_input.h"

#include "plugin/ports.h"
#include "ui/event.h"
#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"
#include "ui/user_input_files.h"
#include "ui/user_input_keys.h"
#include "ui/user_input_parts.h"
#include "ui/value.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DRAG_LENGTH 200.0 // From one end of a knob to the other [units]
#define FINE 0.1          // Part of that with the shift key
#define DOUBLE_CLICK_MS 400U

void
lmu_user_input_init(LmuUserInput* const     input,
                    LmuPanel* const         panel,
                    const LmuActions* const actions)
{
  memset(input, 0, sizeof(*input));
  input->panel   = panel;
  input->actions = *actions;
  input->held[0] = LMU_NOTHING;
  input->held[1] = LMU_NOTHING;
}

void
lmu_user_input_set(LmuUserInput* const input,
                   const uint32_t      control,
                   const float         value)
{
  if (input->panel->values[control] != value) {
    input->panel->values[control] = value;
    input->actions.set(input->actions.handle, control, value);
  }
}

void
lmu_user_input_set_once(LmuUserInput* const input,
                        const uint32_t      control,
                        const float         value)
{
  input->actions.touch(input->actions.handle, control, true);
  lmu_user_input_set(input, control, value);
  input->actions.touch(input->actions.handle, control, false);
}

bool
lmu_user_input_holds(const LmuUserInput* const input, const uint32_t control)
{
  return input->held[0] == control || input->held[1] == control;
}

void
lmu_user_input_reset(LmuUserInput* const input)
{
  for (uint32_t i = 0U; i < 2U; ++i) {
    if (input->held[i] != LMU_NOTHING) {
      input->actions.touch(input->actions.handle, input->held[i], false);
    }
    input->held[i] = LMU_NOTHING;
  }
  input->drag = (LmuTarget){LMU_TARGET_NONE, 0U};
}

/// Hold up to two controls, for both directions of the pointer
static void
hold(LmuUserInput* const   input,
     const LmuTarget       target,
     const uint32_t        controls[2],
     const LmuEvent* const event)
{
  const LmuPanel* const panel = input->panel;
  input->drag                 = target;
  input->from[0]              = event->x;
  input->from[1]              = event->y;
  for (uint32_t i = 0U; i < 2U; ++i) {
    const uint32_t control = controls[i];
    if (control < panel->spec->n_controls) {
      input->held[i]   = control;
      input->shares[i] = lmu_value_share(&panel->spec->controls[control],
                                         panel->values[control]);
      input->actions.touch(input->actions.handle, control, true);
    }
  }
}

/// Hold the marker of a tap, or of a position
static void
hold_marker(LmuUserInput* const   input,
            const LmuTarget       target,
            const LmuEvent* const event)
{
  const LmuPanelSpec* const spec = input->panel->spec;
  uint32_t controls[2]           = {lmu_panel_spec_control(spec, "position"),
                                    LMU_NOTHING};
  if (target.kind == LMU_TARGET_TAP) {
    char symbol[32];
    (void)snprintf(symbol, sizeof(symbol), "tap%u_position", target.index + 1U);
    controls[0] = lmu_panel_spec_control(spec, symbol);
    (void)snprintf(symbol, sizeof(symbol), "tap%u_gain", target.index + 1U);
    controls[1] = lmu_panel_spec_control(spec, symbol);
  }
  hold(input, target, controls, event);
}

/// Move one of the controls that are held by a part of its scale
static void
drag_by(LmuUserInput* const input, const uint32_t i, const double share)
{
  const uint32_t control = input->held[i];
  if (control != LMU_NOTHING) {
    input->shares[i] = fmin(fmax(input->shares[i] + share, 0.0), 1.0);
    lmu_user_input_set(
      input,
      control,
      lmu_value_at(&input->panel->spec->controls[control], input->shares[i]));
  }
}

static bool
drag(LmuUserInput* const    input,
     const LmuLayout* const layout,
     const LmuEvent* const  event)
{
  const double fine = event->has_shift ? FINE : 1.0;
  const double x    = event->x - input->from[0];
  const double y    = input->from[1] - event->y;
  if (input->drag.kind == LMU_TARGET_GRIP) {
    drag_by(input, 0U, fine * y / DRAG_LENGTH);
  } else {
    const bool   is_tap = input->drag.kind == LMU_TARGET_TAP;
    const double span   = layout->window.width / (is_tap ? TAPS_MARGIN : 1.0);
    drag_by(input, 0U, -fine * x / fmax(span, 1.0));
    drag_by(input, 1U, fine * y / fmax(lmu_panel_lift(&layout->window), 1.0));
  }
  input->from[0] = event->x;
  input->from[1] = event->y;
  return true;
}

/// Press a control itself
static void
press_grip(LmuUserInput* const   input,
           const LmuTarget       target,
           const LmuEvent* const event,
           const bool            is_double)
{
  LmuPanel* const         panel       = input->panel;
  const LmuControl* const control     = &panel->spec->controls[target.index];
  const uint32_t          controls[2] = {target.index, LMU_NOTHING};
  panel->focus                        = target.index;
  switch (lmu_widget(control)) {
  case LMU_WIDGET_SWITCH:
  case LMU_WIDGET_MENU:
    lmu_user_input_open(input, target.index);
    break;
  case LMU_WIDGET_KNOB:
    if (is_double) {
      lmu_user_input_set_once(input, target.index, control->initial);
    } else {
      hold(input, target, controls, event);
    }
    break;
  }
}

static void
switch_theme(LmuUserInput* const input)
{
  input->panel->is_dark = !input->panel->is_dark;
  input->actions.save(input->actions.handle);
}

static void
press_item(LmuUserInput* const input, const LmuTarget target)
{
  LmuPanel* const panel   = input->panel;
  const uint32_t  control = panel->menu;
  panel->menu             = LMU_NOTHING;
  if (target.kind == LMU_TARGET_ITEM) {
    lmu_user_input_set_once(
      input,
      control,
      panel->spec->controls[control].points[target.index].value);
  }
}

/// Press what is under the pointer
static void
press(LmuUserInput* const   input,
      const LmuTarget       target,
      const LmuEvent* const event,
      const bool            is_double)
{
  LmuPanel* const panel = input->panel;
  lmu_user_input_end_entry(input, true);
  if (panel->menu != LMU_NOTHING) {
    press_item(input, target);
    return;
  }

  switch (target.kind) {
  case LMU_TARGET_GRIP:
    press_grip(input, target, event, is_double);
    break;
  case LMU_TARGET_VALUE:
    panel->focus = target.index;
    lmu_user_input_begin_entry(input, target.index, '\0');
    break;
  case LMU_TARGET_TAP:
  case LMU_TARGET_POSITION:
    hold_marker(input, target, event);
    break;
  case LMU_TARGET_THEME:
    switch_theme(input);
    break;
  case LMU_TARGET_NONE:
  case LMU_TARGET_ITEM:
    panel->focus = LMU_NOTHING;
    break;
  default:
    lmu_user_input_press_file(input, target);
    break;
  }
}

static bool
wheel(LmuUserInput* const    input,
      const LmuLayout* const layout,
      const LmuEvent* const  event)
{
  LmuPanel* const panel  = input->panel;
  const LmuTarget target = lmu_panel_target(panel, layout, event->x, event->y);
  if (event->has_control) {
    input->actions.zoom(input->actions.handle, (event->steps > 0.0) ? 1 : -1);
    return true;
  }
  if (panel->is_browsing) {
    lmu_user_input_scroll(input, layout, (int)(-3.0 * event->steps));
    return true;
  }
  if (panel->menu != LMU_NOTHING ||
      (target.kind != LMU_TARGET_GRIP && target.kind != LMU_TARGET_VALUE)) {
    return false;
  }

  const LmuControl* const control = &panel->spec->controls[target.index];
  const double            fine    = event->has_shift ? FINE : 1.0;
  lmu_user_input_set_once(
    input,
    target.index,
    lmu_value_moved(control, panel->values[target.index], fine * event->steps));
  return true;
}

static bool
move(LmuUserInput* const    input,
     const LmuLayout* const layout,
     const LmuEvent* const  event)
{
  LmuPanel* const panel = input->panel;
  if (input->drag.kind) {
    return drag(input, layout, event);
  }

  const LmuTarget before = panel->hover;
  panel->hover           = lmu_panel_target(panel, layout, event->x, event->y);
  if (panel->hover.kind == LMU_TARGET_ITEM) {
    panel->item = panel->hover.index;
  }
  return panel->hover.kind != before.kind || panel->hover.index != before.index;
}

static bool
click(LmuUserInput* const    input,
      const LmuLayout* const layout,
      const LmuEvent* const  event)
{
  const LmuTarget target =
    lmu_panel_target(input->panel, layout, event->x, event->y);
  const bool is_double = input->clicked.kind == target.kind &&
                         input->clicked.index == target.index &&
                         event->time_ms - input->clicked_ms < DOUBLE_CLICK_MS;
  input->clicked    = is_double ? (LmuTarget){LMU_TARGET_NONE, 0U} : target;
  input->clicked_ms = event->time_ms;
  lmu_user_input_reset(input);
  press(input, target, event, is_double);
  return true;
}

bool
lmu_user_input_process(LmuUserInput* const    input,
                       const LmuLayout* const layout,
                       const LmuEvent* const  event)
{
  if (!isfinite(event->x) || !isfinite(event->y)) {
    return false;
  }

  switch (event->type) {
  case LMU_EVENT_PRESS:
    return click(input, layout, event);
  case LMU_EVENT_RELEASE:
    lmu_user_input_reset(input);
    (void)move(input, layout, event);
    return true;
  case LMU_EVENT_MOVE:
    return move(input, layout, event);
  case LMU_EVENT_LEAVE:
    input->panel->hover = (LmuTarget){LMU_TARGET_NONE, 0U};
    return true;
  case LMU_EVENT_WHEEL:
    return wheel(input, layout, event);
  case LMU_EVENT_KEY:
    if (event->text == 'd' && !event->has_control &&
        !input->panel->is_browsing && input->panel->entry == LMU_NOTHING) {
      switch_theme(input);
      return true;
    }
    return lmu_user_input_key(input, layout, event);
  }
  return false;
}
