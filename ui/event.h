// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_EVENT_H
#define LMU_UI_EVENT_H

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What people do with a pointer and keys, for any window system.
*/

/// What was done
typedef enum {
  LMU_EVENT_PRESS,
  LMU_EVENT_RELEASE,
  LMU_EVENT_MOVE,
  LMU_EVENT_LEAVE,
  LMU_EVENT_WHEEL,
  LMU_EVENT_KEY,
} LmuEventType;

/// Keys that are no text
typedef enum {
  LMU_KEY_TEXT, ///< See the text
  LMU_KEY_OTHER,
  LMU_KEY_ESCAPE,
  LMU_KEY_ENTER,
  LMU_KEY_TAB,
  LMU_KEY_BACKSPACE,
  LMU_KEY_DELETE,
  LMU_KEY_LEFT,
  LMU_KEY_UP,
  LMU_KEY_RIGHT,
  LMU_KEY_DOWN,
  LMU_KEY_PAGE_UP,
  LMU_KEY_PAGE_DOWN,
  LMU_KEY_HOME,
  LMU_KEY_END,
} LmuKey;

/// One event
typedef struct {
  LmuEventType type;
  double       x;       ///< [units]
  double       y;       ///< [units]
  double       steps;   ///< Of a wheel, upwards
  uint32_t     time_ms; ///< On the clock of the window system
  bool         has_shift;
  bool         has_control;
  LmuKey       key;
  char         text; ///< Character in ASCII, or zero
} LmuEvent;

#endif // LMU_UI_EVENT_H
