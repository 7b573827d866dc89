// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "train/kernels/kernels.h"
#include "train/pass.h"
#include "train/pass_parts.h"
#include "train/real.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// A frame of a GRU
typedef struct {
  size_t   size;   ///< Numbers of one gate
  LmuReal* before; ///< Gates z, r, and the candidate, before activation
  LmuReal* gates;  ///< The same after it
  LmuReal* h;      ///< State that the frame before left
  LmuReal* past;   ///< What the candidate hears of it: r * h, or U h + b
} Step;

static Step
step_at(const LmuPassFrame* const frame)
{
  const LmuTrainPass* const pass  = frame->pass;
  const LmuPassLayer* const self  = frame->self;
  const uint32_t            units = self->layer->units;
  const uint32_t            t     = frame->t;
  const Step                step  = {(size_t)units * pass->lanes,
                                     lmu_pass_at(pass, self->before, self->n_gates, t),
                                     lmu_pass_at(pass, self->gates, self->n_gates, t),
                                     lmu_pass_at(pass, self->h, units, t),
                                     lmu_pass_at(pass, self->past, units, t)};
  return step;
}

/// Return the recurrent kernel of some gates
static LmuTrainMatrix
kernel_of(const LmuPassFrame* const frame,
          const uint32_t            first_gate,
          const uint32_t            n_gates)
{
  const uint32_t units = frame->self->layer->units;
  LmuTrainMatrix kernel =
    lmu_pass_kernel(frame->pass, frame->self, LMU_CELL_RECURRENT, 0U, units);
  kernel.values += (size_t)first_gate * units;
  kernel.n_rows = n_gates * units;
  return kernel;
}

/* Forward */

/// Add a row of numbers
static void
add(LmuReal* const y, const LmuReal* const x, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    y[i] += x[i];
  }
}

/// Add what h does to z and r, and set what it is for a candidate that is reset
/// after its kernel
static void
hear_past(const LmuPassFrame* const frame, const Step* const step)
{
  LmuPassLayer* const          self    = frame->self;
  const LmuTrainKernels* const kernels = frame->pass->kernels;
  const uint32_t               lanes   = frame->pass->lanes;
  const LmuTrainMatrix         gates   = kernel_of(frame, 0U, 2U);
  kernels->multiply(&gates, step->h, step->before, lanes);
  if (self->layer->reset_after) {
    const LmuTrainMatrix candidate = kernel_of(frame, 2U, 1U);
    lmu_pass_bias(frame, LMU_CELL_BIAS, 1U, self->work, self->n_gates);
    add(step->before, self->work, 2U * step->size);
    memcpy(
      step->past, self->work + (2U * step->size), step->size * sizeof(LmuReal));
    kernels->multiply(&candidate, step->h, step->past, lanes);
  }
}

/// Add to the candidate what the reset gate lets through
static void
reset(const LmuPassFrame* const frame, const Step* const step)
{
  const LmuReal* const r         = step->gates + step->size;
  LmuReal* const       candidate = step->before + (2U * step->size);
  if (frame->self->layer->reset_after) {
    for (size_t i = 0U; i < step->size; ++i) {
      candidate[i] += r[i] * step->past[i];
    }
    return;
  }

  const LmuTrainMatrix kernel = kernel_of(frame, 2U, 1U);
  for (size_t i = 0U; i < step->size; ++i) {
    step->past[i] = r[i] * step->h[i];
  }
  frame->pass->kernels->multiply(
    &kernel, step->past, candidate, frame->pass->lanes);
}

void
lmu_pass_gru_forward(const LmuPassFrame* const frame)
{
  const LmuLayer* const        layer   = frame->self->layer;
  const LmuTrainKernels* const kernels = frame->pass->kernels;
  const Step                   step    = step_at(frame);
  const size_t                 n       = step.size;
  LmuReal* const               h       = step.h + n; // Of the next frame
  hear_past(frame, &step);
  kernels->activate(lmu_pass_gate(layer), step.before, step.gates, 2U * n);
  reset(frame, &step);
  kernels->activate(lmu_pass_activation(layer),
                    step.before + (2U * n),
                    step.gates + (2U * n),
                    n);
  for (size_t i = 0U; i < n; ++i) {
    const LmuReal candidate = step.gates[(2U * n) + i];
    h[i] = candidate + (step.gates[i] * (step.h[i] - candidate));
  }
}

