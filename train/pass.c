// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pass.h"

#include "core/base/setup/arena.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/sources.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/pass_parts.h"
#include "train/random.h"
#include "train/real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Room */

/// Return room for vectors of some frames
static LmuReal*
take(LmuTrainPass* const pass, const size_t n_frames, const size_t width)
{
  return (LmuReal*)lmu_arena_take(
    &pass->arena, n_frames * width * pass->lanes, sizeof(LmuReal));
}

static uint32_t
larger(const uint32_t x, const uint32_t y)
{
  return (x > y) ? x : y;
}

/// Give the memory of a layer its room
static void
allocate_memory(LmuTrainPass* const pass, LmuPassLayer* const self)
{
  const size_t frames = pass->frames;
  self->m             = take(pass, frames + 1U, self->n_m);
  self->dm            = take(pass, frames + 1U, self->n_m);
  self->u             = take(pass, frames, self->layer->memory_d);
  self->du            = take(pass, frames, self->layer->memory_d);
}

/// Return whether gates must be kept as they were before activation
static bool
keeps_before(const LmuLayer* const layer)
{
  return lmu_train_needs_input(layer->activation) ||
         lmu_train_needs_input(layer->recurrent_activation);
}

/// Give the cell of a layer its room
static void
allocate_cell(LmuTrainPass* const pass, LmuPassLayer* const self)
{
  const size_t   frames = pass->frames;
  const uint32_t units  = self->layer->units;
  const LmuCell  cell   = lmu_layer_cell(self->layer);
  self->h               = take(pass, frames + 1U, units);
  self->gates           = lmu_pass_gates_are_h(self->layer)
                            ? self->h + ((size_t)units * pass->lanes)
                            : take(pass, frames, self->n_gates);
  self->dgates          = take(pass, frames, self->n_gates);
  self->before =
    keeps_before(self->layer) ? take(pass, frames, self->n_gates) : self->gates;
  if (cell == LMU_CELL_LSTM) {
    self->c      = take(pass, frames + 1U, units);
    self->active = take(pass, frames, units);
    self->dc     = take(pass, 1U, units);
  } else if (cell == LMU_CELL_GRU) {
    self->past  = take(pass, frames, units);
    self->dpast = take(pass, frames, units);
  }
}

static void
allocate_layer(LmuTrainPass* const pass, const uint32_t index)
{
  LmuPassLayer* const   self  = &pass->layers[index];
  const LmuLayer* const layer = &pass->network->graph->layers[index];
  const uint32_t        d     = layer->order;
  self->layer                 = layer;
  self->index                 = index;
  self->n_m                   = lmu_layer_memory(layer);
  self->n_gates               = lmu_layer_gates(layer) * layer->units;
  if (self->n_m) {
    allocate_memory(pass, self);
  }
  if (lmu_layer_cell(layer) == LMU_CELL_NONE) {
    self->h = self->m;
  } else {
    allocate_cell(pass, self);
  }

  self->dy   = take(pass, pass->frames, layer->n_outputs);
  self->dh   = take(pass, 1U, layer->n_outputs);
  self->work = take(
    pass, 1U, larger(layer->n_outputs, larger(self->n_gates, d * (d + 1U))));
  self->y = layer->n_adds ? take(pass, pass->frames, layer->n_outputs)
                          : self->h + ((size_t)layer->n_outputs * pass->lanes);
}

LmuTrainPass*
lmu_train_pass_new(const LmuTrainNetwork* const  network,
                   const LmuTrainPassSpec* const spec)
{
  LmuTrainPass* const pass = (LmuTrainPass*)calloc(1U, sizeof(LmuTrainPass));
  if (!pass) {
    return NULL;
  }

  pass->network = network;
  pass->frames  = spec->frames;
  pass->lanes   = spec->lanes;
  pass->kernels = spec->kernels ? spec->kernels : lmu_train_kernels(0U);
  for (uint32_t i = 0U; i < network->graph->n_layers; ++i) {
    allocate_layer(pass, i);
  }
  if (pass->arena.failed) {
    lmu_train_pass_free(pass);
    return NULL;
  }
  return pass;
}

