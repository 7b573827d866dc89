// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_TURN_H
#define LMU_PLUGIN_TURN_H

#include "core/base/attributes.h"

#include <stdbool.h>

/**
   @file
   Whose turn it is to train: one instance of a process at a time, so that ten
   of them do not take ten processors.

   This is the one variable that instances share.
*/

/// Take the turn, or return false if another has it
LMU_SETUP LMU_NODISCARD bool
turn_take(void);

/// Give the turn to whoever takes it next
LMU_SETUP void
turn_give(void);

#endif // LMU_PLUGIN_TURN_H
