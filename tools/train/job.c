// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/job.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "tools/base/allocate.h"
#include "tools/base/clock.h"
#include "tools/base/failure.h"
#include "tools/base/notice.h"
#include "tools/network/trained.h"
#include "tools/train/checkpoint.h"
#include "tools/train/status_line.h"
#include "train/audio/echo.h"
#include "train/audio/recipe.h"
#include "train/audio/rest.h"
#include "train/audio/score.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/initialise.h"

#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// Seconds of CPU time by which each kind of network races, at most, and the
/// part of all time that a race may take
#define RACE_S 10.0
#define RACE_PART 0.1

/// Orders of memories that are fitted to echoes, by size, and in a race
static const uint32_t echo_orders[LMU_N_SIZES] = {128U, 256U, 512U, 1024U};

#define RACE_ORDER 128U

/// Seconds between two checkpoints
#define CHECKPOINT_S 5.0

/// Frames by which the speed of a model is measured
#define SPEED_FRAMES 192000U

/* Stopping */

static volatile sig_atomic_t is_stopped = 0;

static void
stop(const int number)
{
  (void)number;
  is_stopped = 1;
}

void
lmu_train_catch_signals(void)
{
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_handler = stop;
  // The second time it ends the program
  action.sa_flags = (int)SA_RESETHAND;
  (void)sigaction(SIGINT, &action, NULL);
  (void)sigaction(SIGTERM, &action, NULL);
}

bool
lmu_train_was_stopped(void)
{
  return is_stopped != 0;
}

static bool
stops(void* const handle)
{
  (void)handle;
  return is_stopped != 0;
}

static double
cpu_s(void)
{
  struct timespec now = {0, 0};
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (1e-9 * (double)now.tv_nsec);
}

static double
decibels(const double ratio)
{
  return 10.0 * log10(fmax(ratio, 1e-20));
}

/* Session */

