// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/pass.h"
#include "train/pass_parts.h"
#include "train/real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Return Ad or Bd of a channel
static LmuTrainMatrix
step_of(const LmuTrainPass* const pass,
        const LmuPassLayer* const self,
        const uint32_t            channel,
        const bool                is_ad)
{
  const LmuTrainSteps* const steps = &pass->network->steps[self->index];
  const uint32_t             d     = self->layer->order;
  const size_t               i     = (steps->n_steps > 1U) ? channel : 0U;
  const LmuTrainMatrix       ad    = {steps->ad + (i * d * d), d, d, d, 1U};
  const LmuTrainMatrix       bd    = {steps->bd + (i * d), d, 1U, 1U, 1U};
  return is_ad ? ad : bd;
}

/// Set what is written to the memory
static void
write_input(const LmuPassFrame* const frame, LmuReal* const u)
{
  LmuTrainPass* const   pass  = frame->pass;
  LmuPassLayer* const   self  = frame->self;
  const LmuLayer* const layer = self->layer;
  lmu_pass_bias(frame, LMU_BIAS, 0U, u, layer->memory_d);
  lmu_pass_add_sources(frame, LMU_KERNEL, 0U, u);
  if (layer->hidden_to_memory) {
    const LmuTrainMatrix kernel = lmu_pass_kernel(
      pass, self, LMU_KERNEL, layer->n_inputs, layer->n_outputs);
    pass->kernels->multiply(
      &kernel,
      lmu_pass_at(pass, self->h, layer->n_outputs, frame->t),
      u,
      pass->lanes);
  }
  if (layer->memory_to_memory) {
    const LmuTrainMatrix kernel =
      lmu_pass_kernel(pass, self, LMU_MEMORY_RECURRENT, 0U, self->n_m);
    pass->kernels->multiply(
      &kernel, lmu_pass_at(pass, self->m, self->n_m, frame->t), u, pass->lanes);
  }
}

void
lmu_pass_memory_forward(const LmuPassFrame* const frame)
{
  LmuTrainPass* const   pass  = frame->pass;
  LmuPassLayer* const   self  = frame->self;
  const LmuLayer* const layer = self->layer;
  LmuReal* const u    = lmu_pass_at(pass, self->u, layer->memory_d, frame->t);
  LmuReal* const m    = lmu_pass_at(pass, self->m, self->n_m, frame->t);
  LmuReal* const next = lmu_pass_at(pass, self->m, self->n_m, frame->t + 1U);
  write_input(frame, u);
  for (uint32_t i = 0U; i < layer->memory_d; ++i) {
    const size_t         first = (size_t)i * layer->order * pass->lanes;
    const LmuTrainMatrix ad    = step_of(pass, self, i, true);
    const LmuTrainMatrix bd    = step_of(pass, self, i, false);
    pass->kernels->product(&ad, m + first, next + first, pass->lanes);
    pass->kernels->multiply(
      &bd, u + ((size_t)i * pass->lanes), next + first, pass->lanes);
  }
}

/// Add what slopes of u do to what they came from
static void
spread_input(const LmuPassFrame* const frame,
             const LmuReal* const      du,
             LmuReal* const            dm)
{
  LmuTrainPass* const   pass  = frame->pass;
  LmuPassLayer* const   self  = frame->self;
  const LmuLayer* const layer = self->layer;
  lmu_pass_add_source_slopes(frame, LMU_KERNEL, 0U, du);
  if (layer->hidden_to_memory) {
    const LmuTrainMatrix kernel = lmu_pass_transpose(lmu_pass_kernel(
      pass, self, LMU_KERNEL, layer->n_inputs, layer->n_outputs));
    pass->kernels->multiply(&kernel, du, self->dh, pass->lanes);
  }
  if (layer->memory_to_memory) {
    const LmuTrainMatrix kernel = lmu_pass_transpose(
      lmu_pass_kernel(pass, self, LMU_MEMORY_RECURRENT, 0U, self->n_m));
    pass->kernels->multiply(&kernel, du, dm, pass->lanes);
  }
}

void
lmu_pass_memory_backward(const LmuPassFrame* const frame)
{
  LmuTrainPass* const   pass  = frame->pass;
  LmuPassLayer* const   self  = frame->self;
  const LmuLayer* const layer = self->layer;
  LmuReal* const        dm = lmu_pass_at(pass, self->dm, self->n_m, frame->t);
  LmuReal* const next = lmu_pass_at(pass, self->dm, self->n_m, frame->t + 1U);
  LmuReal* const du   = lmu_pass_at(pass, self->du, layer->memory_d, frame->t);
  for (uint32_t i = 0U; i < layer->memory_d; ++i) {
    const size_t         first = (size_t)i * layer->order * pass->lanes;
    const LmuTrainMatrix ad = lmu_pass_transpose(step_of(pass, self, i, true));
    const LmuTrainMatrix bd = lmu_pass_transpose(step_of(pass, self, i, false));
    pass->kernels->product(&ad, next + first, dm + first, pass->lanes);
    pass->kernels->product(
      &bd, next + first, du + ((size_t)i * pass->lanes), pass->lanes);
  }
  spread_input(frame, du, dm);
}

