// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/sequence_job.h"

#include "core/base/setup/error.h"
#include "core/base/setup/number.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "tools/train/arrays.h"
#include "tools/train/batches.h"
#include "tools/train/session.h"
#include "tools/train/stop.h"
#include "train/initialise.h"
#include "train/own_step.h"
#include "train/sequence.h"
#include "train/sequence_recipe.h"
#include "train/sequence_scale.h"
#include "train/sequence_training.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/// Learning rate where none is given
#define RATE 0.004

/// Forgetting of averaged weights
#define AVERAGING 0.99

/// Lanes of each thread, and the least of all
#define THREAD_LANES 16U
#define LEAST_LANES 32U

/// Steps that gradients go back where every step counts, of sequences longer
/// than twice that
#define CHUNK 128U

/// Most numbers that a pass over a batch keeps [float32]
#define MOST_NUMBERS 4e8

/// Numbers that a pass keeps of each output, for gates, slopes, and itself
#define KEPT 8.0

/// A training that is under way
typedef struct {
  const LmuSequenceJob* job;
  LmuSequenceTraining*  training;
  LmuBatches            batches;
  LmuSequenceScale      scale;
  LmuSession            session;
} Job;

double
lmu_sequence_figure(const LmuSequenceJob* const   job,
                    const LmuSequenceScore* const score)
{
  return 100.0 * (job->train->target ? score->nrmse : score->accuracy);
}

/* Training */

static void
plan(void* const handle, const uint64_t n_updates)
{
  lmu_sequence_training_plan(((Job*)handle)->training, n_updates);
}

static uint64_t
round_of(const void* const handle)
{
  return lmu_sequence_training_round(((const Job*)handle)->training);
}

static bool
advance(void* const handle)
{
  return lmu_sequence_training_advance(((Job*)handle)->training);
}

/// Return whether a figure is as good as was asked for
static bool
is_enough(const LmuSequenceJob* const job, const double figure)
{
  return job->train->target ? figure <= job->stop_at : figure >= job->stop_at;
}

static void
stand(const void* const handle, LmuTrainStanding* const standing)
{
  const Job* const               self = (const Job*)handle;
  const LmuSequenceReport* const report =
    lmu_sequence_training_report(self->training);
  const double now    = lmu_sequence_figure(self->job, &report->score);
  const double best   = lmu_sequence_figure(self->job, &report->best);
  standing->n_updates = report->n_updates;
  standing->progress  = lmu_sequence_training_progress(self->training);
  standing->improved  = report->improved;
  standing->is_enough = report->best_update && is_enough(self->job, best);
  if (report->best_update) {
    (void)snprintf(standing->text,
                   sizeof(standing->text),
                   "%s %.2f %%, best %.2f %%",
                   self->job->train->target ? "NRMSE" : "accuracy",
                   now,
                   best);
  } else {
    (void)snprintf(standing->text, sizeof(standing->text), "not tried yet");
  }
}

/// Write the best network for signals as they are
static bool
store(const void* const handle, LmuGraph* const graph)
{
  const Job* const self  = (const Job*)handle;
  const bool       is_ok = lmu_sequence_training_store(self->training, graph);
  lmu_sequence_scale_leave(&self->scale, graph);
  return is_ok;
}

static LmuStatus
save(const void* const handle, uint8_t** const data, size_t* const n_bytes)
{
  return lmu_sequence_training_save(
    ((const Job*)handle)->training, data, n_bytes);
}

static LmuStatus
load(void* const handle, const uint8_t* const data, const size_t n_bytes)
{
  return lmu_sequence_training_load(((Job*)handle)->training, data, n_bytes);
}

static void
note(void* const handle, const double seconds)
{
  (void)handle;
  (void)seconds;
}

static const LmuTraining training =
  {"arrays", plan, round_of, advance, stand, store, save, load, note};

/* Start */

static bool
stops(void* const handle)
{
  (void)handle;
  return lmu_train_was_stopped();
}

/// Return a graph to train: a new one, or a copy of that to start from
static LmuGraph*
graph_of(const LmuSequenceJob* const job)
{
  const LmuArrays* const  arrays = job->train;
  const bool              last   = arrays->n_scored < arrays->n_frames;
  const LmuSequenceRecipe recipe = {
    arrays->n_inputs, arrays->n_outputs, arrays->n_frames, last, job->size};
  if (job->plan.initial) {
    return lmu_graph_copy(job->plan.initial);
  }
  LmuGraph* const graph = lmu_sequence_recipe_graph(&recipe);
  if (graph) {
    lmu_initialise(graph, job->plan.seed);
  }
  return graph;
}

static uint32_t
lanes_of(const LmuSequenceJob* const job)
{
  const uint32_t lanes = THREAD_LANES * job->plan.n_threads;
  return lanes < LEAST_LANES ? LEAST_LANES : lanes;
}

/// Return the steps that gradients go back: all if they can, as memory allows
static uint32_t
frames_of(const LmuSequenceJob* const job,
          const LmuGraph* const       graph,
          const LmuArrays* const      train)
{
  const bool every = job->train->n_scored == job->train->n_frames;
  uint32_t   n     = train->n_frames;
  double     width = graph->n_inputs;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    const LmuLayer* const layer = &graph->layers[i];
    width += (KEPT * layer->n_outputs) + (2.0 * lmu_layer_memory(layer));
  }
  if (job->frames) {
    n = job->frames < n ? job->frames : n;
  } else if (every && n > 2U * CHUNK && !(job->adversary > 0.0)) {
    n = CHUNK;
  }
  const double most = MOST_NUMBERS / (width * lanes_of(job));
  return (double)n > most ? (uint32_t)fmax(most, 1.0) : n;
}

