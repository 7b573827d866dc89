// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/delay.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/emphasis.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/shape.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "plugin/engine_swap.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/read_positions.h"
#include "plugin/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Return where the LFO puts a tap of a channel: between nothing and twice its
/// position, then scaled to end at the position, so it never leaves the window
LMU_RT static double
swing(const Delay* const self, const uint32_t tap, const uint32_t channel)
{
  const double apart = (tap / (double)N_TAPS) + (0.5 * channel);
  const double phase = self->lfo + (self->lfo_spread.value * apart);
  const double depth = self->tap_depth.value;
  return self->taps[tap].position.value * (1.0 + (depth * lmu_sine(phase))) /
         (1.0 + depth);
}

/// Read all taps of an engine
LMU_RT static float
read_taps(const Delay* const     self,
          const LmuEngine* const engine,
          const uint32_t         channel)
{
  if (self->rests) {
    return lmu_engine_readout(engine, channel, READOUT_MIX);
  }

  float sum = 0.0f;
  for (uint32_t i = 0U; i < N_TAPS; ++i) {
    const float gain = (float)self->taps[i].gain.value;
    if (gain != 0.0f) {
      const double r =
        delay_read_position(self, engine, swing(self, i, channel));
      sum += gain * lmu_engine_tap(engine, channel, r);
    }
  }
  return sum;
}

/// Read the held window of an engine
LMU_RT static float
read_held(const Delay* const     self,
          const LmuEngine* const engine,
          const uint32_t         channel)
{
  float sum = 0.0f;
  for (uint32_t i = 0U; i < N_TAPS; ++i) {
    const double        start = self->taps[i].position.value;
    const float         gain  = (float)self->taps[i].gain.value;
    const ReadPositions positions =
      read_positions_at(self->scan, self->travel, start, self->seam);
    for (uint32_t j = 0U; j < 2U; ++j) {
      const float part = gain * (float)positions.gain[j];
      if (part != 0.0f) {
        const double r =
          delay_readable(self, engine, positions.r[j] / TAPS_MARGIN);
        sum += part * lmu_engine_held_tap(engine, channel, r);
      }
    }
  }
  return sum;
}

/// Gain of the loop for a feedback of one: how much more than they heard taps
/// pass at most, turned over
#define LOOP_GAIN 0.996

/// What one channel hears at one frame
typedef struct {
  float sound; ///< The input and what came back
  float taken; ///< The same as the window takes it
} Heard;

/// Sound of one channel at one frame
typedef struct {
  float live; ///< From the window
  float held; ///< From the window that is held
} Sound;

LMU_RT static Sound
listen(const Delay* const     self,
       const LmuEngine* const engine,
       const uint32_t         channel)
{
  const bool  holds = self->hold.value > 0.0;
  const Sound sound = {read_taps(self, engine, channel),
                       holds ? read_held(self, engine, channel) : 0.0f};
  return sound;
}

/// Return the sound of all engines that play
LMU_RT static Sound
listen_all(const Delay* const self, const uint32_t channel)
{
  const LmuEngine* const rising = engine_swap_rising(&self->base.swap);
  Sound                  sound  = listen(self, self->base.swap.now, channel);
  if (rising) {
    const float part  = (float)self->base.swap.fade.value;
    const Sound other = listen(self, rising, channel);
    sound.live += part * (other.live - sound.live);
    sound.held += part * (other.held - sound.held);
  }
  return sound;
}

/// Let all engines that play hear a sample, and note it
LMU_RT static void
hear(Delay* const self, const uint32_t channel, const float sample)
{
  LmuEngine* const rising = engine_swap_rising(&self->base.swap);
  lmu_engine_process(self->base.swap.now, channel, &sample, 1U);
  if (rising) {
    lmu_engine_process(rising, channel, &sample, 1U);
  }
}

/**
   Return what comes back of the sound of the taps, before the feedback.

   Each tap passes no more than it heard, so the sum of all is to be no more
   than one tap of 0 dB.  What is left for the limiter is great inputs.
*/
LMU_RT static float
come_back(Delay* const self, const uint32_t channel, const float live)
{
  float* const offset = &self->loops[channel].offset;
  const double gain   = delay_gain(self);
  const float  sound  = live * (float)(LOOP_GAIN / (gain > 1.0 ? gain : 1.0));

  *offset += self->drift * (sound - *offset);

  const float part = self->drift > 0.0f ? (float)self->centring.value : 0.0f;
  return lmu_soft_limit(sound - (part * *offset));
}

