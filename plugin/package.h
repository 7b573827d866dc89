// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_PACKAGE_H
#define LMU_PLUGIN_PACKAGE_H

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

/// Package, used by one thread at a time
typedef struct PackageImpl {
  LmuModel* model;     ///< Null for silence
  float**   outputs;   ///< What it played, [n_outputs][LMU_MODEL_FRAMES]
  uint32_t  n_outputs; ///< Of all channels
  uint32_t  latency;   ///< [frames]
  double    theta_ms;  ///< Longest window
  uint32_t  order;     ///< Greatest order
  uint32_t  number;    ///< Of all that a loader made
  double    file_rate; ///< Of the file, or zero [Hz]

  struct PackageImpl* next; ///< For lists of them
} Package;

/// What a package is for
typedef enum {
  PACKAGE_SOUND,     ///< One output a channel, and a latency that fits
  PACKAGE_READOUTS,  ///< Any outputs
  PACKAGE_FORECASTS, ///< Outputs that predict each channel by itself
} PackageKind;

/**
   Make a package of the bytes of a weight file.

   @param package Set to a new package, or to null on error.
   @param data Bytes, or null for silence.
   @param n_bytes Number of bytes.
   @param kind What it is for.
   @param spec What the model is to be.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
package_new(Package**           package,
            const uint8_t*      data,
            size_t              n_bytes,
            PackageKind         kind,
            const LmuModelSpec* spec,
            LmuError*           error);

/// Return how many frames ahead of the newest input a forecast is
LMU_RT double
package_lead(const Package* package, uint32_t output);

/// Free a package, or do nothing if it is null
LMU_SETUP void
package_free(Package* package);

/// Forget all input
LMU_RT void
package_reset(const Package* package);

/// Run a package, which sets its outputs
LMU_RT void
package_process(const Package*      package,
                const float* const* input,
                const float*        conditions,
                uint32_t            n_frames);

#endif // LMU_PLUGIN_PACKAGE_H
