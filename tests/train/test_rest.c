// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Networks that come to rest, that whistle, and that stay where they were put,
// and the loss by which they come to rest

#include "bench/noise.h"
#include "bench/random_graph.h"
#include "core/base/setup/aligned.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/paper_scale.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "tests/unit/run.h"
#include "train/audio/recipe.h"
#include "train/audio/rest.h"
#include "train/audio/rest_loss.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/pass.h"
#include "train/real.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE 8000.0

/// Frames to try a network on, enough for all lanes
#define N_PLAYED 65536U

/* Networks */

/// Return a graph of one layer and a linear one, whose values are zero but for
/// the last, which passes all on
static LmuGraph*
graph_of(const LmuLayer* const layer)
{
  LmuGraph* const graph = lmu_graph_new();
  ck_assert_ptr_nonnull(graph);
  graph->n_layers            = 2U;
  graph->layers[0]           = *layer;
  graph->layers[0].n_inputs  = 1U;
  graph->layers[1].type      = LMU_LAYER_DENSE;
  graph->layers[1].units     = 1U;
  graph->layers[1].cell_bias = true;
  ck_assert(!lmu_graph_allocate(graph, NULL));
  double* const last = lmu_layer_values(graph, 1U, LMU_CELL_KERNEL);
  for (uint32_t i = 0U; i < graph->layers[0].n_outputs; ++i) {
    last[i] = 1.0;
  }
  return graph;
}

/// Return a memory without a cell, which nothing feeds back to
static LmuGraph*
straight(const double theta)
{
  const LmuLayer layer                       = {.type     = LMU_LAYER_LMU,
                                                .cell     = LMU_CELL_NONE,
                                                .order    = 6U,
                                                .memory_d = 1U,
                                                .theta    = {theta},
                                                .method   = LMU_ZOH};
  LmuGraph*      graph                       = graph_of(&layer);
  lmu_layer_values(graph, 0U, LMU_KERNEL)[0] = 1.0;
  return graph;
}

/// What a unit writes to a memory comes back to it when a window is over
typedef struct {
  double theta;
  double echo; ///< How loud it comes back
  double own;  ///< What the unit hears of itself
} Loop;

static LmuGraph*
graph_of_loop(const Loop loop)
{
  const LmuLayer layer = {.type             = LMU_LAYER_LMU,
                          .cell             = LMU_CELL_SIMPLE_RNN,
                          .units            = 1U,
                          .activation       = LMU_TANH,
                          .order            = 6U,
                          .memory_d         = 1U,
                          .theta            = {loop.theta},
                          .method           = LMU_ZOH,
                          .hidden_to_memory = true,
                          .input_to_hidden  = true};
  LmuGraph*      graph = graph_of(&layer);
  double* const  write = lmu_layer_values(graph, 0U, LMU_KERNEL);
  double* const  hear  = lmu_layer_values(graph, 0U, LMU_CELL_KERNEL);
  write[1]             = 1.0; // Of what the unit was
  for (uint32_t i = 0U; i < layer.order; ++i) {
    hear[i] = loop.echo; // All polynomials are 1 at the end of a window
  }
  hear[layer.order]                                  = 1.0;
  lmu_layer_values(graph, 0U, LMU_CELL_RECURRENT)[0] = loop.own;
  return graph;
}

/// An echo that is turned over and louder each time
static const Loop whistle = {40.0, -2.0, 0.0};

/// One that is heard at the shortest windows alone: the unit itself rings at
/// half of the rate, which longer ones do not pass.  The greatest eigenvalues
/// at window factors 0.25, 0.35, and 1 are 1.13, 0.81, and 0.93.
static const Loop short_whistle = {16.0, 0.5, -0.8};

/// A unit that holds what it has
static LmuGraph*
latch(const double own)
{
  const LmuLayer layer = {
    .type = LMU_LAYER_SIMPLE_RNN, .units = 1U, .activation = LMU_TANH};
  LmuGraph* const graph                              = graph_of(&layer);
  lmu_layer_values(graph, 0U, LMU_CELL_KERNEL)[0]    = 1.0;
  lmu_layer_values(graph, 0U, LMU_CELL_RECURRENT)[0] = own;
  return graph;
}

/* Finding out */

static LmuRest
rest_of(LmuGraph* const graph, const bool quick)
{
  const LmuRestSpec spec = {RATE, quick, NULL, NULL};
  LmuRest           rest;
  ck_assert(!lmu_rest_find(&rest, graph, &spec) && !rest.stopped);
  for (uint32_t i = 0U; i < LMU_N_REST_FACTORS; ++i) {
    ck_assert(isfinite(rest.apart_db[i]) && isfinite(rest.moving_db[i]));
  }
  return rest;
}

