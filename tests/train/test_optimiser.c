// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// The optimiser against loops as papers have them, all in float64

#include "bench/noise.h"
#include "bench/random_graph.h"
#include "core/base/setup/aligned.h"
#include "core/nn/setup/graph.h"
#include "tests/unit/run.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/real.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define N_UPDATES 50U

/// Part of a value by which rounding may move it in so many updates
#define MAX_ERROR 1e-12

/// Index of a value that is not learned
#define FIXED 5U

/// A network, and what training it is told to the optimiser and to a loop
typedef struct {
  LmuGraph*        graph;
  LmuTrainNetwork* network;
  LmuAdam*         adam;
  LmuReal*         gradient;
  size_t           n;
} Trial;

static Trial
trial_of(const LmuAdamOptions options)
{
  const LmuTrainOptions learned = {false, false};
  const LmuLayer        layer   = paper_cell(3U, 4U);
  Trial                 trial   = {.graph = random_graph_new(&layer)};
  ck_assert(
    !lmu_train_network_new(&trial.network, trial.graph, &learned, NULL));
  trial.n                       = trial.network->n_values;
  trial.network->learned[FIXED] = false;
  trial.adam                    = lmu_adam_new(trial.network, &options);
  trial.gradient = (LmuReal*)lmu_aligned_zeros(trial.n * sizeof(LmuReal));
  ck_assert(trial.adam && trial.gradient);
  for (size_t i = 0U; i < trial.n; ++i) {
    trial.adam->scales[i] = pow(1.3, (double)(i % 15U) - 7.0);
  }
  return trial;
}

static void
trial_clear(Trial* const trial)
{
  free(trial->gradient);
  lmu_adam_free(trial->adam);
  lmu_train_network_free(trial->network);
  lmu_graph_free(trial->graph);
}

/// Set a gradient that is loud from time to time
static void
set_gradient(const Trial* const trial, uint32_t* const noise)
{
  const double loudness = pow(10.0, (double)next_noise(noise));
  for (size_t i = 0U; i < trial->n; ++i) {
    trial->gradient[i] = loudness * (double)next_noise(noise);
  }
}

/// The same numbers as they are in papers: of values divided by scales
typedef struct {
  double* w;
  double* m;
  double* v;
  double* average;
} Book;

static Book
book_of(const Trial* const trial)
{
  double* const numbers = (double*)calloc(4U * trial->n, sizeof(double));
  ck_assert_ptr_nonnull(numbers);
  const Book book = {numbers,
                     numbers + trial->n,
                     numbers + (2U * trial->n),
                     numbers + (3U * trial->n)};
  for (size_t i = 0U; i < trial->n; ++i) {
    book.w[i] = trial->network->values[i] / trial->adam->scales[i];
  }
  return book;
}

/// Return what a gradient is multiplied by so that it is not too long
static double
clipped(const Trial* const trial)
{
  double sum = 0.0;
  for (size_t i = 0U; i < trial->n; ++i) {
    const double g = trial->gradient[i] * trial->adam->scales[i];
    sum += (i == FIXED) ? 0.0 : g * g;
  }
  const double clip = trial->adam->options.clip;
  return clip > 0.0 ? fmin(1.0, clip / sqrt(sum)) : 1.0;
}

/// AdamW as Loshchilov and Hutter have it, algorithm 2
static void
book_update(const Book* const  book,
            const Trial* const trial,
            const uint32_t     n,
            const double       rate)
{
  const LmuAdamOptions* const o    = &trial->adam->options;
  const double                clip = clipped(trial);
  for (size_t i = 0U; i < trial->n; ++i) {
    const double g = clip * trial->gradient[i] * trial->adam->scales[i];
    book->m[i]     = (o->beta_1 * book->m[i]) + ((1.0 - o->beta_1) * g);
    book->v[i]     = (o->beta_2 * book->v[i]) + ((1.0 - o->beta_2) * g * g);
    const double m = book->m[i] / (1.0 - pow(o->beta_1, n));
    const double v = book->v[i] / (1.0 - pow(o->beta_2, n));
    if (i != FIXED) {
      book->w[i] -= (rate * m / (sqrt(v) + o->epsilon)) +
                    (rate * o->weight_decay * book->w[i]);
    }
  }
}

