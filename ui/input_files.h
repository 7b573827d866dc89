// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_INPUT_FILES_H
#define LMU_UI_INPUT_FILES_H

#include "ui/event.h"
#include "ui/input.h"
#include "ui/layout.h"
#include "ui/panel.h"

#include <stdbool.h>

/**
   @file
   Choosing weight files.
*/

/// Open the file browser where the last file was, or at a folder to start in
void
lmu_input_browse(LmuInput* input);

/// Press a button or a line that is about files
void
lmu_input_press_file(LmuInput* input, LmuTarget target);

/// Move the lines of the browser
void
lmu_input_scroll(LmuInput* input, const LmuLayout* layout, int lines);

/// Use a key while the browser is open, which takes all keys
bool
lmu_input_browser_key(LmuInput*        input,
                      const LmuLayout* layout,
                      const LmuEvent*  event);

#endif // LMU_UI_INPUT_FILES_H
