// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/job.h"

#include "core/base/setup/error.h"
#include "core/base/setup/number.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "tools/base/notice.h"
#include "tools/network/trained.h"
#include "tools/train/checkpoint.h"
#include "tools/train/decibels.h"
#include "tools/train/measure.h"
#include "tools/train/session.h"
#include "tools/train/status_line.h"
#include "tools/train/stop.h"
#include "train/audio/aliasing.h"
#include "train/audio/device.h"
#include "train/audio/echo.h"
#include "train/audio/recipe.h"
#include "train/audio/rest.h"
#include "train/audio/score.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/own_step.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

_Static_assert(LMU_DEVICE_AUTO == LMU_CHECKPOINT_NO_DEVICE,
               "Checkpoints say so where no device was found");

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

/* Training */

/// A training that is under way
typedef struct {
  const LmuTrainJob* job;
  LmuTrainResult*    result;
  LmuTrainer*        trainer;
  LmuSession         session;
} Job;

static void
plan(void* const handle, const uint64_t n_updates)
{
  lmu_trainer_plan(((Job*)handle)->trainer, n_updates);
}

static uint64_t
round_of(const void* const handle)
{
  return lmu_trainer_round(((const Job*)handle)->trainer);
}

static bool
advance(void* const handle)
{
  LmuTrainerReport report;
  return lmu_trainer_advance(((Job*)handle)->trainer, &report);
}

static void
stand(const void* const handle, LmuTrainStanding* const standing)
{
  const Job* const              self    = (const Job*)handle;
  const LmuTrainerReport* const report  = lmu_trainer_report(self->trainer);
  const double                  best_db = lmu_energy_db(report->best_esr);
  standing->n_updates                   = report->n_updates;
  standing->progress                    = lmu_trainer_progress(self->trainer);
  standing->improved                    = report->improved;
  standing->is_enough                   = best_db <= self->job->stop_db;
  const int n                           = snprintf(standing->text,
                         sizeof(standing->text),
                         "ESR %.1f dB",
                         lmu_energy_db(report->esr));
  if (best_db < 100.0) {
    (void)snprintf(standing->text + n,
                   sizeof(standing->text) - (size_t)n,
                   ", best %.1f dB",
                   best_db);
  }
}

static bool
store(const void* const handle, LmuGraph* const graph)
{
  return lmu_trainer_store(((const Job*)handle)->trainer, graph);
}

static LmuStatus
save(const void* const handle, uint8_t** const data, size_t* const n_bytes)
{
  return lmu_trainer_save(((const Job*)handle)->trainer, data, n_bytes);
}

static LmuStatus
load(void* const handle, const uint8_t* const data, const size_t n_bytes)
{
  return lmu_trainer_load(((Job*)handle)->trainer, data, n_bytes);
}

