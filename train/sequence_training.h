// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_SEQUENCE_TRAINING_H
#define LMU_TRAIN_SEQUENCE_TRAINING_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/sequence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Training on sequences that keeps the best of what it learned, and can go on
   after the program ended.

   Every so many batches the network is tried on sequences that it was not
   trained on.  From what was lost training goes back to the best and on by half
   the rate.  The same sequences and options give the same bits, by any number
   of calls.
*/

/// How far training is
typedef struct {
  uint64_t         n_updates;   ///< Updates that were made
  LmuSequenceScore score;       ///< Of what was tried last
  LmuSequenceScore best;        ///< Of what is kept
  uint64_t         best_update; ///< When that was, zero if nothing is kept
  uint32_t         n_rewinds;   ///< Times that training went back
  bool             improved;    ///< Whether the last call gave a new best
} LmuSequenceReport;

/// Training that can go on, owned by the heap
typedef struct LmuSequenceTrainingImpl LmuSequenceTraining;

/**
   Begin to train.

   @param training Set to a new training, or to null on error.
   @param train Sequences to train on, as lmu_sequence_trainer_new() takes them.
   @param valid Sequences to try it on, which outlive the training too.
   A graph that is not new is tried first, and kept until there is a better one.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_sequence_training_new(LmuSequenceTraining**     training,
                          const LmuGraph*           graph,
                          const LmuSequences*       train,
                          const LmuSequences*       valid,
                          const LmuSequenceOptions* options,
                          LmuError*                 error);

/// Free a training, or do nothing if it is null
LMU_SETUP void
lmu_sequence_training_free(LmuSequenceTraining* training);

/// Return how far it is
LMU_SETUP const LmuSequenceReport*
lmu_sequence_training_report(const LmuSequenceTraining* training);

/// Set the number of updates of the whole training, which the rate follows
LMU_SETUP void
lmu_sequence_training_plan(LmuSequenceTraining* training, uint64_t n_updates);

/// Return the part of all updates that were made, 0 to 1
LMU_SETUP double
lmu_sequence_training_progress(const LmuSequenceTraining* training);

/// Return the most updates of a call of lmu_sequence_training_advance()
LMU_SETUP uint64_t
lmu_sequence_training_round(const LmuSequenceTraining* training);

/**
   Train on some batches, and try the result if it is time to.

   @return Whether there is more to do.  What is stopped between two batches
   goes on there.
*/
LMU_SETUP bool
lmu_sequence_training_advance(LmuSequenceTraining* training);

/// Write what is kept to a graph of the same layers, and return whether there
/// is any
LMU_SETUP bool
lmu_sequence_training_store(const LmuSequenceTraining* training,
                            LmuGraph*                  graph);

/// Write all that training needs to go on, as lmu_snapshot_write() does
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_sequence_training_save(const LmuSequenceTraining* training,
                           uint8_t**                  data,
                           size_t*                    n_bytes);

/// Go on where bytes were saved, or return LMU_BAD_FILE if they are damaged, or
/// of other sequences, another graph, or other options
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_sequence_training_load(LmuSequenceTraining* training,
                           const uint8_t*       data,
                           size_t               n_bytes);

#endif // LMU_TRAIN_SEQUENCE_TRAINING_H
