// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_SEQUENCE_SCALE_H
#define LMU_TRAIN_SEQUENCE_SCALE_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "train/fold.h"

#include <stddef.h>

/**
   @file
   Inputs and targets of a mean of zero and a deviation of one, as networks
   learn them best, and the way back as part of the weights.

   What a graph cannot take is left out: the mean where there is no bias for it,
   both where no kernel is there to take the gain.
*/

/// What is made of each input and of each target
typedef struct {
  LmuFoldGain input[LMU_MAX_UNITS];
  LmuFoldGain target[LMU_MAX_UNITS];
} LmuSequenceScale;

/**
   Find what makes rows standard.

   @param input [n_rows][n_inputs].
   @param target [n_targets][n_outputs], or null to leave outputs as they are.
*/
LMU_SETUP void
lmu_sequence_scale_find(LmuSequenceScale* scale,
                        const LmuGraph*   graph,
                        const float*      input,
                        size_t            n_rows,
                        const float*      target,
                        size_t            n_targets);

/// Change rows of signals
LMU_SETUP void
lmu_sequence_scale_apply(const LmuFoldGain* gains,
                         float*             values,
                         size_t             n_rows,
                         size_t             n_signals);

/// Make a graph of signals as they are one of standard ones
LMU_SETUP void
lmu_sequence_scale_enter(const LmuSequenceScale* scale, LmuGraph* graph);

/// Make a graph of standard signals one of signals as they are
LMU_SETUP void
lmu_sequence_scale_leave(const LmuSequenceScale* scale, LmuGraph* graph);

#endif // LMU_TRAIN_SEQUENCE_SCALE_H
