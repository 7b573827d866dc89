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

/// What is made of one signal: gain * (x - offset)
typedef struct {
  double gain;
  double offset;
} LmuFoldGain;

/// Return whether nothing adds the input to an output, so that gains of inputs
/// can be folded
LMU_SETUP bool
lmu_fold_takes_input(const LmuGraph* graph);

/// Return whether all that hears the input has a bias, so that offsets of
/// inputs can be folded too
LMU_SETUP bool
lmu_fold_shifts_input(const LmuGraph* graph);

/// Return whether the last layer is a linear Dense one that adds nothing, so
/// that gains of outputs can be folded, and offsets too if it has a bias
LMU_SETUP bool
lmu_fold_takes_output(const LmuGraph* graph);

/// Multiply what all layers hear of inputs that are signals, not conditions
LMU_SETUP void
lmu_fold_input(LmuGraph* graph, double gain);

/**
   Have all layers hear something else of each signal.

   @param gains [n_inputs - n_conditions]; offsets are zero unless
   lmu_fold_shifts_input().
*/
LMU_SETUP void
lmu_fold_inputs(LmuGraph* graph, const LmuFoldGain* gains);

/// Multiply what the network puts out
LMU_SETUP void
lmu_fold_output(LmuGraph* graph, double gain);

/**
   Have the network put out something else of each output.

   @param gains [n_outputs]; offsets are zero unless the last layer has a bias.
*/
LMU_SETUP void
lmu_fold_outputs(LmuGraph* graph, const LmuFoldGain* gains);

/// Return what undoes a gain
LMU_SETUP LmuFoldGain
lmu_fold_inverse(LmuFoldGain gain);

#endif // LMU_TRAIN_FOLD_H
