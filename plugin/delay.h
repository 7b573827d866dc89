// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_DELAY_H
#define LMU_PLUGIN_DELAY_H

#include "core/base/attributes.h"
#include "core/dsp/rt/emphasis.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/setup/engine.h"
#include "plugin/controls.h"
#include "plugin/engine_plugin.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Echoes from one window: taps that move through it, and a copy that is held.
*/

/// Readouts: all taps in one, and room to make it
enum {
  READOUT_MIX,
  READOUT_SPARE,
  N_READOUTS,
};

/// Controls behind the audio ports
typedef enum {
  DELAY_ENABLED,
  DELAY_THETA,
  DELAY_GLIDE,
  DELAY_SYNC,
  DELAY_ORDER,
  DELAY_QUALITY,
  DELAY_TAPS,
  DELAY_FEEDBACK = DELAY_TAPS + (2 * N_TAPS),
  DELAY_LFO_RATE,
  DELAY_LFO_DEPTH,
  DELAY_LFO_TARGET,
  DELAY_LFO_SPREAD,
  DELAY_HOLD,
  DELAY_SCAN,
  DELAY_SCAN_SPEED,
  DELAY_DRY,
  DELAY_WET,
  DELAY_OUTPUT,
  DELAY_BANDWIDTH,
  DELAY_ORDER_USED,
} DelayControl;

/// One tap
typedef struct {
  LmuGlide position; ///< Part of theta
  LmuGlide gain;     ///< Factor
} DelayTap;

/// What one channel remembers beside its window
typedef struct {
  LmuEmphasis emphasis; ///< Before the window
  float       offset;   ///< Constant part of what comes back
} DelayLoop;

/// Instance of the delay
typedef struct {
  EnginePlugin base;
  uint32_t     n_channels;

  double   goal;  ///< Theta without the LFO [frames]
  double   theta; ///< Theta [frames]
  DelayTap taps[N_TAPS];
  LmuGlide feedback;
  LmuGlide dry;
  LmuGlide wet;
  LmuGlide output;
  LmuGlide tap_depth;  ///< LFO on taps
  LmuGlide lfo_spread; ///< Of taps and channels [turns]
  double   lfo;        ///< Phase of the LFO [turns]
  bool     rests;      ///< Whether READOUT_MIX stands for all taps

  DelayLoop loops[LMU_MAX_CHANNELS];
  float     drift;    ///< Part of what comes back that its offset follows
  LmuGlide  centring; ///< Part of that offset that is taken away

  LmuGlide   hold;   ///< Part of the held window in the sound
  ScanChoice scan;   ///< How it is scanned
  double     travel; ///< How far that went [windows]
  double     seam;   ///< Part of the window that loops fade over
} Delay;

/// Return the index of a port behind the audio ports
LMU_RT static inline uint32_t
delay_port(const Delay* const self, const uint32_t control)
{
  return N_ATOM_PORTS + (2U * self->n_channels) + control;
}

LMU_RT static inline double
delay_value(const Delay* const self, const uint32_t control)
{
  return (double)self->base.plugin.ports.values[delay_port(self, control)];
}

LMU_RT static inline uint32_t
delay_choice(const Delay* const self, const uint32_t control)
{
  return ports_choice(&self->base.plugin.ports, delay_port(self, control));
}

/// Newest part of the memory, where the frames that inputs are held for are
/// heard [frames]
#define DELAY_NEWEST 12.0

/// Return the length of the memory [frames]
LMU_RT static inline double
delay_memory(const Delay* const self)
{
  return TAPS_MARGIN * self->theta;
}

/// Return a position in the memory that is not too new to be read
LMU_RT static inline double
delay_readable(const Delay* const     self,
               const LmuEngine* const engine,
               const double           position)
{
  const double frames = DELAY_NEWEST / delay_memory(self);
  const double cycle  = 1.0 / engine->modes->order;
  const double least  = frames > cycle ? frames : cycle;
  return position > least ? position : least;
}

/// Return where the memory is read for a position, which is a part of theta
LMU_RT static inline double
delay_read_position(const Delay* const     self,
                    const LmuEngine* const engine,
                    const double           position)
{
  // Half a frame less than the delay, as the newest frame is not in there yet,
  // and what it takes to get there
  const double frames =
    (position * self->theta) - 0.5 - (double)LMU_EMPHASIS_FRAMES;
  return delay_readable(self, engine, frames / delay_memory(self));
}

/// Return the sum of the gains of all taps
LMU_RT static inline double
delay_gain(const Delay* const self)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < N_TAPS; ++i) {
    sum += self->taps[i].gain.value;
  }
  return sum;
}

/// Return the window that the controls ask for [frames], perhaps from the tempo
LMU_RT double
delay_wanted_theta(const Delay* self);

/// Return the engine that the controls ask for
LMU_RT LmuEngineSpec
delay_wanted_spec(const Delay* self);

/// Send everything that moves to where the controls want it
LMU_RT void
delay_update(Delay* self);

/// Follow controls that act at the start of a segment
LMU_RT void
delay_begin_segment(Delay* self);

/// Play a part of a segment
LMU_RT void
delay_play(Delay* self, uint32_t offset, uint32_t n_frames);

#endif // LMU_PLUGIN_DELAY_H
