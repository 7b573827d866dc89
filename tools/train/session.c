// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/session.h"

#include "core/nn/setup/graph.h"
#include "data/output.h"
#include "tools/base/clock.h"
#include "tools/base/failure.h"
#include "tools/network/trained.h"
#include "tools/train/checkpoint.h"
#include "tools/train/measure.h"
#include "tools/train/rescue.h"
#include "tools/train/status_line.h"
#include "tools/train/stop.h"
#include "train/audio/device.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Seconds between two checkpoints: what a kill costs
#define CHECKPOINT_S 1.0

double
lmu_session_seconds(const LmuSession* const session)
{
  return session->checkpoint.seconds + lmu_clock_s() - session->start_s;
}

double
lmu_session_cpu_seconds(const LmuSession* const session)
{
  return session->checkpoint.cpu_seconds + lmu_cpu_s() - session->cpu_start_s;
}

/// Return how far training is
static LmuTrainStanding
standing_of(const LmuSession* const session)
{
  LmuTrainStanding standing = {.n_updates = 0U};
  if (session->handle) {
    session->training->stand(session->handle, &standing);
  }
  return standing;
}

/* Files */

static LmuExit
save_checkpoint(LmuSession* const session, LmuFailure* const error)
{
  LmuCheckpoint checkpoint = session->checkpoint;
  uint8_t*      state      = NULL;
  size_t        n_state    = 0U;
  checkpoint.seconds       = lmu_session_seconds(session);
  checkpoint.cpu_seconds   = lmu_session_cpu_seconds(session);
  checkpoint.n_updates     = standing_of(session).n_updates;
  session->saved_s         = lmu_clock_s();
  session->is_futile       = !checkpoint.n_updates;
  if (checkpoint.n_updates &&
      session->training->save(session->handle, &state, &n_state)) {
    return lmu_failure_set(error,
                           LMU_EXIT_NO_MEMORY,
                           "out of memory for a checkpoint; close other "
                           "programs");
  }
  const LmuExit status = lmu_checkpoint_save(
    &checkpoint, error, state, n_state, session->plan->output);
  free(state);
  return status;
}

/// Have the training go on where its checkpoint was written
static LmuExit
load_checkpoint(const LmuSession* const session, LmuFailure* const error)
{
  const char* const output  = session->plan->output;
  uint8_t*          state   = NULL;
  size_t            n_state = 0U;
  LmuExit status = lmu_checkpoint_load(&state, &n_state, error, output);
  if (!status && session->training->load(session->handle, state, n_state)) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s.resume is of other %s or options; give the "
                             "same again, or remove it to start anew",
                             output,
                             session->training->data);
  }
  free(state);
  return status;
}

LmuExit
lmu_session_save(const LmuSession* const session, LmuFailure* const error)
{
  const char* const output = session->plan->output;
  return session->training->store(session->handle, session->graph)
           ? lmu_trained_save(session->graph, error, output, output)
           : LMU_EXIT_SUCCESS;
}

/// Keep the model if a file could not be written
static void
rescue(LmuSession* const session, LmuFailure* const error)
{
  if (session->graph &&
      (!session->handle ||
       session->training->store(session->handle, session->graph))) {
    lmu_rescue(session->graph, error, session->plan->output);
  }
}

/* Beginning */

LmuExit
lmu_session_check(LmuFailure* const error,
                  const char* const output,
                  const bool        resumes)
{
  LmuCheckpoint checkpoint;
  LmuExit       status = lmu_trained_check_path(error, output);
  if (status) {
    return status;
  }
  if (lmu_output_is_stream(output)) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%s is no file; training writes it again and again, "
                           "give a file",
                           output);
  }
  status = lmu_checkpoint_peek(&checkpoint, error, output);
  if (!status && !resumes && checkpoint.n_updates) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_OUTPUT,
                             "%s.resume is of a training that was stopped; go "
                             "on with --resume, or remove it to start anew",
                             output);
  }
  return status;
}

LmuExit
lmu_session_begin(LmuSession* const         session,
                  LmuFailure* const         error,
                  const LmuTrainPlan* const plan,
                  const LmuTraining* const  training)
{
  memset(session, 0, sizeof(*session));
  session->plan              = plan;
  session->training          = training;
  session->start_s           = lmu_clock_s();
  session->cpu_start_s       = lmu_cpu_s();
  session->checkpoint.device = LMU_CHECKPOINT_NO_DEVICE;
  lmu_status_line_init(&session->line, plan->quiet);
  if (plan->resumes) {
    const LmuExit status =
      lmu_checkpoint_peek(&session->checkpoint, error, plan->output);
    session->was_done =
      !status && !session->checkpoint.exists && !access(plan->output, F_OK);
    if (status || session->was_done || session->checkpoint.n_updates) {
      return status;
    }
  }
  return save_checkpoint(session, error);
}

