// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "train/kernels/kernels.h"
#include "train/pass.h"
#include "train/pass_parts.h"
#include "train/real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Return how many numbers a vector of units is
static size_t
size_of(const LmuPassFrame* const frame, const uint32_t width)
{
  return (size_t)width * frame->pass->lanes;
}

/// Return whether a layer's cell hears its input, not only its memory
static bool
hears_input(const LmuLayer* const layer)
{
  return layer->type != LMU_LAYER_LMU || layer->input_to_hidden;
}

/* Forward */

/// Set what bias, memory, and input add to gates
static void
set_gates(const LmuPassFrame* const frame, LmuReal* const gates)
{
  LmuTrainPass* const pass = frame->pass;
  LmuPassLayer* const self = frame->self;
  lmu_pass_bias(frame, LMU_CELL_BIAS, 0U, gates, self->n_gates);
  if (self->n_m) {
    const LmuTrainMatrix kernel =
      lmu_pass_kernel(pass, self, LMU_CELL_KERNEL, 0U, self->n_m);
    pass->kernels->multiply(
      &kernel,
      lmu_pass_at(pass, self->m, self->n_m, frame->t + 1U),
      gates,
      pass->lanes);
  }
  if (hears_input(self->layer)) {
    lmu_pass_add_sources(frame, LMU_CELL_KERNEL, self->n_m, gates);
  }
}

/// Add what h does to the gates
static void
add_recurrent(const LmuPassFrame* const frame, LmuReal* const gates)
{
  const LmuLayer* const layer  = frame->self->layer;
  const LmuTrainMatrix  kernel = lmu_pass_kernel(
    frame->pass, frame->self, LMU_CELL_RECURRENT, 0U, layer->units);
  frame->pass->kernels->multiply(
    &kernel,
    lmu_pass_at(frame->pass, frame->self->h, layer->units, frame->t),
    gates,
    frame->pass->lanes);
}

/// Set h of one activation, or of a gate's two
static void
activate_units(const LmuPassFrame* const frame, const LmuReal* const before)
{
  static const LmuTrainFunction tanh_of    = {LMU_TANH, 0};
  static const LmuTrainFunction sigmoid_of = {LMU_SIGMOID, 0};

  LmuTrainPass* const          pass    = frame->pass;
  LmuPassLayer* const          self    = frame->self;
  const LmuTrainKernels* const kernels = pass->kernels;
  const uint32_t               units   = self->layer->units;
  const size_t                 size    = size_of(frame, units);
  LmuReal* const h = lmu_pass_at(pass, self->h, units, frame->t + 1U);
  LmuReal* const gates =
    lmu_pass_at(pass, self->gates, self->n_gates, frame->t);
  if (self->layer->activation != LMU_GATED) {
    kernels->activate(lmu_pass_activation(self->layer), before, h, size);
    return;
  }

  kernels->activate(tanh_of, before, gates, size);
  kernels->activate(sigmoid_of, before + size, gates + size, size);
  for (size_t i = 0U; i < size; ++i) {
    h[i] = gates[i] * gates[size + i];
  }
}

void
lmu_pass_cell_forward(const LmuPassFrame* const frame)
{
  LmuPassLayer* const self = frame->self;
  const LmuCell       cell = lmu_layer_cell(self->layer);
  if (cell == LMU_CELL_NONE) {
    return; // h is m
  }

  LmuReal* const before =
    lmu_pass_at(frame->pass, self->before, self->n_gates, frame->t);
  set_gates(frame, before);
  if (cell == LMU_CELL_LSTM) {
    add_recurrent(frame, before);
    lmu_pass_lstm_forward(frame);
  } else if (cell == LMU_CELL_GRU) {
    lmu_pass_gru_forward(frame);
  } else {
    if (cell == LMU_CELL_SIMPLE_RNN) {
      add_recurrent(frame, before);
    }
    activate_units(frame, before);
  }
}

/* Backward */

/// Set the slopes of units, one activation or a gate's two
static void
differentiate_units(const LmuPassFrame* const frame, const LmuReal* const dh)
{
  static const LmuTrainFunction tanh_of    = {LMU_TANH, 0};
  static const LmuTrainFunction sigmoid_of = {LMU_SIGMOID, 0};

  LmuTrainPass* const          pass    = frame->pass;
  LmuPassLayer* const          self    = frame->self;
  const LmuTrainKernels* const kernels = pass->kernels;
  const uint32_t               n       = self->n_gates;
  const size_t                 size    = size_of(frame, self->layer->units);
  const LmuReal* const         x = lmu_pass_at(pass, self->before, n, frame->t);
  const LmuReal* const         y = lmu_pass_at(pass, self->gates, n, frame->t);
  LmuReal* const dy              = lmu_pass_at(pass, self->dgates, n, frame->t);
  if (self->layer->activation != LMU_GATED) {
    kernels->differentiate(lmu_pass_activation(self->layer), x, y, dy, size);
    return;
  }

  for (size_t i = 0U; i < size; ++i) {
    dy[size + i] = dh[i] * y[i];
    dy[i]        = dh[i] * y[size + i];
  }
  kernels->differentiate(tanh_of, x, y, dy, size);
  kernels->differentiate(sigmoid_of, x + size, y + size, dy + size, size);
}

