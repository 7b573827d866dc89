// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FORECAST_BLOCKS_H
#define LMU_TOOLS_FORECAST_BLOCKS_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "tools/forecast/forecast_network.h"

#include <stdint.h>

/**
   @file
   Which parts of a recording teach a forecaster, and which judge it.

   Time is cut into blocks of about a tenth of the recording and at most a
   second.  Of each ten that have sound, and of fewer if there are no ten, one
   is for validation: what is chosen is chosen there.  Another is for the test,
   and chooses nothing.  All others, also those that are silent, are for
   training.
*/

/// What a block is for
typedef enum {
  LMU_TRAINING,
  LMU_VALIDATION,
  LMU_TEST,
  LMU_N_USES,
} LmuUse;

/// Blocks of a recording, they own the heap
typedef struct {
  uint64_t length;            ///< Frames of a block
  uint64_t n_blocks;          ///< Those that are whole
  uint8_t* uses;              ///< LmuUse of each, [n_blocks]
  uint64_t count[LMU_N_USES]; ///< Blocks of each use
} LmuBlocks;

/**
   Read a recording, and choose what its blocks are for.

   @param blocks Set to blocks, free with lmu_blocks_reset(), also on error.
   @param spec Horizons and frames to skip; a block is longer than those.
   @param n_features Features that are to be fitted.
   @return LMU_EXIT_BAD_INPUT if the file is unreadable, too short, or has too
   little sound in it.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_blocks_init(LmuBlocks*             blocks,
                LmuFailure*            error,
                const char*            path,
                const LmuForecastSpec* spec,
                uint32_t               n_features);

/// Return what the block of a frame is for
LMU_SETUP LmuUse
lmu_blocks_use(const LmuBlocks* blocks, uint64_t frame);

/// Free what lmu_blocks_init() set
LMU_SETUP void
lmu_blocks_reset(LmuBlocks* blocks);

#endif // LMU_TOOLS_FORECAST_BLOCKS_H
