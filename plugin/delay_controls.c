// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/delay.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/shape.h"
#include "core/memory/rt/engine.h"
#include "plugin/controls.h"
#include "plugin/engine_swap.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/read_positions.h"

#include <stdbool.h>
#include <stdint.h>

/// Time for a tap to move [s]
#define MOVE_SECONDS 0.1

/// Part of theta that the LFO moves it by, each way, at full depth
#define THETA_DEPTH 0.5

/// Time that a loop of the held window fades over [s]
#define SEAM_SECONDS 0.02

/// Gain of the loop from which on it keeps offsets
#define MIN_LOOP_GAIN 1e-3

/// Nepers of a decibel
#define NEPERS (0.05 * 2.30258509299404568402)

/// Shortest window, as the engine takes one frame at least [frames]
#define MIN_THETA 2.0

/// Factor of each note length in whole notes, by SyncChoice
static const double note_lengths[] = {
  0.0,
  1.0 / 32.0,
  1.0 / 24.0,
  1.0 / 16.0,
  3.0 / 32.0,
  1.0 / 12.0,
  1.0 / 8.0,
  3.0 / 16.0,
  1.0 / 6.0,
  1.0 / 4.0,
  3.0 / 8.0,
  1.0 / 2.0,
  1.0,
};

double
delay_wanted_theta(const Delay* const self)
{
  const Tempo* const tempo = &self->base.plugin.tempo;
  const uint32_t     sync  = delay_choice(self, DELAY_SYNC);
  const double       rate  = self->base.plugin.rate;
  if (sync == SYNC_FREE) {
    return delay_value(self, DELAY_THETA) * rate / 1000.0;
  }

  const double whole = 60.0 * tempo->beat_unit / tempo->beats_per_minute;
  double       ms    = 1000.0 * note_lengths[sync] * whole;
  while (ms > MAX_THETA_MS) {
    ms *= 0.5; // A slow tempo: stay on the beat
  }
  return (ms < 1.0 ? 1.0 : ms) * rate / 1000.0;
}

/// Return how far the LFO moves theta, as a part of it
LMU_RT static double
theta_depth(const Delay* const self)
{
  const bool on_theta = delay_choice(self, DELAY_LFO_TARGET) == LFO_THETA;
  return on_theta ? THETA_DEPTH * delay_value(self, DELAY_LFO_DEPTH) : 0.0;
}

/// Return the order to use, where the shortest memory to come is bright enough
LMU_RT static uint32_t
useful_order(const Delay* const self)
{
  const double wanted = delay_wanted_theta(self);
  const bool   rises  = !self->base.plugin.fresh && self->goal < wanted;
  const double theta  = rises ? self->goal : wanted;
  const double least  = TAPS_MARGIN * theta * (1.0 - theta_depth(self));
  return plugin_bright_order(delay_choice(self, DELAY_ORDER), least);
}

LmuEngineSpec
delay_wanted_spec(const Delay* const self)
{
  const LmuEngineSpec spec = {
    useful_order(self),
    3U + delay_choice(self, DELAY_QUALITY),
    self->n_channels,
    N_READOUTS,
  };
  return spec;
}

/// Return whether all taps stand still, so that one readout can be all of them
LMU_RT static bool
taps_rest(const Delay* const self)
{
  bool rest = lmu_glide_rests(&self->tap_depth) && self->tap_depth.value == 0.0;
  for (uint32_t i = 0U; i < N_TAPS; ++i) {
    rest = rest && lmu_glide_rests(&self->taps[i].position) &&
           lmu_glide_rests(&self->taps[i].gain);
  }
  return rest;
}

LMU_RT static void
update_gain(const Delay* const self,
            LmuGlide* const    glide,
            const DelayControl control)
{
  plugin_glide(&self->base.plugin,
               glide,
               gain_from_db(delay_value(self, control)),
               FADE_SECONDS);
}

void
delay_update(Delay* const self)
{
  const Plugin* const plugin = &self->base.plugin;
  for (uint32_t i = 0U; i < N_TAPS; ++i) {
    const uint32_t first = DELAY_TAPS + (2U * i);
    plugin_glide(
      plugin, &self->taps[i].position, delay_value(self, first), MOVE_SECONDS);
    update_gain(self, &self->taps[i].gain, (DelayControl)(first + 1U));
  }

  const bool on_taps = delay_choice(self, DELAY_LFO_TARGET) == LFO_TAPS;
  // A high-pass can double a slow square, and a tap that moves can make one of
  // what goes round at half the rate of the LFO: together they would howl
  plugin_glide(plugin,
               &self->centring,
               delay_value(self, DELAY_LFO_DEPTH) > 0.0 ? 0.0 : 1.0,
               FADE_SECONDS);
  update_gain(self, &self->dry, DELAY_DRY);
  update_gain(self, &self->wet, DELAY_WET);
  update_gain(self, &self->output, DELAY_OUTPUT);
  plugin_glide(
    plugin, &self->feedback, delay_value(self, DELAY_FEEDBACK), FADE_SECONDS);
  plugin_glide(plugin,
               &self->tap_depth,
               on_taps ? delay_value(self, DELAY_LFO_DEPTH) : 0.0,
               MOVE_SECONDS);
  plugin_glide(plugin,
               &self->lfo_spread,
               delay_value(self, DELAY_LFO_SPREAD),
               MOVE_SECONDS);

  // From this frame on, as the next segment may begin later
  self->rests = self->rests && taps_rest(self);
}