START_TEST(what_nothing_feeds_back_rests)
{
  LmuGraph* const graph = straight(200.0);
  ck_assert(rest_of(graph, false).rests);
  ck_assert(rest_of(graph, true).rests);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(new_networks_rest)
{
  const LmuRecipe recipe = {(LmuDevice)(_i % 2), LMU_SIZE_NANO, RATE, 2U};
  LmuGraph* const graph  = lmu_recipe_graph(&recipe);
  ck_assert_ptr_nonnull(graph);
  lmu_recipe_initialise(&recipe, graph, (uint64_t)_i);
  ck_assert(rest_of(graph, false).rests);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(what_feeds_back_too_much_whistles)
{
  LmuGraph* const graph = graph_of_loop(whistle);
  const LmuRest   rest  = rest_of(graph, false);
  printf("# whistles at %.1f dB, apart %.1f dB\n",
         rest.moving_db[0],
         rest.apart_db[0]);
  ck_assert(!rest.rests && !rest_of(graph, true).rests);
  for (uint32_t i = 0U; i < LMU_N_REST_FACTORS; ++i) {
    ck_assert_double_gt(rest.moving_db[i], -12.0);
  }
  lmu_graph_free(graph);
}
END_TEST

START_TEST(what_feeds_back_little_rests)
{
  const Loop      little = {whistle.theta, -0.6, 0.0};
  LmuGraph* const graph  = graph_of_loop(little);
  ck_assert(rest_of(graph, false).rests);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(what_holds_a_state_is_apart_and_does_not_move)
{
  LmuGraph* const graph = latch(2.0);
  const LmuRest   rest  = rest_of(graph, true);
  ck_assert(!rest.rests);
  ck_assert_double_gt(rest.apart_db[0], -6.0);
  ck_assert_double_lt(rest.moving_db[0], LMU_REST_DB);
  lmu_graph_free(graph);

  LmuGraph* const less = latch(0.9);
  ck_assert(rest_of(less, true).rests);
  lmu_graph_free(less);
}
END_TEST

START_TEST(what_whistles_at_short_windows_alone_is_found)
{
  LmuGraph* const graph = graph_of_loop(short_whistle);
  const LmuRest   rest  = rest_of(graph, false);
  ck_assert(rest_of(graph, true).rests);
  ck_assert(!rest.rests);
  for (uint32_t i = 0U; i < LMU_N_REST_FACTORS; ++i) {
    const bool is_short = rest.factors[i] < 0.3;
    ck_assert_int_eq(rest.moving_db[i] > LMU_REST_DB, is_short);
  }
  ck_assert_double_eq(rest.least, 0.35);
  graph->metadata.least_scale = 0.35;
  ck_assert(rest_of(graph, false).rests);
  graph->metadata.least_scale = 0.2;
  ck_assert(!rest_of(graph, false).rests);
  lmu_graph_free(graph);
}
END_TEST

/// A loop that whistles where its control is at a place, and is held elsewhere
static LmuGraph*
whistle_at(const double place)
{
  LmuGraph* const plain = graph_of_loop(whistle);
  LmuGraph* const graph = lmu_graph_new();
  graph->n_layers       = 2U;
  for (uint32_t i = 0U; i < 2U; ++i) {
    graph->layers[i] = plain->layers[i];
  }
  graph->layers[0].n_inputs        = 2U;
  graph->layers[0].cell_bias       = true;
  graph->metadata.n_conditions     = 1U;
  graph->metadata.conditions[0][0] = 'k';
  ck_assert(!lmu_graph_allocate(graph, NULL));
  double* const hear = lmu_layer_values(graph, 0U, LMU_CELL_KERNEL);
  for (uint32_t i = 0U; i < graph->layers[0].order; ++i) {
    hear[i] = whistle.echo;
  }
  hear[graph->layers[0].order]                    = 1.0;
  hear[graph->layers[0].order + 1U]               = 40.0;
  lmu_layer_values(graph, 0U, LMU_CELL_BIAS)[0]   = -40.0 * place;
  lmu_layer_values(graph, 0U, LMU_KERNEL)[2]      = 1.0;
  lmu_layer_values(graph, 1U, LMU_CELL_KERNEL)[0] = 1.0;
  lmu_graph_free(plain);
  return graph;
}

START_TEST(what_whistles_at_one_end_of_a_control_is_found)
{
  static const double places[] = {0.0, 0.5, 1.0, 4.0};
  LmuGraph* const     graph    = whistle_at(places[_i]);
  ck_assert_int_eq(rest_of(graph, false).rests, places[_i] > 1.0);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(what_rests_at_most_windows_is_kept_and_says_so)
{
  LmuGraph* const    graph   = graph_of_loop(short_whistle);
  float* const       x       = (float*)calloc(N_PLAYED, sizeof(float));
  uint32_t           state   = 1U;
  const LmuRecording pair    = {x, x, N_PLAYED, {0.0}};
  const LmuStreams   pairs   = {&pair, 1U, 0U, 1.0, 1.0};
  LmuTrainerOptions  o       = lmu_trainer_defaults();
  LmuTrainer*        trainer = NULL;
  for (uint32_t i = 0U; i < N_PLAYED; ++i) {
    x[i] = (float)next_noise(&state);
  }
  graph->metadata.rate = RATE;
  o.is_new             = false;
  ck_assert(!lmu_trainer_new(&trainer, graph, &pairs, &pairs, &o, NULL));
  const LmuTrainerReport* const report = lmu_trainer_report(trainer);
  ck_assert(isinf(report->best_esr) && isfinite(report->spare_esr));
  ck_assert(lmu_trainer_store(trainer, graph));
  ck_assert_double_eq(graph->metadata.least_scale, 0.35);
  ck_assert(rest_of(graph, false).rests);
  lmu_trainer_free(trainer);
  free(x);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(windows_that_are_too_short_are_left_out)
{
  LmuGraph* graph = straight(2.0);
  ck_assert(rest_of(graph, false).rests);
  lmu_graph_free(graph);

  // Not one as trained
  const LmuRestSpec spec    = {RATE, false, NULL, NULL};
  LmuRest           rest    = {.rests = true};
  graph                     = straight(2.0);
  graph->layers[0].theta[0] = 0.5;
  ck_assert(lmu_rest_find(&rest, graph, &spec));
  lmu_graph_free(graph);
}
END_TEST

/* Loss */

/// A network that is to come to rest
typedef struct {
  LmuGraph*        graph;
  LmuTrainNetwork* network;
  LmuRestLoss*     loss;
  LmuReal*         gradient;
} Trial;

static Trial
trial_of(LmuGraph* const graph, const bool learns_theta)
{
  const LmuTrainOptions options = {learns_theta, false};
  Trial                 trial   = {.graph = graph};
  ck_assert(!lmu_train_network_new(&trial.network, graph, &options, NULL));
  trial.loss = lmu_rest_loss_new(trial.network, 1U);
  trial.gradient =
    (LmuReal*)lmu_aligned_zeros(trial.network->n_values * sizeof(LmuReal));
  ck_assert(trial.loss && trial.gradient);
  return trial;
}

static void
trial_clear(Trial* const trial)
{
  free(trial->gradient);
  lmu_rest_loss_free(trial->loss);
  lmu_train_network_free(trial->network);
  lmu_graph_free(trial->graph);
}

/// Add the gradients of some calls, and return the greatest
static double
greatest(const Trial* const trial, const uint32_t n_calls, const double weight)
{
  const size_t n    = trial->network->n_values;
  double       most = 0.0;
  memset(trial->gradient, 0, n * sizeof(LmuReal));
  for (uint32_t i = 0U; i < n_calls; ++i) {
    lmu_rest_loss_add(trial->loss, weight, trial->gradient);
  }
  for (size_t i = 0U; i < n; ++i) {
    most = fmax(most, fabs((double)trial->gradient[i]));
  }
  return most;
}

/// Updates after which a network rests, more than twice of what they take
#define N_UPDATES 600U

START_TEST(what_whistles_learns_to_rest)
{
  static const Loop* const loops[] = {&whistle, &short_whistle};

  const LmuAdamOptions options = lmu_adam_defaults();
  Trial                trial   = trial_of(graph_of_loop(*loops[_i]), false);
  LmuAdam* const       adam    = lmu_adam_new(trial.network, &options);
  ck_assert_ptr_nonnull(adam);
  ck_assert(!rest_of(trial.graph, false).rests);
  for (uint32_t i = 0U; i < N_UPDATES; ++i) {
    (void)greatest(&trial, 1U, 1.0);
    ck_assert(lmu_adam_update(adam, trial.gradient, 0.01));
    ck_assert(!lmu_train_network_update(trial.network));
  }
  lmu_train_network_store(trial.network, trial.graph);
  const double* const hear = lmu_layer_values(trial.graph, 0U, LMU_CELL_KERNEL);
  printf("# echo %.2f\n", hear[0]);
  ck_assert(rest_of(trial.graph, false).rests);

  // By less feedback, not by silence
  ck_assert_double_gt(fabs(hear[trial.graph->layers[0].order]), 0.3);
  lmu_adam_free(adam);
  trial_clear(&trial);
}
END_TEST

START_TEST(what_rests_is_left_alone)
{
  // That it plays a constant is no matter
  Trial               calm = trial_of(straight(50.0), false);
  const LmuTrainGroup bias =
    lmu_train_network_group(calm.network, 1U, LMU_CELL_BIAS);
  calm.network->values[bias.offset] = 0.7f;
  Trial loud                        = trial_of(graph_of_loop(whistle), false);
  ck_assert_double_gt(greatest(&loud, 300U, 1.0), 1e-2);
  ck_assert_double_lt(greatest(&calm, 300U, 1.0), 1e-4);
  trial_clear(&loud);
  trial_clear(&calm);
}
END_TEST

START_TEST(a_loss_begins_anew_as_it_was)
{
  Trial        trial = trial_of(graph_of_loop(whistle), true);
  const size_t size  = trial.network->n_values * sizeof(LmuReal);
  LmuReal*     copy  = (LmuReal*)malloc(size);
  ck_assert_ptr_nonnull(copy);
  (void)greatest(&trial, 47U, 1.0);
  memcpy(copy, trial.gradient, size);
  (void)greatest(&trial, 5U, 1.0);
  lmu_rest_loss_reset(trial.loss, 1U);
  (void)greatest(&trial, 47U, 1.0);
  ck_assert_mem_eq(copy, trial.gradient, size);

  // And is proportional to its weight
  lmu_rest_loss_reset(trial.loss, 1U);
  (void)greatest(&trial, 47U, 2.0);
  for (size_t i = 0U; i < trial.network->n_values; ++i) {
    ck_assert_float_eq_tol(
      trial.gradient[i], 2.0f * copy[i], 1e-9f + (1e-4f * fabsf(copy[i])));
  }
  lmu_rest_loss_reset(trial.loss, 2U);
  (void)greatest(&trial, 47U, 1.0);
  ck_assert_mem_ne(copy, trial.gradient, size);
  free(copy);
  trial_clear(&trial);
}
END_TEST

/* Views */

#define N_GRAPHS 30
#define N_FRAMES 40U
#define LANES LMU_TRAIN_LANES

/// What a network plays
typedef struct {
  LmuReal* values;
  size_t   count;
} Output;

static Output
play(const LmuTrainNetwork* const network)
{
  const LmuGraph* const  graph = network->graph;
  const LmuTrainPassSpec spec  = {N_FRAMES, LANES, NULL};
  LmuTrainPass* const    pass  = lmu_train_pass_new(network, &spec);
  const size_t           n     = (size_t)N_FRAMES * graph->n_inputs * LANES;
  const size_t           count = (size_t)N_FRAMES * graph->n_outputs * LANES;
  LmuReal* const         x = (LmuReal*)lmu_aligned_zeros(n * sizeof(LmuReal));
  const Output output      = {(LmuReal*)malloc(count * sizeof(LmuReal)), count};
  uint32_t     noise       = 9U;
  ck_assert(pass && x && output.values);
  for (size_t i = 0U; i < n; ++i) {
    x[i] = next_noise(&noise);
  }
  lmu_train_pass_forward(pass, x, N_FRAMES);
  memcpy(output.values, lmu_train_pass_output(pass), count * sizeof(LmuReal));
  free(x);
  lmu_train_pass_free(pass);
  return output;
}

/// Require that two networks play the same, to some part of the peak
static void
expect_same(const LmuTrainNetwork* const x,
            const LmuTrainNetwork* const y,
            const double                 part)
{
  const Output a    = play(x);
  const Output b    = play(y);
  double       peak = 1e-9;
  double       off  = 0.0;
  for (size_t i = 0U; i < a.count; ++i) {
    peak = fmax(peak, fabs((double)a.values[i]));
    off  = fmax(off, fabs((double)a.values[i] - (double)b.values[i]));
  }
  ck_assert_double_le(off, part * peak);
  free(b.values);
  free(a.values);
}

/// Multiply all windows of a graph
static void
scale_windows(LmuGraph* const graph, const double factor)
{
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    for (uint32_t j = 0U; j < LMU_MAX_MEMORY_CHANNELS; ++j) {
      graph->layers[i].theta[j] *= factor;
    }
  }
}

START_TEST(a_view_is_the_network_at_other_windows)
{
  static const double factors[] = {1.0, 0.25, 0.6, 1.9, 4.0};

  const LmuTrainOptions options = {_i % 2 == 1, false};
  LmuGraph* const       graph   = random_graph_any((uint32_t)_i + 1U);
  LmuTrainNetwork*      base    = NULL;
  ck_assert(!lmu_train_network_new(&base, graph, &options, NULL));
  LmuTrainNetwork* const view = lmu_train_network_view(base);
  ck_assert_ptr_nonnull(view);
  ck_assert_ptr_eq(view->values, base->values);
  ck_assert_uint_eq(view->n_values, base->n_values);
  expect_same(base, view, 0.0);
  for (uint32_t i = 0U; i < 5U; ++i) {
    LmuGraph* const  scaled = lmu_graph_copy(graph);
    LmuTrainNetwork* other  = NULL;
    ck_assert_ptr_nonnull(scaled);
    scale_windows(scaled, factors[i]);
    const bool works = !lmu_train_network_new(&other, scaled, &options, NULL);
    ck_assert_int_eq(!lmu_train_network_scale(view, factors[i]), works);
    if (works) {
      // Windows that are learned are rounded as their logarithms are
      expect_same(other, view, options.theta ? 1e-4 : 0.0);
    }
    lmu_train_network_free(other);
    lmu_graph_free(scaled);
  }

  // What the one learns the other has
  for (size_t i = 0U; i < base->n_values; ++i) {
    base->values[i] *= 0.99f;
  }
  ck_assert(!lmu_train_network_update(base));
  ck_assert(!lmu_train_network_scale(view, 1.0));
  expect_same(base, view, 0.0);
  lmu_train_network_free(view);
  lmu_train_network_free(base);
  lmu_graph_free(graph);
}
END_TEST

/// A step that is stored is that of the windows it was found at alone
START_TEST(a_view_discretises_stored_steps_anew)
{
  const LmuTrainOptions options = {false, false};
  LmuLayer              layer   = paper_cell(4U, 6U);
  layer.method                  = LMU_ZOH;
  layer.stages                  = 0U;
  LmuGraph* const  plain        = random_graph_new(&layer);
  LmuGraph* const  stored       = random_graph_new(&layer);
  LmuTrainNetwork* one          = NULL;
  LmuTrainNetwork* other        = NULL;
  double           ad[36];
  double           bd[6];

  // Not that of its windows, to tell it from that
  ck_assert(!lmu_discretise(ad, bd, 6U, 33.0, LMU_ZOH, 0U));
  lmu_step_to_paper(ad, bd, 6U);
  ck_assert(!lmu_graph_store_step(stored, 0U, ad, bd, NULL));
  ck_assert(!lmu_train_network_new(&one, plain, &options, NULL));
  ck_assert(!lmu_train_network_new(&other, stored, &options, NULL));
  LmuTrainNetwork* const view = lmu_train_network_view(other);
  ck_assert_ptr_nonnull(view);
  expect_same(other, view, 0.0);
  ck_assert(!lmu_train_network_scale(one, 2.0));
  ck_assert(!lmu_train_network_scale(view, 2.0));
  expect_same(one, view, 0.0);
  ck_assert(!lmu_train_network_scale(view, 1.0));
  expect_same(other, view, 0.0);
  lmu_train_network_free(view);
  lmu_train_network_free(other);
  lmu_train_network_free(one);
  lmu_graph_free(stored);
  lmu_graph_free(plain);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("rest");
  tcase_add_test(tcase, what_nothing_feeds_back_rests);
  tcase_add_loop_test(tcase, new_networks_rest, 0, 4);
  tcase_add_test(tcase, what_feeds_back_too_much_whistles);
  tcase_add_test(tcase, what_feeds_back_little_rests);
  tcase_add_test(tcase, what_holds_a_state_is_apart_and_does_not_move);
  tcase_add_test(tcase, what_whistles_at_short_windows_alone_is_found);
  tcase_add_loop_test(
    tcase, what_whistles_at_one_end_of_a_control_is_found, 0, 4);
  tcase_add_test(tcase, what_rests_at_most_windows_is_kept_and_says_so);
  tcase_add_test(tcase, windows_that_are_too_short_are_left_out);
  tcase_add_loop_test(tcase, what_whistles_learns_to_rest, 0, 2);
  tcase_add_test(tcase, what_rests_is_left_alone);
  tcase_add_test(tcase, a_loss_begins_anew_as_it_was);
  tcase_add_loop_test(
    tcase, a_view_is_the_network_at_other_windows, 0, N_GRAPHS);
  tcase_add_test(tcase, a_view_discretises_stored_steps_anew);
  return run_case("rest", tcase);
}
