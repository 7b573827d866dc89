// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_FOLD_H
#define LMU_TRAIN_FOLD_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"

#include <stdbool.h>

/**
   @file
   Gains before and after a network, as part of its weights.

   Training sees input and target as loud as is good for it; what is left
   afterwards is a network for signals as they are.
*/

/// Return whether gains can be folded: nothing adds the input to an output, and
/// the last layer is a linear Dense one
LMU_SETUP bool
lmu_fold_is_possible(const LmuGraph* graph);

/// Multiply what all layers hear of inputs that are signals, not conditions
LMU_SETUP void
lmu_fold_input(LmuGraph* graph, double gain);

/// Multiply what the network puts out
LMU_SETUP void
lmu_fold_output(LmuGraph* graph, double gain);

#endif // LMU_TRAIN_FOLD_H
