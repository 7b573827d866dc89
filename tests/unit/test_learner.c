// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/dsp/rt/learner.h"
#include "core/dsp/setup/learner.h"
#include "core/kernels/rt/kernels.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_N 32U
#define N_TARGETS 2U
#define BLOCK LMU_LEARNER_BLOCK
#define HOP (4U * BLOCK)
#define MEMORY 2000.0
#define RIDGE 1e-6

/// The sums of features end one frame after those that predict, so weights are
/// off by about one frame in MEMORY
#define MAX_ERROR (4.0 / MEMORY)

extern const LmuKernels lmu_kernels_wide;

/// A learner, and the same by plain loops
typedef struct {
  uint32_t    n;
  LmuLearner* learner;
  uint32_t    noise;
  uint32_t    count; ///< Frames so far

  float  past[N_TARGETS][MAX_N];
  double covariance[MAX_N][MAX_N];
  double products[N_TARGETS][MAX_N];
  double weights[N_TARGETS][MAX_N];
} Case;

static Case
case_new(const uint32_t n, const LmuKernels* const kernels)
{
  Case                 self = {.n = n, .noise = 1U};
  const LmuLearnerSpec spec = {n, N_TARGETS, MEMORY, HOP, RIDGE, kernels};
  ck_assert_int_eq(lmu_learner_new(&self.learner, &spec), LMU_SUCCESS);
  return self;
}

/// Solve the sums by elimination with pivots, in long double
static void
solve(const Case* const self, const uint32_t target, double weights[MAX_N])
{
  static long double a[MAX_N][MAX_N + 1U];
  const uint32_t     n = self->n;
  long double        scale[MAX_N];
  for (uint32_t i = 0U; i < n; ++i) {
    scale[i] = 1.0L / sqrtl(self->covariance[i][i] + 1e-10L);
  }
  for (uint32_t i = 0U; i < n; ++i) {
    for (uint32_t j = 0U; j < n; ++j) {
      a[i][j] = (self->covariance[i][j] * scale[i] * scale[j]) +
                (i == j ? (long double)RIDGE : 0.0L);
    }
    a[i][n] = self->products[target][i] * scale[i];
  }
  for (uint32_t k = 0U; k < n; ++k) {
    for (uint32_t i = 0U; i < n; ++i) {
      const long double by = (i == k) ? 0.0L : a[i][k] / a[k][k];
      for (uint32_t j = k; j <= n; ++j) {
        a[i][j] -= by * a[k][j];
      }
    }
  }
  for (uint32_t i = 0U; i < n; ++i) {
    weights[i] = (double)(a[i][n] / a[i][i] * scale[i]);
  }
}

/// Give a example to both
static void
teach(Case* const        self,
      const float* const features,
      const float        values[N_TARGETS])
{
  // Weights follow the sums of the last whole hop, which starts with a block
  if (self->count % HOP == BLOCK) {
    for (uint32_t k = 0U; k < N_TARGETS; ++k) {
      solve(self, k, self->weights[k]);
    }
  }

  const double keep =
    (self->count % BLOCK) ? 1.0 : exp(-(double)BLOCK / MEMORY);
  for (uint32_t i = 0U; i < self->n; ++i) {
    for (uint32_t j = 0U; j < self->n; ++j) {
      self->covariance[i][j] = (self->covariance[i][j] * keep) +
                               ((double)features[i] * (double)features[j]);
    }
    for (uint32_t k = 0U; k < N_TARGETS; ++k) {
      self->products[k][i] = (self->products[k][i] * keep) +
                             ((double)self->past[k][i] * (double)values[k]);
    }
  }

  const float* const       past[]  = {self->past[0], self->past[1]};
  const LmuTrainingExample example = {features, past, values, true};
  lmu_learner_process(self->learner, &example);
  for (uint32_t k = 0U; k < N_TARGETS; ++k) {
    memcpy(self->past[k], features, self->n * sizeof(float));
  }
  ++self->count;
}

/// Give features of very different size, and what a rule makes of them
static void
teach_noise(Case* const self, float rule[N_TARGETS][MAX_N])
{
  float features[MAX_N];
  float values[N_TARGETS] = {0.0f};
  for (uint32_t i = 0U; i < self->n; ++i) {
    features[i] = ldexpf(next_noise(&self->noise), -(int)(i % 12U));
    for (uint32_t k = 0U; k < N_TARGETS; ++k) {
      values[k] += rule[k][i] * self->past[k][i];
    }
  }
  teach(self, features, values);
}

static void
fill_rule(float rule[N_TARGETS][MAX_N], uint32_t noise)
{
  for (uint32_t k = 0U; k < N_TARGETS; ++k) {
    for (uint32_t i = 0U; i < MAX_N; ++i) {
      rule[k][i] = next_noise(&noise);
    }
  }
}

