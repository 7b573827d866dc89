// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_LEARNER_H
#define LMU_CORE_DSP_RT_LEARNER_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Linear predictors that are learned while they run.

   Finds weights w so that w . x predicts a value, by least squares over the
   past, of which the newest counts most: an error `memory` frames ago counts a
   factor of e less.  With R the sum of x x^T and p that of x times the value,
   both in float64, it solves (S R S + ridge) v = S p and w = S v, where S makes
   the diagonal of S R S one, so that the scale of x does not matter.

   This is recursive least squares (Haykin, "Adaptive Filter Theory", chapter
   10) that keeps sums and not the inverse of R: an error of rounding is
   forgotten like all else, so it may run for ever.  Weights are new every hop,
   and solving is spread over the frames of the next.

   A sound much louder than what follows would outweigh that for a long time.
   So what is kept of the sums is scaled to a limit that moves with the power of
   the features, which changes no weight by itself.

   Made by lmu_learner_new() off the audio thread, then used by one thread.
*/

/// Frames that are added to the sums at once
#define LMU_LEARNER_BLOCK 16U

/// What is learned at one frame
typedef struct {
  const float* features; ///< x of this frame, [n_features]

  /// For each target: x of the frame that is to predict the value, [n_features]
  const float* const* past;

  const float* values; ///< What comes true at this frame, [n_targets]
  bool         counts; ///< Whether to learn it, or only to work as hard
} LmuTrainingExample;

/// Learner, do not copy
typedef struct {
  const LmuKernels* kernels;
  uint32_t          max_features;
  uint32_t          n_features;
  uint32_t          n_targets;
  uint32_t          stride; ///< Features, padded with zeros for kernels
  uint32_t          hop;    ///< Blocks from weights to weights
  double            keep;   ///< What a block leaves of the sums before
  double            ridge;
  double            power;  ///< Of the features of a block, mean of the last 16
  double            energy; ///< Of the features in what was kept of the sums

  uint32_t phase; ///< Frames in the block
  uint32_t count; ///< Frames of it that count
  uint32_t block; ///< Blocks in the hop
  uint32_t step;  ///< Steps of solving that are done

  double* rows;       ///< Features of the block, [frames][stride]
  double* past;       ///< [n_targets][frames][stride]
  double* values;     ///< [n_targets][frames]
  double* covariance; ///< R, its upper half, [stride][stride]
  double* products;   ///< p, [n_targets][stride]
  double* factor;     ///< Upper Cholesky factor of S R S, [stride][stride]
  double* scale;      ///< S, [stride]
  double* right;      ///< S p, then v, [n_targets][stride]
  float*  weights;    ///< w, [n_targets][stride]
} LmuLearner;

/// Return a number of features, padded for kernels
LMU_RT static inline uint32_t
lmu_learner_stride(const uint32_t n_features)
{
  return ((n_features + LMU_LANES - 1U) / LMU_LANES) * LMU_LANES;
}

/// Forget all
LMU_RT void
lmu_learner_reset(LmuLearner* learner);

/// Forget all, and have another number of features from now on, 1 to the most
LMU_RT void
lmu_learner_resize(LmuLearner* learner, uint32_t n_features);

/// Set after how many frames an error counts a factor of e less, 64 or more
LMU_RT void
lmu_learner_set_memory(LmuLearner* learner, double memory);

/**
   Learn from one frame.

   Takes about the same time for any input; every LMU_LEARNER_BLOCK frames it
   takes more.
*/
LMU_RT void
lmu_learner_process(LmuLearner* learner, const LmuTrainingExample* example);

/// Return what the weights of a target make of features [n_features]
LMU_RT float
lmu_learner_predict(const LmuLearner* learner,
                    uint32_t          target,
                    const float*      features);

#endif // LMU_CORE_DSP_RT_LEARNER_H
