// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/emulate/arrays.h"

#include "core/base/status.h"
#include "core/dsp/rt/learner.h"
#include "core/dsp/rt/sustain_parts.h"
#include "core/dsp/rt/trace.h"
#include "core/dsp/setup/learner.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/recurrence.h"
#include "core/memory/setup/recurrence.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/network_plan.h"
#include "tests/emulate/report.h"
#include "tests/unit/signals.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_FEATURES 21U
#define N_LESSONS 256U

/// Sums of each, twice LMU_LANES
#define N_SUMS 32U

/// Frames, of which some are left over beside those that are taken at once
#define N_FRAMES 7U

/// Most columns of a matrix, and blocks of its rows: a tile and a part of one
#define N_COLUMNS 11U
#define N_BLOCKS 5U

/// An order, and how many degrees of its solutions are kept
#define TESTED_ORDER 150U
#define N_DEGREES 78U

/// Samples of a lattice: whole vectors and some that are left over
#define N_SAMPLES 77U

/// Weights of a forecast, a multiple of twice LMU_LANES
#define N_WEIGHTS 96U

static void
fill(float* const x, const uint32_t count, uint32_t* const noise)
{
  for (uint32_t i = 0U; i < count; ++i) {
    x[i] = next_noise(noise);
  }
}

static void
fill_doubles(double* const x, const uint32_t count, uint32_t* const noise)
{
  for (uint32_t i = 0U; i < count; ++i) {
    x[i] = (double)next_noise(noise);
  }
}

/* Networks */

/// Compare a product of some frames, set where there is a base, else added
static void
compare_product(const LmuKernels* const kernels,
                const LmuAffine* const  product,
                Report* const           report)
{
  float              input[N_FRAMES * N_COLUMNS];
  _Alignas(64) float x[N_FRAMES * N_BLOCKS * LMU_LANES];
  _Alignas(64) float y[N_FRAMES * N_BLOCKS * LMU_LANES];
  uint32_t           noise = 1U;
  fill(input, N_FRAMES * N_COLUMNS, &noise);
  fill(x, N_FRAMES * N_BLOCKS * LMU_LANES, &noise);
  memcpy(y, x, sizeof(y));

  LmuRun run = {input, N_COLUMNS, x, N_BLOCKS * LMU_LANES, N_FRAMES};
  lmu_kernels_generic.affine(product, &run);
  run.output = y;
  kernels->affine(product, &run);
  compare(report, AFFINE, x, y, N_FRAMES * N_BLOCKS * LMU_LANES);
}

/// Compare products of blocks of rows, and of a few rows one by one
static void
compare_products(const LmuKernels* const kernels, Report* const report)
{
  _Alignas(64) float matrix[N_BLOCKS * LMU_LANES * N_COLUMNS];
  _Alignas(64) float base[N_BLOCKS * LMU_LANES];
  uint32_t           noise = 2U;
  fill(matrix, N_BLOCKS * LMU_LANES * N_COLUMNS, &noise);
  fill(base, N_BLOCKS * LMU_LANES, &noise);
  for (uint32_t i = 0U; i < 2U; ++i) {
    const float* const from = i ? base : NULL;
    for (uint32_t n_blocks = 1U; n_blocks <= N_BLOCKS; ++n_blocks) {
      const LmuAffine product = {n_blocks, 0U, N_COLUMNS, from, matrix};
      compare_product(kernels, &product, report);
    }
    const LmuAffine narrow = {1U, LMU_NARROW - 1U, N_COLUMNS, from, matrix};
    compare_product(kernels, &narrow, report);
  }
}

/// Compare all activations, from where they saturate to where they do again
static void
compare_activations(const LmuKernels* const kernels, Report* const report)
{
  for (uint32_t i = 0U; i < LMU_N_ACTIVATIONS; ++i) {
    _Alignas(64) float x[2U * N_BLOCKS * LMU_LANES];
    _Alignas(64) float y[2U * N_BLOCKS * LMU_LANES];
    uint32_t           noise = 1U;
    for (uint32_t j = 0U; j < 2U * N_BLOCKS * LMU_LANES; ++j) {
      x[j] = 12.0f * next_noise(&noise);
      y[j] = x[j];
    }
    lmu_kernels_generic.activate((LmuActivation)i, 0.2f, x, N_BLOCKS);
    kernels->activate((LmuActivation)i, 0.2f, y, N_BLOCKS);
    compare(report, ACTIVATE, x, y, N_BLOCKS * LMU_LANES);
  }
}

/* Learners */

