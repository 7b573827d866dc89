// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/attacks.h"

#include "core/dsp/rt/attacks.h"

#include <math.h>

/// Time in which the level of a peak falls to 1/e, a period of low notes [s]
#define RELEASE 0.02

/// The same of what lasts, which so stands above each period of it [s]
#define FALL 0.1

void
lmu_attack_plan_init(LmuAttackPlan* const plan, const double rate)
{
  plan->rise    = (float)pow(10.0, LMU_ATTACK_RISE_DB / 20.0 / rate);
  plan->fall    = (float)exp(-1.0 / (FALL * rate));
  plan->release = (float)exp(-1.0 / (RELEASE * rate));
}