/// Make signals standard, and the graph one of such signals
static void
enter_scale(Job* const self, LmuGraph* const graph)
{
  LmuSequenceScale* const scale  = &self->scale;
  LmuArrays* const        both[] = {&self->batches.train, &self->batches.valid};
  const LmuArrays* const  train  = both[0];
  lmu_sequence_scale_find(scale,
                          graph,
                          train->input,
                          train->n * train->n_frames,
                          train->target,
                          train->n * train->n_scored);
  for (uint32_t i = 0U; i < 2U; ++i) {
    LmuArrays* const a = both[i];
    lmu_sequence_scale_apply(
      scale->input, a->input, a->n * a->n_frames, a->n_inputs);
    if (a->target) {
      lmu_sequence_scale_apply(
        scale->target, a->target, a->n * a->n_scored, a->n_outputs);
    }
  }
  if (self->job->plan.initial && !self->job->plan.is_new) {
    lmu_sequence_scale_enter(scale, graph);
  }
}

/// Make what trains a graph
static LmuExit
make_training(Job* const self, LmuFailure* const error, LmuGraph* const graph)
{
  const LmuSequenceJob* const job   = self->job;
  const LmuTrainPlan* const   asked = &job->plan;
  const LmuBatchesSpec        spec  = {lanes_of(job), lmu_graph_longest(graph)};
  LmuError                    reason = {""};
  LmuExit                     status =
    lmu_batches_make(&self->batches, error, job->train, job->valid, &spec);
  if (status) {
    return status;
  }
  if (asked->learns_step && lmu_own_steps(graph, &reason)) {
    return lmu_failure_set(error, LMU_EXIT_BAD_VALUE, "%s", reason.text);
  }
  enter_scale(self, graph);
  const LmuSequences       train = lmu_batches_sequences(&self->batches.train);
  const LmuSequences       valid = lmu_batches_sequences(&self->batches.valid);
  const LmuSequenceOptions options = {
    .lanes        = spec.lanes,
    .frames       = frames_of(job, graph, &self->batches.train),
    .rate         = asked->learning_rate > 0.0 ? asked->learning_rate : RATE,
    .n_updates    = asked->n_updates,
    .seed         = asked->seed,
    .averaging    = AVERAGING,
    .adversary    = job->adversary,
    .n_threads    = asked->n_threads,
    .learns_theta = asked->learns_theta,
    .learns_step  = asked->learns_step,
    .is_new       = !asked->initial || asked->is_new,
    .stops        = stops};
  const LmuStatus code = lmu_sequence_training_new(
    &self->training, graph, &train, &valid, &options, &reason);
  return code ? lmu_failure_core(error, NULL, code, reason.text)
              : LMU_EXIT_SUCCESS;
}

/* Running */

/// Say in the model what was measured
static void
note_figure(Job* const self, LmuGraph* const graph)
{
  const LmuSequenceReport* const report =
    lmu_sequence_training_report(self->training);
  const bool   is_target = self->job->train->target;
  const double figure = lmu_sequence_figure(self->job, &report->best) / 100.0;
  char         number[LMU_NUMBER_SIZE];
  lmu_number_write(number, round(1e6 * figure) / 1e6);
  (void)lmu_metadata_note(
    &graph->metadata, is_target ? "nrmse" : "accuracy", number);
}

/// Train, and write the best
static LmuExit
train(Job* const self, LmuFailure* const error, LmuGraph* const graph)
{
  LmuSession* const session = &self->session;
  LmuExit           status  = lmu_session_start(session, error, self, graph);
  if (!status) {
    status = lmu_session_train(session, error);
  }
  if (status) {
    return status;
  }
  if (!lmu_sequence_training_report(self->training)->best_update &&
      session->interrupted) {
    return lmu_session_fail(session, error, "");
  }
  if (!store(self, graph)) {
    return lmu_session_fail(session,
                            error,
                            "nothing was learned; try another --rate, such as "
                            "0.001, and look at the arrays");
  }
  note_figure(self, graph);
  return lmu_session_finish(session, error);
}

/// Do all steps until one fails
static LmuExit
run(Job* const self, LmuFailure* const error)
{
  const LmuTrainPlan* const asked   = &self->job->plan;
  LmuSession* const         session = &self->session;
  LmuExit status = lmu_session_begin(session, error, asked, &training);
  if (status || session->was_done) {
    return status;
  }
  LmuGraph* const graph = graph_of(self->job);
  if (!graph) {
    return lmu_failure_core(error, NULL, LMU_NO_MEMORY, "out of memory");
  }
  status = make_training(self, error, graph);
  if (status) {
    lmu_graph_free(graph);
    return status;
  }
  graph->metadata = asked->metadata;
  return train(self, error, graph);
}

LmuExit
lmu_sequence_job_run(LmuSequenceResult* const    result,
                     LmuFailure* const           error,
                     const LmuSequenceJob* const job)
{
  Job self = {.job = job};
  memset(result, 0, sizeof(*result));
  const LmuExit status = run(&self, error);
  lmu_session_end(&self.session, error, status);
  if (self.training) {
    result->report = *lmu_sequence_training_report(self.training);
  }
  result->graph       = self.session.graph;
  result->was_done    = self.session.was_done;
  result->interrupted = self.session.interrupted;
  result->seconds     = lmu_session_seconds(&self.session);
  result->cpu_seconds = lmu_session_cpu_seconds(&self.session);
  lmu_sequence_training_free(self.training);
  lmu_batches_clear(&self.batches);
  return status;
}
