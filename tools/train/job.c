// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/job.h"

#include "core/base/setup/error.h"
#include "core/base/setup/number.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "data/output.h"
#include "tools/base/clock.h"
#include "tools/base/failure.h"
#include "tools/network/trained.h"
#include "tools/train/checkpoint.h"
#include "tools/train/decibels.h"
#include "tools/train/measure.h"
#include "tools/train/rescue.h"
#include "tools/train/status_line.h"
#include "tools/train/stop.h"
#include "train/audio/aliasing.h"
#include "train/audio/echo.h"
#include "train/audio/recipe.h"
#include "train/audio/rest.h"
#include "train/audio/score.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Seconds of CPU time by which each kind of network races, at most, and the
/// part of all time that a race may take
#define RACE_S 10.0
#define RACE_PART 0.1

/// Orders of memories that are fitted to echoes, by size, and in a race
static const uint32_t echo_orders[LMU_N_SIZES] = {128U, 256U, 512U, 1024U};

#define RACE_ORDER 128U

/// ESR in a race at which a device is no echo, which takes long to fit
#define LEARNED 1e-3

/// Seconds between two checkpoints: what a kill costs
#define CHECKPOINT_S 1.0

static bool
stops(void* const handle)
{
  (void)handle;
  return lmu_train_was_stopped();
}

static LmuExit
no_memory(LmuFailure* const error)
{
  return lmu_failure_set(error,
                         LMU_EXIT_NO_MEMORY,
                         "out of memory; close other programs, or use shorter "
                         "recordings");
}

/* Session */

/// A training that is under way
typedef struct {
  const LmuTrainJob* job;
  LmuTrainResult*    result;
  LmuTrainer*        trainer;
  LmuCheckpoint      checkpoint; ///< What the sessions before did
  bool               is_futile;  ///< Whether there is nothing to go on from
  LmuStatusLine      line;
  double             start_s;
  double             cpu_start_s;
  double             saved_s; ///< When the last checkpoint was written
} Session;

static LmuRecipe
recipe_of(const LmuTrainJob* const job, const LmuDevice device)
{
  const LmuRecipe recipe = {
    device, job->size, job->rate, job->train.n_conditions};
  return recipe;
}

/// Return a graph to train: a new one, or a copy of that to start from
static LmuGraph*
graph_of(const LmuTrainJob* const job, const LmuDevice device)
{
  const LmuRecipe recipe = recipe_of(job, device);
  if (job->initial) {
    return lmu_graph_copy(job->initial);
  }
  LmuGraph* const graph = lmu_recipe_graph(&recipe);
  if (graph) {
    lmu_recipe_initialise(&recipe, graph, job->seed);
  }
  return graph;
}

static LmuTrainerOptions
options_of(const LmuTrainJob* const job, const LmuDevice device)
{
  const LmuRecipe   recipe  = recipe_of(job, device);
  LmuTrainerOptions options = lmu_trainer_defaults();
  options.n_threads         = job->n_threads;
  options.lanes = (job->n_threads > 2U) ? 16U * job->n_threads : 32U;
  options.rate =
    (job->learning_rate > 0.0) ? job->learning_rate : lmu_recipe_rate(&recipe);
  options.emphasis     = job->emphasis;
  options.seed         = job->seed;
  options.learns_theta = job->learns_theta;
  options.is_new       = !job->initial;
  options.stops        = stops;
  return options;
}

/// Make a trainer of a new graph
static LmuExit
start(LmuTrainer** const       trainer,
      LmuFailure* const        error,
      const LmuTrainJob* const job,
      const LmuDevice          device)
{
  const LmuTrainerOptions options = options_of(job, device);
  LmuGraph* const         graph   = graph_of(job, device);
  LmuError                reason  = {""};
  LmuStatus               status  = LMU_NO_MEMORY;
  *trainer                        = NULL;
  if (graph) {
    status = lmu_trainer_new(
      trainer, graph, &job->train, &job->valid, &options, &reason);
  }
  lmu_graph_free(graph);
  return status ? lmu_failure_core(error, NULL, status, reason.text)
                : LMU_EXIT_SUCCESS;
}

