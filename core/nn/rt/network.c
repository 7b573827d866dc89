// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/rt/network.h"

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/network_plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Greatest number in a state, larger magnitudes count as divergence
#define MAX_NUMBER 1e9f

/// Buffers of scratch, a block of frames each
typedef struct {
  float* slots;    ///< Outputs of layers, `size` apart
  float* encoded;  ///< u
  float* memory;   ///< m
  float* gates;    ///< What the hidden cell takes
  float* gathered; ///< x of more than one source
  size_t size;     ///< Numbers of one buffer
} Scratch;

LMU_RT static Scratch
scratch_of(const LmuNetwork* const network, LmuNetworkState* const state)
{
  float* const  start   = state->numbers + network->scratch;
  const size_t  size    = (size_t)network->wide * LMU_NETWORK_FRAMES;
  float* const  behind  = start + (network->n_slots * size);
  const Scratch scratch = {start,
                           behind,
                           behind + size,
                           behind + (2U * size),
                           behind + (3U * size),
                           size};
  return scratch;
}

size_t
lmu_network_state_size(const LmuNetwork* const network)
{
  return sizeof(LmuNetworkState) + (network->total_size * sizeof(float));
}

uint32_t
lmu_network_inputs(const LmuNetwork* const network)
{
  return network->n_inputs;
}

uint32_t
lmu_network_outputs(const LmuNetwork* const network)
{
  return network->n_outputs;
}

void
lmu_network_reset(const LmuNetwork* const network, LmuNetworkState* const state)
{
  state->phase = 0U;
  for (uint32_t i = 0U; i < network->total_size; ++i) {
    state->numbers[i] = 0.0f;
  }
}

/// Return the memory of a layer that has one
LMU_RT static LmuNetworkMemory
memory_of(const LmuLayerPlan* const layer, const LmuNetworkState* const state)
{
  const float*     numbers = state->numbers + layer->memory;
  LmuNetworkMemory result  = {
     layer->order, layer->theta[0], layer->order, numbers, layer->scale};
  if (layer->form == LMU_FORM_MODAL) {
    result.n_numbers = layer->modes->n_blocks * LMU_BLOCK;
    result.numbers   = ((const LmuMemory*)numbers)->z;
    result.scale     = NULL;
  } else if (layer->form == LMU_FORM_BLOCKED) {
    const uint32_t newest =
      (state->phase + LMU_BLOCKED_FRAMES - 1U) % LMU_BLOCKED_FRAMES;
    result.numbers += newest * (layer->memory_size / LMU_BLOCKED_FRAMES);
  }
  return result;
}

LmuNetworkMemory
lmu_network_memory(const LmuNetwork* const      network,
                   const LmuNetworkState* const state)
{
  const LmuNetworkMemory none = {0U, 0.0, 0U, NULL, NULL};
  for (uint32_t i = 0U; i < network->n_layers; ++i) {
    if (network->layers[i].order) {
      return memory_of(&network->layers[i], state);
    }
  }
  return none;
}

/* Memories in blocks of frames */

/// Advance one channel, from its u in `history` to m in `output`
LMU_RT static void
advance(const LmuNetwork* const   network,
        const LmuLayerPlan* const layer,
        const uint32_t            channel,
        float* const              slots,
        const float* const        history,
        const LmuRun* const       output)
{
  const uint32_t k     = lmu_step_of(layer, channel);
  const uint32_t size  = layer->steps[k].n_blocks * LMU_LANES;
  const LmuRun   drive = {
      history, 1U, output->output, output->output_stride, output->n_frames};
  network->kernels->affine(&layer->drives[k], &drive);

  LmuRun step       = *output;
  step.input        = slots;
  step.input_stride = size * layer->channels;
  network->kernels->affine(&layer->steps[k], &step);
  for (uint32_t i = 0U; i < output->n_frames; ++i) {
    float* const       slot = slots + ((size_t)i * step.input_stride);
    const float* const m    = output->output + (i * output->output_stride);
    for (uint32_t j = 0U; j < size; ++j) {
      slot[j] = m[j];
    }
  }
}

