// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/trainer.h"

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/audio/rest.h"
#include "train/audio/rest_loss.h"
#include "train/audio/streams.h"
#include "train/audio/trainer_parts.h"
#include "train/coefficient_scale.h"
#include "train/fold.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/pass.h"
#include "train/random.h"
#include "train/real.h"
#include "train/team.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// RMS that input and target are trained at
#define TRAINED_RMS 0.25

/// RMS below which a recording is silent
#define LEAST_RMS 1e-7

/// Updates in which the rate rises
#define N_WARM 100U

/// Rounds that do not come to rest by which the rate is halved, and where that
/// ends
#define RESTLESS_SLOWS 24.0
#define LEAST_RESTS 0.02

/// How many times the best error is lost, or that of silence
#define LOST 4.0
#define SILENCE_ESR 1.0

/// Chunks and passes over them by which coefficients are scaled
#define N_SCALE_CHUNKS 24U
#define N_SCALE_PASSES 3U

LmuTrainerOptions
lmu_trainer_defaults(void)
{
  const LmuTrainerOptions options = {.lanes     = 32U,
                                     .n_threads = 1U,
                                     .frames    = 512U,
                                     .rate      = 0.02,
                                     .rest      = 0.3,
                                     .n_updates = 10000U,
                                     .seed      = 1U,
                                     .is_new    = true};
  return options;
}

/// Check that a graph, recordings, and options fit each other
static LmuStatus
check(const LmuTrainer* const trainer,
      const LmuGraph* const   graph,
      LmuError* const         error)
{
  const LmuTrainerOptions* const o = &trainer->options;
  const uint32_t                 n = trainer->train.n_conditions;
  if (!o->n_threads || o->n_threads > LMU_MAX_TEAM || !o->frames || !o->lanes ||
      o->lanes % (o->n_threads * LMU_TRAIN_LANES)) {
    return lmu_error_status(error, LMU_BAD_VALUE);
  }
  if (graph->n_outputs != 1U || graph->n_inputs != 1U + n ||
      graph->metadata.n_conditions != n || trainer->valid.n_conditions != n) {
    return lmu_error_set(
      error,
      LMU_BAD_VALUE,
      "The network has %u inputs, %u of them controls, and %u outputs; for "
      "these recordings it needs one, %u controls, and one output",
      graph->n_inputs,
      graph->metadata.n_conditions,
      graph->n_outputs,
      n);
  }
  return lmu_fold_is_possible(graph)
           ? LMU_SUCCESS
           : lmu_error_set(error,
                           LMU_BAD_VALUE,
                           "The network cannot be trained on: it adds its "
                           "input to an output, or does not end with a linear "
                           "Dense layer");
}

/* Recordings */

/// Return the RMS of inputs or of targets, with pre-emphasis
static double
rms_of(LmuTrainer* const       trainer,
       const LmuStreams* const streams,
       const bool              target,
       const double            emphasis)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < streams->n_pairs; ++i) {
    const LmuRecording* const pair     = &streams->pairs[i];
    const float* const        x        = target ? pair->target : pair->input;
    double                    previous = 0.0;
    for (size_t j = 0U; j < pair->n_frames && !lmu_trainer_is_cut(trainer, j);
         ++j) {
      const double value = (double)x[j] - (emphasis * previous);
      previous           = (double)x[j];
      sum += value * value;
    }
  }
  return sqrt(sum / (double)lmu_streams_length(streams));
}

