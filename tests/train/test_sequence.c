// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Batches that threads share, and inputs that are moved against the network

#include "bench/noise.h"
#include "bench/random_graph.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "tests/unit/run.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/pass.h"
#include "train/real.h"
#include "train/sequence.h"
#include "train/sequence_share.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES ((size_t)4U * LMU_TRAIN_LANES)
#define N_SEQUENCES (3U * LANES)
#define N_FRAMES 6U
#define N_CLASSES 5U
#define ADVERSARY 0.7

/// Part of the greatest by which sums in another order may differ in float32:
/// 32 roundings of 2^-23
#define MAX_ROUNDING 4e-6

/// Part of the way that weights move in two epochs by which they may end
/// elsewhere, as Adam takes whole steps where gradients are hardly there
#define MAX_STRAY 2e-3

static float    input[N_SEQUENCES * N_FRAMES];
static uint32_t classes[N_SEQUENCES];

/// Sequences of noise, whose classes tell how loud they are
static LmuSequences
sequences_of_noise(void)
{
  const LmuSequences sequences = {
    input, NULL, classes, N_SEQUENCES, N_FRAMES, 0U};
  uint32_t seed = 9U;
  for (uint32_t i = 0U; i < N_SEQUENCES; ++i) {
    classes[i] = i % N_CLASSES;
    for (uint32_t j = 0U; j < N_FRAMES; ++j) {
      input[(i * N_FRAMES) + j] =
        next_noise(&seed) * 0.2f * (float)(1U + classes[i]);
    }
  }
  return sequences;
}

/// Return the paper's cell with an output for each class
static LmuGraph*
graph_of_classes(void)
{
  LmuGraph* const graph = lmu_graph_new();
  ck_assert_ptr_nonnull(graph);
  graph->n_layers        = 2U;
  graph->layers[0]       = paper_cell(6U, 4U);
  graph->layers[1].type  = LMU_LAYER_DENSE;
  graph->layers[1].units = N_CLASSES;
  random_graph_fill(graph, 5U);
  return graph;
}

static LmuSequenceOptions
options_of(const uint32_t n_threads, const double adversary)
{
  const LmuSequenceOptions options = {.lanes     = LANES,
                                      .frames    = N_FRAMES,
                                      .rate      = 0.01,
                                      .n_updates = 1000U,
                                      .seed      = 3U,
                                      .averaging = 0.9,
                                      .adversary = adversary,
                                      .n_threads = n_threads,
                                      .is_new    = false};
  return options;
}

/// Return a graph that was trained by threads for two epochs
static LmuGraph*
trained_by(const uint32_t n_threads)
{
  const LmuSequences       sequences = sequences_of_noise();
  const LmuSequenceOptions options   = options_of(n_threads, ADVERSARY);
  LmuGraph* const          graph     = graph_of_classes();
  LmuSequenceTrainer*      trainer   = NULL;
  ck_assert(
    !lmu_sequence_trainer_new(&trainer, graph, &sequences, &options, NULL));
  ck_assert(lmu_sequence_trainer_advance(trainer));
  ck_assert(lmu_sequence_trainer_advance(trainer));
  lmu_sequence_trainer_store(trainer, graph);
  lmu_sequence_trainer_free(trainer);
  return graph;
}

/// Return how far the values of two graphs are from each other
static double
distance(const LmuGraph* const x, const LmuGraph* const y)
{
  double sum = 0.0;
  for (size_t i = 0U; i < x->n_values; ++i) {
    sum += (x->values[i] - y->values[i]) * (x->values[i] - y->values[i]);
  }
  return sqrt(sum);
}

START_TEST(threads_learn_what_one_learns_and_the_same_each_time)
{
  const uint32_t  n_threads = 1U << (uint32_t)_i;
  LmuGraph* const alone     = trained_by(1U);
  LmuGraph* const together  = trained_by(n_threads);
  LmuGraph* const again     = trained_by(n_threads);
  LmuGraph* const old       = graph_of_classes();
  ck_assert_double_gt(distance(alone, old), 0.0);
  ck_assert_double_lt(distance(together, alone),
                      MAX_STRAY * distance(alone, old));
  ck_assert_mem_eq(
    together->values, again->values, again->n_values * sizeof(double));
  lmu_graph_free(old);
  lmu_graph_free(again);
  lmu_graph_free(together);
  lmu_graph_free(alone);
}
END_TEST