/// Advance all channels from `encoded` to `memory`
LMU_RT static void
advance_all(const LmuNetwork* const   network,
            const LmuLayerPlan* const layer,
            LmuNetworkState* const    state,
            const Scratch* const      scratch,
            const uint32_t            n_frames)
{
  const uint32_t size = layer->steps[0].n_blocks * LMU_LANES;
  for (uint32_t c = 0U; c < layer->channels; ++c) {
    float* const history =
      state->numbers + layer->history + ((size_t)c * 2U * LMU_BLOCKED_FRAMES);
    float* const slots = state->numbers + layer->memory +
                         ((size_t)state->phase * layer->channels * size) +
                         ((size_t)c * size);
    for (uint32_t i = 0U; i < n_frames; ++i) {
      history[LMU_BLOCKED_FRAMES - 1U + i] =
        scratch->encoded[(i * network->wide) + c];
    }

    const LmuRun output = {
      NULL, 0U, scratch->memory + ((size_t)c * size), network->wide, n_frames};
    advance(network, layer, c, slots, history, &output);
    for (uint32_t i = 0U; i < LMU_BLOCKED_FRAMES - 1U; ++i) {
      history[i] = history[i + n_frames];
    }
  }
}

/// Write m as it is scaled outside
LMU_RT static void
write_memory(const LmuLayerPlan* const layer,
             const Scratch* const      scratch,
             const LmuRun* const       run)
{
  const uint32_t size = layer->steps[0].n_blocks * LMU_LANES;
  for (uint32_t i = 0U; i < run->n_frames; ++i) {
    const float* const m   = scratch->memory + (i * run->output_stride);
    float* const       out = run->output + (i * run->output_stride);
    for (uint32_t j = 0U; j < layer->order * layer->channels; ++j) {
      out[j] =
        layer->scale[j] * m[((j / layer->order) * size) + (j % layer->order)];
    }
  }
}

LMU_RT static void
run_blocked(const LmuNetwork* const   network,
            const LmuLayerPlan* const layer,
            LmuNetworkState* const    state,
            const Scratch* const      scratch,
            const LmuRun* const       run)
{
  LmuRun encode = *run;
  encode.output = scratch->encoded;
  network->kernels->affine(&layer->encode, &encode);
  advance_all(network, layer, state, scratch, run->n_frames);
  if (layer->cell == LMU_CELL_NONE) {
    write_memory(layer, scratch, run);
    return;
  }

  LmuRun gates = *run;
  gates.output = scratch->gates;
  network->kernels->affine(&layer->gates, &gates);
  gates.input        = scratch->memory;
  gates.input_stride = network->wide;
  network->kernels->affine(&layer->remember, &gates);
  gates.input  = scratch->gates;
  gates.output = run->output;
  network->kernels->recur(layer, state->numbers, scratch->gates, &gates);
}

/* Memories as modes */

/// Advance one channel, and add its readouts to gates and to what it feeds back
LMU_RT static void
advance_modes(const LmuNetwork* const   network,
              const LmuLayerPlan* const layer,
              LmuNetworkState* const    state,
              const uint32_t            channel,
              const Scratch* const      scratch,
              const uint32_t            n_frames)
{
  const uint32_t   n_blocks = layer->modes->n_blocks;
  const uint32_t   size     = n_blocks * LMU_BLOCK;
  const uint32_t   n        = layer->n_readouts;
  LmuMemory* const memory =
    (LmuMemory*)(state->numbers + layer->memory +
                 ((size_t)channel * (size + LMU_LANES)));
  float u[LMU_NETWORK_FRAMES];
  for (uint32_t i = 0U; i < n_frames; ++i) {
    u[i] = scratch->encoded[(i * network->wide) + channel];
  }

  const LmuFrames frames = {u, n_frames, 0U, n, scratch->memory};
  network->kernels->run(&layer->tunings[lmu_step_of(layer, channel)],
                        memory,
                        n_blocks,
                        layer->readouts + ((size_t)channel * n * size),
                        &frames);

  const uint32_t padded  = layer->unit_blocks * LMU_LANES;
  const uint32_t n_gates = n - (layer->feedback ? layer->channels : 0U);
  float* const   back    = state->numbers + layer->history;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float* const out = scratch->memory + ((size_t)i * n);
    float* const       g   = scratch->gates + ((size_t)i * network->wide);
    for (uint32_t j = 0U; j < n_gates; ++j) {
      g[((j / layer->units) * padded) + (j % layer->units)] += out[j];
    }
    for (uint32_t j = n_gates; j < n; ++j) {
      back[j - n_gates] += out[j];
    }
  }
}