/// Note how good it is
static void
note(void* const handle, const double seconds)
{
  Job* const                    self   = (Job*)handle;
  LmuTrainResult* const         result = self->result;
  const LmuTrainerReport* const report = lmu_trainer_report(self->trainer);
  const LmuCurvePoint           point  = {seconds, lmu_energy_db(report->esr)};
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

static const LmuTraining training =
  {"recordings", plan, round_of, advance, stand, store, save, load, note};

/* Start */

static LmuRecipe
recipe_of(const LmuTrainJob* const job, const LmuDevice device)
{
  const LmuRecipe recipe = {
    device, job->size, job->rate, job->train.n_conditions};
  return recipe;
}

/// Have memories of a graph keep steps that are learned, which is seen to be
/// possible when options are read
static LmuGraph*
own_steps(LmuGraph* const graph)
{
  if (lmu_own_steps(graph, NULL)) {
    lmu_graph_free(graph);
    return NULL;
  }
  return graph;
}

/// Return a graph to train: a new one, or a copy of that to start from
static LmuGraph*
graph_of(const LmuTrainJob* const job, const LmuDevice device)
{
  const LmuRecipe recipe = recipe_of(job, device);
  LmuGraph* const graph  = job->plan.initial ? lmu_graph_copy(job->plan.initial)
                                             : lmu_recipe_graph(&recipe);
  if (graph && job->plan.initial) {
    graph->metadata.rate = job->rate; // That of its file may be any
  } else if (graph) {
    lmu_recipe_initialise(&recipe, graph, job->plan.seed);
  }
  return (graph && job->plan.learns_step) ? own_steps(graph) : graph;
}

static LmuTrainerOptions
options_of(const LmuTrainJob* const job, const LmuDevice device)
{
  const LmuRecipe   recipe  = recipe_of(job, device);
  LmuTrainerOptions options = lmu_device_options(&recipe, job->plan.n_threads);
  options.rate =
    (job->plan.learning_rate > 0.0) ? job->plan.learning_rate : options.rate;
  options.emphasis     = job->emphasis;
  options.seed         = job->plan.seed;
  options.learns_theta = job->plan.learns_theta;
  options.learns_step  = job->plan.learns_step;
  options.is_new       = !job->plan.initial || job->plan.is_new;
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

/* Race */

/// Plan a part of what was asked for
static void
plan_race(void* const handle, LmuTrainer* const trainer)
{
  const Job* const          self  = (const Job*)handle;
  const LmuTrainPlan* const asked = &self->job->plan;
  Job                       racer = {.job = self->job, .trainer = trainer};
  if (asked->n_updates) {
    const double part = LMU_RACE_PART * (double)asked->n_updates;
    lmu_trainer_plan(trainer, (uint64_t)fmax(part, 1.0));
  } else {
    lmu_session_plan(&training,
                     &racer,
                     fmin(LMU_RACE_S, LMU_RACE_PART * 60.0 * asked->minutes));
  }
}

/// Say how a kind of network did in the race
static void
tell_race(void* const handle, const LmuDevice device, const double esr)
{
  lmu_status_line_say(&((Job*)handle)->session.line,
                      "As %s: ESR %.1f dB",
                      lmu_device_word(device),
                      lmu_energy_db(esr));
}

/// Find out what kind of device it is, unless training is stopped meanwhile
static LmuExit
race(Job* const self, LmuFailure* const error)
{
  const LmuTrainJob* const job     = self->job;
  LmuTrainerOptions        options = options_of(job, LMU_DEVICE_DRIVE);
  options.rate                     = job->plan.learning_rate;
  const LmuRace   race             = {recipe_of(job, LMU_DEVICE_DRIVE),
                                      options,
                                      job->plan.seed,
                                      &job->train,
                                      &job->valid,
                                      {stops, NULL},
                                      plan_race,
                                      tell_race,
                                      self};
  LmuError        reason           = {""};
  LmuDevice       device           = LMU_DEVICE_DRIVE;
  const LmuStatus status           = lmu_device_race(&device, &race, &reason);
  if (!status && !lmu_train_was_stopped()) {
    self->session.checkpoint.device = device;
  }
  return status ? lmu_failure_core(error, NULL, status, reason.text)
                : LMU_EXIT_SUCCESS;
}

/// Choose the kind of device, unless it is known
static LmuExit
choose(Job* const self, LmuFailure* const error)
{
  const LmuTrainJob* const job        = self->job;
  LmuCheckpoint* const     checkpoint = &self->session.checkpoint;
  LmuExit                  status     = LMU_EXIT_SUCCESS;
  if (job->device != LMU_DEVICE_AUTO) {
    checkpoint->device = job->device;
  } else if (job->plan.initial) {
    checkpoint->device = LMU_DEVICE_DRIVE;
  } else if (checkpoint->device == LMU_DEVICE_AUTO) {
    status = race(self, error);
  }
  self->result->device = (LmuDevice)checkpoint->device;
  return status;
}

/* Results */

/// Say in the model what was measured, but for what the machine decides
static void
note_score(LmuMetadata* const metadata, const LmuScore* const score)
{
  const struct {
    const char* key;
    double      value;
  } notes[] = {{LMU_ESR_NOTE, score->esr},
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
measure(Job* const self, LmuFailure* const error)
{
  const LmuTrainJob* const job    = self->job;
  LmuTrainResult* const    result = self->result;
  LmuGraph* const          graph  = self->session.graph;
  const LmuRestSpec        spec   = {job->rate, false, NULL, NULL};
  LmuStatus status = lmu_score_find(&result->score, graph, &job->valid, NULL);
  if (!status) {
    status = lmu_rest_find(&result->rest, graph, &spec);
  }
  if (!status) {
    status = lmu_aliasing_find(
      result->aliasing, graph, job->rate, result->score.input_rms);
  }
  note_score(&graph->metadata, &result->score);
  result->plain_esr   = lmu_measure_volume(&job->valid);
  result->ns_a_sample = lmu_measure_speed(graph);
  result->seconds     = lmu_session_seconds(&self->session);
  result->cpu_seconds = lmu_session_cpu_seconds(&self->session);
  return status ? lmu_failure_core(
                    error, job->plan.output, status, lmu_status_text(status))
                : LMU_EXIT_SUCCESS;
}

/// Say if the model does not come to rest at all windows
static void
tell_scale(const Job* const self)
{
  const double least = self->session.graph->metadata.least_scale;
  if (least > 0.0 && !self->session.plan->quiet) {
    lmu_notice(
      "%s comes to rest at a Window Scale of %g and more, and LMU Model "
      "holds it there; for less train longer, or with --rate of half "
      "of what it was",
      self->session.plan->output,
      least);
  }
}

/// Measure the model, and write it
static LmuExit
finish(Job* const self, LmuFailure* const error)
{
  LmuTrainResult* const result = self->result;
  if (!lmu_trainer_store(self->trainer, self->session.graph)) {
    return lmu_session_fail(&self->session,
                            error,
                            "no model came to rest in silence, so none is "
                            "written; train for longer, or with --rate of half "
                            "of what it was");
  }
  tell_scale(self);
  result->n_updates = lmu_trainer_report(self->trainer)->n_updates;
  result->audio_s   = (double)result->n_updates * 512.0 *
                    options_of(self->job, result->device).lanes /
                    self->job->rate;
  const LmuExit status = measure(self, error);
  return status ? status : lmu_session_finish(&self->session, error);
}

/* Beginning */

/// Set texts of a model, and what it is of
static LmuExit
describe(const Job* const self, LmuFailure* const error, LmuGraph* const graph)
{
  const LmuTrainJob* const job = self->job;
  if (!graph) {
    return no_memory(error);
  }
  graph->metadata = job->plan.metadata;
  lmu_device_describe(graph, &job->train, job->rate);
  return LMU_EXIT_SUCCESS;
}

/// Train a network, and measure it
static LmuExit
run_trainer(Job* const self, LmuFailure* const error)
{
  const LmuDevice device = self->result->device;
  LmuGraph*       graph  = NULL;
  LmuExit         status = start(&self->trainer, error, self->job, device);
  if (!status && !self->trainer) {
    self->session.interrupted = true;
    return lmu_session_fail(&self->session, error, "");
  }
  if (!status) {
    graph  = graph_of(self->job, device);
    status = describe(self, error, graph);
  }
  if (status) {
    lmu_graph_free(graph);
    return status;
  }
  status = lmu_session_start(&self->session, error, self, graph);
  if (!status) {
    status = lmu_session_train(&self->session, error);
  }
  return status ? status : finish(self, error);
}

/* Running */

/// Fit an echo, of no conditions
static LmuExit
fit_echo(Job* const self, LmuFailure* const error)
{
  const LmuTrainJob* const job  = self->job;
  double                   esr  = INFINITY;
  const LmuEchoSpec        spec = {
           job->rate, lmu_device_echo_order(job->size), job->plan.seed, {stops, NULL}};
  const LmuStatus status =
    lmu_echo_fit(&self->session.graph, &esr, &job->train, &job->valid, &spec);
  return status ? lmu_failure_core(
                    error, job->plan.output, status, lmu_status_text(status))
                : LMU_EXIT_SUCCESS;
}

/// Fit, measure, and write a model of an echo
static LmuExit
run_echo(Job* const self, LmuFailure* const error)
{
  const char* const output = self->job->plan.output;
  LmuExit           status = fit_echo(self, error);
  if (!status && !self->session.graph) {
    self->session.interrupted = true;
    return lmu_session_fail(&self->session, error, "");
  }
  if (!status) {
    status = describe(self, error, self->session.graph);
  }
  if (!status) {
    status = measure(self, error);
  }
  return status ? status
                : lmu_trained_save(self->session.graph, error, output, output);
}

/// Do all steps until one fails
static LmuExit
run(Job* const self, LmuFailure* const error)
{
  LmuSession* const session = &self->session;
  LmuExit           status =
    lmu_session_begin(session, error, &self->job->plan, &training);
  if (status || session->was_done) {
    return status;
  }
  status = choose(self, error);
  if (!status && lmu_train_was_stopped()) {
    session->interrupted = true;
    return lmu_session_fail(session, error, "");
  }
  if (status) {
    return status;
  }
  return (self->result->device == LMU_DEVICE_TIME) ? run_echo(self, error)
                                                   : run_trainer(self, error);
}

LmuExit
lmu_train_job_run(LmuTrainResult* const    result,
                  LmuFailure* const        error,
                  const LmuTrainJob* const job)
{
  Job self = {.job = job, .result = result};
  memset(result, 0, sizeof(*result));
  const LmuExit status = run(&self, error);
  lmu_session_end(&self.session, error, status);
  result->graph       = self.session.graph;
  result->was_done    = self.session.was_done;
  result->interrupted = self.session.interrupted;
  lmu_trainer_free(self.trainer);
  return status;
}
