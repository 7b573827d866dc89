// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_ATTACKS_H
#define LMU_CORE_DSP_SETUP_ATTACKS_H

#include "core/base/attributes.h"
#include "core/dsp/rt/attacks.h"

/**
   @file
   What core/dsp/rt/attacks.h needs of a sample rate.
*/

/// Set coefficients for a sample rate [Hz]
LMU_SETUP void
lmu_attack_plan_init(LmuAttackPlan* plan, double rate);

#endif // LMU_CORE_DSP_SETUP_ATTACKS_H
