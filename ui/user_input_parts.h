// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_USER_INPUT_PARTS_H
#define LMU_UI_USER_INPUT_PARTS_H

#include "ui/user_input.h"

#include <stdint.h>

/**
   @file
   What the files user_input*.c share.
*/

/// Give a control a value, and say so
void
lmu_user_input_set(LmuUserInput* input, uint32_t control, float value);

/// The same, as a user who takes and lets go at once
void
lmu_user_input_set_once(LmuUserInput* input, uint32_t control, float value);

#endif // LMU_UI_USER_INPUT_PARTS_H
