// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_SESSION_H
#define LMU_TOOLS_TRAIN_SESSION_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "tools/train/checkpoint.h"
#include "tools/train/status_line.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Training that any end of the program can interrupt, whatever is trained.

   The model is written whenever it is better, and beside it what it takes to go
   on (OUT.resume), so that no end of the program loses more than seconds.
*/

/// What is asked for of any training
typedef struct {
  const char*     output;        ///< File to write
  double          minutes;       ///< How long to train
  uint32_t        n_updates;     ///< Or how many updates, or zero
  double          learning_rate; ///< Or zero for that of the recipe
  uint32_t        n_threads;
  uint32_t        seed;
  bool            learns_theta;
  bool            learns_step; ///< Whether A and B of memories are learned
  bool            resumes;     ///< Whether to go on where it was stopped
  bool            quiet;       ///< Print nothing
  const LmuGraph* initial;     ///< Network to start from, or null
  bool            is_new;      ///< Whether that was only just initialised
  LmuMetadata     metadata;    ///< Texts and conditions of the model
} LmuTrainPlan;

/// How far a training is
typedef struct {
  uint64_t n_updates; ///< Updates that were made
  double   progress;  ///< Part of all updates, 0 to 1
  bool     improved;  ///< Whether the last round gave a better model
  bool     is_enough; ///< Whether it is as good as was asked for
  char     text[LMU_STATUS_SIZE]; ///< How good it is, for users
} LmuTrainStanding;

/// What any training can do
typedef struct {
  const char* data; ///< What it is given, for users: "recordings"

  /// Set the number of updates of the whole training
  void (*plan)(void* handle, uint64_t n_updates);

  /// Return the number of updates of a round
  uint64_t (*round)(const void* handle);

  /// Train for a round, and return whether there is more to do
  bool (*advance)(void* handle);

  /// Tell how far it is
  void (*stand)(const void* handle, LmuTrainStanding* standing);

  /// Write the best model to a graph, and return whether there is any
  bool (*store)(const void* handle, LmuGraph* graph);

  /// Write all that it needs to go on, to bytes for free()
  LmuStatus (*save)(const void* handle, uint8_t** data, size_t* n_bytes);

  /// Go on where bytes were saved
  LmuStatus (*load)(void* handle, const uint8_t* data, size_t n_bytes);

  /// Be told after each round that trained, with the time of all sessions [s]
  void (*note)(void* handle, double seconds);
} LmuTraining;

/// A training that is under way
typedef struct {
  const LmuTrainPlan* plan;
  const LmuTraining*  training;
  void*               handle;     ///< Of the training, or null before it began
  LmuGraph*           graph;      ///< The model, or null before there is one
  LmuCheckpoint       checkpoint; ///< What the sessions before did
  LmuStatusLine       line;
  bool                was_done;    ///< Whether there was nothing left to do
  bool                interrupted; ///< Whether it was told to stop
  bool                is_futile;   ///< Whether there is nothing to go on from
  double              start_s;
  double              cpu_start_s;
  double              saved_s; ///< When the last checkpoint was written
} LmuSession;

/**
   See before the work that a model can be written, as far as that can be known.

   @return LMU_EXIT_USAGE, or LMU_EXIT_BAD_OUTPUT if a training that was stopped
   would be lost.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_session_check(LmuFailure* error, const char* output, bool resumes);

/**
   Begin: find out where training stands, and that files can be written.

   Sets `was_done` if there is nothing to do.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_session_begin(LmuSession*         session,
                  LmuFailure*         error,
                  const LmuTrainPlan* plan,
                  const LmuTraining*  training);

/**
   Have a new training go on where it was stopped, if it was.

   @param graph Where the model is to be, which the session owns from now on.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_session_start(LmuSession* session,
                  LmuFailure* error,
                  void*       handle,
                  LmuGraph*   graph);

/// Train one round to find out how long it takes, and plan for some seconds
LMU_SETUP void
lmu_session_plan(const LmuTraining* training, void* handle, double seconds);

/// Train to the end, or until told to stop
LMU_SETUP LMU_NODISCARD LmuExit
lmu_session_train(LmuSession* session, LmuFailure* error);

/// Write the model as it is kept
LMU_SETUP LMU_NODISCARD LmuExit
lmu_session_save(const LmuSession* session, LmuFailure* error);

/// Write the last model, and return what training ended with
LMU_SETUP LMU_NODISCARD LmuExit
lmu_session_finish(const LmuSession* session, LmuFailure* error);

/**
   Say that there is no model, and return why.

   @param why What is wrong and what to do, unless training was stopped.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_session_fail(LmuSession* session, LmuFailure* error, const char* why);

/// Keep the model if a file could not be written, and remove what nobody can go
/// on from.  The training can be freed after, its graph is still there.
LMU_SETUP void
lmu_session_end(LmuSession* session, LmuFailure* error, LmuExit status);

/// Return the time of all sessions [s]
LMU_SETUP double
lmu_session_seconds(const LmuSession* session);

/// Return the processor time of all sessions and threads [s]
LMU_SETUP double
lmu_session_cpu_seconds(const LmuSession* session);

#endif // LMU_TOOLS_TRAIN_SESSION_H