static void
book_average(const Book* const book, const Trial* const trial, const uint32_t n)
{
  const double kept = fmin(trial->adam->options.averaging, (n - 1.0) / (n + 9));
  for (size_t i = 0U; i < trial->n; ++i) {
    const double value = book->w[i] * trial->adam->scales[i];
    book->average[i]   = (kept * book->average[i]) + ((1.0 - kept) * value);
  }
}

static void
expect_equal(const Book* const book, const Trial* const trial)
{
  for (size_t i = 0U; i < trial->n; ++i) {
    const double scale = trial->adam->scales[i];
    const double tol   = MAX_ERROR * fmax(1.0, scale);
    ck_assert_double_eq_tol(trial->network->values[i], book->w[i] * scale, tol);
    if (trial->adam->average) {
      ck_assert_double_eq_tol(trial->adam->average[i], book->average[i], tol);
    }
  }
}

static const LmuAdamOptions variants[] = {
  {0.9, 0.999, 1e-8, 0.0, 0.0, 0.0},
  {0.9, 0.999, 1e-8, 0.0, 1.0, 0.0},
  {0.8, 0.95, 1e-3, 0.1, 0.0, 0.0},
  {0.9, 0.999, 1e-8, 0.01, 2.0, 0.7},
  {0.9, 0.999, 1e-8, 0.0, 1.0, 0.999},
};

START_TEST(updates_equal_the_textbook)
{
  uint32_t     noise = 7U;
  Trial        trial = trial_of(variants[_i]);
  const Book   book  = book_of(&trial);
  const double fixed = trial.network->values[FIXED];
  for (uint32_t n = 1U; n <= N_UPDATES; ++n) {
    const double rate = 0.01 / n;
    set_gradient(&trial, &noise);
    book_update(&book, &trial, n, rate);
    book_average(&book, &trial, n);
    ck_assert(lmu_adam_update(trial.adam, trial.gradient, rate));
    expect_equal(&book, &trial);
  }
  ck_assert_double_eq(trial.network->values[FIXED], fixed);
  ck_assert_uint_eq(trial.adam->n_updates, N_UPDATES);
  free(book.w);
  trial_clear(&trial);
}
END_TEST

START_TEST(defaults_clip_and_do_not_decay)
{
  const LmuAdamOptions options = lmu_adam_defaults();
  ck_assert_double_eq(options.beta_1, 0.9);
  ck_assert_double_eq(options.beta_2, 0.999);
  ck_assert_double_eq(options.epsilon, 1e-8);
  ck_assert_double_eq(options.weight_decay, 0.0);
  ck_assert_double_eq(options.clip, 1.0);
  ck_assert_double_eq(options.averaging, 0.0);
}
END_TEST

/// Averages of what stays are that, from the first on
START_TEST(averages_are_not_drawn_to_zero)
{
  uint32_t noise = 7U;
  Trial    trial = trial_of(variants[4]);
  for (uint32_t n = 0U; n < N_UPDATES; ++n) {
    set_gradient(&trial, &noise);
    ck_assert(lmu_adam_update(trial.adam, trial.gradient, 0.0));
    for (size_t i = 0U; i < trial.n; ++i) {
      const double value = trial.network->values[i];
      ck_assert_double_eq_tol(trial.adam->average[i], value, MAX_ERROR);
    }
  }
  trial_clear(&trial);
}
END_TEST

/// Return a copy of all that an update changes
static double*
copy_of(const Trial* const trial)
{
  const size_t  n    = trial->n;
  double* const copy = (double*)calloc(4U * n, sizeof(double));
  ck_assert_ptr_nonnull(copy);
  memcpy(copy, trial->network->values, n * sizeof(double));
  memcpy(copy + n, trial->adam->first, n * sizeof(double));
  memcpy(copy + (2U * n), trial->adam->second, n * sizeof(double));
  memcpy(copy + (3U * n), trial->adam->average, n * sizeof(double));
  return copy;
}