/// Train one round to find out how long it takes, and plan for some seconds
static void
plan(LmuTrainer* const trainer, const double seconds)
{
  LmuTrainerReport report;
  const double     start_s = lmu_clock_s();
  const uint64_t   round   = lmu_trainer_round(trainer);
  lmu_trainer_plan(trainer, UINT64_MAX);
  (void)lmu_trainer_advance(trainer, &report);
  const double round_s = fmax(lmu_clock_s() - start_s, 1e-4);
  const double rounds  = fmax(ceil(seconds / round_s), 2.0);
  lmu_trainer_plan(trainer, (uint64_t)rounds * round);
}

/* Race */

/// Plan a part of what was asked for
static void
plan_race(LmuTrainer* const trainer, const LmuTrainJob* const job)
{
  if (job->n_updates) {
    const double part = RACE_PART * (double)job->n_updates;
    lmu_trainer_plan(trainer, (uint64_t)fmax(part, 1.0));
  } else {
    plan(trainer, fmin(RACE_S, RACE_PART * 60.0 * job->minutes));
  }
}

/// Train a kind of network for a while, and set its ESR
static LmuExit
race_one(double* const            esr,
         LmuFailure* const        error,
         const LmuTrainJob* const job,
         const LmuDevice          device)
{
  LmuTrainer*   trainer = NULL;
  const LmuExit status  = start(&trainer, error, job, device);
  if (!status) {
    LmuTrainerReport report;
    plan_race(trainer, job);
    while (!lmu_train_was_stopped() && lmu_trainer_advance(trainer, &report)) {
    }
    *esr = lmu_trainer_report(trainer)->esr;
  }
  lmu_trainer_free(trainer);
  return status;
}

/// Fit an echo, of no conditions
static LmuExit
fit_echo(LmuGraph** const         graph,
         double* const            esr,
         LmuFailure* const        error,
         const LmuTrainJob* const job,
         const uint32_t           order)
{
  const LmuEchoSpec spec = {job->rate, order, job->seed};
  const LmuStatus   status =
    lmu_echo_fit(graph, esr, &job->train, &job->valid, &spec);
  return status ? lmu_failure_core(
                    error, job->output, status, lmu_status_text(status))
                : LMU_EXIT_SUCCESS;
}

/// Fit a small echo, and set its ESR
static LmuExit
race_echo(double* const            esr,
          LmuFailure* const        error,
          const LmuTrainJob* const job)
{
  LmuGraph*     graph  = NULL;
  const LmuExit status = fit_echo(&graph, esr, error, job, RACE_ORDER);
  lmu_graph_free(graph);
  return status;
}

/// Say how a kind of network did in the race, and keep the best
static void
compare(Session* const  session,
        const LmuDevice kind,
        const double    esr,
        double* const   best)
{
  lmu_status_line_say(&session->line,
                      "As %s: ESR %.1f dB",
                      lmu_device_word(kind),
                      lmu_energy_db(esr));
  if (esr < *best) {
    *best                      = esr;
    session->checkpoint.device = kind;
  }
}

/// Find out what kind of device it is, unless training is stopped meanwhile
static LmuExit
race(Session* const session, LmuFailure* const error)
{
  static const LmuDevice   kinds[] = {LMU_DEVICE_DRIVE, LMU_DEVICE_DYNAMICS};
  const LmuTrainJob* const job     = session->job;
  LmuExit                  status  = LMU_EXIT_SUCCESS;
  double                   esr     = INFINITY;
  double                   best    = INFINITY;
  for (uint32_t i = 0U; i < 2U && !status && !lmu_train_was_stopped(); ++i) {
    status = race_one(&esr, error, job, kinds[i]);
    if (!status && !lmu_train_was_stopped()) {
      compare(session, kinds[i], esr, &best);
    }
  }
  if (!status && !lmu_train_was_stopped() && !job->train.n_conditions &&
      best > LEARNED) {
    status = race_echo(&esr, error, job);
    if (!status) {
      compare(session, LMU_DEVICE_TIME, esr, &best);
    }
  }
  return status;
}

