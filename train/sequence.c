// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/sequence.h"

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/coefficient_scale.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/pass.h"
#include "train/random.h"
#include "train/real.h"
#include "train/sequence_share.h"
#include "train/snapshot.h"
#include "train/team.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Updates in which the rate rises
#define N_WARM 100U

/// Passes over the first batch by which coefficients are scaled
#define N_SCALE_PASSES 2U

struct LmuSequenceTrainerImpl {
  LmuArena            arena;
  LmuSequenceOptions  options;
  LmuGraph*           graph;
  LmuTrainNetwork*    network;
  LmuAdam*            adam;
  LmuTeam*            team;
  uint32_t            n_shares;
  LmuSequenceShare*   shares[LMU_MAX_TEAM];
  LmuSequences        train;
  uint32_t*           order; ///< Of sequences, [train.n]
  LmuSequenceChunk    chunk; ///< What all shares learn from
  LmuSequenceProgress progress;
};

/// Return whether a chunk has something to learn from
static bool
teaches(const LmuSequenceChunk* const chunk)
{
  return lmu_sequence_chunk_skipped(chunk) < chunk->n_frames;
}

/* Start */

/// Return the mean square of targets
static double
mean_square(const LmuSequences* const sequences, const uint32_t n_outputs)
{
  const size_t n   = sequences->n * lmu_sequences_scored(sequences) * n_outputs;
  double       sum = 0.0;
  for (size_t i = 0U; sequences->target && i < n; ++i) {
    sum += (double)sequences->target[i] * (double)sequences->target[i];
  }
  return fmax(sum / (double)n, 1e-30);
}

/// Give a trainer its shares of a batch, and return whether all are there
static bool
make_shares(LmuSequenceTrainer* const self)
{
  const LmuSequenceOptions* const o    = &self->options;
  const LmuSequenceShareSpec      spec = {
         self->network,
         o->frames,
         o->lanes / self->n_shares,
         1.0 / o->lanes,
         mean_square(&self->train, self->graph->n_outputs),
         o->adversary};
  bool done = true;
  for (uint32_t i = 0U; i < self->n_shares; ++i) {
    self->shares[i] = lmu_sequence_share_new(&spec);
    done            = done && self->shares[i];
  }
  return done;
}

/// Give a trainer its room
static LmuStatus
allocate(LmuSequenceTrainer* const self)
{
  LmuAdamOptions adam = lmu_adam_defaults();
  adam.averaging      = self->options.averaging;
  adam.weight_decay   = self->options.weight_decay;
  self->order =
    (uint32_t*)lmu_arena_take(&self->arena, self->train.n, sizeof(uint32_t));
  self->adam = lmu_adam_new(self->network, &adam);
  self->team = lmu_team_new(self->n_shares);
  return (!make_shares(self) || self->arena.failed || !self->adam ||
          !self->team)
           ? LMU_NO_MEMORY
           : LMU_SUCCESS;
}

/// Return frames of sequences from a first one on, as many as fit
static LmuSequenceChunk
chunk_at(const LmuSequenceTrainer* const self,
         const LmuSequences* const       sequences,
         const uint32_t* const           index,
         const uint32_t                  first)
{
  const uint32_t         left  = sequences->n_frames - first;
  const uint32_t         most  = self->options.frames;
  const LmuSequenceChunk chunk = {
    sequences, index, first, left < most ? left : most};
  return chunk;
}

/// Add how loud coefficients are in the first sequences
static void
measure_coefficients(LmuSequenceTrainer* const  self,
                     LmuCoefficientScale* const scale)
{
  LmuSequenceShare* const share = self->shares[0];
  const uint32_t          lanes = share->spec.lanes;
  for (uint32_t i = 0U; i < self->options.lanes; i += lanes) {
    lmu_train_pass_reset(share->pass);
    for (uint32_t t = 0U; t < self->train.n_frames; t += self->options.frames) {
      const LmuSequenceChunk chunk =
        chunk_at(self, &self->train, self->order + i, t);
      lmu_sequence_share_forward(share, &chunk);
      lmu_coefficient_scale_add(scale, share->pass, chunk.n_frames, lanes);
    }
  }
}

