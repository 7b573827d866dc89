// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_MATCH_H
#define LMU_CORE_DSP_SETUP_MATCH_H

#include "core/base/attributes.h"
#include "core/dsp/rt/match.h"

/**
   @file
   What core/dsp/rt/match.h needs of a sample rate.
*/

/**
   Set coefficients.

   @param plan Coefficients.
   @param rate Sample rate [Hz].
*/
LMU_SETUP void
lmu_match_plan_init(LmuMatchPlan* plan, double rate);

#endif // LMU_CORE_DSP_SETUP_MATCH_H