/// Play one channel at one frame, and return what it heard
LMU_RT static Heard
play_channel(Delay* const   self,
             const uint32_t channel,
             const float    in,
             float* const   out)
{
  const Sound sound  = listen_all(self, channel);
  const float hold   = (float)self->hold.value;
  const float echo   = sound.live + (hold * (sound.held - sound.live));
  const float wet    = echo * (float)self->wet.value;
  const float mix    = (in * (float)self->dry.value) + wet;
  const float part   = (float)self->base.plugin.bypass_gain.value;
  const float level  = (float)self->output.value;
  const float back   = come_back(self, channel, sound.live);
  const float repeat = (float)self->feedback.value * back;

  *out = in + (part * ((level * mix) - in));

  const float sum   = lmu_sane(in + repeat);
  const Heard heard = {sum,
                       lmu_emphasis_next(&self->loops[channel].emphasis, sum)};
  hear(self, channel, heard.taken);
  return heard;
}

/// Move everything that moves by a frame
LMU_RT static void
move(Delay* const self)
{
  for (uint32_t i = 0U; i < N_TAPS; ++i) {
    (void)lmu_glide_next(&self->taps[i].position);
    (void)lmu_glide_next(&self->taps[i].gain);
  }
  (void)lmu_glide_next(&self->feedback);
  (void)lmu_glide_next(&self->centring);
  (void)lmu_glide_next(&self->dry);
  (void)lmu_glide_next(&self->wet);
  (void)lmu_glide_next(&self->output);
  (void)lmu_glide_next(&self->tap_depth);
  (void)lmu_glide_next(&self->lfo_spread);
  (void)lmu_glide_next(&self->hold);
  (void)lmu_glide_next(&self->base.plugin.bypass_gain);
  if (engine_swap_rising(&self->base.swap)) {
    (void)lmu_glide_next(&self->base.swap.fade);
  }

  self->travel += delay_value(self, DELAY_SCAN_SPEED) / self->theta;
  self->lfo += delay_value(self, DELAY_LFO_RATE) / self->base.plugin.rate;
  self->lfo -= (self->lfo >= 1.0) ? 1.0 : 0.0;
}

/// Sound of all channels in a segment
typedef struct {
  uint32_t     n_channels;
  const float* ins[LMU_MAX_CHANNELS];  ///< Null is silence
  float*       outs[LMU_MAX_CHANNELS]; ///< Null is nothing
  float*       heard[LMU_MAX_CHANNELS];
  float*       taken[LMU_MAX_CHANNELS]; ///< What windows took
} Segment;

/// Play all channels at one frame
LMU_RT static void
play_frame(Delay* const self, const Segment* const segment, const uint32_t i)
{
  // All inputs first, as an output may be the same buffer
  float in[LMU_MAX_CHANNELS];
  for (uint32_t c = 0U; c < segment->n_channels; ++c) {
    in[c] = segment->ins[c] ? lmu_sane(segment->ins[c][i]) : 0.0f;
  }
  for (uint32_t c = 0U; c < segment->n_channels; ++c) {
    float       played   = 0.0f;
    const Heard heard    = play_channel(self, c, in[c], &played);
    segment->heard[c][i] = heard.sound;
    segment->taken[c][i] = heard.taken;
    if (segment->outs[c]) {
      segment->outs[c][i] = played;
    }
  }
  move(self);
}

void
delay_play(Delay* const self, const uint32_t offset, const uint32_t n_frames)
{
  Plugin* const  plugin = &self->base.plugin;
  const uint32_t last   = self->n_channels > 1U ? 1U : 0U;
  float          rooms[2U * LMU_MAX_CHANNELS][SEGMENT];
  Segment        segment = {.n_channels = last + 1U,
                            .heard      = {rooms[0], rooms[1]},
                            .taken      = {rooms[2], rooms[3]}};
  for (uint32_t c = 0U; c <= last; ++c) {
    const float* const in  = plugin_audio(plugin, N_ATOM_PORTS + c);
    float* const       out = plugin_audio(plugin, N_ATOM_PORTS + last + 1U + c);
    segment.ins[c]         = in ? in + offset : NULL;
    segment.outs[c]        = out ? out + offset : NULL;
  }
  if (!last) {
    segment.heard[0] = stream_room(&plugin->stream, TRACE_INPUT, rooms[0]);
  }

  for (uint32_t i = 0U; i < n_frames; ++i) {
    play_frame(self, &segment, i);
  }
  engine_swap_log(&self->base.swap, segment.taken, n_frames);

  // The window does not draw what comes out, but the mixer does
  Stream* const     stream = &plugin->stream;
  const StreamSound heard  = {segment.heard[0], segment.heard[last]};
  const StreamSound played = {segment.outs[0], segment.outs[last]};
  if (stream_is_drawn(stream)) {
    stream_hear(stream, heard, played, n_frames);
  } else {
    stream_hear(stream, heard, stream_silence, n_frames);
  }
}