/// Choose the kind of device, unless it is known
static LmuExit
choose(Session* const session, LmuFailure* const error)
{
  const LmuTrainJob* const job        = session->job;
  LmuCheckpoint* const     checkpoint = &session->checkpoint;
  LmuExit                  status     = LMU_EXIT_SUCCESS;
  if (job->device != LMU_DEVICE_AUTO) {
    checkpoint->device = job->device;
  } else if (job->initial) {
    checkpoint->device = LMU_DEVICE_DRIVE;
  } else if (checkpoint->device == LMU_DEVICE_AUTO) {
    status = race(session, error);
  }
  session->result->device = (LmuDevice)checkpoint->device;
  return status;
}

/* Rounds */

/// Return the time of all sessions
static double
elapsed(const Session* const session)
{
  return session->checkpoint.seconds + lmu_clock_s() - session->start_s;
}

static LmuExit
save_checkpoint(Session* const session, LmuFailure* const error)
{
  LmuCheckpoint     checkpoint = session->checkpoint;
  const LmuTrainer* trainer    = session->trainer;
  checkpoint.seconds           = elapsed(session);
  checkpoint.cpu_seconds += lmu_cpu_s() - session->cpu_start_s;
  checkpoint.n_updates = trainer ? lmu_trainer_report(trainer)->n_updates : 0U;
  session->saved_s     = lmu_clock_s();
  session->is_futile   = !checkpoint.n_updates;
  return lmu_checkpoint_save(&checkpoint,
                             error,
                             checkpoint.n_updates ? trainer : NULL,
                             session->job->output);
}

/// Write the model as it is kept
static LmuExit
save_model(Session* const session, LmuFailure* const error)
{
  LmuGraph* const   graph  = session->result->graph;
  const char* const output = session->job->output;
  return lmu_trainer_store(session->trainer, graph)
           ? lmu_trained_save(graph, error, output, output)
           : LMU_EXIT_SUCCESS;
}

/// Keep the model if a file could not be written
static void
rescue(Session* const session, LmuFailure* const error)
{
  if (session->result->graph &&
      (!session->trainer ||
       lmu_trainer_store(session->trainer, session->result->graph))) {
    lmu_rescue(session->result->graph, error, session->job->output);
  }
}

/// Note how good it is
static void
add_point(Session* const session, const LmuTrainerReport* const report)
{
  LmuTrainResult* const result = session->result;
  const LmuCurvePoint   point  = {elapsed(session), lmu_energy_db(report->esr)};
  if (result->n_curve == LMU_MAX_CURVE) {
    // Half as many are as good to draw
    for (uint32_t i = 0U; i < LMU_MAX_CURVE / 2U; ++i) {
      result->curve[i] = result->curve[(size_t)2U * i];
    }
    result->n_curve /= 2U;
  }
  result->curve[result->n_curve++] = point;
  result->n_updates                = report->n_updates;
  result->n_rewinds                = report->n_rewinds;
}

/// Show and write what a round gave
static LmuExit
after_round(Session* const                session,
            LmuFailure* const             error,
            const LmuTrainerReport* const report)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  add_point(session, report);
  lmu_status_line_show(&session->line,
                       lmu_trainer_progress(session->trainer),
                       lmu_energy_db(report->esr),
                       lmu_energy_db(report->best_esr));
  if (report->improved) {
    status = save_model(session, error);
  }
  if (!status && lmu_clock_s() - session->saved_s > CHECKPOINT_S) {
    status = save_checkpoint(session, error);
  }
  return status;
}

/// Return whether there is nothing left to train
static bool
is_finished(const Session* const session)
{
  const LmuTrainerReport* const report = lmu_trainer_report(session->trainer);
  return lmu_trainer_progress(session->trainer) >= 1.0 ||
         lmu_energy_db(report->best_esr) <= session->job->stop_db;
}