/* Shares */

/// A share of a batch of noise
typedef struct {
  LmuGraph*         graph;
  LmuTrainNetwork*  network;
  LmuSequenceShare* share;
} Trial;

static Trial
trial_of(const double adversary)
{
  const LmuTrainOptions learned = {false, false};
  Trial                 trial   = {graph_of_classes(), NULL, NULL};
  ck_assert(
    !lmu_train_network_new(&trial.network, trial.graph, &learned, NULL));
  const LmuSequenceShareSpec spec = {
    trial.network, N_FRAMES, LANES, 1.0 / LANES, 1.0, adversary};
  trial.share = lmu_sequence_share_new(&spec);
  ck_assert_ptr_nonnull(trial.share);
  return trial;
}

static void
trial_clear(Trial* const trial)
{
  lmu_sequence_share_free(trial->share);
  lmu_train_network_free(trial->network);
  lmu_graph_free(trial->graph);
}

/// Learn from the first sequences
static void
learn(const Trial* const trial, const LmuSequences* const sequences)
{
  static uint32_t index[LANES];
  for (uint32_t i = 0U; i < LANES; ++i) {
    index[i] = i;
  }
  const LmuSequenceChunk chunk = {sequences, index, 0U, N_FRAMES};
  lmu_train_pass_reset(trial->share->pass);
  lmu_sequence_share_forward(trial->share, &chunk);
  lmu_sequence_share_learn(trial->share, &chunk);
}

/// Return what a lane's outputs cost
static double
loss_of(const Trial* const trial, const uint32_t lane)
{
  const LmuReal* const y = lmu_train_pass_output(trial->share->pass) +
                           (LANES * N_CLASSES * (N_FRAMES - 1U));
  double sum = 0.0;
  for (uint32_t i = 0U; i < N_CLASSES; ++i) {
    sum += exp((double)y[(i * LANES) + lane]);
  }
  return log(sum) - (double)y[(classes[lane] * LANES) + lane];
}

START_TEST(an_adversary_moves_so_far_to_a_greater_loss)
{
  const LmuSequences sequences = sequences_of_noise();
  Trial              still     = trial_of(0.0);
  Trial              moved     = trial_of(ADVERSARY);
  learn(&still, &sequences);
  learn(&moved, &sequences);
  for (uint32_t lane = 0U; lane < LANES; ++lane) {
    double sum = 0.0;
    for (uint32_t t = 0U; t < N_FRAMES; ++t) {
      const size_t place = ((size_t)t * LANES) + lane;
      const double d =
        (double)(moved.share->input[place] - still.share->input[place]);
      sum += d * d;
    }
    ck_assert_double_eq_tol(sqrt(sum), ADVERSARY, MAX_ROUNDING);
    ck_assert_double_gt(loss_of(&moved, lane), loss_of(&still, lane));
  }
  trial_clear(&moved);
  trial_clear(&still);
}
END_TEST

START_TEST(half_of_what_is_learned_is_from_where_inputs_moved)
{
  LmuSequences sequences = sequences_of_noise();
  static float there[LANES * N_FRAMES];
  Trial        moved = trial_of(ADVERSARY);
  Trial        still = trial_of(0.0);
  Trial        after = trial_of(0.0);
  learn(&moved, &sequences);
  learn(&still, &sequences);
  for (uint32_t i = 0U; i < LANES; ++i) {
    for (uint32_t t = 0U; t < N_FRAMES; ++t) {
      there[(i * N_FRAMES) + t] = moved.share->input[(t * LANES) + i];
    }
  }
  sequences.input = there;
  learn(&after, &sequences);

  double peak = 0.0;
  double off  = 0.0;
  for (size_t i = 0U; i < moved.network->n_values; ++i) {
    const double both = 0.5 * ((double)still.share->gradient[i] +
                               (double)after.share->gradient[i]);
    peak              = fmax(peak, fabs(both));
    off = fmax(off, fabs(both - (double)moved.share->gradient[i]));
  }
  ck_assert_double_lt(off, MAX_ROUNDING * peak);
  trial_clear(&after);
  trial_clear(&still);
  trial_clear(&moved);
}
END_TEST

