// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_USER_INPUT_KEYS_H
#define LMU_UI_USER_INPUT_KEYS_H

#include "ui/event.h"
#include "ui/user_input.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What keys change in a panel.
*/

/// Turn a switch over, open a menu, or begin to type a number
void
lmu_user_input_open(LmuUserInput* input, uint32_t control);

/// Begin to type the number of a control, with a first character or none
void
lmu_user_input_begin_entry(LmuUserInput* input, uint32_t control, char first);

/// End that, and take the number or not
void
lmu_user_input_end_entry(LmuUserInput* input, bool is_taken);

/// Use a key, return false if it means nothing here
bool
lmu_user_input_key(LmuUserInput*    input,
                   const LmuLayout* layout,
                   const LmuEvent*  event);

#endif // LMU_UI_USER_INPUT_KEYS_H
