// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_OWN_STEP_H
#define LMU_TRAIN_OWN_STEP_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"

/**
   Have all memories of a graph store their steps, which can be learned then:
   Ad and Bd of theta dm/dt = A m + B u (Voelker, Kajic, Eliasmith, NeurIPS
   2019, equations 1 to 4; that A and B can be learned: section 2.2).

   Those that store theirs already keep them.

   @return LMU_BAD_VALUE if there is no memory, or one of several windows, whose
   channels do not have a step in common; LMU_NO_MEMORY.  The graph is not to be
   used then.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_own_steps(LmuGraph* graph, LmuError* error);

#endif // LMU_TRAIN_OWN_STEP_H
