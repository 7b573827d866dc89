// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/user_input_keys.h"

#include "ui/event.h"
#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"
#include "ui/user_input_files.h"
#include "ui/user_input_parts.h"
#include "ui/value.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define FINE 0.1  // Steps of an arrow key with the shift key
#define PAGE 10.0 // Steps of a page key

/// Characters of numbers that are typed
#define NUMBER_CHARACTERS "0123456789.,-+k"

static bool
is_number_character(const char c)
{
  return c && strchr(NUMBER_CHARACTERS, c);
}

void
lmu_user_input_open(LmuUserInput* const input, const uint32_t control)
{
  LmuPanel* const         panel = input->panel;
  const LmuControl* const what  = &panel->spec->controls[control];
  switch (lmu_widget(what)) {
  case LMU_WIDGET_SWITCH:
    lmu_user_input_set_once(
      input, control, (panel->values[control] > 0.0f) ? 0.0f : 1.0f);
    break;
  case LMU_WIDGET_MENU:
    panel->menu = control;
    panel->item = 0U;
    for (uint32_t i = 0U; i < what->n_points; ++i) {
      panel->item =
        (what->points[i].value == panel->values[control]) ? i : panel->item;
    }
    break;
  case LMU_WIDGET_KNOB:
    lmu_user_input_begin_entry(input, control, '\0');
    break;
  }
}

void
lmu_user_input_begin_entry(LmuUserInput* const input,
                           const uint32_t      control,
                           const char          first)
{
  input->panel->entry    = control;
  input->panel->typed[0] = first;
  input->panel->typed[1] = '\0';
}

void
lmu_user_input_end_entry(LmuUserInput* const input, const bool is_taken)
{
  LmuPanel* const panel   = input->panel;
  const uint32_t  control = panel->entry;
  float           value   = 0.0f;
  panel->entry            = LMU_NOTHING;
  if (control != LMU_NOTHING && is_taken &&
      lmu_value_read(&value, &panel->spec->controls[control], panel->typed)) {
    lmu_user_input_set_once(input, control, value);
  }
}

/// Move the focus to the next control, or the one before
static void
move_focus(LmuUserInput* const    input,
           const LmuLayout* const layout,
           const bool             is_back)
{
  LmuPanel* const panel = input->panel;
  const uint32_t  count = layout->n_cells;
  uint32_t        i     = 0U;
  while (i < count && layout->cells[i].control != panel->focus) {
    ++i;
  }
  if (!count) {
    return;
  }

  const uint32_t next = (i == count)
                          ? (is_back ? count - 1U : 0U)
                          : (i + (is_back ? count - 1U : 1U)) % count;
  panel->focus        = layout->cells[next].control;
  panel->hover        = (LmuTarget){LMU_TARGET_GRIP, panel->focus}; // Help
}

/// Use a key while a number is typed
static bool
key_in_entry(LmuUserInput* const    input,
             const LmuLayout* const layout,
             const LmuEvent* const  event)
{
  char* const  typed  = input->panel->typed;
  const size_t length = strlen(typed);
  switch (event->key) {
  case LMU_KEY_ENTER:
    lmu_user_input_end_entry(input, true);
    break;
  case LMU_KEY_TAB:
    lmu_user_input_end_entry(input, true);
    move_focus(input, layout, event->has_shift);
    break;
  case LMU_KEY_ESCAPE:
    lmu_user_input_end_entry(input, false);
    break;
  case LMU_KEY_BACKSPACE:
    typed[length ? length - 1U : 0U] = '\0';
    break;
  case LMU_KEY_TEXT:
    if (is_number_character(event->text) && length + 1U < LMU_ENTRY_SIZE) {
      typed[length]      = event->text;
      typed[length + 1U] = '\0';
    }
    break;
  default:
    return false;
  }
  return true;
}

