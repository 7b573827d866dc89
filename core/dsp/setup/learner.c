// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/learner.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/dsp/rt/learner.h"
#include "core/kernels/rt/kernels.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static bool
is_sane(const LmuLearnerSpec* const spec)
{
  return spec->n_features && spec->n_features <= LMU_MAX_FEATURES &&
         spec->n_targets && spec->n_targets <= LMU_MAX_TARGETS &&
         spec->memory >= 1.0 && isfinite(spec->memory) &&
         spec->ridge >= 1e-12 && spec->ridge <= 1.0;
}

/// Give all arrays their parts of one block of zeros
static bool
allocate(LmuLearner* const self)
{
  const size_t n      = self->stride;
  const size_t frames = LMU_LEARNER_BLOCK;
  const size_t all    = self->n_targets * n;
  const size_t count  = (frames * n) + (all * frames) +
                       (self->n_targets * frames) + (2U * n * n) + n +
                       (3U * all);
  double* block = (double*)lmu_aligned_zeros(count * sizeof(double));
  if (!block) {
    return false;
  }

  self->rows       = block;
  self->past       = self->rows + (frames * n);
  self->covariance = self->past + (all * frames);
  self->factor     = self->covariance + (n * n);
  self->products   = self->factor + (n * n);
  self->right      = self->products + all;
  self->scale      = self->right + all;
  self->values     = self->scale + n;
  self->weights    = (float*)(self->values + (self->n_targets * frames));
  return true;
}

LmuStatus
lmu_learner_new(LmuLearner** const learner, const LmuLearnerSpec* const spec)
{
  *learner = NULL;
  if (!is_sane(spec)) {
    return LMU_BAD_VALUE;
  }

  LmuLearner* const self = (LmuLearner*)calloc(1, sizeof(LmuLearner));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  self->kernels      = spec->kernels ? spec->kernels : lmu_kernels(0U);
  self->max_features = spec->n_features;
  self->n_features   = spec->n_features;
  self->n_targets    = spec->n_targets;
  self->stride       = lmu_learner_stride(spec->n_features);
  self->hop          = (spec->hop + LMU_LEARNER_BLOCK - 1U) / LMU_LEARNER_BLOCK;
  self->hop          = self->hop ? self->hop : 1U;
  self->keep         = exp(-(double)LMU_LEARNER_BLOCK / spec->memory);
  self->ridge        = spec->ridge;
  if (!allocate(self)) {
    free(self);
    return LMU_NO_MEMORY;
  }

  *learner = self;
  return LMU_SUCCESS;
}

void
lmu_learner_free(LmuLearner* const learner)
{
  if (learner) {
    free(learner->rows);
    free(learner);
  }
}
