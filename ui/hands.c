// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/hands.h"

#include "plugin/ports.h"
#include "ui/event.h"
#include "ui/face.h"
#include "ui/hands_files.h"
#include "ui/hands_keys.h"
#include "ui/hands_parts.h"
#include "ui/layout.h"
#include "ui/panel.h"
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
lmu_hands_init(LmuHands* const         hands,
               LmuPanel* const         panel,
               const LmuActions* const actions)
{
  memset(hands, 0, sizeof(*hands));
  hands->panel   = panel;
  hands->actions = *actions;
  hands->held[0] = LMU_NOTHING;
  hands->held[1] = LMU_NOTHING;
}

void
lmu_hands_set(LmuHands* const hands, const uint32_t control, const float value)
{
  if (hands->panel->values[control] != value) {
    hands->panel->values[control] = value;
    hands->actions.set(hands->actions.handle, control, value);
  }
}

void
lmu_hands_set_once(LmuHands* const hands,
                   const uint32_t  control,
                   const float     value)
{
  hands->actions.touch(hands->actions.handle, control, true);
  lmu_hands_set(hands, control, value);
  hands->actions.touch(hands->actions.handle, control, false);
}

bool
lmu_hands_have(const LmuHands* const hands, const uint32_t control)
{
  return hands->held[0] == control || hands->held[1] == control;
}

void
lmu_hands_reset(LmuHands* const hands)
{
  for (uint32_t i = 0U; i < 2U; ++i) {
    if (hands->held[i] != LMU_NOTHING) {
      hands->actions.touch(hands->actions.handle, hands->held[i], false);
    }
    hands->held[i] = LMU_NOTHING;
  }
  hands->drag = (LmuTarget){LMU_TARGET_NONE, 0U};
}

/// Take up to two controls in hand, for both directions of the pointer
static void
hold(LmuHands* const       hands,
     const LmuTarget       target,
     const uint32_t        controls[2],
     const LmuEvent* const event)
{
  const LmuPanel* const panel = hands->panel;
  hands->drag                 = target;
  hands->from[0]              = event->x;
  hands->from[1]              = event->y;
  for (uint32_t i = 0U; i < 2U; ++i) {
    const uint32_t control = controls[i];
    if (control < panel->face->n_controls) {
      hands->held[i]   = control;
      hands->shares[i] = lmu_value_share(&panel->face->controls[control],
                                         panel->values[control]);
      hands->actions.touch(hands->actions.handle, control, true);
    }
  }
}

/// Take the marker of a tap, or of a place, in hand
static void
hold_marker(LmuHands* const       hands,
            const LmuTarget       target,
            const LmuEvent* const event)
{
  const LmuFace* const face = hands->panel->face;
  uint32_t controls[2]      = {lmu_face_control(face, "position"), LMU_NOTHING};
  if (target.kind == LMU_TARGET_TAP) {
    char symbol[32];
    (void)snprintf(symbol, sizeof(symbol), "tap%u_position", target.index + 1U);
    controls[0] = lmu_face_control(face, symbol);
    (void)snprintf(symbol, sizeof(symbol), "tap%u_gain", target.index + 1U);
    controls[1] = lmu_face_control(face, symbol);
  }
  hold(hands, target, controls, event);
}

/// Move one of the controls in hand by a part of its scale
static void
drag_by(LmuHands* const hands, const uint32_t i, const double share)
{
  const uint32_t control = hands->held[i];
  if (control != LMU_NOTHING) {
    hands->shares[i] = fmin(fmax(hands->shares[i] + share, 0.0), 1.0);
    lmu_hands_set(
      hands,
      control,
      lmu_value_at(&hands->panel->face->controls[control], hands->shares[i]));
  }
}

static bool
drag(LmuHands* const        hands,
     const LmuLayout* const layout,
     const LmuEvent* const  event)
{
  const double fine = event->has_shift ? FINE : 1.0;
  const double x    = event->x - hands->from[0];
  const double y    = hands->from[1] - event->y;
  if (hands->drag.kind == LMU_TARGET_GRIP) {
    drag_by(hands, 0U, fine * y / DRAG_LENGTH);
  } else {
    const bool   is_tap = hands->drag.kind == LMU_TARGET_TAP;
    const double span   = layout->window.width / (is_tap ? TAPS_MARGIN : 1.0);
    drag_by(hands, 0U, -fine * x / fmax(span, 1.0));
    drag_by(hands, 1U, fine * y / fmax(lmu_panel_lift(&layout->window), 1.0));
  }
  hands->from[0] = event->x;
  hands->from[1] = event->y;
  return true;
}

/// Press a control itself
static void
press_grip(LmuHands* const       hands,
           const LmuTarget       target,
           const LmuEvent* const event,
           const bool            is_double)
{
  LmuPanel* const         panel       = hands->panel;
  const LmuControl* const control     = &panel->face->controls[target.index];
  const uint32_t          controls[2] = {target.index, LMU_NOTHING};
  panel->focus                        = target.index;
  switch (lmu_widget(control)) {
  case LMU_WIDGET_SWITCH:
  case LMU_WIDGET_MENU:
    lmu_hands_open(hands, target.index);
    break;
  case LMU_WIDGET_KNOB:
    if (is_double) {
      lmu_hands_set_once(hands, target.index, control->initial);
    } else {
      hold(hands, target, controls, event);
    }
    break;
  }
}