/// Copy the window, and begin to scan the copy
LMU_RT static void
begin_hold(Delay* const self)
{
  const double rate = self->base.plugin.rate;
  const double seam =
    SEAM_SECONDS * rate * delay_value(self, DELAY_SCAN_SPEED) / self->theta;

  engine_swap_hold(&self->base.swap);
  self->scan   = (ScanChoice)delay_choice(self, DELAY_SCAN);
  self->travel = 0.0;
  self->seam   = seam < MAX_SEAM ? seam : MAX_SEAM;
  plugin_glide(&self->base.plugin, &self->hold, 1.0, FADE_SECONDS);
}

/// Start or end a hold, at the start of a segment
LMU_RT static void
update_hold(Delay* const self)
{
  const bool wanted =
    ports_switch(&self->base.plugin.ports, delay_port(self, DELAY_HOLD));
  const bool holds = self->hold.target > 0.0;
  if (wanted && !holds && self->hold.value <= 0.0) {
    begin_hold(self);
  } else if (!wanted && holds) {
    plugin_glide(&self->base.plugin, &self->hold, 0.0, FADE_SECONDS);
  }
}

/// Return theta with the LFO on it
LMU_RT static double
modulated_theta(const Delay* const self)
{
  const double factor = 1.0 + (theta_depth(self) * lmu_sine(self->lfo));
  const double theta  = self->goal * factor;
  return theta < MIN_THETA ? MIN_THETA : theta;
}

/// Make one readout of all taps
LMU_RT static void
mix_taps(const Delay* const self, LmuEngine* const engine)
{
  lmu_engine_clear_readout(engine, READOUT_MIX);
  for (uint32_t i = 0U; i < N_TAPS; ++i) {
    const float  gain = (float)self->taps[i].gain.value;
    const double r =
      delay_read_position(self, engine, self->taps[i].position.value);
    if (gain != 0.0f) {
      lmu_engine_set_readout(engine, READOUT_SPARE, r);
      lmu_engine_add_readout(engine, READOUT_MIX, READOUT_SPARE, gain);
    }
  }
}

/// Make one readout of all taps in all engines that play
LMU_RT static void
mix_all_taps(const Delay* const self)
{
  LmuEngine* const rising = engine_swap_rising(&self->base.swap);
  mix_taps(self, self->base.swap.now);
  if (rising) {
    mix_taps(self, rising);
  }
}

/**
   Return how much of what comes back its offset is to follow in a frame.

   As fast as what goes round decays: slower, an offset would outlast the echo,
   and faster, low resonances would be out of tune.  At this rate the slowest
   part takes a third longer than the feedback says, at a tenth of it nothing.
   Below zero the loop itself keeps offsets small.  While the LFO moves
   anything, offsets stay and decay as all that goes round.
*/
LMU_RT static double
drift(const Delay* const self)
{
  double sum   = 0.0;
  double delay = 0.0;
  for (uint32_t i = 0U; i < N_TAPS; ++i) {
    const double gain = self->taps[i].gain.value;
    sum += gain;
    delay += gain * self->taps[i].position.value * self->theta;
  }

  const double gain = self->feedback.value * (sum < 1.0 ? sum : 1.0);
  if (gain < MIN_LOOP_GAIN) {
    return 0.0;
  }
  const double turn = delay / (sum * (1.0 + self->tap_depth.value));
  const double rate = -2.0 * NEPERS * db_from_power(gain) * (2.0 - gain) /
                      (turn > DELAY_NEWEST ? turn : DELAY_NEWEST);
  return rate < 1.0 ? rate : 1.0;
}

void
delay_begin_segment(Delay* const self)
{
  EngineSwap* const     swap   = &self->base.swap;
  const LmuEngineSpec   spec   = delay_wanted_spec(self);
  const EngineSwapState before = swap->state;

  self->goal = plugin_glide_theta(&self->base.plugin,
                                  self->goal,
                                  delay_wanted_theta(self),
                                  delay_value(self, DELAY_GLIDE) / 1000.0);

  const double theta = modulated_theta(self);
  engine_swap_update(swap, &spec, TAPS_MARGIN * theta);

  const bool moved =
    theta != self->theta || self->base.plugin.fresh || swap->state != before;
  const bool rest = taps_rest(self);
  if (moved) {
    self->theta = theta;
    engine_swap_set_theta(swap, delay_memory(self));
  }
  if (rest && (moved || !self->rests)) {
    mix_all_taps(self);
  }
  self->rests = rest;
  self->drift = (float)drift(self);
  update_hold(self);
}