/// Set gains and all that follows from how long and loud recordings are
static LmuStatus
measure(LmuTrainer* const trainer, LmuError* const error)
{
  const double  input   = rms_of(trainer, &trainer->train, false, 0.0);
  const double  target  = rms_of(trainer, &trainer->train, true, 0.0);
  const double  valid   = rms_of(trainer, &trainer->valid, true, 0.0);
  const int64_t chunk   = trainer->options.frames;
  const int64_t segment = (int64_t)lmu_streams_length(&trainer->train) /
                          (int64_t)trainer->options.lanes;
  if (trainer->is_cut) {
    return LMU_SUCCESS;
  }
  if (!(input > LEAST_RMS) || !(target > LEAST_RMS)) {
    return lmu_error_set(error,
                         LMU_BAD_VALUE,
                         "The %s recording is silent; record it again",
                         (input > LEAST_RMS) ? "wet" : "dry");
  }
  if (segment < 2 * chunk || !lmu_streams_length(&trainer->valid)) {
    return lmu_error_set(error,
                         LMU_BAD_VALUE,
                         "The recordings are too short to train on; "
                         "record for a minute or more");
  }
  if (!(valid > LEAST_RMS)) {
    return lmu_error_set(error,
                         LMU_BAD_VALUE,
                         "The wet recording is silent where the model is to be "
                         "tried on it; leave another part for that");
  }

  const double emphasised =
    rms_of(trainer, &trainer->train, true, trainer->options.emphasis);
  trainer->train.input_gain  = TRAINED_RMS / input;
  trainer->train.target_gain = TRAINED_RMS / target;
  trainer->valid.input_gain  = trainer->train.input_gain;
  trainer->valid.target_gain = trainer->train.target_gain;
  trainer->variance = pow(emphasised * trainer->train.target_gain, 2.0);
  trainer->segment  = segment;
  const int64_t n   = segment / chunk;
  trainer->n_chunks = (uint32_t)((n < LMU_MAX_CHUNKS) ? n : LMU_MAX_CHUNKS);
  return LMU_SUCCESS;
}

/* Room */

/// Give a member its room
static bool
equip(LmuTrainer* const trainer, LmuTrainWorker* const worker)
{
  const LmuTrainerOptions* const o      = &trainer->options;
  const uint32_t                 lanes  = o->lanes / o->n_threads;
  const size_t                   frames = (size_t)o->frames * lanes;
  const LmuTrainPassSpec         spec   = {o->frames, lanes, NULL};
  LmuArena* const                arena  = &trainer->arena;
  const size_t                   width  = trainer->graph->n_inputs;
  worker->batch.lanes                   = lanes;
  worker->batch.input =
    (LmuReal*)lmu_arena_take(arena, frames * width, sizeof(LmuReal));
  worker->batch.target =
    (LmuReal*)lmu_arena_take(arena, frames, sizeof(LmuReal));
  worker->slope = (LmuReal*)lmu_arena_take(arena, frames, sizeof(LmuReal));
  worker->previous =
    (LmuReal*)lmu_arena_take(arena, 2UL * lanes, sizeof(LmuReal));
  worker->gradient = (LmuReal*)lmu_arena_take(
    arena, trainer->network->n_values, sizeof(LmuReal));
  worker->pass = lmu_train_pass_new(trainer->network, &spec);
  return worker->pass && !arena->failed;
}

/// Make all that a trainer has of its own
static LmuStatus
build(LmuTrainer* const trainer, const LmuGraph* const graph)
{
  const LmuTrainOptions learned = {trainer->options.learns_theta,
                                   trainer->options.learns_step};
  LmuAdamOptions        adam    = lmu_adam_defaults();
  trainer->graph                = lmu_graph_copy(graph);
  if (!trainer->graph) {
    return LMU_NO_MEMORY;
  }
  if (!trainer->options.is_new) {
    lmu_fold_input(trainer->graph, 1.0 / trainer->train.input_gain);
    lmu_fold_output(trainer->graph, trainer->train.target_gain);
  }

  LmuStatus status =
    lmu_train_network_new(&trainer->network, trainer->graph, &learned, NULL);
  if (status) {
    return status;
  }
  trainer->adam = lmu_adam_new(trainer->network, &adam);
  trainer->team = lmu_team_new(trainer->options.n_threads);
  trainer->best = (LmuReal*)lmu_arena_take(
    &trainer->arena, trainer->network->n_values, sizeof(LmuReal));
  trainer->spare = (LmuReal*)lmu_arena_take(
    &trainer->arena, trainer->network->n_values, sizeof(LmuReal));
  trainer->mark.values = (LmuReal*)lmu_arena_take(
    &trainer->arena, 3U * trainer->network->n_values, sizeof(LmuReal));
  trainer->rest = (trainer->options.rest > 0.0)
                    ? lmu_rest_loss_new(trainer->network, 1U)
                    : NULL;
  bool works    = trainer->adam && trainer->team && trainer->best &&
               trainer->spare && trainer->mark.values &&
               (trainer->rest || !(trainer->options.rest > 0.0));
  for (uint32_t i = 0U; works && i < trainer->options.n_threads; ++i) {
    works = equip(trainer, &trainer->workers[i]);
  }
  return works ? LMU_SUCCESS : LMU_NO_MEMORY;
}

