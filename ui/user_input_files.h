// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_USER_INPUT_FILES_H
#define LMU_UI_USER_INPUT_FILES_H

#include "ui/event.h"
#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/user_input.h"

#include <stdbool.h>

/**
   @file
   Choosing weight files.
*/

/// Open the file browser where the last file was, or at a folder to start in
void
lmu_user_input_browse(LmuUserInput* input);

/// Press a button or a line that is about files
void
lmu_user_input_press_file(LmuUserInput* input, LmuTarget target);

/// Move the lines of the browser
void
lmu_user_input_scroll(LmuUserInput* input, const LmuLayout* layout, int lines);

/// Use a key while the browser is open, which takes all keys
bool
lmu_user_input_browser_key(LmuUserInput*    input,
                           const LmuLayout* layout,
                           const LmuEvent*  event);

#endif // LMU_UI_USER_INPUT_FILES_H
