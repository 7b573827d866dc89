// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_USER_INPUT_H
#define LMU_UI_USER_INPUT_H

#include "ui/event.h"
#include "ui/layout.h"
#include "ui/panel.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What pointer and keys change in a panel, without any window system.
*/

/// What a window asks of others
typedef struct {
  void* handle;

  /// A control has a new value, which the panel has already
  void (*set)(void* handle, uint32_t control, float value);

  /// The user takes a control, or lets it go
  void (*touch)(void* handle, uint32_t control, bool is_taken);

  /// A file is to be chosen, return false if the panel is to do it
  bool (*request)(void* handle);

  /// A file is chosen
  void (*load)(void* handle, const char* path);

  /// Everything is to be larger or smaller by a step, or as usual for 0
  void (*zoom)(void* handle, int step);

  /// Light or dark was chosen
  void (*save)(void* handle);
} LmuActions;

/// Pointer and keys at work on a panel
typedef struct {
  LmuPanel*  panel;
  LmuActions actions;
  LmuTarget  drag;       ///< What is dragged, or nothing
  uint32_t   held[2];    ///< Controls that are dragged, or none
  double     shares[2];  ///< Where they would be without limits
  double     from[2];    ///< Where the pointer was [units]
  LmuTarget  clicked;    ///< What was pressed last
  uint32_t   clicked_ms; ///< And when
} LmuUserInput;

/// Start with nothing held
void
lmu_user_input_init(LmuUserInput*     input,
                    LmuPanel*         panel,
                    const LmuActions* actions);

/// Let go of what is dragged
void
lmu_user_input_reset(LmuUserInput* input);

/// Return whether a control is dragged
bool
lmu_user_input_holds(const LmuUserInput* input, uint32_t control);

/// Use an event, return false if it changed nothing and means nothing here
bool
lmu_user_input_process(LmuUserInput*    input,
                       const LmuLayout* layout,
                       const LmuEvent*  event);

#endif // LMU_UI_USER_INPUT_H