/* Start */

/// Run forward through some chunks, and add how loud coefficients are
static void
hear(LmuTrainer* const trainer, LmuCoefficientScale* const scale)
{
  const LmuTrainerOptions* const o = &trainer->options;
  lmu_trainer_reset(trainer);
  for (uint32_t i = 0U; i < N_SCALE_CHUNKS && !lmu_trainer_is_cut(trainer, 0U);
       ++i) {
    const int64_t first =
      (int64_t)(lmu_random_unit(&trainer->random) *
                (double)(trainer->segment - (int64_t)o->frames));
    const LmuTrainTask task = {first,
                               o->frames,
                               0,
                               trainer->segment,
                               trainer->segment * o->lanes,
                               false};
    trainer->task           = task;
    lmu_trainer_run(trainer, &trainer->train);
    for (uint32_t j = 0U; i > 3U && j < o->n_threads; ++j) {
      const LmuTrainWorker* const worker = &trainer->workers[j];
      lmu_coefficient_scale_add(
        scale, worker->pass, o->frames, worker->batch.lanes);
    }
  }
}

/// Have all coefficients of memories be as loud for what reads them
static LmuStatus
scale_coefficients(LmuTrainer* const trainer)
{
  LmuCoefficientScale* const scale =
    lmu_coefficient_scale_new(trainer->network);
  if (!scale) {
    return LMU_NO_MEMORY;
  }
  for (uint32_t i = 0U; i < N_SCALE_PASSES && !trainer->is_cut; ++i) {
    hear(trainer, scale);
    if (!trainer->is_cut) {
      lmu_coefficient_scale_set(scale, trainer->adam, trainer->options.is_new);
    }
  }
  lmu_coefficient_scale_free(scale);
  return LMU_SUCCESS;
}

/* What is kept */

/// Write values to a graph, for signals as they are
static void
store(const LmuTrainer* const trainer,
      LmuReal* const          values,
      LmuGraph* const         graph)
{
  LmuTrainNetwork network = *trainer->network;
  network.values          = values;
  lmu_train_network_store(&network, graph);
  lmu_fold_input(graph, trainer->train.input_gain);
  lmu_fold_output(graph, 1.0 / trainer->train.target_gain);
}

/// Find out whether what is trained comes to rest
static LmuRest
find_rest(const LmuTrainer* const trainer)
{
  LmuRest           rest  = {.rests = false};
  LmuGraph* const   graph = lmu_graph_copy(trainer->graph);
  const LmuRestSpec spec  = {(trainer->graph->metadata.rate > 0.0)
                               ? trainer->graph->metadata.rate
                               : 48000.0,
                            false,
                            trainer->options.stops,
                            trainer->options.handle};
  if (graph) {
    store(trainer, trainer->network->values, graph);
    graph->metadata.least_scale = 0.0;
    if (lmu_rest_find(&rest, graph, &spec)) {
      rest.rests = false;
    }
  }
  lmu_graph_free(graph);
  return rest;
}

/// Keep what is trained
static void
keep(LmuTrainer* const trainer)
{
  LmuTrainerReport* const report = &trainer->report;
  report->improved               = true;
  report->best_esr               = report->esr;
  report->best_emphasised        = report->emphasised;
  report->best_update            = report->n_updates;
  report->spare_esr              = INFINITY;
  memcpy(trainer->best,
         trainer->network->values,
         trainer->network->n_values * sizeof(LmuReal));
}

