// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Work that takes long ends soon after it is told to

#include "bench/noise.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "tests/unit/run.h"
#include "train/audio/device.h"
#include "train/audio/echo.h"
#include "train/audio/recipe.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/pair/pair.h"
#include "train/pair/report.h"
#include "train/stop.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE 48000.0
#define N_FRAMES 480000U
#define ORDER 128U

/// Questions that may follow the one that was answered with an end
#define MAX_MORE 40U

/// Processor time between two questions [s], with room of ten times
#define MAX_GAP_S 0.5

static float dry[N_FRAMES];
static float wet[N_FRAMES];

/// Who ends work
typedef struct {
  uint32_t n_asked; ///< Questions until now
  uint32_t last;    ///< Questions until the end
  double   gap_s;   ///< Longest time between two
  double   asked_s; ///< When the last was
} Patience;

static double
cpu_s(void)
{
  return (double)clock() / CLOCKS_PER_SEC;
}

static bool
stops(void* const handle)
{
  Patience* const patience = (Patience*)handle;
  const double    now      = cpu_s();
  patience->gap_s          = fmax(patience->gap_s, now - patience->asked_s);
  patience->asked_s        = now;
  return ++patience->n_asked > patience->last;
}

static void
fill(void)
{
  uint32_t noise = 1U;
  for (size_t i = 0U; i < N_FRAMES; ++i) {
    dry[i] = 0.3f * next_noise(&noise);
    wet[i] = (0.5f * dry[i]) + ((i >= 3600U) ? 0.3f * dry[i - 3600U] : 0.0f);
  }
}

/// Fit an echo until somebody ends that, and return it
static LmuGraph*
fit(Patience* const patience)
{
  const LmuRecording recording = {dry, wet, N_FRAMES, {0.0}};
  const LmuStreams   streams   = {&recording, 1U, 0U, 1.0, 1.0};
  const LmuEchoSpec  spec      = {RATE, ORDER, 1U, {stops, patience}};
  LmuGraph*          graph     = NULL;
  double             esr       = INFINITY;
  patience->asked_s            = cpu_s();
  ck_assert_int_eq(lmu_echo_fit(&graph, &esr, &streams, &streams, &spec),
                   LMU_SUCCESS);
  return graph;
}

/// Look at a pair until somebody ends that
static void
look(Patience* const patience)
{
  const LmuCapture pair = {
    dry, N_FRAMES, wet, N_FRAMES, RATE, {stops, patience}};
  LmuPairReport report;
  patience->asked_s = cpu_s();
  ck_assert_int_eq(lmu_pair_check(&report, &pair, NULL, NULL), LMU_SUCCESS);
}

START_TEST(echo_is_fitted_unless_that_is_stopped)
{
  Patience patience = {0U, UINT32_MAX, 0.0, 0.0};
  fill();
  LmuGraph* const graph = fit(&patience);
  ck_assert_ptr_nonnull(graph);
  lmu_graph_free(graph);
  printf("# %u questions, %.3f s between two at most\n",
         patience.n_asked,
         patience.gap_s);
  ck_assert_double_lt(patience.gap_s, MAX_GAP_S);

  const uint32_t n_whole = patience.n_asked;
  for (uint32_t i = 0U; i < 5U; ++i) {
    Patience less = {0U, n_whole / 5U * i, 0.0, 0.0};
    ck_assert_ptr_null(fit(&less));
    ck_assert_uint_le(less.n_asked, less.last + MAX_MORE);
  }
}
END_TEST

START_TEST(pair_is_looked_at_until_that_is_stopped)
{
  Patience patience = {0U, UINT32_MAX, 0.0, 0.0};
  fill();
  look(&patience);
  printf("# %u questions, %.3f s between two at most\n",
         patience.n_asked,
         patience.gap_s);
  ck_assert_double_lt(patience.gap_s, MAX_GAP_S);

  const uint32_t n_whole = patience.n_asked;
  for (uint32_t i = 0U; i < 5U; ++i) {
    Patience less = {0U, n_whole / 5U * i, 0.0, 0.0};
    look(&less);
    ck_assert_uint_le(less.n_asked, less.last + MAX_MORE);
  }
}
END_TEST

/// Make a trainer until somebody ends that, and return it
static LmuTrainer*
make_trainer(Patience* const patience, const size_t n_frames)
{
  const LmuRecording recording = {dry, wet, n_frames, {0.0}};
  const LmuStreams   streams   = {&recording, 1U, 0U, 1.0, 1.0};
  const LmuRecipe    recipe    = {.device = LMU_DEVICE_DRIVE, .rate = RATE};
  LmuTrainerOptions  options   = lmu_device_options(&recipe, 1U);
  LmuGraph* const    graph     = lmu_recipe_graph(&recipe);
  LmuTrainer*        trainer   = NULL;
  ck_assert_ptr_nonnull(graph);
  lmu_recipe_initialise(&recipe, graph, 1U);
  options.is_new    = true;
  options.stops     = stops;
  options.handle    = patience;
  patience->asked_s = cpu_s();
  ck_assert(
    !lmu_trainer_new(&trainer, graph, &streams, &streams, &options, NULL));
  lmu_graph_free(graph);
  return trainer;
}

/// Return the questions that making a trainer takes
static uint32_t
count_questions(const size_t n_frames)
{
  Patience          patience = {0U, UINT32_MAX, 0.0, 0.0};
  LmuTrainer* const trainer  = make_trainer(&patience, n_frames);
  ck_assert_ptr_nonnull(trainer);
  lmu_trainer_free(trainer);
  printf("# %u questions, %.3f s between two at most\n",
         patience.n_asked,
         patience.gap_s);
  ck_assert_double_lt(patience.gap_s, MAX_GAP_S);
  return patience.n_asked;
}

START_TEST(trainer_is_made_unless_that_is_stopped)
{
  const size_t n_less = N_FRAMES - (3U * LMU_STOP_SAMPLES);
  fill();
  const uint32_t n_whole = count_questions(N_FRAMES);
  // Levels take four looks at a recording, and so does what it is known by:
  // eight for each of three parts
  ck_assert_uint_eq(n_whole - count_questions(n_less), 24U);

  for (uint32_t i = 0U; i < n_whole; ++i) {
    Patience less = {0U, i, 0.0, 0.0};
    ck_assert_ptr_null(make_trainer(&less, N_FRAMES));
    ck_assert_uint_le(less.n_asked, less.last + MAX_MORE);
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("stop");
  tcase_add_test(tcase, echo_is_fitted_unless_that_is_stopped);
  tcase_add_test(tcase, pair_is_looked_at_until_that_is_stopped);
  tcase_add_test(tcase, trainer_is_made_unless_that_is_stopped);
  return run_case("stop", tcase);
}
