// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_HANDS_KEYS_H
#define LMU_UI_HANDS_KEYS_H

#include "ui/event.h"
#include "ui/hands.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What keys change in a panel.
*/

/// Turn a switch over, open a menu, or begin to type a number
void
lmu_hands_open(LmuHands* hands, uint32_t control);

/// Begin to type the number of a control, with a first character or none
void
lmu_hands_begin_entry(LmuHands* hands, uint32_t control, char first);

/// End that, and take the number or not
void
lmu_hands_end_entry(LmuHands* hands, bool is_taken);

/// Use a key, return false if it means nothing here
bool
lmu_hands_key(LmuHands* hands, const LmuLayout* layout, const LmuEvent* event);

#endif // LMU_UI_HANDS_KEYS_H
