// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"
#include "train/kernels/kernels.h"
#include "train/pass.h"
#include "train/pass_parts.h"
#include "train/real.h"

#include <stddef.h>
#include <stdint.h>

/// A frame of an LSTM
typedef struct {
  size_t         size;   ///< Numbers of one gate
  const LmuReal* before; ///< Gates i, f, c, o before activation
  LmuReal*       gates;  ///< The same after it
  LmuReal*       c;      ///< State that the frame before left
  LmuReal*       next;   ///< State of this
  LmuReal*       active; ///< The same, activated
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
                                     lmu_pass_at(pass, self->c, units, t),
                                     lmu_pass_at(pass, self->c, units, t + 1U),
                                     lmu_pass_at(pass, self->active, units, t)};
  return step;
}

/// Activate the gates where they are to be
static void
activate_gates(const LmuPassFrame* const frame, const Step* const step)
{
  const LmuTrainKernels* const kernels = frame->pass->kernels;
  const LmuTrainFunction       state = lmu_pass_activation(frame->self->layer);
  const LmuTrainFunction       gate  = lmu_pass_gate(frame->self->layer);
  const size_t                 n     = step->size;
  kernels->activate(gate, step->before, step->gates, 2U * n);
  kernels->activate(state, step->before + (2U * n), step->gates + (2U * n), n);
  kernels->activate(gate, step->before + (3U * n), step->gates + (3U * n), n);
}

void
lmu_pass_lstm_forward(const LmuPassFrame* const frame)
{
  const Step           step  = step_at(frame);
  const size_t         n     = step.size;
  const LmuReal* const gates = step.gates;
  LmuReal* const       h     = lmu_pass_at(
    frame->pass, frame->self->h, frame->self->layer->units, frame->t + 1U);
  activate_gates(frame, &step);
  for (size_t i = 0U; i < n; ++i) {
    step.next[i] =
      (gates[n + i] * step.c[i]) + (gates[i] * gates[(2U * n) + i]);
  }
  frame->pass->kernels->activate(
    lmu_pass_activation(frame->self->layer), step.next, step.active, n);
  for (size_t i = 0U; i < n; ++i) {
    h[i] = gates[(3U * n) + i] * step.active[i];
  }
}

/// Set dc to the slope of the state
static void
add_state_slope(const LmuPassFrame* const frame,
                const Step* const         step,
                const LmuReal* const      dh,
                LmuReal* const            scratch)
{
  const LmuReal* const o = step->gates + (3U * step->size);
  for (size_t i = 0U; i < step->size; ++i) {
    scratch[i] = dh[i] * o[i];
  }
  frame->pass->kernels->differentiate(lmu_pass_activation(frame->self->layer),
                                      step->next,
                                      step->active,
                                      scratch,
                                      step->size);
  for (size_t i = 0U; i < step->size; ++i) {
    frame->self->dc[i] += scratch[i];
  }
}

void
lmu_pass_lstm_backward(const LmuPassFrame* const frame, const LmuReal* const dh)
{
  LmuPassLayer* const          self    = frame->self;
  const LmuTrainKernels* const kernels = frame->pass->kernels;
  const Step                   step    = step_at(frame);
  const size_t                 n       = step.size;
  const LmuReal* const         gates   = step.gates;
  LmuReal* const               dgates =
    lmu_pass_at(frame->pass, self->dgates, self->n_gates, frame->t);
  add_state_slope(frame, &step, dh, dgates);
  for (size_t i = 0U; i < n; ++i) {
    const LmuReal dc     = self->dc[i];
    dgates[i]            = dc * gates[(2U * n) + i];
    dgates[n + i]        = dc * step.c[i];
    dgates[(2U * n) + i] = dc * gates[i];
    dgates[(3U * n) + i] = dh[i] * step.active[i];
    self->dc[i]          = dc * gates[n + i];
  }

  const LmuTrainFunction gate = lmu_pass_gate(self->layer);
  kernels->differentiate(gate, step.before, gates, dgates, 2U * n);
  kernels->differentiate(lmu_pass_activation(self->layer),
                         step.before + (2U * n),
                         gates + (2U * n),
                         dgates + (2U * n),
                         n);
  kernels->differentiate(
    gate, step.before + (3U * n), gates + (3U * n), dgates + (3U * n), n);
}