/// Compare sums of products, of which not all rows are taken at once
static void
compare_sums(const LmuKernels* const kernels,
             const bool              is_upper,
             Report* const           report)
{
  double               rows[N_FRAMES * N_FEATURES];
  _Alignas(128) double columns[N_FRAMES * N_SUMS];
  _Alignas(128) double x[N_FEATURES * N_SUMS];
  _Alignas(128) double y[N_FEATURES * N_SUMS];
  uint32_t             noise = 1U;
  fill_doubles(rows, N_FRAMES * N_FEATURES, &noise);
  fill_doubles(columns, N_FRAMES * N_SUMS, &noise);
  fill_doubles(x, N_FEATURES * N_SUMS, &noise);
  memcpy(y, x, sizeof(y));

  const LmuGram from = {
    rows, columns, N_FEATURES, N_FEATURES, N_SUMS, N_FRAMES, 0.9, is_upper};
  lmu_kernels_generic.gram(x, &from);
  kernels->gram(y, &from);
  for (uint32_t i = 0U; i < N_FEATURES; ++i) {
    const uint32_t first = is_upper ? i : 0U;
    const size_t   start = ((size_t)i * N_SUMS) + first;
    compare_doubles(report, GRAM, x + start, y + start, N_SUMS - first);
  }
}

static LmuLearner*
learner_of(const LmuKernels* const kernels)
{
  const LmuLearnerSpec spec    = {N_FEATURES, 1U, 1000.0, 64U, 1e-3, kernels};
  LmuLearner*          learner = NULL;
  if (lmu_learner_new(&learner, &spec)) {
    (void)fprintf(stderr, "kernels: no learner\n");
    abort();
  }
  return learner;
}

static void
compare_learners(const LmuKernels* const kernels, Report* const report)
{
  LmuLearner* const x                    = learner_of(&lmu_kernels_generic);
  LmuLearner* const y                    = learner_of(kernels);
  uint32_t          noise                = 1U;
  float             features[N_FEATURES] = {0.0f};
  for (uint32_t i = 0U; i < N_LESSONS; ++i) {
    const float              value  = features[0] - features[N_FEATURES - 1U];
    const float* const       past[] = {features};
    const LmuTrainingExample lesson = {features, past, &value, true};
    lmu_learner_process(x, &lesson);
    lmu_learner_process(y, &lesson);
    memmove(features + 1, features, (N_FEATURES - 1U) * sizeof(float));
    features[0] = next_noise(&noise);
  }
  compare(report, LEARNER, x->weights, y->weights, N_FEATURES);
  lmu_learner_free(y);
  lmu_learner_free(x);
}

/* Sounds */

static void
compare_outlines(const LmuKernels* const kernels, Report* const report)
{
  _Alignas(64) LmuFour samples[LMU_TRACE_BATCH / 4U];
  LmuFour              pairs[2][LMU_TRACE_BATCH / 8U] = {{{0.0f}}};
  uint32_t             noise                          = 1U;
  for (uint32_t i = 0U; i < LMU_TRACE_BATCH; ++i) {
    samples[i / 4U][i % 4U] = next_noise(&noise);
  }
  for (uint32_t level = 2U; level <= 5U; ++level) {
    const uint32_t n_pairs = LMU_TRACE_BATCH >> level;
    lmu_kernels_generic.outline(samples, level, n_pairs, pairs[0]);
    kernels->outline(samples, level, n_pairs, pairs[1]);
    compare(report,
            OUTLINE,
            (const float*)pairs[0],
            (const float*)pairs[1],
            2U * n_pairs);
  }
}

/// Compare banks of oscillators over some frames
static void
compare_banks(const LmuKernels* const kernels,
              const uint32_t          n_channels,
              Report* const           report)
{
  static LmuBank banks[2];
  uint32_t       noise = 1U;
  fill_doubles((double*)&banks[0], sizeof(LmuBank) / sizeof(double), &noise);
  memcpy(&banks[1], &banks[0], sizeof(LmuBank));
  for (uint32_t i = 0U; i < N_FRAMES; ++i) {
    double x[LMU_SUSTAIN_CHANNELS] = {0.0};
    double y[LMU_SUSTAIN_CHANNELS] = {0.0};
    lmu_kernels_generic.synthesise(&banks[0], n_channels, x);
    kernels->synthesise(&banks[1], n_channels, y);
    compare_doubles(report, SYNTHESISE, x, y, n_channels);
  }
  compare_doubles(report, SYNTHESISE, banks[0].re, banks[1].re, LMU_PARTIALS);
  compare_doubles(report, SYNTHESISE, banks[0].im, banks[1].im, LMU_PARTIALS);
}