void
lmu_train_pass_free(LmuTrainPass* const pass)
{
  if (pass) {
    lmu_arena_clear(&pass->arena);
    free(pass);
  }
}

/* States */

/// An array that begins with a state
typedef struct {
  LmuReal* values;
  uint32_t width;
} State;

/// Number of states that a layer may have
#define N_STATES 3U

/// Set the states of a layer, a null has none
static void
states_of(const LmuPassLayer* const self, State states[N_STATES])
{
  const bool has_cell = lmu_layer_cell(self->layer) != LMU_CELL_NONE;
  states[0]           = (State){self->m, self->n_m};
  states[1]           = (State){has_cell ? self->h : NULL, self->layer->units};
  states[2]           = (State){self->c, self->layer->units};
}

/// Have the first frame begin where the last pass ended
static void
carry(const LmuTrainPass* const pass, const LmuPassLayer* const self)
{
  State states[N_STATES];
  states_of(self, states);
  for (uint32_t i = 0U; i < N_STATES; ++i) {
    if (states[i].values) {
      memmove(
        states[i].values,
        lmu_pass_at(pass, states[i].values, states[i].width, pass->n_frames),
        (size_t)states[i].width * pass->lanes * sizeof(LmuReal));
    }
  }
}

void
lmu_train_pass_disturb(LmuTrainPass* const pass,
                       const double        level,
                       const uint64_t      seed)
{
  uint64_t noise = seed;
  pass->n_frames = 0U;
  for (uint32_t i = 0U; i < pass->network->graph->n_layers; ++i) {
    State states[N_STATES];
    states_of(&pass->layers[i], states);
    for (uint32_t j = 0U; j < N_STATES; ++j) {
      const size_t size = (size_t)states[j].width * pass->lanes;
      for (size_t k = 0U; states[j].values && k < size; ++k) {
        states[j].values[k] = (LmuReal)lmu_random_between(&noise, level);
      }
    }
  }
}

void
lmu_train_pass_reset(LmuTrainPass* const pass)
{
  pass->n_frames = 0U;
  for (uint32_t i = 0U; i < pass->network->graph->n_layers; ++i) {
    State states[N_STATES];
    states_of(&pass->layers[i], states);
    for (uint32_t j = 0U; j < N_STATES; ++j) {
      if (states[j].values) {
        memset(states[j].values,
               0,
               (size_t)states[j].width * pass->lanes * sizeof(LmuReal));
      }
    }
  }
}

/* Forward */

/// Return the numbers of a source in a frame
static const LmuReal*
source_at(const LmuTrainPass* const pass,
          const uint32_t            source,
          const uint32_t            t)
{
  const size_t width = lmu_source_width(pass->network->graph, source);
  return ((source == LMU_SOURCE_INPUT) ? pass->input : pass->layers[source].y) +
         (t * width * pass->lanes);
}

/// Set an output to which sources are added
static void
put_out(const LmuPassFrame* const frame)
{
  LmuTrainPass* const   pass  = frame->pass;
  LmuPassLayer* const   self  = frame->self;
  const LmuLayer* const layer = self->layer;
  const size_t          size  = (size_t)layer->n_outputs * pass->lanes;
  LmuReal* const y = lmu_pass_at(pass, self->y, layer->n_outputs, frame->t);
  memcpy(y,
         lmu_pass_at(pass, self->h, layer->n_outputs, frame->t + 1U),
         size * sizeof(LmuReal));
  for (uint32_t i = 0U; i < layer->n_adds; ++i) {
    const LmuReal* const added = source_at(pass, layer->adds[i], frame->t);
    for (size_t j = 0U; j < size; ++j) {
      y[j] += added[j];
    }
  }
}

static void
forward_layer(LmuTrainPass* const pass, LmuPassLayer* const self)
{
  for (uint32_t t = 0U; t < pass->n_frames; ++t) {
    const LmuPassFrame frame = {pass, self, t};
    if (self->n_m) {
      lmu_pass_memory_forward(&frame);
    }
    lmu_pass_cell_forward(&frame);
    if (self->layer->n_adds) {
      put_out(&frame);
    }
  }
}