LmuExit
lmu_session_start(LmuSession* const session,
                  LmuFailure* const error,
                  void* const       handle,
                  LmuGraph* const   graph)
{
  session->handle = handle;
  session->graph  = graph;
  LmuExit status  = LMU_EXIT_SUCCESS;
  if (session->checkpoint.n_updates) {
    status = load_checkpoint(session, error);
  }
  return status ? status : save_checkpoint(session, error);
}

/* Rounds */

void
lmu_session_plan(const LmuTraining* const training,
                 void* const              handle,
                 const double             seconds)
{
  const double   start_s = lmu_clock_s();
  const uint64_t round   = training->round(handle);
  training->plan(handle, UINT64_MAX);
  (void)training->advance(handle);
  training->plan(handle,
                 lmu_device_updates(seconds, lmu_clock_s() - start_s, round));
}

/// Show and write what a round gave
static LmuExit
after_round(LmuSession* const             session,
            LmuFailure* const             error,
            const LmuTrainStanding* const standing)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  session->training->note(session->handle, lmu_session_seconds(session));
  lmu_status_line_show(&session->line, standing->progress, standing->text);
  if (standing->improved) {
    status = lmu_session_save(session, error);
  }
  if (!status && lmu_clock_s() - session->saved_s > CHECKPOINT_S) {
    status = save_checkpoint(session, error);
  }
  return status;
}

/// Return whether there is nothing left to train
static bool
is_finished(const LmuSession* const session)
{
  const LmuTrainStanding standing = standing_of(session);
  return standing.progress >= 1.0 || standing.is_enough;
}

/// Train one round, planned if it is the first; it counts for nothing if
/// training is stopped meanwhile.  `more` is set to whether there is more to do
static LmuExit
advance(LmuSession* const session, LmuFailure* const error, bool* const more)
{
  const LmuTrainPlan* const plan   = session->plan;
  const uint64_t            before = standing_of(session).n_updates;
  if (!plan->n_updates && !before) {
    lmu_session_plan(session->training, session->handle, 60.0 * plan->minutes);
  } else {
    *more = session->training->advance(session->handle);
  }
  const LmuTrainStanding standing = standing_of(session);
  return standing.n_updates > before ? after_round(session, error, &standing)
                                     : LMU_EXIT_SUCCESS;
}

LmuExit
lmu_session_train(LmuSession* const session, LmuFailure* const error)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  bool    more   = true;
  if (session->plan->n_updates) {
    session->training->plan(session->handle, session->plan->n_updates);
  }
  while (!status && more && !is_finished(session) && !lmu_train_was_stopped()) {
    status = advance(session, error, &more);
  }
  lmu_status_line_clear(&session->line);
  session->interrupted = lmu_train_was_stopped() && !is_finished(session);
  if (!status && session->interrupted) {
    status = save_checkpoint(session, error);
  }
  return status;
}

/* End */

LmuExit
lmu_session_finish(const LmuSession* const session, LmuFailure* const error)
{
  const LmuExit status = lmu_session_save(session, error);
  return !status && session->interrupted
           ? lmu_failure_set(error,
                             LMU_EXIT_INTERRUPTED,
                             "stopped; the best model so far is %s, go on with "
                             "--resume",
                             session->plan->output)
           : status;
}

LmuExit
lmu_session_fail(LmuSession* const session,
                 LmuFailure* const error,
                 const char* const why)
{
  lmu_graph_free(session->graph);
  session->graph     = NULL;
  session->is_futile = !session->interrupted;
  return session->interrupted
           ? lmu_failure_set(error,
                             LMU_EXIT_INTERRUPTED,
                             "stopped before there was a model; go on with "
                             "--resume")
           : lmu_failure_set(error, LMU_EXIT_BAD_INPUT, "%s", why);
}

void
lmu_session_end(LmuSession* const session,
                LmuFailure* const error,
                const LmuExit     status)
{
  if (status == LMU_EXIT_BAD_OUTPUT) {
    rescue(session, error);
  }
  const bool is_over = !status && !session->was_done;
  const bool is_lost =
    status && status != LMU_EXIT_INTERRUPTED && session->is_futile;
  if (is_over || is_lost) {
    lmu_checkpoint_remove(session->plan->output);
  }
}