START_TEST(what_is_not_finite_changes_nothing)
{
  static const double bad[] = {NAN, INFINITY, -INFINITY};

  uint32_t noise = 7U;
  Trial    trial = trial_of(variants[3]);
  set_gradient(&trial, &noise);
  ck_assert(lmu_adam_update(trial.adam, trial.gradient, 0.01));
  double* const before = copy_of(&trial);

  trial.gradient[trial.n - 1U] = bad[_i];
  ck_assert(!lmu_adam_update(trial.adam, trial.gradient, 0.01));
  double* const after = copy_of(&trial);
  ck_assert_mem_eq(before, after, 4U * trial.n * sizeof(double));
  ck_assert_uint_eq(trial.adam->n_updates, 1U);

  // That of what is not learned is nothing to an update
  trial.gradient[trial.n - 1U] = 0.0;
  trial.gradient[FIXED]        = bad[_i];
  ck_assert(lmu_adam_update(trial.adam, trial.gradient, 0.01));
  for (size_t i = 0U; i < trial.n; ++i) {
    ck_assert(isfinite(trial.network->values[i]));
  }
  free(after);
  free(before);
  trial_clear(&trial);
}
END_TEST

START_TEST(what_is_reset_is_as_if_new)
{
  uint32_t noise = 7U;
  Trial    old   = trial_of(variants[1]);
  for (uint32_t n = 0U; n < N_UPDATES; ++n) {
    set_gradient(&old, &noise);
    ck_assert(lmu_adam_update(old.adam, old.gradient, 0.01));
  }
  Trial young = trial_of(variants[1]);
  memcpy(young.network->values,
         old.network->values,
         old.n * sizeof(old.network->values[0]));
  lmu_adam_reset(old.adam);
  set_gradient(&old, &noise);
  ck_assert(lmu_adam_update(old.adam, old.gradient, 0.01));
  ck_assert(lmu_adam_update(young.adam, old.gradient, 0.01));
  ck_assert_mem_eq(
    old.network->values, young.network->values, old.n * sizeof(double));
  trial_clear(&young);
  trial_clear(&old);
}
END_TEST

START_TEST(rates_rise_and_fall_by_half_a_cosine)
{
  // From the first update on, each part of the way
  for (uint32_t i = 0U; i < 100U; ++i) {
    ck_assert_double_eq_tol(
      lmu_cosine_rate(0.02, 0.0, i, 100U), 0.02 * (i + 1U) / 100.0, MAX_ERROR);
  }
  ck_assert_double_eq_tol(lmu_cosine_rate(0.02, 0.0, 0U, 0U), 0.02, MAX_ERROR);

  // Half of what falls at half of the time, a hundredth at the end and after it
  const double half = 0.02 * (0.01 + (0.99 * 0.5));
  ck_assert_double_eq_tol(
    lmu_cosine_rate(0.02, 0.5, 100U, 100U), half, MAX_ERROR);
  ck_assert_double_eq_tol(lmu_cosine_rate(0.02, 0.25, 999U, 100U),
                          0.02 * (0.01 + (0.99 * 0.5 * (1.0 + sqrt(0.5)))),
                          MAX_ERROR);
  ck_assert_double_eq_tol(lmu_cosine_rate(1.0, 1.0, 999U, 9U), 0.01, MAX_ERROR);
  ck_assert_double_eq_tol(lmu_cosine_rate(1.0, 6.0, 999U, 9U), 0.01, MAX_ERROR);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("optimiser");
  tcase_add_loop_test(tcase, updates_equal_the_textbook, 0, 5);
  tcase_add_test(tcase, defaults_clip_and_do_not_decay);
  tcase_add_test(tcase, averages_are_not_drawn_to_zero);
  tcase_add_loop_test(tcase, what_is_not_finite_changes_nothing, 0, 3);
  tcase_add_test(tcase, what_is_reset_is_as_if_new);
  tcase_add_test(tcase, rates_rise_and_fall_by_half_a_cosine);
  return run_case("optimiser", tcase);
}
