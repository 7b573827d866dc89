// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_SEQUENCE_SHARE_H
#define LMU_TRAIN_SEQUENCE_SHARE_H

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "train/network.h"
#include "train/pass.h"
#include "train/real.h"
#include "train/sequence.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   The lanes of a batch of sequences that one thread learns from.

   Shares of one network may work in parallel while its values stay; the
   gradient of a batch is the sum of theirs.
*/

/// Frames of as many sequences as a share has lanes
typedef struct {
  const LmuSequences* sequences;
  const uint32_t*     index; ///< Of the sequence of each lane, [lanes]
  uint32_t            first; ///< First frame
  uint32_t            n_frames;
} LmuSequenceChunk;

/// What a share is made for
typedef struct {
  const LmuTrainNetwork* network;
  uint32_t               frames;    ///< Most frames of a chunk
  uint32_t               lanes;     ///< A multiple of LMU_TRAIN_LANES
  double                 weight;    ///< Of each lane in the loss
  double                 variance;  ///< Mean square of targets
  double                 adversary; ///< See LmuSequenceOptions
} LmuSequenceShareSpec;

/// A share, owned by the heap
typedef struct {
  LmuArena             arena;
  LmuSequenceShareSpec spec;
  LmuTrainPass*        pass;
  LmuReal*             input;       ///< [frames][n_inputs][lanes]
  LmuReal*             input_slope; ///< The same, or null without adversary
  LmuReal*             slope;       ///< [frames][n_outputs][lanes]
  LmuReal*             gradient;    ///< Of the last chunk, [n_values]
} LmuSequenceShare;

/// Return a share, or null.  The network outlives it.
LMU_SETUP LmuSequenceShare*
lmu_sequence_share_new(const LmuSequenceShareSpec* spec);

/// Free a share, or do nothing if it is null
LMU_SETUP void
lmu_sequence_share_free(LmuSequenceShare* share);

/// Run through a chunk, from where the last ended or from a reset of the pass
LMU_SETUP void
lmu_sequence_share_forward(LmuSequenceShare*       share,
                           const LmuSequenceChunk* chunk);

/**
   Set the gradient by the chunk that was run through last.

   With an adversary, the chunk is a whole sequence and the loss half that of
   the chunk, half that of the same moved to where the loss is greater.
*/
LMU_SETUP void
lmu_sequence_share_learn(LmuSequenceShare*       share,
                         const LmuSequenceChunk* chunk);

/// Return how many frames of a chunk come before those with a target or class
LMU_SETUP uint32_t
lmu_sequence_chunk_skipped(const LmuSequenceChunk* chunk);

/// Return the target of a lane from the chunk's first frame with one on
LMU_SETUP const float*
lmu_sequence_share_target(const LmuSequenceShare* share,
                          const LmuSequenceChunk* chunk,
                          uint32_t                lane);

/// Return the classes of a lane from the chunk's first frame with one on
LMU_SETUP const uint32_t*
lmu_sequence_chunk_classes(const LmuSequenceChunk* chunk, uint32_t lane);

/// Return the logarithm of the sum of the exponentials of a lane's outputs
LMU_SETUP double
lmu_sequence_log_sum(const LmuReal* outputs, size_t n_outputs, size_t lanes);

#endif // LMU_TRAIN_SEQUENCE_SHARE_H