/// Run frames whose u is known
LMU_RT static void
run_modes(const LmuNetwork* const   network,
          const LmuLayerPlan* const layer,
          LmuNetworkState* const    state,
          const Scratch* const      scratch,
          const LmuRun* const       run)
{
  LmuRun gates = *run;
  gates.output = scratch->gates;
  network->kernels->affine(&layer->gates, &gates);
  for (uint32_t c = 0U; c < layer->channels; ++c) {
    advance_modes(network, layer, state, c, scratch, run->n_frames);
  }
  gates.input        = scratch->gates;
  gates.input_stride = network->wide;
  gates.output       = run->output;
  network->kernels->recur(layer, state->numbers, scratch->gates, &gates);
}

/// Run one frame whose u needs the frame before
LMU_RT static void
run_modes_back(const LmuNetwork* const   network,
               const LmuLayerPlan* const layer,
               LmuNetworkState* const    state,
               const Scratch* const      scratch,
               const LmuRun* const       run)
{
  float* const       v    = state->numbers + layer->vector;
  float* const       back = state->numbers + layer->history;
  const float* const h    = state->numbers + layer->hidden;
  for (uint32_t i = 0U; i < layer->n_past; ++i) {
    v[i] = h[i];
  }
  for (uint32_t i = 0U; i < layer->n_inputs; ++i) {
    v[layer->n_past + i] = run->input[i];
  }

  const LmuRun encode = {v, 0U, scratch->encoded, network->wide, 1U};
  network->kernels->affine(&layer->encode, &encode);
  for (uint32_t c = 0U; c < layer->channels; ++c) {
    scratch->encoded[c] += back[c];
    back[c] = 0.0f;
  }
  run_modes(network, layer, state, scratch, run);
}

LMU_RT static void
run_modal(const LmuNetwork* const   network,
          const LmuLayerPlan* const layer,
          LmuNetworkState* const    state,
          const Scratch* const      scratch,
          const LmuRun* const       run)
{
  if (!layer->feedback) {
    LmuRun encode = *run;
    encode.output = scratch->encoded;
    network->kernels->affine(&layer->encode, &encode);
    run_modes(network, layer, state, scratch, run);
    return;
  }

  LmuRun frame   = *run;
  frame.n_frames = 1U;
  for (uint32_t i = 0U; i < run->n_frames; ++i) {
    run_modes_back(network, layer, state, scratch, &frame);
    frame.input += run->input_stride;
    frame.output += run->output_stride;
  }
}

/* Layers */

LMU_RT static void
run_dense(const LmuNetwork* const   network,
          const LmuLayerPlan* const layer,
          const LmuRun* const       run)
{
  network->kernels->affine(&layer->gates, run);
  for (uint32_t i = 0U; i < run->n_frames; ++i) {
    network->kernels->activate(layer->activation,
                               layer->slope,
                               run->output + (i * run->output_stride),
                               layer->unit_blocks);
  }
}

LMU_RT static void
run_layer(const LmuNetwork* const   network,
          const LmuLayerPlan* const layer,
          LmuNetworkState* const    state,
          const Scratch* const      scratch,
          const LmuRun* const       run)
{
  switch (layer->form) {
  case LMU_FORM_FUSED:
    network->kernels->fused(layer, state->numbers, scratch->gates, run);
    break;
  case LMU_FORM_SPLIT:
    network->kernels->split(layer, state->numbers, scratch->gates, run);
    break;
  case LMU_FORM_BLOCKED:
    run_blocked(network, layer, state, scratch, run);
    break;
  case LMU_FORM_MODAL:
    run_modal(network, layer, state, scratch, run);
    break;
  case LMU_FORM_DENSE:
    run_dense(network, layer, run);
    break;
  }
}