/// Use a key while a menu is open
static bool
key_in_menu(LmuUserInput* const input, const LmuEvent* const event)
{
  LmuPanel* const         panel   = input->panel;
  const uint32_t          control = panel->menu;
  const LmuControl* const what    = &panel->spec->controls[control];
  switch (event->key) {
  case LMU_KEY_UP:
    panel->item -= panel->item ? 1U : 0U;
    break;
  case LMU_KEY_DOWN:
    panel->item += (panel->item + 1U < what->n_points) ? 1U : 0U;
    break;
  case LMU_KEY_ENTER:
    panel->menu = LMU_NOTHING;
    lmu_user_input_set_once(input, control, what->points[panel->item].value);
    break;
  case LMU_KEY_ESCAPE:
    panel->menu = LMU_NOTHING;
    break;
  default:
    return false;
  }
  return true;
}

/// Return how far a key moves a value, in steps, or zero if not at all
static double
key_steps(const LmuEvent* const event)
{
  const double fine = event->has_shift ? FINE : 1.0;
  switch (event->key) {
  case LMU_KEY_UP:
  case LMU_KEY_RIGHT:
    return fine;
  case LMU_KEY_DOWN:
  case LMU_KEY_LEFT:
    return -fine;
  case LMU_KEY_PAGE_UP:
    return PAGE;
  case LMU_KEY_PAGE_DOWN:
    return -PAGE;
  default:
    return 0.0;
  }
}

/// Use a key on the control that has the focus
static bool
key_on_control(LmuUserInput* const input, const LmuEvent* const event)
{
  LmuPanel* const         panel   = input->panel;
  const uint32_t          focus   = panel->focus;
  const LmuControl* const control = &panel->spec->controls[focus];
  const double            steps   = key_steps(event);
  const bool              is_knob = lmu_widget(control) == LMU_WIDGET_KNOB;
  if (steps != 0.0) {
    lmu_user_input_set_once(
      input, focus, lmu_value_moved(control, panel->values[focus], steps));
    return true;
  }

  switch (event->key) {
  case LMU_KEY_HOME:
    lmu_user_input_set_once(input, focus, control->minimum);
    return true;
  case LMU_KEY_END:
    lmu_user_input_set_once(input, focus, control->maximum);
    return true;
  case LMU_KEY_DELETE:
    lmu_user_input_set_once(input, focus, control->initial);
    return true;
  case LMU_KEY_ENTER:
    lmu_user_input_open(input, focus);
    return true;
  case LMU_KEY_ESCAPE:
    panel->focus = LMU_NOTHING;
    return true;
  case LMU_KEY_TEXT:
    if (is_knob && is_number_character(event->text)) {
      lmu_user_input_begin_entry(input, focus, event->text);
      return true;
    }
    return false;
  default:
    return false;
  }
}

/// Use a key that makes everything larger or smaller
static bool
key_zoom(LmuUserInput* const input, const LmuEvent* const event)
{
  const char c = event->text;
  if (!event->has_control || (c != '+' && c != '=' && c != '-' && c != '0')) {
    return false;
  }
  input->actions.zoom(input->actions.handle,
                      (c == '0')   ? 0
                      : (c == '-') ? -1
                                   : 1);
  return true;
}

bool
lmu_user_input_key(LmuUserInput* const    input,
                   const LmuLayout* const layout,
                   const LmuEvent* const  event)
{
  LmuPanel* const panel = input->panel;
  if (key_zoom(input, event)) {
    return true;
  }
  if (event->has_control) {
    return false;
  }
  if (panel->is_browsing) {
    return lmu_user_input_browser_key(input, layout, event);
  }
  if (panel->entry != LMU_NOTHING) {
    return key_in_entry(input, layout, event);
  }
  if (panel->menu != LMU_NOTHING) {
    return key_in_menu(input, event);
  }
  if (event->key == LMU_KEY_TAB) {
    move_focus(input, layout, event->has_shift);
    return true;
  }
  return panel->focus != LMU_NOTHING && key_on_control(input, event);
}
