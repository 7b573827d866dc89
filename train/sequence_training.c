// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/sequence_training.h"

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/identity.h"
#include "train/real.h"
#include "train/sequence.h"
#include "train/snapshot.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Batches between two calls that save, and the least between two trials
#define N_TOGETHER 16U
#define N_BETWEEN 8U

/// How many times the best error is lost, or that of the mean
#define LOST 4.0

/// What all bytes begin with, for this machine's order of them
#define MAGIC 0x4C4D555F53303031U

/// Parts that are saved: the head, those of the trainer, and the best
#define N_BLOCKS (LMU_N_SEQUENCE_BLOCKS + 2U)

/// What is saved before arrays
typedef struct {
  uint64_t          magic;
  uint64_t          data_id;
  uint64_t          n_batches; ///< Since the network was tried
  LmuSequenceReport report;
} Head;

struct LmuSequenceTrainingImpl {
  LmuSequenceTrainer* trainer;
  LmuSequenceOptions  options;
  LmuSequences        valid;
  Head                head;
  LmuReal*            best; ///< Values that are kept, at first those that
                            ///< training began with
  size_t n_values;
  bool   has_classes;
};

/* Identity */

/// Mix sequences into a hash
static uint64_t
mix_sequences(uint64_t                  hash,
              const LmuSequences* const s,
              const LmuGraph* const     graph)
{
  const size_t   scored  = s->n * lmu_sequences_scored(s);
  const uint64_t words[] = {s->n, s->n_frames, scored, !s->target};
  hash = lmu_identity_words(hash, words, sizeof(words) / sizeof(words[0]));
  hash =
    lmu_identity_samples(hash, s->input, s->n * s->n_frames * graph->n_inputs);
  if (s->target) {
    return lmu_identity_samples(hash, s->target, scored * graph->n_outputs);
  }
  for (size_t i = 0U; i < scored; ++i) {
    const uint64_t word = s->classes[i];
    hash                = lmu_identity_words(hash, &word, 1U);
  }
  return hash;
}

/// Return a number that other sequences, graphs, or options do not have
static uint64_t
identity_of(const LmuGraph* const           graph,
            const LmuSequences* const       train,
            const LmuSequences* const       valid,
            const LmuSequenceOptions* const o)
{
  const uint64_t words[] = {o->lanes,
                            o->frames,
                            o->seed,
                            o->n_threads,
                            o->learns_theta,
                            o->learns_step,
                            o->is_new};
  const double reals[] = {o->rate, o->averaging, o->weight_decay, o->adversary};
  uint64_t     hash =
    lmu_identity_words(LMU_IDENTITY, words, sizeof(words) / sizeof(words[0]));
  hash = lmu_identity_reals(hash, reals, sizeof(reals) / sizeof(reals[0]));
  hash = mix_sequences(hash, train, graph);
  hash = mix_sequences(hash, valid, graph);
  return lmu_identity_graph(hash, graph);
}

/* Trials */

/// Return whether a score is better than another
static bool
is_better(const LmuSequenceTraining* const self,
          const LmuSequenceScore* const    score,
          const LmuSequenceScore* const    other)
{
  if (!self->has_classes) {
    return score->nrmse < other->nrmse;
  }
  return score->accuracy > other->accuracy ||
         (!(score->accuracy < other->accuracy) &&
          score->entropy < other->entropy);
}

/// Return whether what was tried is no use any more
static bool
is_lost(const LmuSequenceTraining* const self)
{
  const LmuSequenceReport* const r = &self->head.report;
  if (self->has_classes) {
    return !isfinite(r->score.entropy);
  }
  return !(r->score.nrmse < LOST * fmin(r->best.nrmse, 1.0));
}

/// Keep what was tried
static void
keep(LmuSequenceTraining* const self)
{
  LmuSequenceReport* const report = &self->head.report;
  report->best                    = report->score;
  report->best_update             = report->n_updates;
  report->improved                = true;
  memcpy(self->best,
         lmu_sequence_trainer_values(self->trainer, &self->n_values),
         self->n_values * sizeof(LmuReal));
}

/// Go back to what is kept
static bool
rewind_to_best(LmuSequenceTraining* const self)
{
  ++self->head.report.n_rewinds;
  return !lmu_sequence_trainer_rewind(self->trainer, self->best);
}

/// Try the network, keep it or go back; return whether training can go on
static bool
try_now(LmuSequenceTraining* const self)
{
  LmuSequenceScore score;
  if (lmu_sequence_trainer_try(self->trainer, &score, &self->valid, 0U) ||
      !score.is_whole) {
    return false; // It is tried again
  }
  self->head.report.score = score;
  self->head.n_batches    = 0U;
  if (is_lost(self)) {
    return rewind_to_best(self);
  }
  if (is_better(self, &score, &self->head.report.best)) {
    keep(self);
  }
  return true;
}

/* Life */

/// Try a network that was trained before, so that it is kept
static bool
keep_initial(LmuSequenceTraining* const self)
{
  LmuSequenceReport* const report = &self->head.report;
  if (!self->options.is_new && !try_now(self)) {
    return false;
  }
  report->improved = false;
  return true;
}

