// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/sequence.h"

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/coefficient_scale.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/pass.h"
#include "train/random.h"
#include "train/real.h"

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
  LmuArena           arena;
  LmuSequenceOptions options;
  LmuGraph*          graph;
  LmuTrainNetwork*   network;
  LmuAdam*           adam;
  LmuTrainPass*      pass;
  LmuSequences       train;
  double             variance; ///< Mean square of targets
  uint32_t*          order;    ///< Of sequences, [train.n]
  LmuReal*           input;    ///< [frames][n_inputs][lanes]
  LmuReal*           slope;    ///< [frames][n_outputs][lanes]
  LmuReal*           gradient; ///< [n_values]
  uint64_t           random;
  uint64_t           n_updates;
};

/// Frames of a batch
typedef struct {
  const LmuSequences* sequences;
  const uint32_t*     index; ///< Of the sequence of each lane, [lanes]
  uint32_t            first; ///< First frame
  uint32_t            n_frames;
} Chunk;

/* Batches */

/// Fill the input with frames of a batch
static void
fill(LmuSequenceTrainer* const self, const Chunk* const chunk)
{
  const LmuSequences* const s     = chunk->sequences;
  const size_t              width = self->graph->n_inputs;
  const size_t              lanes = self->options.lanes;
  for (size_t lane = 0U; lane < lanes; ++lane) {
    const float* const x =
      s->input +
      (((size_t)chunk->index[lane] * s->n_frames) + chunk->first) * width;
    for (size_t i = 0U; i < chunk->n_frames * width; ++i) {
      self->input[(i * lanes) + lane] = (LmuReal)x[i];
    }
  }
}

/// Return the target of a lane from the chunk's first frame on
static const float*
target_of(const LmuSequenceTrainer* const self,
          const Chunk* const              chunk,
          const size_t                    lane)
{
  const LmuSequences* const s = chunk->sequences;
  return s->target +
         ((((size_t)chunk->index[lane] * s->n_frames) + chunk->first) *
          self->graph->n_outputs);
}

/// Set slopes of the squared error at all frames
static void
set_error_slopes(LmuSequenceTrainer* const self, const Chunk* const chunk)
{
  const LmuReal* const y     = lmu_train_pass_output(self->pass);
  const size_t         lanes = self->options.lanes;
  const size_t         count = (size_t)chunk->n_frames * self->graph->n_outputs;
  const LmuReal        scale =
    (LmuReal)(2.0 / (self->variance * (double)count * (double)lanes));
  for (size_t lane = 0U; lane < lanes; ++lane) {
    const float* const target = target_of(self, chunk, lane);
    for (size_t i = 0U; i < count; ++i) {
      const size_t place = (i * lanes) + lane;
      self->slope[place] = scale * (y[place] - (LmuReal)target[i]);
    }
  }
}

/// Set slopes of the cross-entropy of a softmax at one frame
static void
set_class_slopes(LmuSequenceTrainer* const self,
                 const Chunk* const        chunk,
                 const size_t              lane,
                 const size_t              frame)
{
  const size_t   n     = self->graph->n_outputs;
  const size_t   lanes = self->options.lanes;
  const LmuReal* y    = lmu_train_pass_output(self->pass) + (frame * n * lanes);
  LmuReal*       s    = self->slope + (frame * n * lanes);
  double         most = -INFINITY;
  double         sum  = 0.0;
  for (size_t i = 0U; i < n; ++i) {
    most = fmax(most, (double)y[(i * lanes) + lane]);
  }
  for (size_t i = 0U; i < n; ++i) {
    sum += exp((double)y[(i * lanes) + lane] - most);
  }
  for (size_t i = 0U; i < n; ++i) {
    const double p        = exp((double)y[(i * lanes) + lane] - most) / sum;
    const bool   is_right = chunk->sequences->classes[chunk->index[lane]] == i;
    s[(i * lanes) + lane] =
      (LmuReal)((p - (is_right ? 1.0 : 0.0)) / (double)lanes);
  }
}

/// Set slopes of the loss
static void
set_slopes(LmuSequenceTrainer* const self, const Chunk* const chunk)
{
  const size_t count =
    (size_t)chunk->n_frames * self->graph->n_outputs * self->options.lanes;
  if (chunk->sequences->target) {
    set_error_slopes(self, chunk);
    return;
  }
  memset(self->slope, 0, count * sizeof(LmuReal));
  for (size_t i = 0U; i < self->options.lanes; ++i) {
    set_class_slopes(self, chunk, i, chunk->n_frames - 1U);
  }
}

/// Return whether a chunk has something to learn from
static bool
teaches(const Chunk* const chunk)
{
  return chunk->sequences->target ||
         chunk->first + chunk->n_frames == chunk->sequences->n_frames;
}

/* Start */

/// Return the mean square of targets
static double
mean_square(const LmuSequences* const sequences, const uint32_t n_outputs)
{
  const size_t n   = sequences->n * sequences->n_frames * n_outputs;
  double       sum = 0.0;
  for (size_t i = 0U; sequences->target && i < n; ++i) {
    sum += (double)sequences->target[i] * (double)sequences->target[i];
  }
  return fmax(sum / (double)n, 1e-30);
}