/// Have all coefficients of memories be as loud for what reads them
static LmuStatus
scale_coefficients(LmuSequenceTrainer* const self)
{
  LmuCoefficientScale* const scale = lmu_coefficient_scale_new(self->network);
  if (!scale) {
    return LMU_NO_MEMORY;
  }
  for (uint32_t i = 0U; i < N_SCALE_PASSES; ++i) {
    measure_coefficients(self, scale);
    lmu_coefficient_scale_set(scale, self->adam, self->options.is_new);
  }
  lmu_coefficient_scale_free(scale);
  return LMU_SUCCESS;
}

/// Make all that a trainer has of its own
static LmuStatus
build(LmuSequenceTrainer* const self, const LmuGraph* const graph)
{
  const LmuTrainOptions learned = {self->options.learns_theta,
                                   self->options.learns_step};
  self->graph                   = lmu_graph_copy(graph);
  if (!self->graph) {
    return LMU_NO_MEMORY;
  }
  LmuStatus status =
    lmu_train_network_new(&self->network, self->graph, &learned, NULL);
  if (!status) {
    status = allocate(self);
  }
  for (uint32_t i = 0U; !status && i < self->train.n; ++i) {
    self->order[i] = i;
  }
  for (size_t i = 0U;
       !status && self->options.theta_alone && i < graph->n_values;
       ++i) {
    self->network->learned[i] = false;
  }
  return status ? status : scale_coefficients(self);
}

/// Return the number of threads that share a batch
static uint32_t
n_shares_of(const LmuSequenceOptions* const options)
{
  return options->n_threads ? options->n_threads : 1U;
}

/// Return what is wrong with what is asked for, or null
static const char*
complaint(const LmuSequences* const       train,
          const LmuSequenceOptions* const options)
{
  if (train->n < options->lanes || !train->n_frames || !options->frames) {
    return "There are fewer sequences than a batch has; give more, or take "
           "smaller batches";
  }
  if (options->n_threads > LMU_MAX_TEAM ||
      options->lanes % (LMU_TRAIN_LANES * n_shares_of(options))) {
    return "A batch cannot be shared by so many threads; take a multiple of 16 "
           "sequences for each";
  }
  if (options->adversary > 0.0 && options->frames < train->n_frames) {
    return "Moved inputs take gradients through whole sequences";
  }
  return NULL;
}

LmuStatus
lmu_sequence_trainer_new(LmuSequenceTrainer** const      trainer,
                         const LmuGraph* const           graph,
                         const LmuSequences* const       train,
                         const LmuSequenceOptions* const options,
                         LmuError* const                 error)
{
  const char* const wrong = complaint(train, options);
  *trainer                = NULL;
  if (wrong) {
    return lmu_error_set(error, LMU_BAD_VALUE, "%s", wrong);
  }
  LmuSequenceTrainer* const self =
    (LmuSequenceTrainer*)calloc(1U, sizeof(LmuSequenceTrainer));
  if (!self) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  self->options          = *options;
  self->n_shares         = n_shares_of(options);
  self->train            = *train;
  self->progress         = (LmuSequenceProgress){.random    = options->seed,
                                                 .n_planned = options->n_updates,
                                                 .place     = train->n,
                                                 .slowing   = 1.0};
  const LmuStatus status = build(self, graph);
  if (status) {
    lmu_sequence_trainer_free(self);
    return lmu_error_status(error, status);
  }
  *trainer = self;
  return LMU_SUCCESS;
}

void
lmu_sequence_trainer_free(LmuSequenceTrainer* const trainer)
{
  if (trainer) {
    for (uint32_t i = 0U; i < trainer->n_shares; ++i) {
      lmu_sequence_share_free(trainer->shares[i]);
    }
    lmu_team_free(trainer->team);
    lmu_adam_free(trainer->adam);
    lmu_train_network_free(trainer->network);
    lmu_graph_free(trainer->graph);
    lmu_arena_clear(&trainer->arena);
    free(trainer);
  }
}

/* Training */

