// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FORECAST_DATASET_H
#define LMU_TOOLS_FORECAST_DATASET_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "tools/base/progress.h"
#include "tools/forecast/blocks.h"
#include "tools/forecast/forecast_network.h"
#include "tools/forecast/normal_equations.h"

#include <stdint.h>

/**
   @file
   What a recording teaches a forecaster, read in pieces of any length.

   A frame counts if it is not one of those to skip at the start, and it and all
   that it is to predict are in blocks for one use.
*/

/// Sums of a recording, they own the heap
typedef struct {
  LmuNormalEquations sums[LMU_N_USES]; ///< Of the blocks for each use
} LmuDataset;

/// How far the whole work is, of which this is a part
typedef struct {
  LmuProgress* progress;
  uint32_t     index;   ///< Parts before this one
  uint32_t     n_parts; ///< Of the same size
} LmuWork;

/**
   Read a recording, all channels into the same sums.

   @param dataset Set to sums, free with lmu_dataset_reset(), also on error.
   @param blocks What parts of it are for.
   @param forecaster Forecaster that puts out its features.
   @return LMU_EXIT_BAD_INPUT if the file is unreadable, silent where a horizon
   needs it, or has samples that are no sound.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_dataset_read(LmuDataset*               dataset,
                 LmuFailure*               error,
                 const char*               path,
                 const LmuBlocks*          blocks,
                 const LmuForecastNetwork* forecaster,
                 const LmuWork*            work);

/// Free what lmu_dataset_read() set
LMU_SETUP void
lmu_dataset_reset(LmuDataset* dataset);

#endif // LMU_TOOLS_FORECAST_DATASET_H
