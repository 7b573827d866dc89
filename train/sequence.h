// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_SEQUENCE_H
#define LMU_TRAIN_SEQUENCE_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/real.h"
#include "train/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Training on sequences: to follow a target or to tell a class, at every frame
   or at the last ones.

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
  const float*    target;  ///< [n][n_scored][n_outputs], or null
  const uint32_t* classes; ///< [n][n_scored], where there is no target
  size_t          n;       ///< Number of sequences
  uint32_t        n_frames;
  uint32_t n_scored; ///< Last frames that have a target or a class, or zero for
                     ///< all if there are targets, for one if classes
} LmuSequences;

/// Return how many of the last frames have a target or a class
LMU_SETUP uint32_t
lmu_sequences_scored(const LmuSequences* sequences);

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
  bool     learns_step;  ///< Whether Ad and Bd are that memories store
  bool     theta_alone;  ///< And nothing else
  bool     is_new;       ///< Whether the graph was only just initialised
  bool (*stops)(void* handle); ///< Whether to stop trying, asked after each
                               ///< chunk, or null
  void* handle;                ///< What it is given
} LmuSequenceOptions;

/// How good a network is
typedef struct {
  double nrmse;    ///< Of targets: root of the error's energy over the target's
  double late;     ///< The same without the first frames
  double accuracy; ///< Of classes, 0 to 1
  double entropy;  ///< Of classes: mean cross-entropy
  bool   is_whole; ///< Whether nobody stopped that
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

/// Train on the next batch, and return whether there is more to do
LMU_SETUP bool
lmu_sequence_trainer_step(LmuSequenceTrainer* trainer);

/// Return the number of batches, and that of updates for each
LMU_SETUP size_t
lmu_sequence_trainer_batches(const LmuSequenceTrainer* trainer);
LMU_SETUP uint32_t
lmu_sequence_trainer_updates(const LmuSequenceTrainer* trainer);

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

/* Going on */

/// Where training is, in words that can be saved
typedef struct {
  uint64_t random;
  uint64_t n_updates; ///< Updates that were made
  uint64_t n_planned; ///< Of the whole training
  uint64_t place;     ///< First sequence of the next batch in their order
  uint64_t is_lost;   ///< Whether a gradient was not finite
  double   slowing;   ///< Factor of the rate
} LmuSequenceProgress;

/// Return where training is, which may be changed
LMU_SETUP LmuSequenceProgress*
lmu_sequence_trainer_progress(LmuSequenceTrainer* trainer);

/// Return what would be stored, and set how many values that is
LMU_SETUP const LmuReal*
lmu_sequence_trainer_values(const LmuSequenceTrainer* trainer,
                            size_t*                   n_values);

/// Write such values to a graph of the same layers
LMU_SETUP void
lmu_sequence_trainer_store_values(const LmuSequenceTrainer* trainer,
                                  LmuReal*                  values,
                                  LmuGraph*                 graph);

/// Go on from such values, at half the rate
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_sequence_trainer_rewind(LmuSequenceTrainer* trainer, const LmuReal* values);

/// Number of blocks of a trainer
#define LMU_N_SEQUENCE_BLOCKS 8U

/// Set blocks to all that training changes.  After they were changed, call
/// lmu_sequence_trainer_refresh().
LMU_SETUP void
lmu_sequence_trainer_blocks(LmuSequenceTrainer* trainer,
                            LmuBlock            blocks[LMU_N_SEQUENCE_BLOCKS]);

/// Have memories step by what the values are now
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_sequence_trainer_refresh(LmuSequenceTrainer* trainer);

#endif // LMU_TRAIN_SEQUENCE_H
