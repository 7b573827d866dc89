// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/rt/model.h"

#include "core/dsp/rt/resampler.h"
#include "core/memory/rt/memory.h"
#include "core/nn/rt/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Inputs of a network: sound, then conditions
#define MAX_INPUTS (LMU_MAX_MODEL_CHANNELS + LMU_MAX_CONDITIONS)

/// Frames for one network, [n_frames][n_inputs]
typedef struct {
  float x[LMU_MODEL_FRAMES * MAX_INPUTS];
} Frames;

void
lmu_model_reset(LmuModel* const model)
{
  for (uint32_t i = 0U; i < model->n_states; ++i) {
    lmu_network_reset(model->network, model->states[i]);
    if (model->resamplers[i]) {
      lmu_resampler_reset(model->resamplers[i]);
    }
  }
}

uint32_t
lmu_model_output(const LmuModel* const model, const double horizon)
{
  uint32_t best = 0U;
  for (uint32_t i = 1U; i < model->n_horizons; ++i) {
    const double distance = __builtin_fabs(model->horizons[i] - horizon);
    if (distance < __builtin_fabs(model->horizons[best] - horizon)) {
      best = i;
    }
  }
  return best;
}

/// Append the conditions to a frame of sound
LMU_RT static void
set_frame(const LmuModel* const model,
          const float* const    sound,
          const float* const    conditions,
          float* const          frame)
{
  for (uint32_t i = 0U; i < model->n_audio; ++i) {
    frame[i] = sound[i];
  }
  for (uint32_t i = 0U; i < model->n_conditions; ++i) {
    frame[model->n_audio + i] = conditions[i];
  }
}

/// Collect what a network hears
LMU_RT static void
gather(const LmuModel* const     model,
       const float* const* const input,
       const float* const        conditions,
       Frames* const             frames,
       const uint32_t            n_frames)
{
  const uint32_t width = model->n_audio + model->n_conditions;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    float sound[LMU_MAX_MODEL_CHANNELS] = {0.0f};
    for (uint32_t j = 0U; j < model->n_audio; ++j) {
      sound[j] = input[j][i];
    }
    set_frame(model, sound, conditions, frames->x + ((size_t)i * width));
  }
}

/// Write a network's answers for some frames, silence where they are not sane
LMU_RT static void
scatter(const float* const  answers,
        const uint32_t      n_outputs,
        const uint32_t      first,
        const uint32_t      n_frames,
        float* const* const output)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    for (uint32_t j = 0U; j < n_outputs; ++j) {
      output[j][first + i] = lmu_sane(answers[(i * n_outputs) + j]);
    }
  }
}

/// Run a network for inner frames
LMU_RT static void
run_inner(const LmuModel* const model,
          const uint32_t        state,
          const float* const    frames,
          const uint32_t        n_frames)
{
  const uint32_t n_inputs  = model->n_audio + model->n_conditions;
  const uint32_t n_outputs = model->n_outputs;
  for (uint32_t i = 0U; i < n_frames; i += LMU_NETWORK_FRAMES) {
    const uint32_t rest = n_frames - i;
    lmu_network_process(model->network,
                        model->states[state],
                        frames + ((size_t)i * n_inputs),
                        rest < LMU_NETWORK_FRAMES ? rest : LMU_NETWORK_FRAMES,
                        model->answers + ((size_t)i * n_outputs));
  }
}

/// Run a network at its own rate for one frame of the host, in place
LMU_RT static void
run_resampled(const LmuModel* const model,
              const uint32_t        state,
              const float* const    frame)
{
  LmuResampler* const resampler = model->resamplers[state];
  const uint32_t      width     = model->n_audio + model->n_conditions;
  float               sound[LMU_MAX_INNER * LMU_MAX_MODEL_CHANNELS];
  float               inner[LMU_MAX_INNER * MAX_INPUTS];

  const uint32_t n_inner = lmu_resampler_put(resampler, frame, sound);
  for (uint32_t i = 0U; i < n_inner; ++i) {
    set_frame(model,
              sound + ((size_t)i * model->n_audio),
              frame + model->n_audio,
              inner + ((size_t)i * width));
  }
  run_inner(model, state, inner, n_inner);
  lmu_resampler_get(resampler, model->answers, n_inner, model->answers);
}

LMU_RT static void
run(const LmuModel* const model,
    const uint32_t        state,
    const Frames* const   frames,
    float* const* const   output,
    const uint32_t        n_frames)
{
  const uint32_t width = model->n_audio + model->n_conditions;
  if (!model->resamplers[state]) {
    lmu_network_process(model->network,
                        model->states[state],
                        frames->x,
                        n_frames,
                        model->answers);
    scatter(model->answers, model->n_outputs, 0U, n_frames, output);
    return;
  }
  for (uint32_t i = 0U; i < n_frames; ++i) {
    run_resampled(model, state, frames->x + ((size_t)i * width));
    scatter(model->answers, model->n_outputs, i, 1U, output);
  }
}

void
lmu_model_process(LmuModel* const           model,
                  const float* const* const input,
                  const float* const        conditions,
                  float* const* const       output,
                  const uint32_t            n_frames)
{
  // All is read first, as an output may be the buffer of an input
  Frames frames[LMU_MAX_MODEL_CHANNELS];
  for (uint32_t i = 0U; i < model->n_states; ++i) {
    gather(model, input + i, conditions, &frames[i], n_frames);
  }
  for (uint32_t i = 0U; i < model->n_states; ++i) {
    run(model, i, &frames[i], output + (i * model->n_outputs), n_frames);
  }
}

bool
lmu_model_adopt(LmuModel* const model, const LmuModel* const source)
{
  bool adopted = false;
  for (uint32_t i = 0U; i < model->n_states && i < source->n_states; ++i) {
    if (lmu_network_adopt(model->network,
                          model->states[i],
                          source->network,
                          source->states[i])) {
      adopted = true;
    }
    if (model->resamplers[i] && source->resamplers[i]) {
      lmu_resampler_adopt(model->resamplers[i], source->resamplers[i]);
    }
  }
  return adopted;
}
