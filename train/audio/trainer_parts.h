// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_TRAINER_PARTS_H
#define LMU_TRAIN_AUDIO_TRAINER_PARTS_H

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/audio/rest_loss.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/pass.h"
#include "train/real.h"
#include "train/team.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   A trainer, for its parts.
*/

/// Sums over frames of lanes
typedef struct {
  double error;             ///< Of squared errors
  double target;            ///< Of squared targets
  double emphasised_error;  ///< The same with pre-emphasis
  double emphasised_target; ///< The same with pre-emphasis
} LmuErrorSums;

/// A member of the team, and its lanes
typedef struct {
  LmuTrainPass* pass;
  LmuBatch      batch;
  LmuReal*      slope;    ///< [frames][lanes]
  LmuReal*      gradient; ///< [n_values]
  LmuReal*      previous; ///< Errors, then targets, of the frame before,
                          ///< [2][lanes]
  LmuErrorSums sums;
} LmuTrainWorker;

/// What a team does next
typedef struct {
  int64_t  first;    ///< First frame of lane 0
  uint32_t n_frames; ///< Number of frames
  int64_t  counts;   ///< First frame of lane 0 that counts
  int64_t  segment;  ///< Frames from a lane to the next
  int64_t  length;   ///< Frames of all lanes that count
  bool     learns;   ///< Whether gradients are needed
} LmuTrainTask;

/// What a round began with
typedef struct {
  LmuReal*         values; ///< Values, then the optimiser's, [3][n_values]
  LmuTrainerReport report;
  uint64_t         random;
  uint64_t         adam_updates;
} LmuTrainerMark;

struct LmuTrainerImpl {
  LmuArena          arena;
  LmuTrainerOptions options;
  LmuGraph*         graph; ///< For signals as they are trained on
  LmuTrainNetwork*  network;
  LmuAdam*          adam;
  LmuTeam*          team;
  LmuRestLoss*      rest; ///< Or null
  LmuTrainWorker    workers[LMU_MAX_TEAM];
  LmuStreams        train;
  LmuStreams        valid;
  double            variance; ///< Mean square of targets, as the loss has them
  int64_t           segment;  ///< Frames of a lane
  uint32_t          n_chunks; ///< Of a round
  LmuReal*          best;     ///< Values that are kept, at first those that
                              ///< training began with, [n_values]
  LmuReal*          spare;    ///< Values that rest at most windows, [n_values]
  LmuTrainerReport  report;
  LmuTrainerMark    mark; ///< Where a round that is not whole goes back to
  uint64_t          random;
  double            slowing; ///< Factor of the rate
  uint64_t          data_id; ///< Of recordings, graph, and options
  bool              is_cut;  ///< Whether somebody stopped its making
  const LmuStreams* task_streams;
  LmuTrainTask      task;
};

/// Have all members run forward, and backward if they are to learn
void
lmu_trainer_run(LmuTrainer* trainer, const LmuStreams* streams);

/// Reset the states of all members
void
lmu_trainer_reset(LmuTrainer* trainer);

/// Return the sums of all members
LmuErrorSums
lmu_trainer_sums(const LmuTrainer* trainer);

/// Try the network on recordings that it is not trained on, set the report, and
/// return whether nobody stopped that
bool
lmu_trainer_try(LmuTrainer* trainer);

/// Return whether to stop
bool
lmu_trainer_is_stopped(const LmuTrainer* trainer);

/// Return whether to stop making a trainer, at the i-th sample of a long
/// recording, and remember that
bool
lmu_trainer_is_cut(LmuTrainer* trainer, size_t i);

/// Note what a round begins with
void
lmu_trainer_mark(LmuTrainer* trainer);

/// Make undone what was since
void
lmu_trainer_undo(LmuTrainer* trainer);

/// Return a number that other recordings, graphs, or options do not have, which
/// means nothing if somebody stopped that
uint64_t
lmu_trainer_identity(LmuTrainer* trainer);

#endif // LMU_TRAIN_AUDIO_TRAINER_PARTS_H
