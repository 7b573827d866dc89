// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_SETUP_ATTACKS_H
#define LMU_CORE_SETUP_ATTACKS_H

#include "core/attributes.h"
#include "core/rt/attacks.h"

/**
   @file
   What core/rt/attacks.h needs of a sample rate.
*/

/// Set coefficients for a sample rate [Hz]
LMU_SETUP void
lmu_attack_plan_init(LmuAttackPlan* plan, double rate);

#endif // LMU_CORE_SETUP_ATTACKS_H