static void
switch_theme(LmuHands* const hands)
{
  hands->panel->is_dark = !hands->panel->is_dark;
  hands->actions.save(hands->actions.handle);
}

static void
press_item(LmuHands* const hands, const LmuTarget target)
{
  LmuPanel* const panel   = hands->panel;
  const uint32_t  control = panel->menu;
  panel->menu             = LMU_NOTHING;
  if (target.kind == LMU_TARGET_ITEM) {
    lmu_hands_set_once(
      hands,
      control,
      panel->face->controls[control].points[target.index].value);
  }
}

/// Press what is under the pointer
static void
press(LmuHands* const       hands,
      const LmuTarget       target,
      const LmuEvent* const event,
      const bool            is_double)
{
  LmuPanel* const panel = hands->panel;
  lmu_hands_end_entry(hands, true);
  if (panel->menu != LMU_NOTHING) {
    press_item(hands, target);
    return;
  }

  switch (target.kind) {
  case LMU_TARGET_GRIP:
    press_grip(hands, target, event, is_double);
    break;
  case LMU_TARGET_VALUE:
    panel->focus = target.index;
    lmu_hands_begin_entry(hands, target.index, '\0');
    break;
  case LMU_TARGET_TAP:
  case LMU_TARGET_PLACE:
    hold_marker(hands, target, event);
    break;
  case LMU_TARGET_THEME:
    switch_theme(hands);
    break;
  case LMU_TARGET_NONE:
  case LMU_TARGET_ITEM:
    panel->focus = LMU_NOTHING;
    break;
  default:
    lmu_hands_press_file(hands, target);
    break;
  }
}

static bool
wheel(LmuHands* const        hands,
      const LmuLayout* const layout,
      const LmuEvent* const  event)
{
  LmuPanel* const panel  = hands->panel;
  const LmuTarget target = lmu_panel_target(panel, layout, event->x, event->y);
  if (event->has_control) {
    hands->actions.zoom(hands->actions.handle, (event->steps > 0.0) ? 1 : -1);
    return true;
  }
  if (panel->is_browsing) {
    lmu_hands_scroll(hands, layout, (int)(-3.0 * event->steps));
    return true;
  }
  if (panel->menu != LMU_NOTHING ||
      (target.kind != LMU_TARGET_GRIP && target.kind != LMU_TARGET_VALUE)) {
    return false;
  }

  const LmuControl* const control = &panel->face->controls[target.index];
  const double            fine    = event->has_shift ? FINE : 1.0;
  lmu_hands_set_once(
    hands,
    target.index,
    lmu_value_moved(control, panel->values[target.index], fine * event->steps));
  return true;
}

static bool
move(LmuHands* const        hands,
     const LmuLayout* const layout,
     const LmuEvent* const  event)
{
  LmuPanel* const panel = hands->panel;
  if (hands->drag.kind) {
    return drag(hands, layout, event);
  }

  const LmuTarget before = panel->hover;
  panel->hover           = lmu_panel_target(panel, layout, event->x, event->y);
  if (panel->hover.kind == LMU_TARGET_ITEM) {
    panel->item = panel->hover.index;
  }
  return panel->hover.kind != before.kind || panel->hover.index != before.index;
}

static bool
click(LmuHands* const        hands,
      const LmuLayout* const layout,
      const LmuEvent* const  event)
{
  const LmuTarget target =
    lmu_panel_target(hands->panel, layout, event->x, event->y);
  const bool is_double = hands->clicked.kind == target.kind &&
                         hands->clicked.index == target.index &&
                         event->time_ms - hands->clicked_ms < DOUBLE_CLICK_MS;
  hands->clicked    = is_double ? (LmuTarget){LMU_TARGET_NONE, 0U} : target;
  hands->clicked_ms = event->time_ms;
  lmu_hands_reset(hands);
  press(hands, target, event, is_double);
  return true;
}

bool
lmu_hands_process(LmuHands* const        hands,
                  const LmuLayout* const layout,
                  const LmuEvent* const  event)
{
  if (!isfinite(event->x) || !isfinite(event->y)) {
    return false;
  }

  switch (event->type) {
  case LMU_EVENT_PRESS:
    return click(hands, layout, event);
  case LMU_EVENT_RELEASE:
    lmu_hands_reset(hands);
    (void)move(hands, layout, event);
    return true;
  case LMU_EVENT_MOVE:
    return move(hands, layout, event);
  case LMU_EVENT_LEAVE:
    hands->panel->hover = (LmuTarget){LMU_TARGET_NONE, 0U};
    return true;
  case LMU_EVENT_WHEEL:
    return wheel(hands, layout, event);
  case LMU_EVENT_KEY:
    if (event->text == 'd' && !event->has_control &&
        !hands->panel->is_browsing && hands->panel->entry == LMU_NOTHING) {
      switch_theme(hands);
      return true;
    }
    return lmu_hands_key(hands, layout, event);
  }
  return false;
}
