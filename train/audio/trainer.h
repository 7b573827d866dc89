// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_TRAINER_H
#define LMU_TRAIN_AUDIO_TRAINER_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/audio/streams.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Training of a network to do to sound what a device does.

   Truncated back-propagation over lanes with carried states.  The loss is the
   squared error in parts of the target's variance (the error-to-signal ratio of
   Wright et al., "Real-time guitar amplifier emulation with deep learning",
   Applied Sciences 2020, and its pre-emphasis and DC terms).

   Training goes round by round: through all recordings once, or at most
   LMU_MAX_CHUNKS chunks.  After each the network is tried on recordings that it
   was not trained on.  The best that was, and that comes to rest in silence, is
   kept; from one that was lost it goes back to the best and on by half the
   rate.

   The same recordings and options give the same bits, by any number of calls.
   No function prints, opens a file, or reads a clock.
*/

/// Most chunks of a round
#define LMU_MAX_CHUNKS 1024U

/// How training is done
typedef struct {
  uint32_t lanes;        ///< Streams side by side, a multiple of n_threads
                         ///< times LMU_TRAIN_LANES
  uint32_t n_threads;    ///< Threads, which divide lanes among them
  uint32_t frames;       ///< Frames that gradients go back
  double   rate;         ///< Peak of the learning rate
  double   emphasis;     ///< Pre-emphasis of the loss, or zero
  double   dc;           ///< Weight of an error that is constant
  double   rest;         ///< Weight of what sounds on in silence
  uint64_t n_updates;    ///< Updates of the whole training
  uint64_t seed;         ///< Of all that is random
  bool     learns_theta; ///< Whether windows are learned
  bool     learns_step;  ///< Whether Ad and Bd are that memories store
  bool     is_new;       ///< Whether the graph was only just initialised
  bool     may_unrest;   ///< Whether what does not come to rest is kept too
  bool (*stops)(void* handle); ///< Whether to stop, asked every few
                               ///< milliseconds, or null
  void* handle;                ///< What it is given
} LmuTrainerOptions;

/// How far training is
typedef struct {
  uint64_t n_updates;  ///< Updates that were made
  double   train_esr;  ///< Error-to-signal ratio of the last round
  double   esr;        ///< The same of recordings to try, of what is now
  double   emphasised; ///< The same with pre-emphasis of 0.85
  double   best_esr;   ///< Least of them, of what is kept, infinite if none is
  double   best_emphasised; ///< What is kept has
  double   spare_esr;   ///< Least of those that come to rest as trained, but
                        ///< not at all windows, infinite if there is none or
                        ///< something better is kept
  double   spare_scale; ///< Least factor of windows at which that rests
  uint64_t best_update; ///< When it was
  uint32_t n_rewinds;   ///< Times that training went back
  uint32_t n_restless;  ///< Times that what was best did not come to rest
  bool     improved;    ///< Whether the last round gave a new best
} LmuTrainerReport;

/// Training that can go on, owned by the heap
typedef struct LmuTrainerImpl LmuTrainer;

/// Return options as `lmu train` has them
LMU_SETUP LmuTrainerOptions
lmu_trainer_defaults(void);

/**
   Begin to train.

   @param trainer Set to a new trainer, or to null on error, or if it was
   stopped meanwhile, which is none.
   @param graph Graph of one signal and conditions, whose gains can be folded.
   It is copied.
   @param train Recordings to train on, which outlive the trainer; gains are
   ignored.
   @param valid Recordings to try it on, the same.
   A graph that is not new is tried first, and kept until there is a better one.

   @return LMU_BAD_VALUE if recordings are silent or too short, or do not fit
   the graph, or what lmu_train_network_new() does.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_trainer_new(LmuTrainer**             trainer,
                const LmuGraph*          graph,
                const LmuStreams*        train,
                const LmuStreams*        valid,
                const LmuTrainerOptions* options,
                LmuError*                error);

/// Free a trainer, or do nothing if it is null
LMU_SETUP void
lmu_trainer_free(LmuTrainer* trainer);

/// Return how far it is
LMU_SETUP const LmuTrainerReport*
lmu_trainer_report(const LmuTrainer* trainer);

/// Return the number of updates of a whole round
LMU_SETUP uint64_t
lmu_trainer_round(const LmuTrainer* trainer);

/// Return the part of all updates that were made, 0 to 1
LMU_SETUP double
lmu_trainer_progress(const LmuTrainer* trainer);

/// Set the number of updates of the whole training, which the rate follows
LMU_SETUP void
lmu_trainer_plan(LmuTrainer* trainer, uint64_t n_updates);

/**
   Train for one round, and try the result.

   @return Whether there is more to do: not if all updates were made, or it was
   told to stop, in which case all is as it was before this round.
*/
LMU_SETUP bool
lmu_trainer_advance(LmuTrainer* trainer, LmuTrainerReport* report);

/**
   Write what is kept to a graph of the same layers, for signals as they are.

   If nothing came to rest at all windows, that is the best of what did from
   some scale of windows on, which the graph's metadata says then.

   @return Whether there is any.
*/
LMU_SETUP bool
lmu_trainer_store(const LmuTrainer* trainer, LmuGraph* graph);

/**
   Write all that training needs to go on.

   @param data Set to bytes for free(), or to null if memory is short.
   @param n_bytes Set to their number.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_trainer_save(const LmuTrainer* trainer, uint8_t** data, size_t* n_bytes);

/**
   Go on where bytes were saved.

   @return LMU_BAD_FILE if they are damaged, or of other recordings, another
   graph, or other options.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_trainer_load(LmuTrainer* trainer, const uint8_t* data, size_t n_bytes);

#endif // LMU_TRAIN_AUDIO_TRAINER_H