/// Train one round, planned if it is the first; it counts for nothing if
/// training is stopped meanwhile.  `more` is set to whether there is more to do
static LmuExit
advance(Session* const session, LmuFailure* const error, bool* const more)
{
  LmuTrainer* const             trainer = session->trainer;
  const LmuTrainerReport* const report  = lmu_trainer_report(trainer);
  const uint64_t                before  = report->n_updates;
  LmuTrainerReport              now;
  if (!session->job->n_updates && !before) {
    plan(trainer, 60.0 * session->job->minutes);
  } else {
    *more = lmu_trainer_advance(trainer, &now);
  }
  return report->n_updates > before ? after_round(session, error, report)
                                    : LMU_EXIT_SUCCESS;
}

/// Train to the end, or until told to stop
static LmuExit
train(Session* const session, LmuFailure* const error)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  bool    more   = true;
  if (session->job->n_updates) {
    lmu_trainer_plan(session->trainer, session->job->n_updates);
  }
  while (!status && more && !is_finished(session) && !lmu_train_was_stopped()) {
    status = advance(session, error, &more);
  }
  lmu_status_line_clear(&session->line);
  session->result->interrupted =
    lmu_train_was_stopped() && !is_finished(session);
  if (!status && session->result->interrupted) {
    status = save_checkpoint(session, error);
  }
  return status;
}

/* Results */

/// Say that there is no model
static LmuExit
no_model(Session* const session, LmuFailure* const error)
{
  lmu_graph_free(session->result->graph);
  session->result->graph = NULL;
  session->is_futile     = !session->result->interrupted;
  return session->result->interrupted
           ? lmu_failure_set(error,
                             LMU_EXIT_INTERRUPTED,
                             "stopped before there was a model; go on with "
                             "--resume")
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "no model came to rest in silence, so none is "
                             "written; train for longer, or with --rate of "
                             "half of what it was");
}

/// Say in the model what was measured, but for what the machine decides
static void
note_score(LmuMetadata* const metadata, const LmuScore* const score)
{
  const struct {
    const char* key;
    double      value;
  } notes[] = {{"esr", score->esr},
               {"esr_preemphasised", score->emphasised},
               {"esr_quiet_tenth", score->quiet}};
  for (size_t i = 0U; i < sizeof(notes) / sizeof(notes[0]); ++i) {
    char number[LMU_NUMBER_SIZE];
    lmu_number_write(number, round(1e6 * notes[i].value) / 1e6);
    (void)lmu_metadata_note(metadata, notes[i].key, number);
  }
}

/// Measure what was trained
static LmuExit
measure(Session* const session, LmuFailure* const error)
{
  const LmuTrainJob* const job    = session->job;
  LmuTrainResult* const    result = session->result;
  LmuStatus                status =
    lmu_score_find(&result->score, result->graph, &job->valid, NULL);
  if (!status) {
    status = lmu_rest_find(&result->rest, result->graph, job->rate, false);
  }
  if (!status) {
    status = lmu_aliasing_find(
      result->aliasing, result->graph, job->rate, result->score.input_rms);
  }
  note_score(&result->graph->metadata, &result->score);
  result->plain_esr   = lmu_measure_volume(&job->valid);
  result->ns_a_sample = lmu_measure_speed(result->graph);
  result->seconds     = elapsed(session);
  result->cpu_seconds =
    session->checkpoint.cpu_seconds + lmu_cpu_s() - session->cpu_start_s;
  return status ? lmu_failure_core(
                    error, job->output, status, lmu_status_text(status))
                : LMU_EXIT_SUCCESS;
}

/// Write the model, and measure it
static LmuExit
finish(Session* const session, LmuFailure* const error)
{
  LmuTrainResult* const result = session->result;
  if (!lmu_trainer_store(session->trainer, result->graph)) {
    return no_model(session, error);
  }
  result->n_updates = lmu_trainer_report(session->trainer)->n_updates;
  result->audio_s   = (double)result->n_updates * 512.0 *
                    options_of(session->job, result->device).lanes /
                    session->job->rate;
  LmuExit status = measure(session, error);
  if (!status) {
    status = save_model(session, error);
  }
  if (!status && session->result->interrupted) {
    status = lmu_failure_set(error,
                             LMU_EXIT_INTERRUPTED,
                             "stopped; the best model so far is %s, go on with "
                             "--resume",
                             session->job->output);
  }
  return status;
}

