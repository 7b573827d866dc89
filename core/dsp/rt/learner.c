// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/learner.h"

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/// What is added to the diagonal of R: energy that counts as none
#define FLOOR 1e-10

/// Energy of the sums at most, in parts of what the present power amounts to.
/// Less makes it forget loud moments sooner, and forecast drums worse.
#define MOST_ENERGY 8.0

/// Mean square of features that counts as the least power, -100 dB
#define LEAST_POWER 1e-10

/// Mean square of features that counts as the greatest power, 24 dB above full
/// scale: a burst beyond it is over at once
#define MOST_POWER 256.0

/// Blocks of the memory over which power is taken
#define POWER_BLOCKS 16.0

/// Least pivot, in parts of the ridge: rounding may leave less
#define LEAST_PIVOT 1e-3

LMU_RT static void
clear(double* const numbers, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    numbers[i] = 0.0;
  }
}

void
lmu_learner_reset(LmuLearner* const learner)
{
  const size_t all = (size_t)learner->n_targets * learner->stride;
  learner->phase   = 0U;
  learner->count   = 0U;
  learner->power   = 0.0;
  learner->energy  = 0.0;
  learner->block   = 0U;
  learner->step    = 0U;
  clear(learner->covariance, (size_t)learner->stride * learner->stride);
  clear(learner->products, all);
  clear(learner->factor, (size_t)learner->stride * learner->stride);
  clear(learner->right, all);
  for (size_t i = 0U; i < all; ++i) {
    learner->weights[i] = 0.0f;
  }
}

void
lmu_learner_resize(LmuLearner* const learner, const uint32_t n_features)
{
  assert(n_features && n_features <= learner->max_features);

  learner->n_features = n_features;
  learner->stride     = lmu_learner_stride(n_features);
  lmu_learner_reset(learner);
  clear(learner->rows, (size_t)LMU_LEARNER_BLOCK * learner->stride);
  clear(learner->past,
        (size_t)learner->n_targets * LMU_LEARNER_BLOCK * learner->stride);
}

void
lmu_learner_set_memory(LmuLearner* const learner, const double memory)
{
  // The series of the exponential function, to 2e-8 for 64 frames
  const double x = (double)LMU_LEARNER_BLOCK / memory;
  learner->keep =
    1.0 -
    x * (1.0 - x / 2.0 *
                 (1.0 - x / 3.0 *
                          (1.0 - x / 4.0 * (1.0 - x / 5.0 * (1.0 - x / 6.0)))));
}

/* Solving, which starts anew each hop */

/// Take the sums as they are now
LMU_RT static void
begin(LmuLearner* const learner)
{
  const uint32_t n = learner->n_features;
  for (uint32_t i = 0U; i < n; ++i) {
    const size_t diagonal = ((size_t)i * learner->stride) + i;
    learner->scale[i] =
      1.0 / __builtin_sqrt(learner->covariance[diagonal] + FLOOR);
  }
  for (uint32_t i = 0U; i < n; ++i) {
    const double* const from =
      learner->covariance + ((size_t)i * learner->stride);
    double* const to = learner->factor + ((size_t)i * learner->stride);
    for (uint32_t j = i; j < n; ++j) {
      to[j] = from[j] * learner->scale[i] * learner->scale[j];
    }
    to[i] += learner->ridge;
  }
  for (uint32_t k = 0U; k < learner->n_targets; ++k) {
    const size_t at = (size_t)k * learner->stride;
    for (uint32_t i = 0U; i < n; ++i) {
      learner->right[at + i] = learner->products[at + i] * learner->scale[i];
    }
  }
}

/// Make row k of the factor, and take its part out of all rows below
LMU_RT static void
factor_row(LmuLearner* const learner, const uint32_t k)
{
  const double  least = learner->ridge * LEAST_PIVOT;
  double* const row   = learner->factor + ((size_t)k * learner->stride);
  const double  pivot = (row[k] > least) ? row[k] : least;
  const double  by    = 1.0 / __builtin_sqrt(pivot);
  for (uint32_t j = k; j < learner->n_features; ++j) {
    row[j] *= by;
  }
  row[k] = __builtin_sqrt(pivot);
  for (uint32_t i = k + 1U; i < learner->n_features; ++i) {
    double* const below = learner->factor + ((size_t)i * learner->stride);
    for (uint32_t j = i; j < learner->n_features; ++j) {
      below[j] -= row[i] * row[j];
    }
  }
}

/// Set the weights of a target
LMU_RT static void
substitute(LmuLearner* const learner, const uint32_t target)
{
  const uint32_t n = learner->n_features;
  double* const  v = learner->right + ((size_t)target * learner->stride);
  float* const   w = learner->weights + ((size_t)target * learner->stride);
  for (uint32_t i = 0U; i < n; ++i) {
    const double* const row = learner->factor + ((size_t)i * learner->stride);
    v[i] /= row[i];
    for (uint32_t j = i + 1U; j < n; ++j) {
      v[j] -= row[j] * v[i];
    }
  }
  for (uint32_t i = n; i-- > 0U;) {
    const double* const row = learner->factor + ((size_t)i * learner->stride);
    for (uint32_t j = i + 1U; j < n; ++j) {
      v[i] -= row[j] * v[j];
    }
    v[i] /= row[i];
  }
  for (uint32_t i = 0U; i < n; ++i) {
    w[i] = (float)(v[i] * learner->scale[i]);
  }
}