/// A training that is under way
typedef struct {
  const LmuTrainJob* job;
  LmuTrainResult*    result;
  LmuTrainer*        trainer;
  LmuCheckpoint      checkpoint; ///< Times of the sessions before
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
    lmu_initialise(graph, job->seed);
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
plan(LmuTrainer* const       trainer,
     const double            seconds,
     LmuTrainerReport* const report)
{
  const double   start_s = lmu_clock_s();
  const uint64_t round   = lmu_trainer_round(trainer);
  lmu_trainer_plan(trainer, UINT64_MAX);
  (void)lmu_trainer_advance(trainer, report);
  const double round_s = fmax(lmu_clock_s() - start_s, 1e-4);
  const double rounds  = fmax(ceil(seconds / round_s), 2.0);
  lmu_trainer_plan(trainer, (uint64_t)rounds * round);
}

/* Race */

/// Train a kind of network for a while, and return its ESR
static LmuExit
race_one(double* const            esr,
         LmuFailure* const        error,
         const LmuTrainJob* const job,
         const LmuDevice          device,
         const double             seconds)
{
  LmuTrainer*      trainer = NULL;
  LmuTrainerReport report  = {.esr = INFINITY};
  const LmuExit    status  = start(&trainer, error, job, device);
  if (!status) {
    plan(trainer, seconds, &report);
    while (!is_stopped && lmu_trainer_advance(trainer, &report)) {
    }
    *esr = report.esr;
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

/// Say how a kind of network did in the race, and keep the best
static void
compare(Session* const  session,
        const LmuDevice kind,
        const double    esr,
        double* const   best)
{
  lmu_status_line_say(
    &session->line, "As %s: ESR %.1f dB", lmu_device_word(kind), decibels(esr));
  if (esr < *best) {
    *best                   = esr;
    session->result->device = kind;
  }
}

/// Find out what kind of device it is
static LmuExit
race(Session* const session, LmuFailure* const error)
{
  static const LmuDevice   kinds[] = {LMU_DEVICE_DRIVE, LMU_DEVICE_DYNAMICS};
  const LmuTrainJob* const job     = session->job;
  const double seconds = fmin(RACE_S, RACE_PART * 60.0 * job->minutes);
  double       best    = INFINITY;
  LmuExit      status  = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; !status && i < 2U && !is_stopped; ++i) {
    double esr = INFINITY;
    status     = race_one(&esr, error, job, kinds[i], seconds);
    if (!status) {
      compare(session, kinds[i], esr, &best);
    }
  }
  if (!status && !job->train.n_conditions && !is_stopped) {
    LmuGraph* graph = NULL;
    double    esr   = INFINITY;
    status          = fit_echo(&graph, &esr, error, job, RACE_ORDER);
    lmu_graph_free(graph);
    compare(session, LMU_DEVICE_TIME, esr, &best);
  }
  return status;
}

/// Choose the kind of device, unless it is known
static LmuExit
choose(Session* const session, LmuFailure* const error)
{
  const LmuTrainJob* const job    = session->job;
  LmuExit                  status = LMU_EXIT_SUCCESS;
  session->result->device         = LMU_DEVICE_DRIVE;
  if (session->checkpoint.exists) {
    session->result->device = (LmuDevice)session->checkpoint.device;
  } else if (job->device != LMU_DEVICE_AUTO) {
    session->result->device = (LmuDevice)job->device;
  } else if (!job->initial) {
    status = race(session, error);
  }
  session->checkpoint.device = session->result->device;
  return status;
}

/* Rounds */

/// Write the model as it is kept
static LmuExit
save_model(Session* const session, LmuFailure* const error)
{
  LmuGraph* const graph = session->result->graph;
  if (!lmu_trainer_store(session->trainer, graph)) {
    return LMU_EXIT_SUCCESS;
  }
  return lmu_trained_save(
    graph, error, session->job->output, session->job->output);
}

/// Return the time of all sessions
static double
elapsed(const Session* const session)
{
  return session->checkpoint.seconds + lmu_clock_s() - session->start_s;
}

static LmuExit
save_checkpoint(Session* const session, LmuFailure* const error)
{
  LmuCheckpoint checkpoint = session->checkpoint;
  checkpoint.seconds       = elapsed(session);
  checkpoint.cpu_seconds += cpu_s() - session->cpu_start_s;
  session->saved_s = lmu_clock_s();
  return lmu_checkpoint_save(
    &checkpoint, error, session->trainer, session->job->output);
}

/// Note how good it is
static void
add_point(Session* const session, const LmuTrainerReport* const report)
{
  LmuTrainResult* const result = session->result;
  const LmuCurvePoint   point  = {elapsed(session), decibels(report->esr)};
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
                       decibels(report->esr),
                       decibels(report->best_esr));
  if (report->improved) {
    status = save_model(session, error);
  }
  if (!status && lmu_clock_s() - session->saved_s > CHECKPOINT_S) {
    status = save_checkpoint(session, error);
  }
  return status;
}

/// Train to the end, or until told to stop
static LmuExit
train(Session* const session, LmuFailure* const error)
{
  LmuTrainerReport report = {.esr = INFINITY};
  LmuExit          status = LMU_EXIT_SUCCESS;
  bool             more   = true;
  if (session->job->n_updates) {
    lmu_trainer_plan(session->trainer, session->job->n_updates);
  } else if (!session->checkpoint.exists) {
    plan(session->trainer, 60.0 * session->job->minutes, &report);
    status = after_round(session, error, &report);
  }
  while (!status && more && !is_stopped) {
    more = lmu_trainer_advance(session->trainer, &report);
    if (!is_stopped) {
      status = after_round(session, error, &report);
    }
    more = more && decibels(report.best_esr) > session->job->stop_db;
  }
  lmu_status_line_clear(&session->line);
  session->result->interrupted = is_stopped && more;
  return status;
}

/* Results */

/// Return the nanoseconds that a model takes for a sample
static double
speed_of(const LmuGraph* const graph)
{
  LmuNetwork* network = NULL;
  if (lmu_network_new(&network, graph, 1.0, NULL)) {
    return 0.0;
  }
  LmuNetworkState* const state = lmu_network_state_new(network);
  float  x[LMU_NETWORK_FRAMES * (1U + LMU_MAX_CONDITIONS)] = {0.1f};
  float  y[LMU_NETWORK_FRAMES]                             = {0.0f};
  double best                                              = INFINITY;
  for (uint32_t i = 0U; state && i < 5U; ++i) {
    const double start_s = cpu_s();
    for (uint32_t j = 0U; j < SPEED_FRAMES / 5U; j += LMU_NETWORK_FRAMES) {
      lmu_network_process(network, state, x, LMU_NETWORK_FRAMES, y);
    }
    best = fmin(best, (cpu_s() - start_s) / (SPEED_FRAMES / 5.0));
  }
  lmu_network_state_free(state);
  lmu_network_free(network);
  return 1e9 * best;
}

/// Return the ESR of the best volume control
static double
plain_esr(const LmuStreams* const streams)
{
  double xx = 1e-30;
  double xy = 0.0;
  double yy = 1e-30;
  for (uint32_t i = 0U; i < streams->n_pairs; ++i) {
    const LmuRecording* const r = &streams->pairs[i];
    for (size_t j = 0U; j < r->n_frames; ++j) {
      xx += (double)r->input[j] * (double)r->input[j];
      xy += (double)r->input[j] * (double)r->target[j];
      yy += (double)r->target[j] * (double)r->target[j];
    }
  }
  return 1.0 - (xy * xy / (xx * yy));
}

/// Measure a model
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
  result->plain_esr   = plain_esr(&job->valid);
  result->ns_a_sample = speed_of(result->graph);
  result->seconds     = elapsed(session);
  result->cpu_seconds =
    session->checkpoint.cpu_seconds + cpu_s() - session->cpu_start_s;
  return status ? lmu_failure_core(
                    error, job->output, status, lmu_status_text(status))
                : LMU_EXIT_SUCCESS;
}

