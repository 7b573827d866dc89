// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_DEVICE_H
#define LMU_TRAIN_AUDIO_DEVICE_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/audio/recipe.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/stop.h"

#include <stdint.h>

/**
   @file
   How a device is learned from recordings: which kind it is, what is trained,
   and for how long.
*/

/// Which part of all time a race may take, and the most of it [s]
#define LMU_RACE_PART 0.1
#define LMU_RACE_S 10.0

/// Key of the note of a model that says its error-to-signal ratio
#define LMU_ESR_NOTE "esr"

/// A race between kinds of networks
typedef struct {
  LmuRecipe         recipe;  ///< What is asked for, its device is ignored
  LmuTrainerOptions options; ///< Of training, its rate is ignored if zero
  uint64_t          seed;    ///< Of the networks
  const LmuStreams* train;   ///< Recordings to train on
  const LmuStreams* valid;   ///< Recordings to judge by
  LmuStop           stop;    ///< Who may end it

  /// Plan how long a trainer races
  void (*plan)(void* handle, LmuTrainer* trainer);

  /// Be told how a kind did, or null
  void (*tell)(void* handle, LmuDevice device, double esr);

  void* handle; ///< What both are given
} LmuRace;

/// Return the options of a training that is new
LMU_SETUP LmuTrainerOptions
lmu_device_options(const LmuRecipe* recipe, uint32_t n_threads);

/**
   Find out what kind a device is: of the kinds of networks that of the least
   error.  Echoes are fitted only if nothing else suits.

   @param device Set to the kind, also where the race was stopped after a kind.
   @return What lmu_trainer_new() and lmu_echo_fit() do.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_device_race(LmuDevice* device, const LmuRace* race, LmuError* error);

/// Return the order of the memory that is fitted to an echo
LMU_SETUP uint32_t
lmu_device_echo_order(LmuSize size);

/// Return how many updates fill a time, if a round of them takes `round_s`
LMU_SETUP uint64_t
lmu_device_updates(double seconds, double round_s, uint64_t round);

/// Say in a graph what it is of: the rate, and how loud the targets are
LMU_SETUP void
lmu_device_describe(LmuGraph* graph, const LmuStreams* train, double rate);

#endif // LMU_TRAIN_AUDIO_DEVICE_H