/// Add what slopes of gates do to the h that the frame before left
static void
spread_recurrent(const LmuPassFrame* const frame)
{
  LmuPassLayer* const  self   = frame->self;
  const LmuTrainMatrix kernel = lmu_pass_transpose(lmu_pass_kernel(
    frame->pass, self, LMU_CELL_RECURRENT, 0U, self->layer->units));
  frame->pass->kernels->multiply(
    &kernel,
    lmu_pass_at(frame->pass, self->dgates, self->n_gates, frame->t),
    self->dh,
    frame->pass->lanes);
}

/// Add what slopes of gates do to the memory and to the sources
static void
spread_gates(const LmuPassFrame* const frame)
{
  LmuTrainPass* const  pass = frame->pass;
  LmuPassLayer* const  self = frame->self;
  const LmuReal* const dgates =
    lmu_pass_at(pass, self->dgates, self->n_gates, frame->t);
  if (self->n_m) {
    const LmuTrainMatrix kernel = lmu_pass_transpose(
      lmu_pass_kernel(pass, self, LMU_CELL_KERNEL, 0U, self->n_m));
    pass->kernels->multiply(
      &kernel,
      dgates,
      lmu_pass_at(pass, self->dm, self->n_m, frame->t + 1U),
      pass->lanes);
  }
  if (hears_input(self->layer)) {
    lmu_pass_add_source_slopes(frame, LMU_CELL_KERNEL, self->n_m, dgates);
  }
}

/// Return whether what a layer put out acts on the next frame by more than its
/// memory
static bool
is_heard(const LmuLayer* const layer)
{
  return layer->hidden_to_memory || lmu_cell_recurs(lmu_layer_cell(layer));
}

/// Return room for the slope of h: gates if they are h, so that it need not be
/// copied to them
static LmuReal*
slope_room(const LmuPassFrame* const frame)
{
  const LmuPassLayer* const self = frame->self;
  return lmu_pass_gates_are_h(self->layer)
           ? lmu_pass_at(frame->pass, self->dgates, self->n_gates, frame->t)
           : self->work;
}

/// Return the slope of h, set to that of the output and of what comes later
static const LmuReal*
take_slope(const LmuPassFrame* const frame)
{
  LmuPassLayer* const self  = frame->self;
  const uint32_t      width = self->layer->n_outputs;
  const size_t        size  = size_of(frame, width);
  LmuReal* const      dh    = slope_room(frame);
  memcpy(dh,
         lmu_pass_at(frame->pass, self->dy, width, frame->t),
         size * sizeof(LmuReal));
  if (is_heard(self->layer)) {
    for (size_t i = 0U; i < size; ++i) {
      dh[i] += self->dh[i];
    }
    memset(self->dh, 0, size * sizeof(LmuReal));
  }
  return dh;
}

/// Add the slope of a memory that is the output
static void
spread_memory(const LmuPassFrame* const frame, const LmuReal* const dh)
{
  LmuPassLayer* const self = frame->self;
  LmuReal* const      dm =
    lmu_pass_at(frame->pass, self->dm, self->n_m, frame->t + 1U);
  for (size_t i = 0U; i < size_of(frame, self->n_m); ++i) {
    dm[i] += dh[i];
  }
}

void
lmu_pass_cell_backward(const LmuPassFrame* const frame)
{
  const LmuCell        cell = lmu_layer_cell(frame->self->layer);
  const LmuReal* const dh   = take_slope(frame);
  switch (cell) {
  case LMU_CELL_NONE:
    spread_memory(frame, dh);
    return;
  case LMU_CELL_LSTM:
    lmu_pass_lstm_backward(frame, dh);
    break;
  case LMU_CELL_GRU:
    lmu_pass_gru_backward(frame, dh);
    break;
  case LMU_CELL_DENSE:
  case LMU_CELL_SIMPLE_RNN:
    differentiate_units(frame, dh);
    break;
  }
  if (cell == LMU_CELL_SIMPLE_RNN || cell == LMU_CELL_LSTM) {
    spread_recurrent(frame);
  }
  spread_gates(frame);
}

/* Gradients */

void
lmu_pass_cell_gradient(const LmuTrainPass* const pass,
                       const LmuPassLayer* const self,
                       LmuReal* const            gradient)
{
  const LmuCell cell = lmu_layer_cell(self->layer);
  if (cell == LMU_CELL_NONE) {
    return;
  }

  const LmuTrainFrames slope =
    lmu_pass_frames(pass, self->dgates, self->n_gates);
  LmuPassGradient what = {LMU_CELL_BIAS, 0U, 0U, slope, slope};
  lmu_pass_bias_gradient(pass, self, &what, gradient);
  what.role = LMU_CELL_KERNEL;
  if (self->n_m) {
    what.x = lmu_pass_frames(
      pass, lmu_pass_at(pass, self->m, self->n_m, 1U), self->n_m);
    lmu_pass_gradient(pass, self, &what, gradient);
  }
  if (hears_input(self->layer)) {
    what.first_row = self->n_m;
    lmu_pass_source_gradient(pass, self, what, gradient);
  }
  if (cell == LMU_CELL_GRU) {
    lmu_pass_gru_gradient(pass, self, gradient);
  } else if (cell != LMU_CELL_DENSE) {
    what.role      = LMU_CELL_RECURRENT;
    what.first_row = 0U;
    what.x         = lmu_pass_frames(pass, self->h, self->layer->units);
    lmu_pass_gradient(pass, self, &what, gradient);
  }
}
