// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/model.h"

#include "core/base/attributes.h"
#include "core/base/rt/fpu.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/match.h"
#include "core/memory/rt/memory.h"
#include "core/nn/rt/model.h"
#include "core/nn/setup/graph.h"
#include "plugin/controls.h"
#include "plugin/engine_swap.h"
#include "plugin/loaded_model.h"
#include "plugin/loader.h"
#include "plugin/loudness.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Corner of the filter that takes a constant away [Hz]
#define DC_HZ 5.0

#define PI 3.14159265358979323846

/// Place in the past input, whose size is a power of two
#define DRY_MASK ((uint32_t)MAX_LATENCY)

/// What moves, in each frame of a part of a segment
typedef struct {
  float fade[SEGMENT];      ///< Part of the loaded model that fades in
  float normalise[SEGMENT]; ///< Part of a file's own gain
  float dc_block[SEGMENT];
  float output[SEGMENT];
  float mix[SEGMENT];
  float bypass_gain[SEGMENT];
} Moves;

void
model_sound_init(Model* const self)
{
  // The bilinear transform has the right corner at every rate
  const double t = tan(PI * DC_HZ / self->plugin.rate);
  self->dc_pole  = (1.0 - t) / (1.0 + t);
  loudness_init(&self->loudness, self->plugin.rate);
}

LMU_RT static void
glide(const Model* const self, LmuGlide* const it, const double value)
{
  plugin_glide(&self->plugin, it, value, FADE_SECONDS);
}

/// Send the conditions on, which move in steps of a segment
LMU_RT static void
update_conditions(Model* const self)
{
  const uint32_t n_steps =
    (uint32_t)(FADE_SECONDS * self->plugin.rate / SEGMENT) + 1U;
  for (uint32_t i = 0U; i < LMU_MAX_CONDITIONS; ++i) {
    const double value = model_value(self, MODEL_CONDITIONS + i);
    if (self->plugin.fresh) {
      lmu_glide_set(&self->conditions[i], value);
    } else {
      lmu_glide_to(&self->conditions[i], value, n_steps);
    }
  }
}

void
model_update(Model* const self)
{
  glide(self, &self->input, gain_from_db(model_value(self, MODEL_INPUT)));
  glide(self, &self->output, gain_from_db(model_value(self, MODEL_OUTPUT)));
  glide(self, &self->mix, model_value(self, MODEL_MIX));
  glide(self, &self->normalise, model_value(self, MODEL_NORMALISE));
  glide(self, &self->dc_block, model_value(self, MODEL_DC_BLOCK));
  loudness_update(&self->loudness,
                  &self->plugin,
                  (MatchChoice)ports_choice(&self->plugin.ports,
                                            model_port(self, MODEL_MATCH)));
  update_conditions(self);
}

/// Move everything by some frames
LMU_RT static void
move(Model* const self, const uint32_t n_frames, Moves* const moves)
{
  Loader* const loader = &self->weights.loader;
  const bool    fades  = loader_rising(loader) != NULL;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const double bypass_gain = lmu_glide_next(&self->plugin.bypass_gain);
    moves->fade[i]           = fades ? (float)loader_next_fade(loader) : 0.0f;
    moves->normalise[i]      = (float)lmu_glide_next(&self->normalise);
    moves->dc_block[i]       = (float)lmu_glide_next(&self->dc_block);
    moves->output[i]         = (float)lmu_glide_next(&self->output);
    moves->mix[i]         = (float)(bypass_gain * lmu_glide_next(&self->mix));
    moves->bypass_gain[i] = (float)bypass_gain;
  }
}

/// Return what a loaded model played of a channel
LMU_RT static inline float
played(const LoadedModel* const loaded,
       const uint32_t           channel,
       const uint32_t           i,
       const float              normalise)
{
  const uint32_t output = channel < loaded->n_outputs ? channel : 0U;
  const float    gain   = loaded->model->loudness_gain;
  return loaded->outputs[output][i] * (1.0f + (normalise * (gain - 1.0f)));
}