/* Backward */

/// Set the slopes of the reset gate and of what it lets through
static void
differentiate_reset(const LmuPassFrame* const frame,
                    const Step* const         step,
                    LmuReal* const            dgates)
{
  const LmuPassLayer* const self = frame->self;
  const LmuTrainMatrix kernel    = lmu_pass_transpose(kernel_of(frame, 2U, 1U));
  const LmuReal* const r         = step->gates + step->size;
  LmuReal* const       dr        = dgates + step->size;
  const LmuReal* const dinner    = dgates + (2U * step->size);
  const uint32_t       lanes     = frame->pass->lanes;
  LmuReal* const       dpast =
    lmu_pass_at(frame->pass, self->dpast, self->layer->units, frame->t);
  if (self->layer->reset_after) {
    for (size_t i = 0U; i < step->size; ++i) {
      dr[i]    = dinner[i] * step->past[i];
      dpast[i] = dinner[i] * r[i];
    }
    frame->pass->kernels->multiply(&kernel, dpast, self->dh, lanes);
    return;
  }

  memset(dpast, 0, step->size * sizeof(LmuReal));
  frame->pass->kernels->multiply(&kernel, dinner, dpast, lanes);
  for (size_t i = 0U; i < step->size; ++i) {
    dr[i] = dpast[i] * step->h[i];
    self->dh[i] += dpast[i] * r[i];
  }
}

void
lmu_pass_gru_backward(const LmuPassFrame* const frame, const LmuReal* const dh)
{
  LmuPassLayer* const          self    = frame->self;
  const LmuTrainKernels* const kernels = frame->pass->kernels;
  const Step                   step    = step_at(frame);
  const size_t                 n       = step.size;
  LmuReal* const               dgates =
    lmu_pass_at(frame->pass, self->dgates, self->n_gates, frame->t);
  for (size_t i = 0U; i < n; ++i) {
    dgates[i]            = dh[i] * (step.h[i] - step.gates[(2U * n) + i]);
    dgates[(2U * n) + i] = dh[i] * (1 - step.gates[i]);
    self->dh[i] += dh[i] * step.gates[i];
  }

  kernels->differentiate(lmu_pass_activation(self->layer),
                         step.before + (2U * n),
                         step.gates + (2U * n),
                         dgates + (2U * n),
                         n);
  differentiate_reset(frame, &step, dgates);
  kernels->differentiate(
    lmu_pass_gate(self->layer), step.before, step.gates, dgates, 2U * n);
  const LmuTrainMatrix gates = lmu_pass_transpose(kernel_of(frame, 0U, 2U));
  kernels->multiply(&gates, dgates, self->dh, frame->pass->lanes);
}

/* Gradients */

void
lmu_pass_gru_gradient(const LmuTrainPass* const pass,
                      const LmuPassLayer* const self,
                      LmuReal* const            gradient)
{
  const uint32_t       units  = self->layer->units;
  const size_t         stride = (size_t)self->n_gates * pass->lanes;
  const LmuTrainFrames h      = lmu_pass_frames(pass, self->h, units);
  const LmuTrainFrames past   = lmu_pass_frames(pass, self->past, units);
  const LmuTrainFrames dpast  = lmu_pass_frames(pass, self->dpast, units);
  const LmuTrainFrames gates  = {self->dgates, 2U * units, stride};
  const LmuTrainFrames inner  = {
     self->dgates + ((size_t)2U * units * pass->lanes), units, stride};

  LmuPassGradient what = {LMU_CELL_RECURRENT, 0U, 0U, h, gates};
  lmu_pass_gradient(pass, self, &what, gradient);
  what.first_column = 2U * units;
  what.x            = self->layer->reset_after ? h : past;
  what.slope        = self->layer->reset_after ? dpast : inner;
  lmu_pass_gradient(pass, self, &what, gradient);
  if (self->layer->reset_after) {
    what.role      = LMU_CELL_BIAS;
    what.first_row = 1U;
    lmu_pass_bias_gradient(pass, self, &what, gradient);
    what.first_column = 0U;
    what.slope        = gates;
    lmu_pass_bias_gradient(pass, self, &what, gradient);
  }
}
