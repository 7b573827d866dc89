// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_SEQUENCE_H
#define LMU_TRAIN_SEQUENCE_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Training on sequences: to follow a target at every frame, or to tell a class
   at the last.

   Batches are lanes.  Gradients go back to the start of a sequence, or through
   a number of frames with carried states and an update after each (Williams and
   Peng, 1990).

   With an adversary each sequence is learned a second time, moved by so much
   (the root of the sum of squares over its frames) to where the loss rises
   fastest: Goodfellow, Shlens, Szegedy, "Explaining and harnessing adversarial
   examples", ICLR 2015, with the 2-norm of Miyato, Maeda, Koyama, Nakae, Ishii,
   "Distributional smoothing with virtual adversarial training", ICLR 2016.

   The same options, threads too, give the same bits on the same kind of CPU.
*/

/// Sequences of the same length, which belong to the caller
typedef struct {
  const float*    input;   ///< [n][n_frames][n_inputs]
  const float*    target;  ///< [n][n_frames][n_outputs], or null
  const uint32_t* classes; ///< Class of each, [n], where there is no target
  size_t          n;       ///< Number of sequences
  uint32_t        n_frames;
} LmuSequences;

/// How training is done
typedef struct {
  uint32_t lanes;        ///< Sequences of a batch, a multiple of
                         ///< LMU_TRAIN_LANES for each thread
  uint32_t frames;       ///< Frames that gradients go back, up to all
  double   rate;         ///< Peak of the learning rate
  uint64_t n_updates;    ///< Updates of the whole training
  uint64_t seed;         ///< Of the order of sequences
  double   averaging;    ///< Forgetting of averaged weights, or zero for none
  double   weight_decay; ///< See LmuAdamOptions
  double   adversary;    ///< How far inputs are moved, or zero, see above
  uint32_t n_threads;    ///< That share a batch, or zero for one
  bool     learns_theta; ///< Whether windows are learned
  bool     theta_alone;  ///< And nothing else
  bool     is_new;       ///< Whether the graph was only just initialised
} LmuSequenceOptions;

/// How good a network is
typedef struct {
  double nrmse;    ///< Of targets: root of the error's energy over the target's
  double late;     ///< The same without the first frames
  double accuracy; ///< Of classes, 0 to 1
} LmuSequenceScore;

/// Training that can go on, owned by the heap
typedef struct LmuSequenceTrainerImpl LmuSequenceTrainer;

/**
   Begin to train.

   @param trainer Set to a new trainer, or to null on error.
   @param graph Graph, which is copied.
   @param train Sequences, which outlive the trainer: at least a batch.
   @return LMU_BAD_VALUE if there are too few, if a batch cannot be shared, or
   if an adversary is to move parts of sequences; or what
   lmu_train_network_new() does.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_sequence_trainer_new(LmuSequenceTrainer**      trainer,
                         const LmuGraph*           graph,
                         const LmuSequences*       train,
                         const LmuSequenceOptions* options,
                         LmuError*                 error);

/// Free a trainer, or do nothing if it is null
LMU_SETUP void
lmu_sequence_trainer_free(LmuSequenceTrainer* trainer);

/// Train on all sequences once, in another order each time, and return whether
/// there is more to do
LMU_SETUP bool
lmu_sequence_trainer_advance(LmuSequenceTrainer* trainer);

/**
   Try what is trained, by its averaged weights if there are any.

   @param n_early Frames that LmuSequenceScore::late leaves out.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_sequence_trainer_try(LmuSequenceTrainer* trainer,
                         LmuSequenceScore*   score,
                         const LmuSequences* sequences,
                         uint32_t            n_early);

/// Write what is trained to a graph of the same layers
LMU_SETUP void
lmu_sequence_trainer_store(const LmuSequenceTrainer* trainer, LmuGraph* graph);

#endif // LMU_TRAIN_SEQUENCE_H