/// Return the input of a channel as late as a loaded model is
LMU_RT static inline float
dry(const Model* const       self,
    const LoadedModel* const loaded,
    const uint32_t           channel,
    const uint32_t           i)
{
  const uint32_t position = self->dry_position + i - loaded->latency;
  return self->dry[channel][position & DRY_MASK];
}

/// Return a sample without its constant part
LMU_RT static inline float
block_dc(const Model* const self, DcBlock* const dc, const float sample)
{
  const double input = (double)sample;
  const double pole  = self->dc_pole;

  dc->output = (0.5 * (1.0 + pole) * (input - dc->input)) + (pole * dc->output);
  dc->input  = input;
  return (float)dc->output;
}

/**
   Mix all that plays in one channel.

   @param self Instance.
   @param channel Channel.
   @param moves What moves.
   @param n_frames Number of frames.
   @param from Set to the input, as late as the output, [n_frames].
   @param out Set to the output, [n_frames].
*/
LMU_RT static void
mix_channel(Model* const       self,
            const uint32_t     channel,
            const Moves* const moves,
            const uint32_t     n_frames,
            float* const       from,
            float* const       out)
{
  const LoadedModel* const now  = self->weights.loader.now;
  const LoadedModel* const next = loader_rising(&self->weights.loader);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    float wet   = played(now, channel, i, moves->normalise[i]);
    float plain = dry(self, now, channel, i);
    if (next) {
      wet +=
        moves->fade[i] * (played(next, channel, i, moves->normalise[i]) - wet);
      plain += moves->fade[i] * (dry(self, next, channel, i) - plain);
    }
    wet += moves->dc_block[i] * (block_dc(self, &self->dc[channel], wet) - wet);
    from[i] = plain;
    out[i]  = plain + (moves->mix[i] * ((moves->output[i] * wet) - plain));
  }
}

/// Bring all channels to the loudness of the input, in place
LMU_RT static void
match(Model* const       self,
      const Moves* const moves,
      const uint32_t     n_frames,
      float              from[LMU_MAX_MODEL_CHANNELS][SEGMENT],
      float              to[LMU_MAX_MODEL_CHANNELS][SEGMENT])
{
  for (uint32_t i = 0U; i < n_frames && loudness_is_on(&self->loudness); ++i) {
    float in[LMU_MATCH_CHANNELS]  = {0.0f, 0.0f};
    float out[LMU_MATCH_CHANNELS] = {0.0f, 0.0f};
    for (uint32_t c = 0U; c < self->n_channels; ++c) {
      in[c]  = from[c][i];
      out[c] = to[c][i];
    }

    const float gain =
      loudness_gain(&self->loudness, (double)moves->bypass_gain[i], in, out);
    for (uint32_t c = 0U; c < self->n_channels; ++c) {
      to[c][i] = gain * out[c];
    }
  }
}

/// Return where a channel goes in a part of a segment, or null
LMU_RT static float*
output_of(const Model* const self,
          const uint32_t     channel,
          const uint32_t     offset)
{
  float* const out =
    plugin_audio(&self->plugin, N_ATOM_PORTS + self->n_channels + channel);
  return out ? out + offset : NULL;
}

/// Mix all that plays
LMU_RT static void
mix(Model* const       self,
    const Moves* const moves,
    const uint32_t     offset,
    const uint32_t     n_frames)
{
  float from[LMU_MAX_MODEL_CHANNELS][SEGMENT];
  float to[LMU_MAX_MODEL_CHANNELS][SEGMENT];
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    mix_channel(self, c, moves, n_frames, from[c], to[c]);
  }
  match(self, moves, n_frames, from, to);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    float* const out = output_of(self, c, offset);
    for (uint32_t i = 0U; out && i < n_frames; ++i) {
      out[i] = to[c][i];
    }
  }
}

/// Read one channel, keep it for later, and bring it to the network's level
LMU_RT static void
hear(Model* const       self,
     const uint32_t     channel,
     const float* const source,
     const uint32_t     n_frames,
     const float* const gain,
     float* const       input)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const float sample = source ? lmu_sane(source[i]) : 0.0f;
    self->dry[channel][(self->dry_position + i) & DRY_MASK] = sample;
    input[i] = lmu_sane(gain[i] * sample);
  }
}