/// Bring sequences in another order (Fisher and Yates)
static void
shuffle(LmuSequenceTrainer* const self)
{
  for (size_t i = self->train.n; i > 1U; --i) {
    const size_t   j    = (size_t)(lmu_random_bits(&self->progress.random) % i);
    const uint32_t kept = self->order[i - 1U];
    self->order[i - 1U] = self->order[j];
    self->order[j]      = kept;
  }
}

/// Run through a share of a chunk, and learn if there is something to
static void
work(void* const handle, const uint32_t member)
{
  LmuSequenceTrainer* const self  = (LmuSequenceTrainer*)handle;
  LmuSequenceShare* const   share = self->shares[member];
  LmuSequenceChunk          chunk = self->chunk;
  chunk.index += (size_t)member * share->spec.lanes;
  if (!chunk.first) {
    lmu_train_pass_reset(share->pass);
  }
  lmu_sequence_share_forward(share, &chunk);
  if (teaches(&chunk)) {
    lmu_sequence_share_learn(share, &chunk);
  }
}

/// Return the sum of all shares' gradients
static const LmuReal*
gradient_of(const LmuSequenceTrainer* const self)
{
  LmuReal* const sum = self->shares[0]->gradient;
  for (uint32_t i = 1U; i < self->n_shares; ++i) {
    const LmuReal* const added = self->shares[i]->gradient;
    for (size_t j = 0U; j < self->network->n_values; ++j) {
      sum[j] += added[j];
    }
  }
  return sum;
}

/// Change the weights by what was learned, and return whether there is more to
/// do
static bool
update(LmuSequenceTrainer* const self)
{
  LmuSequenceProgress* const now = &self->progress;
  const double               done =
    (double)now->n_updates / fmax((double)now->n_planned, 1.0);
  const double rate = lmu_cosine_rate(
    self->options.rate * now->slowing, done, self->adam->n_updates, N_WARM);
  ++now->n_updates;
  now->is_lost = !lmu_adam_update(self->adam, gradient_of(self), rate) ||
                 lmu_train_network_update(self->network);
  return !now->is_lost && now->n_updates < now->n_planned;
}

/// Learn from a batch, and return whether there is more to do
static bool
learn_batch(LmuSequenceTrainer* const self, const uint32_t* const index)
{
  bool more = true;
  for (uint32_t t = 0U; more && t < self->train.n_frames;
       t += self->options.frames) {
    self->chunk = chunk_at(self, &self->train, index, t);
    lmu_team_run(self->team, work, self);
    more = !teaches(&self->chunk) || update(self);
  }
  return more;
}

/// Return whether no batch is left in this order
static bool
is_through(const LmuSequenceTrainer* const self)
{
  return self->progress.place + self->options.lanes > self->train.n;
}

bool
lmu_sequence_trainer_step(LmuSequenceTrainer* const trainer)
{
  LmuSequenceProgress* const now = &trainer->progress;
  if (is_through(trainer)) {
    shuffle(trainer);
    now->place = 0U;
  }
  const bool more = learn_batch(trainer, trainer->order + now->place);
  now->place += trainer->options.lanes;
  return more;
}

bool
lmu_sequence_trainer_advance(LmuSequenceTrainer* const trainer)
{
  bool more = true;
  do {
    more = lmu_sequence_trainer_step(trainer);
  } while (more && !is_through(trainer));
  return more;
}

size_t
lmu_sequence_trainer_batches(const LmuSequenceTrainer* const trainer)
{
  return trainer->train.n / trainer->options.lanes;
}

uint32_t
lmu_sequence_trainer_updates(const LmuSequenceTrainer* const trainer)
{
  const uint32_t frames = trainer->options.frames;
  const uint32_t n      = trainer->train.n_frames;
  const uint32_t first  = n - lmu_sequences_scored(&trainer->train);
  return ((n + frames - 1U) / frames) - (first / frames);
}

/* Results */

/// Sums over sequences that were tried
typedef struct {
  double error[2];  ///< Of all frames, of late ones
  double target[2]; ///< The same
  double entropy;
  size_t n_right;
  size_t n_tried; ///< Classes
} Sums;

