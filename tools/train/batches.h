// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_BATCHES_H
#define LMU_TOOLS_TRAIN_BATCHES_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "tools/train/arrays.h"
#include "train/sequence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Arrays divided: what is trained on, as many sequences as a batch has at
   least, and what is kept to try the result.

   A tenth is kept, the last sequences, or the last steps of one series.  Where
   there are fewer sequences than a batch has, they are cut into parts that have
   steps before them from which a memory fills, or repeated if only their last
   step counts.
*/

/// Parts of arrays, which own the heap
typedef struct {
  LmuArrays train;
  LmuArrays valid;
} LmuBatches;

/// How to divide
typedef struct {
  uint32_t lanes;   ///< Sequences of a batch
  double   longest; ///< Longest window of the network, or zero [steps]
} LmuBatchesSpec;

/**
   Divide arrays.

   @param batches Set to parts, clear with lmu_batches_clear().
   @param arrays What is divided.
   @param valid What is kept in the place of a part of it, or null.
   @return LMU_EXIT_BAD_INPUT if there is too little of it.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_batches_make(LmuBatches*           batches,
                 LmuFailure*           error,
                 const LmuArrays*      arrays,
                 const LmuArrays*      valid,
                 const LmuBatchesSpec* spec);

/// Free all parts
LMU_SETUP void
lmu_batches_clear(LmuBatches* batches);

/// Return a part as the trainer takes it
LMU_SETUP LmuSequences
lmu_batches_sequences(const LmuArrays* arrays);

#endif // LMU_TOOLS_TRAIN_BATCHES_H