/// Return whether a number is out of all bounds, or not one
LMU_RT static uint32_t
is_out_of_range(const float number)
{
  const union {
    float    value;
    uint32_t bits;
  } size = {number}, limit = {MAX_NUMBER};

  return (size.bits & 0x7FFFFFFFU) > limit.bits;
}

/// Reset a state that bad weights have driven out of all bounds
LMU_RT static void
guard(const LmuNetwork* const network, LmuNetworkState* const state)
{
  uint32_t out_of_range = 0U;
  for (uint32_t i = 0U; i < network->state_size; ++i) {
    out_of_range |= is_out_of_range(state->numbers[i]);
  }

  // The only time that depends on data, and it takes a network that diverged
  if (out_of_range) {
    lmu_network_reset(network, state);
  }
}

/* Sources */

/// Return where a source is, and how far its frames are apart
LMU_RT static LmuRun
locate(const LmuNetwork* const network,
       const Scratch* const    scratch,
       const LmuSource* const  source,
       const LmuRun* const     input)
{
  LmuRun run = *input;
  if (source->slot != LMU_SLOT_INPUT) {
    run.input        = scratch->slots + (source->slot * scratch->size);
    run.input_stride = network->wide;
  }
  return run;
}

/// Copy all sources of a layer, one behind the other
LMU_RT static void
gather(const LmuNetwork* const   network,
       const LmuLayerPlan* const layer,
       const Scratch* const      scratch,
       const LmuRun* const       input)
{
  float* to = scratch->gathered;
  for (uint32_t i = 0U; i < layer->n_sources; ++i) {
    const uint32_t width = layer->sources[i].width;
    const LmuRun   from  = locate(network, scratch, &layer->sources[i], input);
    for (uint32_t j = 0U; j < input->n_frames; ++j) {
      const float* const x = from.input + ((size_t)j * from.input_stride);
      float* const       y = to + ((size_t)j * network->gathered);
      for (uint32_t k = 0U; k < width; ++k) {
        y[k] = x[k];
      }
    }
    to += width;
  }
}

/// Return what a layer takes
LMU_RT static LmuRun
take(const LmuNetwork* const   network,
     const LmuLayerPlan* const layer,
     const Scratch* const      scratch,
     const LmuRun* const       input)
{
  if (layer->n_sources == 1U) {
    return locate(network, scratch, &layer->sources[0], input);
  }

  LmuRun run = *input;
  gather(network, layer, scratch, input);
  run.input        = scratch->gathered;
  run.input_stride = network->gathered;
  return run;
}

/// Add sources to the output of a layer
LMU_RT static void
add(const LmuNetwork* const   network,
    const LmuLayerPlan* const layer,
    const Scratch* const      scratch,
    const LmuRun* const       input,
    float* const              output)
{
  for (uint32_t i = 0U; i < layer->n_adds; ++i) {
    const LmuRun from = locate(network, scratch, &layer->adds[i], input);
    for (uint32_t j = 0U; j < input->n_frames; ++j) {
      const float* const x = from.input + ((size_t)j * from.input_stride);
      float* const       y = output + ((size_t)j * network->wide);
      for (uint32_t k = 0U; k < layer->n_outputs; ++k) {
        y[k] += x[k];
      }
    }
  }
}

/* Frames */

/// Run frames that do not reach over the end of a cycle of phases
LMU_RT static void
run_part(const LmuNetwork* const network,
         LmuNetworkState* const  state,
         const float* const      input,
         const uint32_t          n_frames,
         float* const            output)
{
  const Scratch scratch = scratch_of(network, state);
  const LmuRun  outer   = {
       input, network->n_inputs, NULL, network->wide, n_frames};
  const float* last = input;
  for (uint32_t i = 0U; i < network->n_layers; ++i) {
    const LmuLayerPlan* const layer = &network->layers[i];
    LmuRun                    run   = take(network, layer, &scratch, &outer);
    run.output = scratch.slots + (layer->slot * scratch.size);
    run_layer(network, layer, state, &scratch, &run);
    add(network, layer, &scratch, &outer, run.output);
    last = run.output;
  }

  const uint32_t n_outputs = network->n_outputs;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float* const out = last + ((size_t)i * network->wide);
    for (uint32_t j = 0U; j < n_outputs; ++j) {
      output[((size_t)i * n_outputs) + j] = lmu_sane(out[j]);
    }
  }
}