/// Pass the input on, where there is no network
LMU_RT static void
pass(const Model* const self, const uint32_t offset, const uint32_t n_frames)
{
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    float* const out = output_of(self, c, offset);
    for (uint32_t i = 0U; out && i < n_frames; ++i) {
      out[i] = self->dry[c][(self->dry_position + i) & DRY_MASK];
    }
  }
}

/// Run the networks
LMU_RT static void
run_networks(Model* const   self,
             float          input[LMU_MAX_MODEL_CHANNELS][SEGMENT],
             const uint32_t n_frames)
{
  float conditions[LMU_MAX_CONDITIONS];
  for (uint32_t i = 0U; i < LMU_MAX_CONDITIONS; ++i) {
    LmuGlide* const it = &self->conditions[i];
    conditions[i] =
      (float)(self->plugin.phase ? it->value : lmu_glide_next(it));
  }

  const float* const inputs[LMU_MAX_MODEL_CHANNELS] = {input[0], input[1]};
  loader_process(&self->weights.loader, inputs, conditions, n_frames);
}

/// Let windows see what went in and what came out
LMU_RT static void
show(Model* const   self,
     float          input[LMU_MAX_MODEL_CHANNELS][SEGMENT],
     const uint32_t offset,
     const uint32_t n_frames)
{
  const uint32_t    last         = self->n_channels - 1U;
  const StreamSound input_sound  = {input[0], input[last]};
  const StreamSound output_sound = {output_of(self, 0U, offset),
                                    output_of(self, last, offset)};
  stream_hear(&self->plugin.stream, input_sound, output_sound, n_frames);
}

void
model_play(Model* const self, const uint32_t offset, const uint32_t n_frames)
{
  const uint32_t n_channels = self->n_channels;
  float          gain[SEGMENT];
  float          input[LMU_MAX_MODEL_CHANNELS][SEGMENT];
  for (uint32_t i = 0U; i < n_frames; ++i) {
    gain[i] = (float)lmu_glide_next(&self->input);
  }
  for (uint32_t c = 0U; c < n_channels; ++c) {
    const float* const source = plugin_audio(&self->plugin, N_ATOM_PORTS + c);
    hear(self, c, source ? source + offset : NULL, n_frames, gain, input[c]);
  }

  if (self->weights.loader.now) {
    Moves moves;
    run_networks(self, input, n_frames);
    move(self, n_frames, &moves);
    mix(self, &moves, offset, n_frames);
  } else {
    pass(self, offset, n_frames);
  }
  self->dry_position += n_frames;
  show(self, input, offset, n_frames);
}

/// Run the network on silence, which many answer with a constant
static void
settle(Model* const self)
{
  static const float silence[SEGMENT] = {0.0f};

  const LoadedModel* const now = self->weights.loader.now;
  const uint32_t           n_frames =
    now->latency + (uint32_t)(FADE_SECONDS * self->plugin.rate);
  const float* const inputs[LMU_MAX_MODEL_CHANNELS] = {silence, silence};
  float              conditions[LMU_MAX_CONDITIONS];
  for (uint32_t i = 0U; i < LMU_MAX_CONDITIONS; ++i) {
    conditions[i] = (float)model_value(self, MODEL_CONDITIONS + i);
  }
  for (uint32_t i = 0U; i < n_frames; i += SEGMENT) {
    loader_process(&self->weights.loader, inputs, conditions, SEGMENT);
  }

  const float normalise = (float)model_value(self, MODEL_NORMALISE);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    self->dc[c].input = (double)played(now, c, SEGMENT - 1U, normalise);
  }
}

void
model_sound_reset(Model* const self)
{
  memset(self->dc, 0, sizeof(self->dc));
  self->dry_position = 0U;
  loudness_reset(&self->loudness);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    float* const dry = self->dry[c];
    for (uint32_t i = 0U; dry && i <= MAX_LATENCY; ++i) {
      dry[i] = 0.0f;
    }
  }
  if (self->weights.loader.now) {
    const LmuFpu host = lmu_fpu_enter(); // The same as in run()
    settle(self);
    lmu_fpu_leave(host);
  }
}
