// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/attacks.h"
#include "core/dsp/rt/forecaster.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/memory.h"
#include "plugin/engine_swap.h"
#include "plugin/loudness.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// One frame of what goes in, and how it goes on by itself
typedef struct {
  PredictInput input;
  float        heard[LMU_MAX_FORECAST_CHANNELS]; ///< Input with none lost
  float        more[LMU_MAX_FORECAST_CHANNELS];
} Frame;

/// Read all inputs, as an output may be the same buffer
LMU_RT static PredictInput
read_input(const Predict* const self, const uint32_t at)
{
  PredictInput input  = {{0.0f, 0.0f}, false, false};
  uint32_t     n      = 0U;
  uint32_t     n_lost = 0U;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const float* const source = plugin_audio(&self->plugin, N_ATOM_PORTS + c);
    const float        sample = source ? source[at] : 0.0f;
    input.in[c]               = lmu_sane(sample);
    n += input.in[c] != 0.0f;
    n_lost += sample != input.in[c];
  }
  input.is_lost = !n;
  input.is_bad  = n_lost > 0U;
  return input;
}

/// Read all inputs of a part of a segment, by frames and by channels
LMU_RT static void
read_inputs(const Predict* const self,
            const uint32_t       offset,
            const uint32_t       n_frames,
            PredictInput* const  inputs,
            float                heard[LMU_MAX_FORECAST_CHANNELS][SEGMENT])
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const PredictInput input = read_input(self, offset + i);
    for (uint32_t c = 0U; c < self->n_channels; ++c) {
      heard[c][i] = input.in[c];
    }
    inputs[i] = input;
  }
}

/// Let the forecaster hear a frame, or what stands for it
LMU_RT static void
forecast(Predict* const     self,
         const Frame* const frame,
         LmuForecast* const forecasts)
{
  const bool feeds                            = predict_feeds_itself(self);
  float      input[LMU_MAX_FORECAST_CHANNELS] = {0.0f, 0.0f};
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    input[c] = feeds ? self->next[c] : frame->heard[c];
  }

  predict_forecast(self, input, predict_learns(self), forecasts);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    self->next[c] = forecasts[c].next;
  }
}

/// Return the gain of the residual, by how much of it is an attack
LMU_RT static float
residual_gain(Predict* const           self,
              const Frame* const       frame,
              const LmuForecast* const forecasts)
{
  const float attacks = (float)lmu_glide_next(&self->attack_gain);
  float       size    = 0.0f;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const float part = fabsf(frame->input.in[c] - forecasts[c].due);
    size             = part > size ? part : size;
  }

  const float lasts =
    lmu_attacks_step(&self->attack_plan, &self->attacks, size);
  return attacks + ((1.0f - attacks) * lasts);
}

/// Return what a mode makes of a channel
LMU_RT static float
wet_of(const Predict* const     self,
       const Frame* const       frame,
       const LmuForecast* const forecasts,
       const float              residual,
       const uint32_t           channel)
{
  const float in   = frame->input.in[channel];
  const float due  = forecasts[channel].due;
  const float part = (float)self->continuation.part.value;
  switch (self->task.mode) {
  case MODE_FORECAST:
    return forecasts[channel].next;
  case MODE_RESIDUAL:
    return residual * (in - due);
  case MODE_PREDICTED:
    return due;
  case MODE_DIFFERENCE:
    return due - (in - due);
  case MODE_CONTINUE:
    break;
  }
  const float heard = frame->heard[channel];
  return heard + (part * (frame->more[channel] - heard));
}

/// Mix what a mode makes of all channels with the input
LMU_RT static void
mix_frame(Predict* const           self,
          const Frame* const       frame,
          const LmuForecast* const forecasts,
          const double             bypass_gain,
          float* const             out)
{
  const double gain =
    lmu_glide_next(&self->level) * lmu_glide_next(&self->gain);
  const double part     = lmu_glide_next(&self->mix) * bypass_gain;
  const float  residual = residual_gain(self, frame, forecasts);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const float in  = frame->input.in[c];
    const float wet = (float)gain * wet_of(self, frame, forecasts, residual, c);
    out[c]          = ((float)(1.0 - part) * in) + ((float)part * wet);
  }
}

LMU_RT static void
write_frame(Predict* const           self,
            const Frame* const       frame,
            const LmuForecast* const forecasts,
            const uint32_t           at)
{
  const double bypass_gain = lmu_glide_next(&self->plugin.bypass_gain);
  float        out[LMU_MAX_FORECAST_CHANNELS] = {0.0f, 0.0f};
  mix_frame(self, frame, forecasts, bypass_gain, out);

  const float gain =
    loudness_is_on(&self->loudness)
      ? loudness_gain(&self->loudness, bypass_gain, frame->input.in, out)
      : 1.0f;
  for (uint32_t c = 0U; c < LMU_MAX_FORECAST_CHANNELS; ++c) {
    const uint32_t index = N_ATOM_PORTS + self->n_channels + c;
    float* const   port =
      c < self->n_channels ? plugin_audio(&self->plugin, index) : NULL;
    if (port) {
      port[at] = gain * out[c];
    }
  }
}

/// Play one frame
LMU_RT static void
play_frame(Predict* const     self,
           Frame* const       frame,
           const uint32_t     index,
           const uint32_t     at,
           LmuForecast* const forecasts)
{
  predict_conceal(self, &frame->input, frame->heard);
  predict_continue(self, frame->heard, frame->more);
  forecast(self, frame, forecasts);
  predict_file_forecast(self, index, frame->input.in, forecasts);
  write_frame(self, frame, forecasts, at);
}

void
predict_play(Predict* const self,
             const uint32_t offset,
             const uint32_t n_frames)
{
  float              heard[LMU_MAX_FORECAST_CHANNELS][SEGMENT];
  float              due[LMU_MAX_FORECAST_CHANNELS][SEGMENT];
  const float* const ins[LMU_MAX_FORECAST_CHANNELS] = {heard[0], heard[1]};
  PredictInput       inputs[SEGMENT];
  read_inputs(self, offset, n_frames, inputs, heard);
  predict_file_hear(self, ins, n_frames);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    LmuForecast forecasts[LMU_MAX_FORECAST_CHANNELS];
    Frame       frame = {.input = inputs[i]};
    play_frame(self, &frame, i, offset + i, forecasts);
    for (uint32_t c = 0U; c < self->n_channels; ++c) {
      due[c][i] = forecasts[c].due;
    }
  }

  const uint32_t    last         = self->n_channels - 1U;
  const StreamSound input_sound  = {heard[0], heard[last]};
  const StreamSound output_sound = {due[0], due[last]};
  stream_hear(&self->plugin.stream, input_sound, output_sound, n_frames);
}