/* Gradients */

/// Return some units of an array of vectors
static LmuTrainFrames
channel_of(const LmuTrainFrames all,
           const uint32_t       first,
           const uint32_t       n,
           const uint32_t       lanes)
{
  const LmuTrainFrames part = {
    all.values + ((size_t)first * lanes), n, all.stride};
  return part;
}

/// Return the slopes of what the memory becomes
static LmuTrainFrames
memory_slopes(const LmuTrainPass* const pass, const LmuPassLayer* const self)
{
  return lmu_pass_frames(
    pass, lmu_pass_at(pass, self->dm, self->n_m, 1U), self->n_m);
}

/// Add the gradient of the step of a channel to ad and bd, as their rows
static void
step_gradient(const LmuTrainPass* const pass,
              const LmuPassLayer* const self,
              const uint32_t            channel,
              LmuReal* const            ad,
              LmuReal* const            bd)
{
  const uint32_t       d = self->layer->order;
  const LmuTrainFrames dm =
    channel_of(memory_slopes(pass, self), channel * d, d, pass->lanes);
  const LmuTrainFrames m = channel_of(
    lmu_pass_frames(pass, self->m, self->n_m), channel * d, d, pass->lanes);
  const LmuTrainFrames u =
    channel_of(lmu_pass_frames(pass, self->u, self->layer->memory_d),
               channel,
               1U,
               pass->lanes);
  const LmuTrainProducts a = {ad, d, dm, m, pass->n_frames, pass->lanes};
  const LmuTrainProducts b = {bd, 1U, dm, u, pass->n_frames, pass->lanes};
  pass->kernels->outer(&a);
  pass->kernels->outer(&b);
}

/// Return what a change of log(theta) does through a step
static LmuReal
chained(const LmuReal* const slopes, const double* const by, const size_t count)
{
  double sum = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    sum += (double)slopes[i] * by[i];
  }
  return (LmuReal)sum;
}

/// Add the gradient of windows
static void
theta_gradient(const LmuTrainPass* const pass,
               const LmuPassLayer* const self,
               LmuReal* const            gradient)
{
  const LmuTrainSteps* const steps = &pass->network->steps[self->index];
  const size_t               d     = self->layer->order;
  LmuReal* const             ad    = self->work;
  LmuReal* const             bd    = self->work + (d * d);
  for (uint32_t i = 0U; i < self->layer->memory_d; ++i) {
    const size_t step = (steps->n_steps > 1U) ? i : 0U;
    memset(ad, 0, (d + 1U) * d * sizeof(LmuReal));
    step_gradient(pass, self, i, ad, bd);
    gradient[steps->theta + step] +=
      chained(ad, steps->ad_slope + (step * d * d), d * d) +
      chained(bd, steps->bd_slope + (step * d), d);
  }
}

/// Add the gradient of kernels and bias
static void
kernel_gradient(const LmuTrainPass* const pass,
                const LmuPassLayer* const self,
                LmuReal* const            gradient)
{
  const LmuLayer* const layer = self->layer;
  const LmuTrainFrames  du   = lmu_pass_frames(pass, self->du, layer->memory_d);
  LmuPassGradient       what = {LMU_BIAS, 0U, 0U, du, du};
  lmu_pass_bias_gradient(pass, self, &what, gradient);
  what.role = LMU_KERNEL;
  lmu_pass_source_gradient(pass, self, what, gradient);
  if (layer->hidden_to_memory) {
    what.first_row = layer->n_inputs;
    what.x         = lmu_pass_frames(pass, self->h, layer->n_outputs);
    lmu_pass_gradient(pass, self, &what, gradient);
  }
  if (layer->memory_to_memory) {
    what.role      = LMU_MEMORY_RECURRENT;
    what.first_row = 0U;
    what.x         = lmu_pass_frames(pass, self->m, self->n_m);
    lmu_pass_gradient(pass, self, &what, gradient);
  }
}

void
lmu_pass_memory_gradient(const LmuTrainPass* const pass,
                         const LmuPassLayer* const self,
                         LmuReal* const            gradient)
{
  const LmuTrainNetwork* const network = pass->network;
  const bool trained = !(network->factor < 1.0 || network->factor > 1.0);
  kernel_gradient(pass, self, gradient);
  if (network->steps[self->index].ad_slope) {
    theta_gradient(pass, self, gradient);
  }
  if (network->options.step && self->layer->stored && trained) {
    for (uint32_t i = 0U; i < self->layer->memory_d; ++i) {
      step_gradient(pass,
                    self,
                    i,
                    gradient + self->layer->parameters[LMU_AD].offset,
                    gradient + self->layer->parameters[LMU_BD].offset);
    }
  }
}