/// Add the errors of a lane
static void
add_errors(Sums* const                     sums,
           const LmuSequenceTrainer* const self,
           const LmuSequenceChunk* const   chunk,
           const uint32_t                  lane,
           const uint32_t                  n_early)
{
  const LmuSequenceShare* const share = self->shares[0];
  const LmuReal* const          y     = lmu_train_pass_output(share->pass);
  const size_t                  lanes = share->spec.lanes;
  const size_t                  n     = self->graph->n_outputs;
  const size_t                  skip  = lmu_sequence_chunk_skipped(chunk) * n;
  const float* const target = lmu_sequence_share_target(share, chunk, lane);
  for (size_t i = skip; i < chunk->n_frames * n; ++i) {
    const double wanted = (double)target[i - skip];
    const double error  = (double)y[(i * lanes) + lane] - wanted;
    sums->error[0] += error * error;
    sums->target[0] += wanted * wanted;
    if (chunk->first + (i / n) >= n_early) {
      sums->error[1] += error * error;
      sums->target[1] += wanted * wanted;
    }
  }
}

/// Add what a lane tells of classes
static void
add_classes(Sums* const                     sums,
            const LmuSequenceTrainer* const self,
            const LmuSequenceChunk* const   chunk,
            const uint32_t                  lane)
{
  const LmuSequenceShare* const share = self->shares[0];
  const LmuReal* const          y     = lmu_train_pass_output(share->pass);
  const size_t                  n     = self->graph->n_outputs;
  const size_t                  lanes = share->spec.lanes;
  const uint32_t                skip  = lmu_sequence_chunk_skipped(chunk);
  const uint32_t*               right = lmu_sequence_chunk_classes(chunk, lane);
  for (uint32_t t = skip; t < chunk->n_frames; ++t, ++right) {
    const LmuReal* const now  = y + (t * n * lanes) + lane;
    size_t               best = 0U;
    for (size_t i = 1U; i < n; ++i) {
      best = now[i * lanes] > now[best * lanes] ? i : best;
    }
    sums->entropy +=
      lmu_sequence_log_sum(now, n, lanes) - (double)now[*right * lanes];
    sums->n_right += best == *right;
    ++sums->n_tried;
  }
}

static bool
stops(const LmuSequenceTrainer* const self)
{
  return self->options.stops && self->options.stops(self->options.handle);
}

/// Try sequences in the lanes of a share, of which the first lanes count, and
/// return whether nobody stopped that
static bool
try_batch(LmuSequenceTrainer* const self,
          Sums* const               sums,
          LmuSequenceChunk          chunk,
          const uint32_t            n_lanes,
          const uint32_t            n_early)
{
  LmuSequenceShare* const   share     = self->shares[0];
  const LmuSequences* const sequences = chunk.sequences;
  lmu_train_pass_reset(share->pass);
  for (uint32_t t = 0U; t < sequences->n_frames; t += self->options.frames) {
    chunk = chunk_at(self, sequences, chunk.index, t);
    lmu_sequence_share_forward(share, &chunk);
    for (uint32_t i = 0U; teaches(&chunk) && i < n_lanes; ++i) {
      if (sequences->target) {
        add_errors(sums, self, &chunk, i, n_early);
      } else {
        add_classes(sums, self, &chunk, i);
      }
    }
    if (stops(self)) {
      return false;
    }
  }
  return true;
}

/// Try all sequences, and return whether nobody stopped that
static bool
try_all(LmuSequenceTrainer* const self,
        Sums* const               sums,
        const LmuSequences* const sequences,
        uint32_t* const           index,
        const uint32_t            n_early)
{
  const size_t lanes = self->shares[0]->spec.lanes;
  bool         whole = true;
  for (size_t i = 0U; whole && i < sequences->n; i += lanes) {
    const LmuSequenceChunk chunk = {sequences, index, 0U, 0U};
    const size_t           left  = sequences->n - i;
    for (size_t j = 0U; j < lanes; ++j) {
      index[j] = (uint32_t)(i + (j < left ? j : 0U));
    }
    whole = try_batch(
      self, sums, chunk, (uint32_t)(left < lanes ? left : lanes), n_early);
  }
  return whole;
}

