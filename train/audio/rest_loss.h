// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_REST_LOSS_H
#define LMU_TRAIN_AUDIO_REST_LOSS_H

#include "core/base/attributes.h"
#include "train/network.h"
#include "train/real.h"

#include <stdint.h>

/**
   @file
   A loss of what a network plays in silence.

   What was is to die away: from states that are noise the network runs in
   silence, and when all windows are empty the variance of its outputs, over
   frames and lanes, is the loss.  So lanes are to come to the same, and that is
   not to move.  Windows are shorter or longer than trained, as users may set
   them, since feedback through shorter ones may whistle.
*/

/// Silence that goes on, owned by the heap
typedef struct LmuRestLossImpl LmuRestLoss;

/// Return a loss of a network, which outlives it, or null
LMU_SETUP LmuRestLoss*
lmu_rest_loss_new(const LmuTrainNetwork* network, uint64_t seed);

/// Free a loss, or do nothing if it is null
LMU_SETUP void
lmu_rest_loss_free(LmuRestLoss* loss);

/// Begin as lmu_rest_loss_new() does
LMU_SETUP void
lmu_rest_loss_reset(LmuRestLoss* loss, uint64_t seed);

/**
   Run on by some frames, and add the gradient.

   @param weight What a variance of one adds to the loss.
   @param gradient Added to, [n_values].
*/
LMU_SETUP void
lmu_rest_loss_add(LmuRestLoss* loss, double weight, LmuReal* gradient);

#endif // LMU_TRAIN_AUDIO_REST_LOSS_H
