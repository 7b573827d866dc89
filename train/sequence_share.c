// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/sequence_share.h"

#include "core/base/setup/arena.h"
#include "core/nn/setup/graph.h"
#include "train/network.h"
#include "train/pass.h"
#include "train/real.h"
#include "train/sequence.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Steepest slope of an input that counts as none
#define LEAST_NORM 1e-30

/* Room */

static uint32_t
width_in(const LmuSequenceShare* const self)
{
  return self->spec.network->graph->n_inputs;
}

static uint32_t
width_out(const LmuSequenceShare* const self)
{
  return self->spec.network->graph->n_outputs;
}

/// Return room for some numbers
static LmuReal*
take(LmuSequenceShare* const self, const size_t count)
{
  return (LmuReal*)lmu_arena_take(&self->arena, count, sizeof(LmuReal));
}

LmuSequenceShare*
lmu_sequence_share_new(const LmuSequenceShareSpec* const spec)
{
  const LmuTrainPassSpec  size = {spec->frames, spec->lanes, NULL};
  const size_t            row  = (size_t)spec->frames * spec->lanes;
  LmuSequenceShare* const self =
    (LmuSequenceShare*)calloc(1U, sizeof(LmuSequenceShare));
  if (!self) {
    return NULL;
  }

  self->spec     = *spec;
  self->pass     = lmu_train_pass_new(spec->network, &size);
  self->input    = take(self, row * width_in(self));
  self->slope    = take(self, row * width_out(self));
  self->gradient = take(self, spec->network->n_values);
  if (spec->adversary > 0.0) {
    self->input_slope = take(self, row * width_in(self));
  }
  if (!self->pass || self->arena.failed) {
    lmu_sequence_share_free(self);
    return NULL;
  }
  return self;
}

void
lmu_sequence_share_free(LmuSequenceShare* const share)
{
  if (share) {
    lmu_train_pass_free(share->pass);
    lmu_arena_clear(&share->arena);
    free(share);
  }
}

/* Forward */

void
lmu_sequence_share_forward(LmuSequenceShare* const       share,
                           const LmuSequenceChunk* const chunk)
{
  const LmuSequences* const s     = chunk->sequences;
  const size_t              width = width_in(share);
  const size_t              lanes = share->spec.lanes;
  for (size_t lane = 0U; lane < lanes; ++lane) {
    const float* const x =
      s->input +
      (((size_t)chunk->index[lane] * s->n_frames) + chunk->first) * width;
    for (size_t i = 0U; i < chunk->n_frames * width; ++i) {
      share->input[(i * lanes) + lane] = (LmuReal)x[i];
    }
  }
  lmu_train_pass_forward(share->pass, share->input, chunk->n_frames);
}

/* Losses */

uint32_t
lmu_sequences_scored(const LmuSequences* const sequences)
{
  const uint32_t usual = sequences->target ? sequences->n_frames : 1U;
  return sequences->n_scored ? sequences->n_scored : usual;
}

uint32_t
lmu_sequence_chunk_skipped(const LmuSequenceChunk* const chunk)
{
  const LmuSequences* const s     = chunk->sequences;
  const uint32_t            first = s->n_frames - lmu_sequences_scored(s);
  const uint32_t skipped = first > chunk->first ? first - chunk->first : 0U;
  return skipped < chunk->n_frames ? skipped : chunk->n_frames;
}

/// Return which of all frames with a target or a class is the first of a lane
/// that the chunk has
static size_t
place_of(const LmuSequenceChunk* const chunk, const uint32_t lane)
{
  const LmuSequences* const s = chunk->sequences;
  const uint32_t            n = lmu_sequences_scored(s);
  const uint32_t frame = chunk->first + lmu_sequence_chunk_skipped(chunk);
  return ((size_t)chunk->index[lane] * n) + frame - (s->n_frames - n);
}

const float*
lmu_sequence_share_target(const LmuSequenceShare* const share,
                          const LmuSequenceChunk* const chunk,
                          const uint32_t                lane)
{
  return chunk->sequences->target + (place_of(chunk, lane) * width_out(share));
}

const uint32_t*
lmu_sequence_chunk_classes(const LmuSequenceChunk* const chunk,
                           const uint32_t                lane)
{
  return chunk->sequences->classes + place_of(chunk, lane);
}

double
lmu_sequence_log_sum(const LmuReal* const outputs,
                     const size_t         n_outputs,
                     const size_t         lanes)
{
  double most = -INFINITY;
  double sum  = 0.0;
  for (size_t i = 0U; i < n_outputs; ++i) {
    // A comparison, as GCC 12 cannot compile a strided fmax() here for arm64
    const double output = (double)outputs[i * lanes];
    most                = (output > most) ? output : most;
  }
  for (size_t i = 0U; i < n_outputs; ++i) {
    sum += exp((double)outputs[i * lanes] - most);
  }
  return most + log(sum);
}