/// Exchange weights and their averages, if there are any
static void
swap_average(LmuSequenceTrainer* const self)
{
  for (size_t i = 0U; self->adam->average && i < self->network->n_values; ++i) {
    const LmuReal kept       = self->network->values[i];
    self->network->values[i] = self->adam->average[i];
    self->adam->average[i]   = kept;
  }
}

LmuStatus
lmu_sequence_trainer_try(LmuSequenceTrainer* const trainer,
                         LmuSequenceScore* const   score,
                         const LmuSequences* const sequences,
                         const uint32_t            n_early)
{
  Sums            sums = {{0.0, 0.0}, {0.0, 0.0}, 0.0, 0U, 0U};
  uint32_t* const index =
    (uint32_t*)calloc(trainer->options.lanes, sizeof(uint32_t));
  if (!index) {
    return LMU_NO_MEMORY;
  }

  swap_average(trainer);
  const LmuStatus status = lmu_train_network_update(trainer->network);
  score->is_whole        = false;
  if (!status) {
    score->is_whole = try_all(trainer, &sums, sequences, index, n_early);
  }
  swap_average(trainer);
  const LmuStatus again = lmu_train_network_update(trainer->network);
  free(index);
  score->nrmse    = sqrt(sums.error[0] / fmax(sums.target[0], 1e-30));
  score->late     = sqrt(sums.error[1] / fmax(sums.target[1], 1e-30));
  score->accuracy = (double)sums.n_right / fmax((double)sums.n_tried, 1.0);
  score->entropy  = sums.entropy / fmax((double)sums.n_tried, 1.0);
  return status ? status : again;
}

void
lmu_sequence_trainer_store(const LmuSequenceTrainer* const trainer,
                           LmuGraph* const                 graph)
{
  LmuReal* const average = trainer->adam->average;
  lmu_sequence_trainer_store_values(
    trainer, average ? average : trainer->network->values, graph);
}

/* Going on */

LmuSequenceProgress*
lmu_sequence_trainer_progress(LmuSequenceTrainer* const trainer)
{
  return &trainer->progress;
}

const LmuReal*
lmu_sequence_trainer_values(const LmuSequenceTrainer* const trainer,
                            size_t* const                   n_values)
{
  *n_values = trainer->network->n_values;
  return trainer->adam->average ? trainer->adam->average
                                : trainer->network->values;
}

void
lmu_sequence_trainer_store_values(const LmuSequenceTrainer* const trainer,
                                  LmuReal* const                  values,
                                  LmuGraph* const                 graph)
{
  LmuTrainNetwork kept = *trainer->network;
  kept.values          = values;
  lmu_train_network_store(&kept, graph);
}

LmuStatus
lmu_sequence_trainer_rewind(LmuSequenceTrainer* const trainer,
                            const LmuReal* const      values)
{
  const size_t size = trainer->network->n_values * sizeof(LmuReal);
  memcpy(trainer->network->values, values, size);
  if (trainer->adam->average) {
    memcpy(trainer->adam->average, values, size);
  }
  lmu_adam_reset(trainer->adam);
  trainer->progress.is_lost = false;
  trainer->progress.slowing *= 0.5;
  return lmu_train_network_update(trainer->network);
}

void
lmu_sequence_trainer_blocks(LmuSequenceTrainer* const trainer,
                            LmuBlock blocks[LMU_N_SEQUENCE_BLOCKS])
{
  LmuAdam* const adam = trainer->adam;
  const size_t   size = trainer->network->n_values * sizeof(LmuReal);
  const LmuBlock all[LMU_N_SEQUENCE_BLOCKS] = {
    {&trainer->progress, sizeof(trainer->progress)},
    {&adam->n_updates, sizeof(adam->n_updates)},
    {trainer->network->values, size},
    {adam->scales, size},
    {adam->first, size},
    {adam->second, size},
    {adam->average, adam->average ? size : 0U},
    {trainer->order, trainer->train.n * sizeof(uint32_t)}};
  memcpy(blocks, all, sizeof(all));
}

LmuStatus
lmu_sequence_trainer_refresh(LmuSequenceTrainer* const trainer)
{
  return lmu_train_network_update(trainer->network);
}