/// Keep what comes to rest at many windows, as long as nothing does at all
static void
keep_spare(LmuTrainer* const trainer, const double least)
{
  LmuTrainerReport* const report = &trainer->report;
  if (isinf(report->best_esr) && isfinite(least) &&
      report->esr < report->spare_esr) {
    report->improved    = true;
    report->spare_esr   = report->esr;
    report->spare_scale = least;
    memcpy(trainer->spare,
           trainer->network->values,
           trainer->network->n_values * sizeof(LmuReal));
  }
}

/// Keep what is trained if nothing was better, and return whether nobody
/// stopped that
static bool
judge(LmuTrainer* const trainer)
{
  trainer->report.improved = false;
  if (!(trainer->report.esr < trainer->report.best_esr)) {
    return true;
  }

  const LmuRest rest = find_rest(trainer);
  if (rest.stopped) {
    return false;
  }
  trainer->report.n_restless += !rest.rests;
  if (rest.rests || trainer->options.may_unrest) {
    keep(trainer);
  } else {
    keep_spare(trainer, rest.least);
  }
  return true;
}

/* Life */

LmuStatus
lmu_trainer_new(LmuTrainer** const             trainer,
                const LmuGraph* const          graph,
                const LmuStreams* const        train,
                const LmuStreams* const        valid,
                const LmuTrainerOptions* const options,
                LmuError* const                error)
{
  LmuTrainer* const self = (LmuTrainer*)calloc(1U, sizeof(LmuTrainer));
  *trainer               = NULL;
  if (!self) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  self->options          = *options;
  self->train            = *train;
  self->valid            = *valid;
  self->random           = options->seed;
  self->slowing          = 1.0;
  self->report.best_esr  = INFINITY;
  self->report.spare_esr = INFINITY;
  LmuStatus status       = check(self, graph, error);
  status                 = status ? status : measure(self, error);
  if (!status && !self->is_cut) {
    status = build(self, graph);
    status = status ? status : scale_coefficients(self);
    if (status) {
      (void)lmu_error_status(error, status);
    }
  }
  if (!status && !self->is_cut) {
    self->data_id = lmu_trainer_identity(self);
  }
  if (status || self->is_cut) {
    lmu_trainer_free(self);
    return status;
  }
  memcpy(self->best,
         self->network->values,
         self->network->n_values * sizeof(LmuReal));
  if (!options->is_new && lmu_trainer_try(self)) {
    (void)judge(self);
  }
  *trainer = self;
  return LMU_SUCCESS;
}

void
lmu_trainer_free(LmuTrainer* const trainer)
{
  if (trainer) {
    lmu_team_free(trainer->team);
    for (uint32_t i = 0U; i < LMU_MAX_TEAM; ++i) {
      lmu_train_pass_free(trainer->workers[i].pass);
    }
    lmu_rest_loss_free(trainer->rest);
    lmu_adam_free(trainer->adam);
    lmu_train_network_free(trainer->network);
    lmu_graph_free(trainer->graph);
    lmu_arena_clear(&trainer->arena);
    free(trainer);
  }
}

/* Rounds */

const LmuTrainerReport*
lmu_trainer_report(const LmuTrainer* const trainer)
{
  return &trainer->report;
}

uint64_t
lmu_trainer_round(const LmuTrainer* const trainer)
{
  return trainer->n_chunks - 1U;
}

double
lmu_trainer_progress(const LmuTrainer* const trainer)
{
  const double done = (double)trainer->report.n_updates /
                      fmax((double)trainer->options.n_updates, 1.0);
  return fmin(done, 1.0);
}

void
lmu_trainer_plan(LmuTrainer* const trainer, const uint64_t n_updates)
{
  trainer->options.n_updates = n_updates;
}

