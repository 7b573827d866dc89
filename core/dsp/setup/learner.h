// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_LEARNER_H
#define LMU_CORE_DSP_SETUP_LEARNER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/dsp/rt/learner.h"
#include "core/kernels/rt/kernels.h"

#include <stdint.h>

/// Greatest number of features
#define LMU_MAX_FEATURES 128U

/// Greatest number of targets
#define LMU_MAX_TARGETS 8U

/// What a learner is to be
typedef struct {
  uint32_t          n_features; ///< 1 to LMU_MAX_FEATURES
  uint32_t          n_targets;  ///< 1 to LMU_MAX_TARGETS
  double            memory;     ///< Frames until e times less counts, 1 or more
  uint32_t          hop;        ///< Frames from weights to weights, about
  double            ridge;      ///< 1e-12 to 1, of a diagonal of ones
  const LmuKernels* kernels;    ///< Or null for the best
} LmuLearnerSpec;

/**
   Make a learner.

   @param learner Set to a new learner, or to null on error.
   @param spec What it is to be.
   @return LMU_BAD_VALUE if a number is out of range, or LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_learner_new(LmuLearner** learner, const LmuLearnerSpec* spec);

/// Free a learner, or do nothing if it is null
LMU_SETUP void
lmu_learner_free(LmuLearner* learner);

#endif // LMU_CORE_DSP_SETUP_LEARNER_H
