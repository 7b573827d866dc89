// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_ONSET_H
#define LMU_TRAIN_PAIR_ONSET_H

#include "core/base/attributes.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Where an estimated response begins.
*/

/// Where a response begins, and how far it stands out
typedef struct {
  int64_t onset; ///< First lag above the noise
  int64_t peak;  ///< Lag of the greatest magnitude
  double  top;   ///< Value at the peak
  double  noise; ///< Standard deviation of lags that have nothing to say
} LmuOnset;

/**
   Find the onset of a response.

   @param values Response from lag -reach to reach, finite, [2 reach + 1].
   @param reach Greatest lag [frames].
   @param work Room, [2 reach + 1].
*/
LMU_SETUP LmuOnset
lmu_onset_find(const float* values, uint32_t reach, float* work);

#endif // LMU_TRAIN_PAIR_ONSET_H