static const uint32_t sizes[] = {1U, 3U, 8U, 16U, 21U, 32U};

#define N_SIZES ((int)(sizeof(sizes) / sizeof(sizes[0])))

/// Return how far weights are from others, in units of what they predict
static double
distance(const Case* const self, const uint32_t target, const double* const to)
{
  double worst = 0.0;
  for (uint32_t i = 0U; i < self->n; ++i) {
    const double weight =
      (double)self->learner->weights[(target * self->learner->stride) + i];
    worst = fmax(worst, fabs(weight - to[i]) * ldexp(1.0, -(int)(i % 12U)));
  }
  return worst;
}

static void
check_weights(const uint32_t n, const LmuKernels* const kernels)
{
  static float rule[N_TARGETS][MAX_N];
  Case         self = case_new(n, kernels);
  fill_rule(rule, 3U);
  for (uint32_t i = 0U; i < 40U * HOP; ++i) {
    teach_noise(&self, rule);
  }
  for (uint32_t k = 0U; k < N_TARGETS; ++k) {
    ck_assert_double_lt(distance(&self, k, self.weights[k]), 1e-6);
  }
  lmu_learner_free(self.learner);
}

START_TEST(weights_are_those_of_the_plain_solution)
{
  for (uint32_t j = 0U; lmu_kernels(j); ++j) {
    check_weights(sizes[_i], lmu_kernels(j));
  }
  check_weights(sizes[_i], &lmu_kernels_wide);
}
END_TEST

START_TEST(a_rule_is_found_and_a_new_one_after_it)
{
  static float  rule[N_TARGETS][MAX_N];
  static double wanted[MAX_N];
  Case          self = case_new(sizes[_i], NULL);
  for (uint32_t r = 0U; r < 2U; ++r) {
    fill_rule(rule, 7U + r);
    for (uint32_t i = 0U; i < 500U * HOP; ++i) {
      teach_noise(&self, rule);
    }
    for (uint32_t k = 0U; k < N_TARGETS; ++k) {
      for (uint32_t i = 0U; i < self.n; ++i) {
        wanted[i] = (double)rule[k][i];
      }
      ck_assert_double_lt(distance(&self, k, wanted), MAX_ERROR);
    }
  }
  lmu_learner_free(self.learner);
}
END_TEST

START_TEST(features_that_say_the_same_share_the_weight)
{
  Case  self         = case_new(4U, NULL);
  float features[4U] = {0.0f};
  for (uint32_t i = 0U; i < 100U * HOP; ++i) {
    const float value       = features[0];
    const float values[]    = {value, value};
    const float next        = next_noise(&self.noise);
    const float following[] = {next, next, next, next};
    memcpy(features, following, sizeof(features));
    teach(&self, features, values);
  }
  for (uint32_t i = 0U; i < 4U; ++i) {
    ck_assert_float_eq_tol(self.learner->weights[i], 0.25f, 1e-4f);
  }
  lmu_learner_free(self.learner);
}
END_TEST

/// Sound of one second: noise, a tone, silence, full scale, or 80 dB above it
static float
sound_at(const uint32_t second, const uint32_t frame, uint32_t* const noise)
{
  switch (second % 5U) {
  case 0U:
    return next_noise(noise);
  case 1U:
    return sinf(0.05f * (float)(frame % 12566U));
  case 2U:
    return 0.0f;
  case 3U:
    return next_noise(noise) > 0.0f ? 1.0f : -1.0f;
  default:
    return 1e4f * next_noise(noise);
  }
}

START_TEST(an_hour_of_all_sorts_leaves_weights_finite)
{
  enum { SECOND = 8000, N = 8 };

  Case         self        = case_new(N, NULL);
  float        features[N] = {0.0f};
  const float  none[N]     = {0.0f};
  const float* past[]      = {none, none};
  double       greatest    = 0.0;
  for (uint32_t s = 0U; s < 3600U; ++s) {
    for (uint32_t i = 0U; i < SECOND; ++i) {
      float before[N];
      memcpy(before, features, sizeof(before));
      memmove(features + 1, features, (N - 1) * sizeof(float));
      features[0]                      = sound_at(s, i, &self.noise);
      const float values[]             = {features[0], features[0]};
      past[0]                          = before;
      past[1]                          = before;
      const LmuTrainingExample example = {features, past, values, true};
      lmu_learner_process(self.learner, &example);
    }
    for (uint32_t i = 0U; i < N; ++i) {
      ck_assert(isfinite(self.learner->weights[i]));
      greatest = fmax(greatest, fabs((double)self.learner->weights[i]));
    }
  }
  ck_assert_double_lt(greatest, 100.0);

  // And it still learns: this is what it starts with again
  static float rule[N_TARGETS][MAX_N];
  fill_rule(rule, 5U);
  for (uint32_t i = 0U; i < 1000U * HOP; ++i) {
    teach_noise(&self, rule);
  }
  for (uint32_t i = 0U; i < N; ++i) {
    ck_assert_float_eq_tol(
      self.learner->weights[i], rule[0][i], ldexpf((float)MAX_ERROR, (int)i));
  }
  lmu_learner_free(self.learner);
}
END_TEST

