// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_COEFFICIENT_SCALE_H
#define LMU_TRAIN_COEFFICIENT_SCALE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/pass.h"
#include "train/real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Scales by which all coefficients of memories are as loud.

   High coefficients are far smaller than low ones, and what reads them would
   learn as much slower.  Rows of kernels that read them get a scale that is the
   inverse of how loud they are on the input that is trained on.
*/

/// Sums of squares of all memories' coefficients, owned by the heap
typedef struct {
  const LmuTrainNetwork* network;
  double*                sums;    ///< Layer by layer
  size_t                 n_added; ///< Frames of lanes
} LmuCoefficientScale;

/// Return sums of nothing, or null
LMU_SETUP LmuCoefficientScale*
lmu_coefficient_scale_new(const LmuTrainNetwork* network);

/// Free sums, or do nothing if they are null
LMU_SETUP void
lmu_coefficient_scale_free(LmuCoefficientScale* scale);

/// Add the frames of the last forward pass
LMU_SETUP void
lmu_coefficient_scale_add(LmuCoefficientScale* scale,
                          const LmuTrainPass*  pass,
                          uint32_t             n_frames,
                          uint32_t             lanes);

/**
   Set the scales of all rows that read memories, and start anew.

   @param values Whether values are to change as their scales do, as those of a
   network that was just initialised.
*/
LMU_SETUP void
lmu_coefficient_scale_set(LmuCoefficientScale* scale,
                          LmuAdam*             adam,
                          bool                 values);

#endif // LMU_TRAIN_COEFFICIENT_SCALE_H