/* Beginning */

/// Set texts of the model, and what it is of
static LmuExit
describe(Session* const session, LmuFailure* const error)
{
  const LmuTrainJob* const job    = session->job;
  LmuTrainResult* const    result = session->result;
  if (!result->graph) {
    result->graph = graph_of(job, result->device);
  }
  LmuGraph* const graph = result->graph;
  if (!graph) {
    return no_memory(error);
  }
  graph->metadata             = job->metadata;
  graph->metadata.rate        = job->rate;
  graph->metadata.loudness_db = lmu_energy_db(lmu_measure_power(&job->train));
  return LMU_EXIT_SUCCESS;
}

/// Find out where training stands, and that files can be written
static LmuExit
begin(Session* const session, LmuFailure* const error)
{
  const LmuTrainJob* const job = session->job;
  if (job->resumes) {
    const LmuExit status =
      lmu_checkpoint_peek(&session->checkpoint, error, job->output);
    session->result->was_done =
      !status && !session->checkpoint.exists && !access(job->output, F_OK);
    if (status || session->result->was_done || session->checkpoint.n_updates) {
      return status;
    }
  }
  return save_checkpoint(session, error);
}

/// Make all that is needed
static LmuExit
prepare(Session* const session, LmuFailure* const error)
{
  const LmuTrainJob* const job    = session->job;
  LmuExit                  status = choose(session, error);
  if (!status && lmu_train_was_stopped()) {
    session->result->interrupted = true;
    return no_model(session, error);
  }
  if (status || session->result->device == LMU_DEVICE_TIME) {
    return status;
  }
  status = start(&session->trainer, error, job, session->result->device);
  if (!status && session->checkpoint.n_updates) {
    status = lmu_checkpoint_load(session->trainer, error, job->output);
  }
  if (!status) {
    status = describe(session, error);
  }
  return status ? status : save_checkpoint(session, error);
}

LmuExit
lmu_train_job_check(LmuFailure* const error,
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

/* Running */

/// Fit, write, and measure a model of an echo
static LmuExit
run_echo(Session* const session, LmuFailure* const error)
{
  const LmuTrainJob* const job    = session->job;
  LmuTrainResult* const    result = session->result;
  double                   esr    = INFINITY;
  LmuExit                  status =
    fit_echo(&result->graph, &esr, error, job, echo_orders[job->size]);
  if (!status) {
    status = describe(session, error);
  }
  if (!status) {
    status = measure(session, error);
  }
  return status
           ? status
           : lmu_trained_save(result->graph, error, job->output, job->output);
}

/// Do all steps until one fails
static LmuExit
run_session(Session* const session, LmuFailure* const error)
{
  LmuExit status = begin(session, error);
  if (status || session->result->was_done) {
    return status;
  }
  status = prepare(session, error);
  if (!status && session->result->device == LMU_DEVICE_TIME) {
    return run_echo(session, error);
  }
  if (!status) {
    status = train(session, error);
  }
  return status ? status : finish(session, error);
}

LmuExit
lmu_train_job_run(LmuTrainResult* const    result,
                  LmuFailure* const        error,
                  const LmuTrainJob* const job)
{
  Session session           = {.job = job, .result = result};
  session.start_s           = lmu_clock_s();
  session.cpu_start_s       = lmu_cpu_s();
  session.checkpoint.device = LMU_DEVICE_AUTO;
  memset(result, 0, sizeof(*result));
  lmu_status_line_init(&session.line, job->quiet);

  const LmuExit status = run_session(&session, error);
  if (status == LMU_EXIT_BAD_OUTPUT) {
    rescue(&session, error);
  }
  const bool is_over = !status && !result->was_done;
  const bool is_lost =
    status && status != LMU_EXIT_INTERRUPTED && session.is_futile;
  if (is_over || is_lost) {
    lmu_checkpoint_remove(job->output);
  }
  lmu_trainer_free(session.trainer);
  return status;
}