START_TEST(reset_forgets_all)
{
  static float rule[N_TARGETS][MAX_N];
  Case         first  = case_new(16U, NULL);
  Case         second = case_new(16U, NULL);
  fill_rule(rule, 9U);
  for (uint32_t i = 0U; i < (10U * HOP) + 5U; ++i) {
    teach_noise(&first, rule);
  }
  lmu_learner_reset(first.learner);
  first.noise = 1U;
  memset(first.past, 0, sizeof(first.past));
  first.count = 0U;
  for (uint32_t i = 0U; i < 10U * HOP; ++i) {
    teach_noise(&first, rule);
    teach_noise(&second, rule);
  }
  ck_assert_mem_eq(first.learner->weights,
                   second.learner->weights,
                   sizeof(float) * 16U * N_TARGETS);
  lmu_learner_free(second.learner);
  lmu_learner_free(first.learner);
}
END_TEST

START_TEST(predictions_are_products)
{
  Case        self       = case_new(3U, NULL);
  const float features[] = {1.0f, 2.0f, -3.0f};
  for (uint32_t i = 0U; i < 3U; ++i) {
    self.learner->weights[self.learner->stride + i] = (float)i + 1.0f;
  }
  ck_assert_float_eq(lmu_learner_predict(self.learner, 0U, features), 0.0f);
  ck_assert_float_eq(lmu_learner_predict(self.learner, 1U, features), -4.0f);
  lmu_learner_free(self.learner);
}
END_TEST

START_TEST(a_memory_that_is_set_is_as_one_that_was_made)
{
  static const double memories[] = {64.0, 100.0, 2000.0, 1e6};
  for (size_t i = 0U; i < sizeof(memories) / sizeof(memories[0]); ++i) {
    const LmuLearnerSpec spec    = {1U, 1U, MEMORY, HOP, RIDGE, NULL};
    LmuLearner*          learner = NULL;
    ck_assert_int_eq(lmu_learner_new(&learner, &spec), LMU_SUCCESS);
    ck_assert_double_eq(learner->keep, exp(-(double)BLOCK / MEMORY));
    lmu_learner_set_memory(learner, memories[i]);
    ck_assert_double_eq_tol(
      learner->keep, exp(-(double)BLOCK / memories[i]), 2e-8);
    lmu_learner_free(learner);
  }
}
END_TEST

START_TEST(numbers_out_of_range_are_refused)
{
  static const LmuLearnerSpec specs[] = {
    {0U, 1U, MEMORY, HOP, RIDGE, NULL},
    {LMU_MAX_FEATURES + 1U, 1U, MEMORY, HOP, RIDGE, NULL},
    {1U, 0U, MEMORY, HOP, RIDGE, NULL},
    {1U, LMU_MAX_TARGETS + 1U, MEMORY, HOP, RIDGE, NULL},
    {1U, 1U, 0.5, HOP, RIDGE, NULL},
    {1U, 1U, (double)INFINITY, HOP, RIDGE, NULL},
    {1U, 1U, (double)NAN, HOP, RIDGE, NULL},
    {1U, 1U, MEMORY, HOP, 0.0, NULL},
    {1U, 1U, MEMORY, HOP, (double)NAN, NULL},
  };
  for (size_t i = 0U; i < sizeof(specs) / sizeof(specs[0]); ++i) {
    LmuLearner* learner = unset();
    ck_assert_int_eq(lmu_learner_new(&learner, &specs[i]), LMU_BAD_VALUE);
    ck_assert_ptr_null(learner);
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("learner");
  tcase_add_loop_test(
    tcase, weights_are_those_of_the_plain_solution, 0, N_SIZES);
  tcase_add_loop_test(
    tcase, a_rule_is_found_and_a_new_one_after_it, 0, N_SIZES);
  tcase_add_test(tcase, features_that_say_the_same_share_the_weight);
  tcase_add_test(tcase, an_hour_of_all_sorts_leaves_weights_finite);
  tcase_add_test(tcase, reset_forgets_all);
  tcase_add_test(tcase, predictions_are_products);
  tcase_add_test(tcase, a_memory_that_is_set_is_as_one_that_was_made);
  tcase_add_test(tcase, numbers_out_of_range_are_refused);
  return run_case("learner", tcase);
}