/// Set slopes of the squared error at frames that have a target
static void
set_error_slopes(LmuSequenceShare* const       self,
                 const LmuSequenceChunk* const chunk,
                 const uint32_t                lane,
                 const double                  weight)
{
  const LmuReal* const y      = lmu_train_pass_output(self->pass);
  const size_t         lanes  = self->spec.lanes;
  const size_t         n      = width_out(self);
  const size_t         skip   = lmu_sequence_chunk_skipped(chunk) * n;
  const size_t         count  = (chunk->n_frames * n) - skip;
  const float* const   target = lmu_sequence_share_target(self, chunk, lane);
  const LmuReal        scale =
    (LmuReal)(2.0 * weight / (self->spec.variance * (double)count));
  for (size_t i = 0U; i < count; ++i) {
    const size_t place = ((skip + i) * lanes) + lane;
    self->slope[place] = scale * (y[place] - (LmuReal)target[i]);
  }
}

/// Set slopes of the cross-entropy of a softmax at frames that have a class
static void
set_class_slopes(LmuSequenceShare* const       self,
                 const LmuSequenceChunk* const chunk,
                 const uint32_t                lane,
                 const double                  weight)
{
  const size_t    n     = width_out(self);
  const size_t    lanes = self->spec.lanes;
  const uint32_t  skip  = lmu_sequence_chunk_skipped(chunk);
  const double    each  = weight / (double)(chunk->n_frames - skip);
  const uint32_t* right = lmu_sequence_chunk_classes(chunk, lane);
  for (uint32_t t = skip; t < chunk->n_frames; ++t, ++right) {
    const size_t         first = (t * n * lanes) + lane;
    const LmuReal* const y     = lmu_train_pass_output(self->pass) + first;
    const double         sum   = lmu_sequence_log_sum(y, n, lanes);
    for (size_t i = 0U; i < n; ++i) {
      const double p = exp((double)y[i * lanes] - sum);
      self->slope[first + (i * lanes)] =
        (LmuReal)((p - ((*right == i) ? 1.0 : 0.0)) * each);
    }
  }
}

/// Set slopes of the loss, in which each lane has a weight
static void
set_slopes(LmuSequenceShare* const       self,
           const LmuSequenceChunk* const chunk,
           const double                  weight)
{
  const size_t count =
    (size_t)chunk->n_frames * width_out(self) * self->spec.lanes;
  memset(self->slope, 0, count * sizeof(LmuReal));
  for (uint32_t i = 0U; i < self->spec.lanes; ++i) {
    if (chunk->sequences->target) {
      set_error_slopes(self, chunk, i, weight);
    } else {
      set_class_slopes(self, chunk, i, weight);
    }
  }
}

/* Learning */

/// Move the input of a lane to where the loss is greater
static void
move_lane(LmuSequenceShare* const self, const size_t count, const size_t lane)
{
  const size_t lanes = self->spec.lanes;
  double       sum   = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    const double slope = (double)self->input_slope[(i * lanes) + lane];
    sum += slope * slope;
  }
  const LmuReal step =
    (LmuReal)(self->spec.adversary / fmax(sqrt(sum), LEAST_NORM));
  for (size_t i = 0U; i < count; ++i) {
    const size_t place = (i * lanes) + lane;
    self->input[place] += step * self->input_slope[place];
  }
}

/// Add the gradient of the loss where the input has moved
static void
learn_from_adversary(LmuSequenceShare* const       self,
                     const LmuSequenceChunk* const chunk,
                     const double                  weight)
{
  const size_t count = (size_t)chunk->n_frames * width_in(self);
  for (size_t lane = 0U; lane < self->spec.lanes; ++lane) {
    move_lane(self, count, lane);
  }
  lmu_train_pass_reset(self->pass);
  lmu_train_pass_forward(self->pass, self->input, chunk->n_frames);
  set_slopes(self, chunk, weight);
  lmu_train_pass_backward(self->pass, self->slope, self->gradient);
}

void
lmu_sequence_share_learn(LmuSequenceShare* const       share,
                         const LmuSequenceChunk* const chunk)
{
  const bool   moves  = share->input_slope;
  const double weight = share->spec.weight * (moves ? 0.5 : 1.0);
  memset(share->gradient, 0, share->spec.network->n_values * sizeof(LmuReal));
  set_slopes(share, chunk, weight);
  if (!moves) {
    lmu_train_pass_backward(share->pass, share->slope, share->gradient);
    return;
  }
  lmu_train_pass_backward_to_input(
    share->pass, share->slope, share->gradient, share->input_slope);
  learn_from_adversary(share, chunk, weight);
}