/// Do the steps of solving that fall on a block, so that all fit in a hop
LMU_RT static void
solve_part(LmuLearner* const learner)
{
  const uint32_t n_steps = learner->n_features + learner->n_targets;
  const uint32_t share   = (n_steps + learner->hop - 1U) / learner->hop;
  if (!learner->block) {
    begin(learner);
    learner->step = 0U;
  }
  for (uint32_t i = 0U; i < share && learner->step < n_steps; ++i) {
    if (learner->step < learner->n_features) {
      factor_row(learner, learner->step);
    } else {
      substitute(learner, learner->step - learner->n_features);
    }
    ++learner->step;
  }
  learner->block = (learner->block + 1U) % learner->hop;
}

/* Sums */

/// Note a frame of the block
LMU_RT static void
note(LmuLearner* const learner, const LmuTrainingExample* const example)
{
  const size_t  at  = (size_t)learner->phase * learner->stride;
  const size_t  all = (size_t)LMU_LEARNER_BLOCK * learner->stride;
  double* const row = learner->rows + at;
  const double  use = example->counts ? 1.0 : 0.0;
  for (uint32_t i = 0U; i < learner->n_features; ++i) {
    row[i] = use * (double)example->features[i];
  }
  for (uint32_t k = 0U; k < learner->n_targets; ++k) {
    double* const past = learner->past + (k * all) + at;
    for (uint32_t i = 0U; i < learner->n_features; ++i) {
      past[i] = use * (double)example->past[k][i];
    }
    learner->values[(k * LMU_LEARNER_BLOCK) + learner->phase] =
      use * (double)example->values[k];
  }
}

/// Return the energy of the features in the sums
LMU_RT static double
trace(const LmuLearner* const learner)
{
  double total = 0.0;
  for (uint32_t i = 0U; i < learner->n_features; ++i) {
    total += learner->covariance[((size_t)i * learner->stride) + i];
  }
  return total;
}

/// Return what to keep of the sums, whose energy is not to be far above what
/// comes in
LMU_RT static double
kept(LmuLearner* const learner)
{
  const double size   = (double)LMU_LEARNER_BLOCK * learner->n_features;
  const double energy = trace(learner);
  const double last   = energy - learner->energy; // Of the last block
  const double now    = last < MOST_POWER * size ? last : MOST_POWER * size;
  const double lost   = 1.0 - learner->keep;
  const double part   = POWER_BLOCKS * lost;
  const double moves  = learner->count ? 1.0 : 0.0;
  learner->power += moves * (part < 1.0 ? part : 1.0) * (now - learner->power);

  const double power = learner->power + (LEAST_POWER * size);
  const double most  = MOST_ENERGY * power / lost;
  const double old   = learner->keep * energy;
  const double some  = old > most ? most / energy : learner->keep;
  const double keep  = learner->count ? some : 1.0; // Time stands still
  learner->energy    = keep * energy;
  return keep;
}

/// Add the block to all sums
LMU_RT static void
add_block(LmuLearner* const learner)
{
  const double   keep = kept(learner);
  const uint32_t n    = learner->stride;
  const size_t   all  = (size_t)LMU_LEARNER_BLOCK * n;
  const LmuGram  both = {
     learner->rows, learner->rows, n, n, n, LMU_LEARNER_BLOCK, keep, true};
  learner->kernels->gram(learner->covariance, &both);
  for (uint32_t k = 0U; k < learner->n_targets; ++k) {
    const LmuGram one = {learner->values + ((size_t)k * LMU_LEARNER_BLOCK),
                         learner->past + (k * all),
                         1U,
                         1U,
                         n,
                         LMU_LEARNER_BLOCK,
                         keep,
                         false};
    learner->kernels->gram(learner->products + ((size_t)k * n), &one);
  }
}

void
lmu_learner_process(LmuLearner* const               learner,
                    const LmuTrainingExample* const example)
{
  note(learner, example);
  learner->count += example->counts;
  if (++learner->phase == LMU_LEARNER_BLOCK) {
    learner->phase = 0U;
    add_block(learner);
    learner->count = 0U;
    solve_part(learner);
  }
}

float
lmu_learner_predict(const LmuLearner* const learner,
                    const uint32_t          target,
                    const float* const      features)
{
  const float* const w = learner->weights + ((size_t)target * learner->stride);
  float              total = 0.0f;
  for (uint32_t i = 0U; i < learner->n_features; ++i) {
    total += w[i] * features[i];
  }
  return total;
}
