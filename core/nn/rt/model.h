// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_RT_MODEL_H
#define LMU_CORE_NN_RT_MODEL_H

#include "core/base/attributes.h"
#include "core/dsp/rt/resampler.h"
#include "core/nn/rt/limits.h"
#include "core/nn/rt/network.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   A trained network for the channels of a plugin, at the host's sample rate.

   Made by lmu_model_new() off the audio thread, then used by one thread.
*/

/// Greatest number of channels of a model, each with a network of its own
#define LMU_MAX_MODEL_CHANNELS 2U

/// Most frames that lmu_model_process() takes at once
#define LMU_MODEL_FRAMES 16U

/// Model, do not copy
typedef struct LmuModelImpl {
  const LmuNetwork* network;      ///< What all states share
  uint32_t          n_channels;   ///< Channels of the plugin
  uint32_t          n_states;     ///< Networks that run
  uint32_t          n_audio;      ///< Inputs of a network that are sound
  uint32_t          n_conditions; ///< Inputs of a network that are controls
  uint32_t          n_outputs;    ///< Outputs of a network
  double            latency;      ///< Of all, in whole frames of the host
  bool              rate_differs; ///< Whether it runs at a wrong rate, as asked
  float             loudness_gain; ///< Brings the output to -18 dBFS RMS, or 1

  uint32_t n_horizons; ///< n_outputs if outputs predict the input, or zero

  /// How far ahead each output predicts, beyond the newest frame that it knows,
  /// which is `latency` frames ago [frames of the host]
  double horizons[LMU_MAX_HORIZONS];

  LmuNetworkState* states[LMU_MAX_MODEL_CHANNELS];
  LmuResampler*    resamplers[LMU_MAX_MODEL_CHANNELS]; ///< Null at one rate
  float*           answers; ///< Outputs of a network for a moment
  void*            owner;   ///< What lmu_model_free() frees
} LmuModel;

/// Forget all input
LMU_RT void
lmu_model_reset(LmuModel* model);

/**
   Return the output whose horizon is nearest to one, the first of equals.

   @param model Model with horizons, 0 is returned for others.
   @param horizon How far ahead to predict [frames of the host].
*/
LMU_RT uint32_t
lmu_model_output(const LmuModel* model, double horizon);

/**
   Advance all channels.

   @param model Model.
   @param input Samples that lmu_sane() returned, [n_channels][n_frames].
   @param conditions Values from 0 to 1, [n_conditions].
   @param output Set to samples, always finite and at most LMU_MAX_INPUT,
   [channels * n_outputs][n_frames]: all outputs of the first network, then of
   the second.
   @param n_frames Number of frames, at most LMU_MODEL_FRAMES.
*/
LMU_RT void
lmu_model_process(LmuModel*           model,
                  const float* const* input,
                  const float*        conditions,
                  float* const*       output,
                  uint32_t            n_frames);

/**
   Take over the memories of a model that played until now, layer by layer, of
   layers that have the same order, theta, and form.

   What resamplers of the same rates hold is taken over too.

   @return Whether any memory was taken.
*/
LMU_RT bool
lmu_model_adopt(LmuModel* model, const LmuModel* source);

#endif // LMU_CORE_NN_RT_MODEL_H
