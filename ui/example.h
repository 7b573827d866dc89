// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_EXAMPLE_H
#define LMU_UI_EXAMPLE_H

#include "ui/panel.h"
#include "ui/view.h"

#include <stdbool.h>

/**
   @file
   What a plugin makes of some plucked notes, for manuals, tests and benchmarks.

   The notes are computed, and run through a real memory with the controls that
   the panel has.
*/

/// Views of all the notes, which fill the strip of coefficients
#define LMU_EXAMPLE_VIEWS 300U

/// Notes that are played, owned by the heap
typedef struct LmuExampleImpl LmuExample;

/**
   Start to play.

   @param panel Panel with its controls set, its picture is emptied. It must
   stay where it is until the end.
   @return Example, or null if there is no memory.
*/
LmuExample*
lmu_example_new(LmuPanel* panel);

/// Play up to the next View, return false at the end
bool
lmu_example_step(LmuExample* example);

/// Return the View of now
const LmuView*
lmu_example_view(const LmuExample* example);

/// Free an example, or do nothing if it is null
void
lmu_example_free(LmuExample* example);

/**
   Show all the notes at once.

   @param panel Panel with its controls set, its picture is replaced.
   @return False if there is no memory.
*/
bool
lmu_example_set(LmuPanel* panel);

#endif // LMU_UI_EXAMPLE_H
