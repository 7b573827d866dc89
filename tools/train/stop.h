// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_STOP_H
#define LMU_TOOLS_TRAIN_STOP_H

#include "core/base/attributes.h"

#include <stdbool.h>

/**
   @file
   Ctrl-C, a polite kill, and a terminal that is closed: they stop training, and
   what there is is saved.  The second one ends the program.
*/

/// Have signals stop training, not the program; what is ignored stays so
LMU_SETUP void
lmu_train_catch_signals(void);

/// Return whether training was told to stop
LMU_SETUP bool
lmu_train_was_stopped(void);

#endif // LMU_TOOLS_TRAIN_STOP_H