/// Return the learning rate of the next update
static double
rate_of(const LmuTrainer* const trainer)
{
  const LmuTrainerOptions* const o = &trainer->options;
  const double                   progress =
    (double)trainer->report.n_updates / fmax((double)o->n_updates, 1.0);
  // What never comes to rest was trained too fast
  const double rests =
    pow(0.5, floor(trainer->report.n_restless / RESTLESS_SLOWS));
  return lmu_cosine_rate(o->rate * trainer->slowing * fmax(rests, LEAST_RESTS),
                         progress,
                         trainer->adam->n_updates,
                         N_WARM);
}

/// Add up the gradients of all members, and change the network by them
static bool
update(LmuTrainer* const trainer)
{
  LmuReal* const gradient = trainer->workers[0].gradient;
  for (uint32_t i = 1U; i < trainer->options.n_threads; ++i) {
    for (size_t j = 0U; j < trainer->network->n_values; ++j) {
      gradient[j] += trainer->workers[i].gradient[j];
    }
  }
  ++trainer->report.n_updates;
  return lmu_adam_update(trainer->adam, gradient, rate_of(trainer)) &&
         !lmu_train_network_update(trainer->network);
}

/// Train on all chunks, and return whether that came to its end; `lost` is set
/// if the network is no use any more
static bool
train_round(LmuTrainer* const trainer, bool* const lost)
{
  const LmuTrainerOptions* const o = &trainer->options;
  const int64_t                  rotation =
    (int64_t)(lmu_random_unit(&trainer->random) * (double)trainer->segment);
  lmu_trainer_reset(trainer);
  if (trainer->rest) {
    lmu_rest_loss_reset(trainer->rest, lmu_random_bits(&trainer->random));
  }
  *lost = false;
  for (uint32_t i = 0U; i < trainer->n_chunks && !*lost; ++i) {
    const LmuTrainTask task = {rotation + ((int64_t)i * o->frames),
                               o->frames,
                               rotation + o->frames,
                               trainer->segment,
                               trainer->segment * o->lanes,
                               true};
    if (lmu_trainer_is_stopped(trainer)) {
      return false;
    }
    trainer->task = task;
    lmu_trainer_run(trainer, &trainer->train);
    *lost = i && !update(trainer);
  }

  const LmuErrorSums sums   = lmu_trainer_sums(trainer);
  trainer->report.train_esr = sums.error / fmax(sums.target, 1e-30);
  return true;
}

/// Go back to what was best, or to the start, and on more slowly; return
/// whether that worked
static bool
rewind_to_best(LmuTrainer* const trainer)
{
  memcpy(trainer->network->values,
         trainer->best,
         trainer->network->n_values * sizeof(LmuReal));
  ++trainer->report.n_rewinds;
  trainer->slowing *= 0.5;
  lmu_adam_reset(trainer->adam);
  return !lmu_train_network_update(trainer->network);
}

/// Train on all chunks and deal with the result, and return whether that came
/// to its end; `works` is set to whether training can go on
static bool
run_round(LmuTrainer* const trainer, bool* const works)
{
  bool lost = false;
  if (!train_round(trainer, &lost) || (!lost && !lmu_trainer_try(trainer))) {
    return false;
  }
  const double best = fmin(trainer->report.best_esr, SILENCE_ESR);
  if (lost || !(trainer->report.esr < LOST * best)) {
    *works = rewind_to_best(trainer);
    return true;
  }
  return judge(trainer);
}

bool
lmu_trainer_advance(LmuTrainer* const trainer, LmuTrainerReport* const report)
{
  bool works = true;
  lmu_trainer_mark(trainer);
  trainer->report.improved = false;
  const bool whole         = run_round(trainer, &works);
  if (!whole) {
    lmu_trainer_undo(trainer);
  }
  *report          = trainer->report;
  report->improved = whole && report->improved;
  return whole && works && report->n_updates < trainer->options.n_updates;
}

bool
lmu_trainer_store(const LmuTrainer* const trainer, LmuGraph* const graph)
{
  const bool rests = isfinite(trainer->report.best_esr);
  store(trainer, rests ? trainer->best : trainer->spare, graph);
  graph->metadata.least_scale = rests ? 0.0 : trainer->report.spare_scale;
  return rests || isfinite(trainer->report.spare_esr);
}
