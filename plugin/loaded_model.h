// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_LOADED_MODEL_H
#define LMU_PLUGIN_LOADED_MODEL_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/model.h"
#include "core/nn/setup/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   A model with all that it takes to play it and to describe it.
*/

/// Loaded model, used by one thread at a time
typedef struct LoadedModelImpl {
  LmuModel* model;     ///< Null for silence
  float**   outputs;   ///< What it played, [n_outputs][LMU_MODEL_FRAMES]
  uint32_t  n_outputs; ///< Of all channels
  uint32_t  latency;   ///< [frames]
  double    theta_ms;  ///< Longest window
  uint32_t  order;     ///< Greatest order
  uint32_t  number;    ///< Of all that a loader made
  double    file_rate; ///< Of the file, or zero [Hz]

  struct LoadedModelImpl* next; ///< For lists of them
} LoadedModel;

/// What a loaded model is for
typedef enum {
  LOADED_MODEL_SOUND,     ///< One output a channel, and a latency that fits
  LOADED_MODEL_READOUTS,  ///< Any outputs
  LOADED_MODEL_FORECASTS, ///< Outputs that predict each channel by itself
} LoadedModelKind;

/**
   Make a loaded model of the bytes of a weight file.

   @param loaded Set to a new loaded model, or to null on error.
   @param data Bytes, or null for silence.
   @param n_bytes Number of bytes.
   @param kind What it is for.
   @param spec What the model is to be.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
loaded_model_new(LoadedModel**       loaded,
                 const uint8_t*      data,
                 size_t              n_bytes,
                 LoadedModelKind     kind,
                 const LmuModelSpec* spec,
                 LmuError*           error);

/// Return how many frames ahead of the newest input a forecast is
LMU_RT double
loaded_model_lead(const LoadedModel* loaded, uint32_t output);

/// Free a loaded model, or do nothing if it is null
LMU_SETUP void
loaded_model_free(LoadedModel* loaded);

/// Forget all input
LMU_RT void
loaded_model_reset(const LoadedModel* loaded);

/// Run a loaded model, which sets its outputs
LMU_RT void
loaded_model_process(const LoadedModel*  loaded,
                     const float* const* input,
                     const float*        conditions,
                     uint32_t            n_frames);

#endif // LMU_PLUGIN_LOADED_MODEL_H
