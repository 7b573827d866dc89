// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_MODEL_H
#define LMU_PLUGIN_MODEL_H

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/nn/rt/model.h"
#include "core/nn/setup/graph.h"
#include "plugin/loader.h"
#include "plugin/loudness.h"
#include "plugin/plugin.h"
#include "plugin/weights.h"

#include <stdint.h>

/**
   @file
   Playing through a trained network.
*/

/// Controls behind the audio ports
typedef enum {
  MODEL_ENABLED,
  MODEL_FREEWHEEL,
  MODEL_INPUT,
  MODEL_OUTPUT,
  MODEL_MIX,
  MODEL_THETA_SCALE,
  MODEL_CONDITIONS,
  MODEL_NORMALISE = MODEL_CONDITIONS + LMU_MAX_CONDITIONS,
  MODEL_DC_BLOCK,
  MODEL_RATE_MODE,
  MODEL_EMBED,
  MODEL_MATCH,
  MODEL_STATUS,
  MODEL_THETA,
  MODEL_ORDER,
  MODEL_FILE_RATE,
  MODEL_LATENCY,
} ModelControl;

/// Filter that takes a constant away
typedef struct {
  double input;  ///< Last input
  double output; ///< Last output
} DcBlock;

/// Instance of the model
typedef struct {
  Plugin   plugin;
  Weights  weights;
  uint32_t n_channels;

  LmuGlide input;     ///< Factor before the network
  LmuGlide output;    ///< Factor behind it
  LmuGlide mix;       ///< Part of the network in the output
  LmuGlide normalise; ///< Part of the file's own gain that is used
  LmuGlide dc_block;  ///< Part of the filter that is used
  LmuGlide conditions[LMU_MAX_CONDITIONS]; ///< Moved once a segment

  double  dc_pole; ///< Of the filter
  DcBlock dc[LMU_MAX_MODEL_CHANNELS];

  float*   dry[LMU_MAX_MODEL_CHANNELS]; ///< Past input, [MAX_LATENCY + 1]
  uint32_t dry_position;                ///< Where the next frame goes

  Loudness loudness; ///< Of the output, matched to that of the input
} Model;

/// Return the index of a port behind the audio ports
LMU_RT static inline uint32_t
model_port(const Model* const self, const uint32_t control)
{
  return N_ATOM_PORTS + (2U * self->n_channels) + control;
}

LMU_RT static inline double
model_value(const Model* const self, const uint32_t control)
{
  return (double)self->plugin.ports.values[model_port(self, control)];
}

/// Prepare for a sample rate
LMU_SETUP void
model_sound_init(Model* self);

/// Forget all input, as if there had been silence
LMU_SETUP void
model_sound_reset(Model* self);

/// Send everything that moves to where the controls want it
LMU_RT void
model_update(Model* self);

/// Play a part of a segment
LMU_RT void
model_play(Model* self, uint32_t offset, uint32_t n_frames);

#endif // LMU_PLUGIN_MODEL_H