/// Give a trainer its room
static LmuStatus
allocate(LmuSequenceTrainer* const self)
{
  const LmuSequenceOptions* const o     = &self->options;
  const size_t                    row   = (size_t)o->frames * o->lanes;
  LmuArena* const                 arena = &self->arena;
  const LmuTrainPassSpec          spec  = {o->frames, o->lanes, NULL};
  LmuAdamOptions                  adam  = lmu_adam_defaults();
  adam.averaging                        = o->averaging;
  adam.weight_decay                     = o->weight_decay;
  self->input                           = (LmuReal*)lmu_arena_take(
    arena, row * self->graph->n_inputs, sizeof(LmuReal));
  self->slope = (LmuReal*)lmu_arena_take(
    arena, row * self->graph->n_outputs, sizeof(LmuReal));
  self->gradient =
    (LmuReal*)lmu_arena_take(arena, self->network->n_values, sizeof(LmuReal));
  self->order =
    (uint32_t*)lmu_arena_take(arena, self->train.n, sizeof(uint32_t));
  self->adam = lmu_adam_new(self->network, &adam);
  self->pass = lmu_train_pass_new(self->network, &spec);
  return (arena->failed || !self->adam || !self->pass) ? LMU_NO_MEMORY
                                                       : LMU_SUCCESS;
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
    lmu_train_pass_reset(self->pass);
    for (uint32_t t = 0U; t < self->train.n_frames; t += self->options.frames) {
      const uint32_t left  = self->train.n_frames - t;
      const uint32_t most  = self->options.frames;
      const Chunk    chunk = {
           &self->train, self->order, t, left < most ? left : most};
      fill(self, &chunk);
      lmu_train_pass_forward(self->pass, self->input, chunk.n_frames);
      lmu_coefficient_scale_add(
        scale, self->pass, chunk.n_frames, self->options.lanes);
    }
    lmu_coefficient_scale_set(scale, self->adam, self->options.is_new);
  }
  lmu_coefficient_scale_free(scale);
  return LMU_SUCCESS;
}

/// Make all that a trainer has of its own
static LmuStatus
build(LmuSequenceTrainer* const self, const LmuGraph* const graph)
{
  const LmuTrainOptions learned = {self->options.learns_theta, false};
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
  self->variance = mean_square(&self->train, graph->n_outputs);
  return status ? status : scale_coefficients(self);
}

LmuStatus
lmu_sequence_trainer_new(LmuSequenceTrainer** const      trainer,
                         const LmuGraph* const           graph,
                         const LmuSequences* const       train,
                         const LmuSequenceOptions* const options,
                         LmuError* const                 error)
{
  *trainer = NULL;
  if (train->n < options->lanes || !train->n_frames || !options->frames) {
    return lmu_error_set(error,
                         LMU_BAD_VALUE,
                         "There are fewer sequences than a batch has; give "
                         "more, or take smaller batches");
  }
  LmuSequenceTrainer* const self =
    (LmuSequenceTrainer*)calloc(1U, sizeof(LmuSequenceTrainer));
  if (!self) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  self->options          = *options;
  self->train            = *train;
  self->random           = options->seed;
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
    lmu_train_pass_free(trainer->pass);
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
    const size_t   j    = (size_t)(lmu_random_bits(&self->random) % i);
    const uint32_t kept = self->order[i - 1U];
    self->order[i - 1U] = self->order[j];
    self->order[j]      = kept;
  }
}

/// Learn from a chunk, and return whether there is more to do
static bool
learn(LmuSequenceTrainer* const self, const Chunk* const chunk)
{
  const double progress =
    (double)self->n_updates / fmax((double)self->options.n_updates, 1.0);
  const double rate =
    lmu_cosine_rate(self->options.rate, progress, self->n_updates, N_WARM);
  set_slopes(self, chunk);
  memset(self->gradient, 0, self->network->n_values * sizeof(LmuReal));
  lmu_train_pass_backward(self->pass, self->slope, self->gradient);
  ++self->n_updates;
  return lmu_adam_update(self->adam, self->gradient, rate) &&
         !lmu_train_network_update(self->network) &&
         self->n_updates < self->options.n_updates;
}

/// Learn from a batch, and return whether there is more to do
static bool
learn_batch(LmuSequenceTrainer* const self, const uint32_t* const index)
{
  bool more = true;
  lmu_train_pass_reset(self->pass);
  for (uint32_t t = 0U; more && t < self->train.n_frames;
       t += self->options.frames) {
    const uint32_t left  = self->train.n_frames - t;
    const uint32_t most  = self->options.frames;
    const Chunk    chunk = {&self->train, index, t, left < most ? left : most};
    fill(self, &chunk);
    lmu_train_pass_forward(self->pass, self->input, chunk.n_frames);
    more = !teaches(&chunk) || learn(self, &chunk);
  }
  return more;
}