/// Measure and write what was trained
static LmuExit
finish(Session* const session, LmuFailure* const error)
{
  LmuTrainResult* const result = session->result;
  if (!lmu_trainer_store(session->trainer, result->graph)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "No model came to rest in silence, so none is "
                           "written; train for longer, or with --rate of half "
                           "of what it was");
  }
  result->audio_s = (double)result->n_updates * 512.0 *
                    options_of(session->job, result->device).lanes /
                    session->job->rate;
  const LmuExit status = measure(session, error);
  return status ? status : save_model(session, error);
}

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
    return lmu_failure_core(error, job->output, LMU_NO_MEMORY, "");
  }

  const double rate           = job->rate;
  graph->metadata             = job->metadata;
  graph->metadata.rate        = rate;
  graph->metadata.loudness_db = NAN;
  double sum                  = 0.0;
  for (uint32_t i = 0U; i < job->train.n_pairs; ++i) {
    for (size_t j = 0U; j < job->train.pairs[i].n_frames; ++j) {
      sum += (double)job->train.pairs[i].target[j] *
             (double)job->train.pairs[i].target[j];
    }
  }
  graph->metadata.loudness_db =
    10.0 * log10(sum / (double)lmu_streams_length(&job->train));
  return LMU_EXIT_SUCCESS;
}

/// Make all that is needed, and see before the work that files can be written
static LmuExit
prepare(Session* const session, LmuFailure* const error)
{
  const LmuTrainJob* const job    = session->job;
  LmuExit                  status = LMU_EXIT_SUCCESS;
  if (job->resumes) {
    status = lmu_checkpoint_peek(&session->checkpoint, error, job->output);
    session->result->was_done =
      !status && !session->checkpoint.exists && !access(job->output, F_OK);
  }
  if (!status && !session->result->was_done) {
    status = choose(session, error);
  }
  if (status || session->result->was_done) {
    return status;
  }

  if (session->result->device == LMU_DEVICE_TIME) {
    return LMU_EXIT_SUCCESS;
  }
  status = start(&session->trainer, error, job, session->result->device);
  if (!status && session->checkpoint.exists) {
    status = lmu_checkpoint_load(session->trainer, error, job->output);
  }
  if (!status) {
    status = describe(session, error);
  }
  return status ? status : save_checkpoint(session, error);
}

/// Fit, measure, and write a model of an echo
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

/// Train, measure, and write a model
static LmuExit
run_training(Session* const session, LmuFailure* const error)
{
  LmuExit status = train(session, error);
  return status ? status : finish(session, error);
}

LmuExit
lmu_train_job_run(LmuTrainResult* const    result,
                  LmuFailure* const        error,
                  const LmuTrainJob* const job)
{
  Session session     = {.job = job, .result = result};
  session.start_s     = lmu_clock_s();
  session.cpu_start_s = cpu_s();
  memset(result, 0, sizeof(*result));
  lmu_status_line_init(&session.line, job->quiet);

  LmuExit status = prepare(&session, error);
  if (!status && !result->was_done) {
    status = (result->device == LMU_DEVICE_TIME)
               ? run_echo(&session, error)
               : run_training(&session, error);
  }
  if (!status && result->interrupted) {
    status = save_checkpoint(&session, error);
  } else if (!status && !result->was_done) {
    lmu_checkpoint_remove(job->output);
  }
  lmu_trainer_free(session.trainer);
  if (!status && result->interrupted) {
    status = lmu_failure_set(error,
                             LMU_EXIT_INTERRUPTED,
                             "stopped; the best model so far is %s, go on with "
                             "--resume",
                             job->output);
  }
  return status;
}