void
lmu_train_pass_forward(LmuTrainPass* const  pass,
                       const LmuReal* const input,
                       const uint32_t       n_frames)
{
  const uint32_t n_layers = pass->network->graph->n_layers;
  for (uint32_t i = 0U; i < n_layers; ++i) {
    carry(pass, &pass->layers[i]);
  }
  pass->input    = input;
  pass->n_frames = n_frames;
  for (uint32_t i = 0U; i < n_layers; ++i) {
    forward_layer(pass, &pass->layers[i]);
  }
}

const LmuReal*
lmu_train_pass_output(const LmuTrainPass* const pass)
{
  return pass->layers[pass->network->graph->n_layers - 1U].y;
}

const LmuReal*
lmu_train_pass_memory(const LmuTrainPass* const pass, const uint32_t layer)
{
  const LmuPassLayer* const self = &pass->layers[layer];
  return self->m ? self->m + ((size_t)self->n_m * pass->lanes) : NULL;
}

/* Backward */

/// Add the slope of an output to what was added to it
static void
spread_adds(LmuTrainPass* const pass, const LmuPassLayer* const self)
{
  const LmuLayer* const layer = self->layer;
  const size_t size = (size_t)pass->n_frames * layer->n_outputs * pass->lanes;
  for (uint32_t i = 0U; i < layer->n_adds; ++i) {
    LmuReal* const slopes = lmu_pass_source_slopes(pass, layer->adds[i]);
    for (size_t j = 0U; slopes && j < size; ++j) {
      slopes[j] += self->dy[j];
    }
  }
}

/// Have nothing come from later frames
static void
clear_slopes(const LmuTrainPass* const pass, const LmuPassLayer* const self)
{
  const LmuLayer* const layer = self->layer;
  const size_t          row   = pass->lanes * sizeof(LmuReal);
  memset(self->dh, 0, layer->n_outputs * row);
  if (self->dc) {
    memset(self->dc, 0, layer->units * row);
  }
  if (self->n_m) {
    memset(lmu_pass_at(pass, self->dm, self->n_m, pass->n_frames),
           0,
           self->n_m * row);
  }
}

static void
backward_layer(LmuTrainPass* const pass,
               LmuPassLayer* const self,
               LmuReal* const      gradient)
{
  clear_slopes(pass, self);
  spread_adds(pass, self);
  for (uint32_t t = pass->n_frames; t; --t) {
    const LmuPassFrame frame = {pass, self, t - 1U};
    lmu_pass_cell_backward(&frame);
    if (self->n_m) {
      lmu_pass_memory_backward(&frame);
    }
  }
  lmu_pass_cell_gradient(pass, self, gradient);
  if (self->n_m) {
    lmu_pass_memory_gradient(pass, self, gradient);
  }
}

void
lmu_train_pass_backward(LmuTrainPass* const  pass,
                        const LmuReal* const slope,
                        LmuReal* const       gradient)
{
  const uint32_t last = pass->network->graph->n_layers - 1U;
  for (uint32_t i = 0U; i <= last; ++i) {
    const LmuPassLayer* const self = &pass->layers[i];
    const size_t              size =
      (size_t)pass->n_frames * self->layer->n_outputs * pass->lanes;
    if (i < last) {
      memset(self->dy, 0, size * sizeof(LmuReal));
    } else {
      memcpy(self->dy, slope, size * sizeof(LmuReal));
    }
  }
  for (uint32_t i = last + 1U; i; --i) {
    backward_layer(pass, &pass->layers[i - 1U], gradient);
  }
}

void
lmu_train_pass_backward_to_input(LmuTrainPass* const  pass,
                                 const LmuReal* const slope,
                                 LmuReal* const       gradient,
                                 LmuReal* const       input_slope)
{
  const size_t size =
    (size_t)pass->n_frames * pass->network->graph->n_inputs * pass->lanes;
  memset(input_slope, 0, size * sizeof(LmuReal));
  pass->input_slope = input_slope;
  lmu_train_pass_backward(pass, slope, gradient);
  pass->input_slope = NULL;
}