bool
lmu_sequence_trainer_advance(LmuSequenceTrainer* const trainer)
{
  const size_t lanes = trainer->options.lanes;
  bool         more  = true;
  shuffle(trainer);
  for (size_t i = 0U; more && i + lanes <= trainer->train.n; i += lanes) {
    more = learn_batch(trainer, trainer->order + i);
  }
  return more;
}

/* Results */

/// Sums over sequences that were tried
typedef struct {
  double error[2];  ///< Of all frames, of late ones
  double target[2]; ///< The same
  size_t n_right;
  size_t n_tried;
} Sums;

/// Add the errors of a lane
static void
add_errors(Sums* const                     sums,
           const LmuSequenceTrainer* const self,
           const Chunk* const              chunk,
           const size_t                    lane,
           const uint32_t                  n_early)
{
  const LmuReal* const y      = lmu_train_pass_output(self->pass);
  const size_t         lanes  = self->options.lanes;
  const size_t         n      = self->graph->n_outputs;
  const float* const   target = target_of(self, chunk, lane);
  for (size_t i = 0U; i < chunk->n_frames * n; ++i) {
    const double error = (double)y[(i * lanes) + lane] - (double)target[i];
    const double s     = (double)target[i] * (double)target[i];
    sums->error[0] += error * error;
    sums->target[0] += s;
    if (chunk->first + (i / n) >= n_early) {
      sums->error[1] += error * error;
      sums->target[1] += s;
    }
  }
}

/// Return the class that a lane's last frame tells
static size_t
class_of(const LmuSequenceTrainer* const self,
         const Chunk* const              chunk,
         const size_t                    lane)
{
  const size_t         n     = self->graph->n_outputs;
  const size_t         lanes = self->options.lanes;
  const LmuReal* const y =
    lmu_train_pass_output(self->pass) + ((chunk->n_frames - 1U) * n * lanes);
  size_t best = 0U;
  for (size_t i = 1U; i < n; ++i) {
    best = y[(i * lanes) + lane] > y[(best * lanes) + lane] ? i : best;
  }
  return best;
}

/// Try a batch, of which the first lanes count
static void
try_batch(LmuSequenceTrainer* const self,
          Sums* const               sums,
          Chunk                     chunk,
          const size_t              n_lanes,
          const uint32_t            n_early)
{
  const uint32_t n_frames = chunk.sequences->n_frames;
  lmu_train_pass_reset(self->pass);
  for (chunk.first = 0U; chunk.first < n_frames;
       chunk.first += self->options.frames) {
    const uint32_t left = n_frames - chunk.first;
    chunk.n_frames = left < self->options.frames ? left : self->options.frames;
    fill(self, &chunk);
    lmu_train_pass_forward(self->pass, self->input, chunk.n_frames);
    for (size_t i = 0U; chunk.sequences->target && i < n_lanes; ++i) {
      add_errors(sums, self, &chunk, i, n_early);
    }
  }
  chunk.first -= self->options.frames;
  for (size_t i = 0U; chunk.sequences->classes && i < n_lanes; ++i) {
    sums->n_right +=
      class_of(self, &chunk, i) == chunk.sequences->classes[chunk.index[i]];
  }
  sums->n_tried += n_lanes;
}

/// Try all sequences
static void
try_all(LmuSequenceTrainer* const self,
        Sums* const               sums,
        const LmuSequences* const sequences,
        uint32_t* const           index,
        const uint32_t            n_early)
{
  const size_t lanes = self->options.lanes;
  for (size_t i = 0U; i < sequences->n; i += lanes) {
    const Chunk  chunk = {sequences, index, 0U, 0U};
    const size_t left  = sequences->n - i;
    for (size_t j = 0U; j < lanes; ++j) {
      index[j] = (uint32_t)(i + (j < left ? j : 0U));
    }
    try_batch(self, sums, chunk, left < lanes ? left : lanes, n_early);
  }
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
  Sums            sums = {{0.0, 0.0}, {0.0, 0.0}, 0U, 0U};
  uint32_t* const index =
    (uint32_t*)calloc(trainer->options.lanes, sizeof(uint32_t));
  if (!index) {
    return LMU_NO_MEMORY;
  }

  swap_average(trainer);
  const LmuStatus status = lmu_train_network_update(trainer->network);
  if (!status) {
    try_all(trainer, &sums, sequences, index, n_early);
  }
  swap_average(trainer);
  const LmuStatus again = lmu_train_network_update(trainer->network);
  free(index);
  score->nrmse    = sqrt(sums.error[0] / fmax(sums.target[0], 1e-30));
  score->late     = sqrt(sums.error[1] / fmax(sums.target[1], 1e-30));
  score->accuracy = (double)sums.n_right / fmax((double)sums.n_tried, 1.0);
  return status ? status : again;
}

void
lmu_sequence_trainer_store(const LmuSequenceTrainer* const trainer,
                           LmuGraph* const                 graph)
{
  LmuTrainNetwork kept = *trainer->network;
  kept.values = trainer->adam->average ? trainer->adam->average : kept.values;
  lmu_train_network_store(&kept, graph);
}