/// Compare a pass of a lattice, with its sums
static void
compare_passes(const LmuKernels* const kernels, Report* const report)
{
  float             numbers[2][2][N_SAMPLES + 1U];
  LmuReflectionSums sums[2] = {{0.25, 0.5}, {0.25, 0.5}};
  uint32_t          noise   = 1U;
  fill(numbers[0][0], 2U * (N_SAMPLES + 1U), &noise);
  memcpy(numbers[1], numbers[0], sizeof(numbers[0]));
  for (uint32_t i = 0U; i < 2U; ++i) {
    const LmuReflection pass = {
      numbers[i][0], numbers[i][1], N_SAMPLES, 0.7f, -0.3f};
    (i ? kernels : &lmu_kernels_generic)->reflect(&pass, &sums[i]);
  }
  compare(report, REFLECT, numbers[0][0], numbers[1][0], 2U * (N_SAMPLES + 1U));
  compare_doubles(report, REFLECT, &sums[0].product, &sums[1].product, 1U);
  compare_doubles(report, REFLECT, &sums[0].power, &sums[1].power, 1U);
}

/// Compare the same in float64, without sums
static void
compare_unfolding(const LmuKernels* const kernels, Report* const report)
{
  double   numbers[2][2][N_SAMPLES + 1U];
  uint32_t noise = 1U;
  fill_doubles(numbers[0][0], 2U * (N_SAMPLES + 1U), &noise);
  memcpy(numbers[1], numbers[0], sizeof(numbers[0]));
  lmu_kernels_generic.unfold(numbers[0][0], numbers[0][1], 0.7, N_SAMPLES);
  kernels->unfold(numbers[1][0], numbers[1][1], 0.7, N_SAMPLES);
  compare_doubles(
    report, UNFOLD, numbers[0][0], numbers[1][0], 2U * (N_SAMPLES + 1U));
}

/// Compare a forecast from samples at any place
static void
compare_forecasts(const LmuKernels* const kernels, Report* const report)
{
  _Alignas(128) double weights[N_WEIGHTS];
  float                samples[N_WEIGHTS + 1U];
  uint32_t             noise = 1U;
  fill_doubles(weights, N_WEIGHTS, &noise);
  fill(samples, N_WEIGHTS + 1U, &noise);
  const double x =
    lmu_kernels_generic.foretell(weights, samples + 1, N_WEIGHTS);
  const double y = kernels->foretell(weights, samples + 1, N_WEIGHTS);
  compare_doubles(report, FORETELL, &x, &y, 1U);
}

/// Compare solutions of the recurrence of an order, of which some are kept
static void
compare_solutions(const LmuKernels* const kernels, Report* const report)
{
  const uint32_t       size = LMU_LANES * N_DEGREES;
  double               s[LMU_BLOCK];
  _Alignas(128) double x[2U * LMU_LANES * N_DEGREES];
  _Alignas(128) double y[2U * LMU_LANES * N_DEGREES];
  LmuRecurrence        first  = {.n_kept = N_DEGREES, .kept = x};
  LmuRecurrence        second = {.n_kept = N_DEGREES, .kept = y};
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    s[i]             = -1.0 * i;
    s[LMU_LANES + i] = 20.0 * (i + 1.0);
  }

  lmu_recurrence_solve(&first, TESTED_ORDER, s, &lmu_kernels_generic);
  lmu_recurrence_solve(&second, TESTED_ORDER, s, kernels);
  compare_doubles(report, DESCEND, x, y, 2U * size);
  compare_doubles(report, DESCEND, first.next, second.next, LMU_BLOCK);
  compare_doubles(report, DESCEND, first.here, second.here, LMU_BLOCK);
  compare_doubles(report, DESCEND, first.square, second.square, LMU_BLOCK);
}

void
compare_arrays(const LmuKernels* const kernels, Report* const report)
{
  compare_products(kernels, report);
  compare_activations(kernels, report);
  compare_sums(kernels, false, report);
  compare_sums(kernels, true, report);
  compare_learners(kernels, report);
  compare_outlines(kernels, report);
  compare_banks(kernels, 1U, report);
  compare_banks(kernels, LMU_SUSTAIN_CHANNELS, report);
  compare_passes(kernels, report);
  compare_unfolding(kernels, report);
  compare_forecasts(kernels, report);
  compare_solutions(kernels, report);
}
