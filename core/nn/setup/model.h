// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_MODEL_H
#define LMU_CORE_NN_SETUP_MODEL_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/model.h"
#include "core/nn/setup/graph.h"

#include <stdint.h>

/**
   @file
   Making models of graphs.
*/

/// What to do where a file has another rate than the host
typedef enum {
  LMU_RATE_AUTO,     ///< Keep theta in seconds if that is exact, else resample
  LMU_RATE_RESAMPLE, ///< Run the network at its own rate
  LMU_RATE_AS_IS,    ///< Run it as if it were made for this rate
} LmuRateMode;

/// What a model is to be
typedef struct {
  double      rate;        ///< Of the host [Hz]
  double      theta_scale; ///< Factor of all windows, 1 as trained
  LmuRateMode rate_mode;
  uint32_t    n_channels; ///< 1 to LMU_MAX_MODEL_CHANNELS
} LmuModelSpec;

/**
   Make a model.

   A graph of one sound input runs once a channel; one of two inputs needs two
   channels.

   @param model Set to a new model, or to null on error.
   @param graph Graph, not used after this returns.
   @param spec What it is to be.
   @return LMU_BAD_MODEL if it does not fit the channels, LMU_BAD_RATE,
   LMU_UNSTABLE, LMU_NO_MEMORY...  The text says what to do.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_model_new(LmuModel**          model,
              const LmuGraph*     graph,
              const LmuModelSpec* spec,
              LmuError*           error);

/// Free a model, or do nothing if it is null
LMU_SETUP void
lmu_model_free(LmuModel* model);

#endif // LMU_CORE_NN_SETUP_MODEL_H