LmuStatus
lmu_sequence_training_new(LmuSequenceTraining** const     training,
                          const LmuGraph* const           graph,
                          const LmuSequences* const       train,
                          const LmuSequences* const       valid,
                          const LmuSequenceOptions* const options,
                          LmuError* const                 error)
{
  LmuSequenceTraining* const self =
    (LmuSequenceTraining*)calloc(1U, sizeof(LmuSequenceTraining));
  *training = NULL;
  if (!self) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }
  const LmuStatus status =
    lmu_sequence_trainer_new(&self->trainer, graph, train, options, error);
  if (status) {
    lmu_sequence_training_free(self);
    return status;
  }

  const LmuSequenceScore worst = {INFINITY, INFINITY, -1.0, INFINITY, true};
  const LmuReal* const   values =
    lmu_sequence_trainer_values(self->trainer, &self->n_values);
  self->options           = *options;
  self->valid             = *valid;
  self->has_classes       = !train->target;
  self->head.magic        = MAGIC;
  self->head.data_id      = identity_of(graph, train, valid, options);
  self->head.report.score = worst;
  self->head.report.best  = worst;
  self->best              = (LmuReal*)malloc(self->n_values * sizeof(LmuReal));
  if (!self->best) {
    lmu_sequence_training_free(self);
    return lmu_error_status(error, LMU_NO_MEMORY);
  }
  memcpy(self->best, values, self->n_values * sizeof(LmuReal));
  *training = self;
  return keep_initial(self) || !lmu_sequence_trainer_refresh(self->trainer)
           ? LMU_SUCCESS
           : lmu_error_status(error, LMU_NO_MEMORY);
}

void
lmu_sequence_training_free(LmuSequenceTraining* const training)
{
  if (training) {
    lmu_sequence_trainer_free(training->trainer);
    free(training->best);
    free(training);
  }
}

/* Rounds */

const LmuSequenceReport*
lmu_sequence_training_report(const LmuSequenceTraining* const training)
{
  return &training->head.report;
}

void
lmu_sequence_training_plan(LmuSequenceTraining* const training,
                           const uint64_t             n_updates)
{
  lmu_sequence_trainer_progress(training->trainer)->n_planned = n_updates;
}

double
lmu_sequence_training_progress(const LmuSequenceTraining* const training)
{
  const LmuSequenceProgress* const now =
    lmu_sequence_trainer_progress(training->trainer);
  return fmin((double)now->n_updates / fmax((double)now->n_planned, 1.0), 1.0);
}

/// Return the number of batches between two trials, whole rounds of them
static uint64_t
between(const LmuSequenceTraining* const self)
{
  const uint64_t n      = lmu_sequence_trainer_batches(self->trainer);
  const uint64_t rounds = (N_BETWEEN + n - 1U) / n;
  return rounds * n;
}

uint64_t
lmu_sequence_training_round(const LmuSequenceTraining* const training)
{
  const uint64_t n = between(training);
  return (n < N_TOGETHER ? n : N_TOGETHER) *
         lmu_sequence_trainer_updates(training->trainer);
}

static bool
stops(const LmuSequenceTraining* const self)
{
  return self->options.stops && self->options.stops(self->options.handle);
}

/// Train on batches until it is time to try, and return whether there is more
/// to do
static bool
learn(LmuSequenceTraining* const self)
{
  LmuSequenceReport* const         report = &self->head.report;
  const LmuSequenceProgress* const now =
    lmu_sequence_trainer_progress(self->trainer);
  bool more = now->n_updates < now->n_planned;
  for (uint32_t i = 0U; i < N_TOGETHER && more && !stops(self) &&
                        self->head.n_batches < between(self);
       ++i) {
    more = lmu_sequence_trainer_step(self->trainer);
    ++self->head.n_batches;
  }
  report->n_updates = now->n_updates;
  return more;
}

bool
lmu_sequence_training_advance(LmuSequenceTraining* const training)
{
  const LmuSequenceProgress* const now =
    lmu_sequence_trainer_progress(training->trainer);
  training->head.report.improved = false;
  const bool more                = learn(training);
  if (stops(training)) {
    return false;
  }
  if (now->is_lost) {
    training->head.n_batches = 0U;
    return rewind_to_best(training) && now->n_updates < now->n_planned;
  }
  const bool is_due = training->head.n_batches >= between(training) || !more;
  return (!is_due || try_now(training)) && more;
}

/* Results */

bool
lmu_sequence_training_store(const LmuSequenceTraining* const training,
                            LmuGraph* const                  graph)
{
  const LmuSequenceReport* const report = &training->head.report;
  lmu_sequence_trainer_store_values(training->trainer, training->best, graph);
  return isfinite(report->best.entropy) &&
         (training->has_classes || isfinite(report->best.nrmse));
}

/// Set all that is saved
static void
set_blocks(const LmuSequenceTraining* const self,
           Head* const                      head,
           LmuBlock                         blocks[N_BLOCKS])
{
  const LmuBlock first = {head, sizeof(*head)};
  const LmuBlock last  = {self->best, self->n_values * sizeof(LmuReal)};
  blocks[0]            = first;
  lmu_sequence_trainer_blocks(self->trainer, blocks + 1);
  blocks[N_BLOCKS - 1U] = last;
}

LmuStatus
lmu_sequence_training_save(const LmuSequenceTraining* const training,
                           uint8_t** const                  data,
                           size_t* const                    n_bytes)
{
  Head     head;
  LmuBlock blocks[N_BLOCKS];
  memcpy(&head, &training->head, sizeof(head));
  set_blocks(training, &head, blocks);
  return lmu_snapshot_write(data, n_bytes, blocks, N_BLOCKS);
}

LmuStatus
lmu_sequence_training_load(LmuSequenceTraining* const training,
                           const uint8_t* const       data,
                           const size_t               n_bytes)
{
  Head     head;
  LmuBlock blocks[N_BLOCKS];
  set_blocks(training, &head, blocks);
  if (lmu_snapshot_read_first(blocks, N_BLOCKS, data, n_bytes) ||
      head.magic != MAGIC || head.data_id != training->head.data_id) {
    return LMU_BAD_FILE;
  }
  lmu_snapshot_read_rest(blocks, N_BLOCKS, data);
  training->head = head;
  return lmu_sequence_trainer_refresh(training->trainer);
}
