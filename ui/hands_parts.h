// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_HANDS_PARTS_H
#define LMU_UI_HANDS_PARTS_H

#include "ui/hands.h"

#include <stdint.h>

/**
   @file
   What the files hands*.c share.
*/

/// Give a control a value, and say so
void
lmu_hands_set(LmuHands* hands, uint32_t control, float value);

/// The same, as a hand that takes and lets go at once
void
lmu_hands_set_once(LmuHands* hands, uint32_t control, float value);

#endif // LMU_UI_HANDS_PARTS_H
