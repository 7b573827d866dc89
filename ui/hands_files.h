// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_HANDS_FILES_H
#define LMU_UI_HANDS_FILES_H

#include "ui/event.h"
#include "ui/hands.h"
#include "ui/layout.h"
#include "ui/panel.h"

#include <stdbool.h>

/**
   @file
   Choosing weight files.
*/

/// Open the file browser where the last file was, or at a folder to start in
void
lmu_hands_browse(LmuHands* hands);

/// Press a button or a line that is about files
void
lmu_hands_press_file(LmuHands* hands, LmuTarget target);

/// Move the lines of the browser
void
lmu_hands_scroll(LmuHands* hands, const LmuLayout* layout, int lines);

/// Use a key while the browser is open, which takes all keys
bool
lmu_hands_browser_key(LmuHands*        hands,
                      const LmuLayout* layout,
                      const LmuEvent*  event);

#endif // LMU_UI_HANDS_FILES_H
