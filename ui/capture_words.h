// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_CAPTURE_WORDS_H
#define LMU_UI_CAPTURE_WORDS_H

#include "ui/panel.h"

#include <stdbool.h>

/**
   @file
   What one who captures a device is to do next.
*/

/// Room for the words [bytes]
#define LMU_CAPTURE_WORDS 128U

/// Return whether a panel is that of a capture
bool
lmu_is_capture(const LmuPanel* panel);

/// Write the words, and return whether something is wrong
bool
lmu_capture_words(char text[LMU_CAPTURE_WORDS], const LmuPanel* panel);

#endif // LMU_UI_CAPTURE_WORDS_H
