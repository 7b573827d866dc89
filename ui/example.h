// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_EXAMPLE_H
#define LMU_UI_EXAMPLE_H

#include "ui/panel.h"

#include <stdbool.h>

/**
   Show what a plugin makes of some plucked notes, for manuals and tests.

   The notes are computed, and run through a real memory with the controls that
   the panel has.

   @param panel Panel with its controls set, its picture is replaced.
   @return False if there is no memory.
*/
bool
lmu_example_set(LmuPanel* panel);

#endif // LMU_UI_EXAMPLE_H