void
lmu_network_process(const LmuNetwork* const network,
                    LmuNetworkState* const  state,
                    const float* const      input,
                    const uint32_t          n_frames,
                    float* const            output)
{
  for (uint32_t i = 0U; i < n_frames;) {
    const uint32_t left = LMU_BLOCKED_FRAMES - state->phase;
    const uint32_t part = (n_frames - i < left) ? n_frames - i : left;
    run_part(network,
             state,
             input + ((size_t)i * network->n_inputs),
             part,
             output + ((size_t)i * network->n_outputs));
    state->phase = (state->phase + part) % LMU_BLOCKED_FRAMES;
    i += part;
    if (!state->phase) {
      guard(network, state);
    }
  }
}

/* Adoption */

/// Return whether a form keeps m itself, as fused and split do
LMU_RT static bool
is_plain(const LmuLayerPlan* const layer)
{
  return layer->form == LMU_FORM_FUSED || layer->form == LMU_FORM_SPLIT;
}

/// Return whether two layers have the same steps
LMU_RT static bool
have_same_steps(const LmuLayerPlan* const x, const LmuLayerPlan* const y)
{
  bool same = x->n_steps == y->n_steps;
  for (uint32_t i = 0U; same && i < x->n_steps; ++i) {
    same = !(x->theta[i] < y->theta[i]) && !(x->theta[i] > y->theta[i]);
  }
  return same && (x->form != LMU_FORM_MODAL ||
                  x->tunings[0].stages == y->tunings[0].stages);
}

LMU_RT static bool
can_adopt(const LmuLayerPlan* const x, const LmuLayerPlan* const y)
{
  return x->memory_size && x->memory_size == y->memory_size &&
         x->order == y->order && x->channels == y->channels &&
         (x->form == y->form || (is_plain(x) && is_plain(y))) &&
         have_same_steps(x, y);
}

LMU_RT static void
adopt_layer(const LmuLayerPlan* const    layer,
            LmuNetworkState* const       state,
            const LmuLayerPlan* const    source,
            const LmuNetworkState* const source_state)
{
  // Blocked forms keep a ring, where the phase says what is oldest
  const bool     ring  = layer->form == LMU_FORM_BLOCKED;
  const uint32_t slots = ring ? LMU_BLOCKED_FRAMES : 1U;
  const uint32_t size  = layer->memory_size / slots;
  const float*   from  = source_state->numbers + source->memory;
  float*         to    = state->numbers + layer->memory;
  for (uint32_t i = 0U; i < slots; ++i) {
    const uint32_t old = ((source_state->phase + i) % slots) * size;
    const uint32_t now = ((state->phase + i) % slots) * size;
    for (uint32_t j = 0U; j < size; ++j) {
      to[now + j] = from[old + j];
    }
  }

  from = source_state->numbers + source->history;
  to   = state->numbers + layer->history;
  for (uint32_t i = 0U; ring && i < layer->channels * 2U * LMU_BLOCKED_FRAMES;
       ++i) {
    to[i] = from[i];
  }
}

bool
lmu_network_adopt(const LmuNetwork* const      network,
                  LmuNetworkState* const       state,
                  const LmuNetwork* const      source,
                  const LmuNetworkState* const source_state)
{
  bool any = false;
  for (uint32_t i = 0U; i < network->n_layers && i < source->n_layers; ++i) {
    if (can_adopt(&network->layers[i], &source->layers[i])) {
      adopt_layer(&network->layers[i], state, &source->layers[i], source_state);
      any = true;
    }
  }
  return any;
}