/// Return the score of an untrained network, tried in chunks of some frames
static LmuSequenceScore
score_in_chunks(const LmuSequences* const sequences, const uint32_t frames)
{
  LmuSequenceOptions  options = options_of(1U, 0.0);
  LmuGraph* const     graph   = graph_of_classes();
  LmuSequenceTrainer* trainer = NULL;
  LmuSequenceScore    score;
  options.frames = frames;
  ck_assert(
    !lmu_sequence_trainer_new(&trainer, graph, sequences, &options, NULL));
  ck_assert(!lmu_sequence_trainer_try(trainer, &score, sequences, 0U));
  ck_assert(score.is_whole);
  lmu_sequence_trainer_free(trainer);
  lmu_graph_free(graph);
  return score;
}

START_TEST(chunks_score_the_last_frames_as_whole_sequences_do)
{
  static float    target[N_SEQUENCES * N_FRAMES * N_CLASSES];
  static uint32_t labels[N_SEQUENCES * N_FRAMES];
  const uint32_t  n_scored  = (uint32_t)_i + 1U;
  LmuSequences    sequences = sequences_of_noise();
  uint32_t        seed      = 4U;
  for (size_t i = 0U; i < N_SEQUENCES * N_FRAMES * N_CLASSES; ++i) {
    target[i]                            = next_noise(&seed);
    labels[i % (N_SEQUENCES * N_FRAMES)] = (uint32_t)(i % N_CLASSES);
  }
  sequences.n_scored             = n_scored;
  sequences.classes              = labels;
  const LmuSequenceScore classed = score_in_chunks(&sequences, N_FRAMES);
  const LmuSequenceScore parted  = score_in_chunks(&sequences, 4U);
  ck_assert_double_eq_tol(classed.entropy, parted.entropy, MAX_ROUNDING);
  ck_assert_double_eq_tol(classed.accuracy, parted.accuracy, MAX_ROUNDING);

  sequences.classes             = NULL;
  sequences.target              = target;
  const LmuSequenceScore whole  = score_in_chunks(&sequences, N_FRAMES);
  const LmuSequenceScore pieces = score_in_chunks(&sequences, 4U);
  ck_assert_double_eq_tol(whole.nrmse, pieces.nrmse, MAX_ROUNDING);
}
END_TEST

START_TEST(what_cannot_be_shared_or_moved_is_refused)
{
  const LmuSequences  sequences = sequences_of_noise();
  LmuGraph* const     graph     = graph_of_classes();
  LmuSequenceTrainer* trainer   = unset();
  LmuSequenceOptions  options   = options_of(3U, 0.0);
  ck_assert_int_eq(
    lmu_sequence_trainer_new(&trainer, graph, &sequences, &options, NULL),
    LMU_BAD_VALUE);
  ck_assert_ptr_null(trainer);

  options        = options_of(1U, ADVERSARY);
  options.frames = N_FRAMES - 1U;
  ck_assert_int_eq(
    lmu_sequence_trainer_new(&trainer, graph, &sequences, &options, NULL),
    LMU_BAD_VALUE);
  ck_assert_ptr_null(trainer);
  lmu_graph_free(graph);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("sequence");
  tcase_add_loop_test(
    tcase, threads_learn_what_one_learns_and_the_same_each_time, 0, 3);
  tcase_add_test(tcase, an_adversary_moves_so_far_to_a_greater_loss);
  tcase_add_test(tcase, half_of_what_is_learned_is_from_where_inputs_moved);
  tcase_add_loop_test(tcase,
                      chunks_score_the_last_frames_as_whole_sequences_do,
                      0,
                      (int)N_FRAMES);
  tcase_add_test(tcase, what_cannot_be_shared_or_moved_is_refused);
  return run_case("sequence", tcase);
}
