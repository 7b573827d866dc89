// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Training of a small network to do what a simple device does

#include "bench/noise.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "tests/unit/run.h"
#include "train/audio/recipe.h"
#include "train/audio/score.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/audio/trainer_parts.h"
#include "train/initialise.h"
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

#define PI 3.14159265358979323846

#define RATE 8000.0
#define N_TRAIN 24000U
#define N_VALID 6000U
#define N_RECORDINGS 2U

/// Frames of silence in which a network settles
#define N_SILENT 8000U

/// Error-to-signal ratio that is -20 dB
#define GOOD_ESR 0.01

/// The same of two devices by one network, after as many updates
#define CONTROL_ESR 0.05

/// Sound of a device whose control stands somewhere
typedef struct {
  float input[N_TRAIN + N_VALID];
  float target[N_TRAIN + N_VALID];
} Sound;

/// Recordings to train on and to try on
typedef struct {
  Sound        sounds[N_RECORDINGS];
  LmuRecording train[N_RECORDINGS];
  LmuRecording valid[N_RECORDINGS];
} Take;

static Take take;

/// A low-pass, a curve, and a high-pass
static void
run_device(Sound* const sound, const double gain)
{
  double low  = 0.0;
  double mean = 0.0;
  for (uint32_t i = 0U; i < N_TRAIN + N_VALID; ++i) {
    low += 0.4 * ((double)sound->input[i] - low);
    const double curved = tanh(gain * (low + 0.05));
    mean += 0.02 * (curved - mean);
    sound->target[i] = (float)(0.7 * (curved - mean));
  }
}

/// Tones that come and go, with noise
static void
play(Sound* const sound, uint32_t noise)
{
  for (uint32_t i = 0U; i < N_TRAIN + N_VALID; ++i) {
    const double t = i / RATE;
    const double a = 0.5 + (0.5 * sin(2.0 * PI * 1.7 * t));
    const double tones =
      sin(2.0 * PI * 110.0 * t) + sin(2.0 * PI * (300.0 + (40.0 * t)) * t);
    sound->input[i] =
      (float)(a * ((0.3 * tones) + (0.2 * (double)next_noise(&noise))));
  }
}

static void
record(void)
{
  for (uint32_t i = 0U; i < N_RECORDINGS; ++i) {
    Sound* const       sound = &take.sounds[i];
    const LmuRecording train = {
      sound->input, sound->target, N_TRAIN, {0.9 * i, 0.0}};
    const LmuRecording valid = {
      sound->input + N_TRAIN, sound->target + N_TRAIN, N_VALID, {0.9 * i, 0.0}};
    play(sound, i + 1U);
    run_device(sound, 2.0 + (2.0 * i));
    take.train[i] = train;
    take.valid[i] = valid;
  }
}

/// A trainer with all that it was made of
typedef struct {
  LmuGraph*         graph;
  LmuStreams        train;
  LmuStreams        valid;
  LmuTrainerOptions options;
  LmuTrainer*       trainer;
  LmuTrainerReport  report;
  LmuError          error;
} Trial;

/// Return what a test changes before lmu_trainer_new()
static Trial
trial_of(const uint32_t n_conditions)
{
  const LmuRecipe recipe = {
    LMU_DEVICE_DRIVE, LMU_SIZE_NANO, RATE, n_conditions};
  const uint32_t n     = n_conditions ? N_RECORDINGS : 1U;
  Trial          trial = {.graph   = lmu_recipe_graph(&recipe),
                          .train   = {take.train, n, n_conditions, 1.0, 1.0},
                          .valid   = {take.valid, n, n_conditions, 1.0, 1.0},
                          .options = lmu_trainer_defaults()};
  ck_assert_ptr_nonnull(trial.graph);
  lmu_initialise(trial.graph, 3U);
  trial.options.frames    = 128U;
  trial.options.n_updates = 600U;
  return trial;
}

static LmuStatus
begin(Trial* const trial)
{
  return lmu_trainer_new(&trial->trainer,
                         trial->graph,
                         &trial->train,
                         &trial->valid,
                         &trial->options,
                         &trial->error);
}

static void
must_begin(Trial* const trial)
{
  ck_assert_msg(!begin(trial), "%s", trial->error.text);
}

static bool
advance(Trial* const trial)
{
  return lmu_trainer_advance(trial->trainer, &trial->report);
}

static void
train(Trial* const trial)
{
  while (advance(trial)) {
  }
}

static void
trial_clear(Trial* const trial)
{
  lmu_trainer_free(trial->trainer);
  lmu_graph_free(trial->graph);
}

/// Return the ESR of a graph as plugins run it, of the first recording to try,
/// after silence
static double
esr_of(const LmuGraph* const graph)
{
  static Sound sound;

  const LmuRecording* const r         = &take.valid[0];
  const LmuRecording        recording = {
           sound.input, sound.target, N_SILENT + N_VALID, {0.0}};
  const LmuStreams streams = {
    &recording, 1U, graph->metadata.n_conditions, 1.0, 1.0};
  float    y[N_SILENT + N_VALID];
  LmuScore score;
  double   error  = 0.0;
  double   target = 0.0;
  memcpy(sound.input + N_SILENT, r->input, N_VALID * sizeof(float));
  ck_assert(!lmu_score_find(&score, graph, &streams, y));
  for (uint32_t i = 0U; i < N_VALID; ++i) {
    error += pow((double)y[N_SILENT + i] - (double)r->target[i], 2.0);
    target += pow((double)r->target[i], 2.0);
  }
  return error / target;
}

/* Learning */

/// Part of an ESR by which it may change as it is found in another way
#define MAX_ESR_CHANGE 1e-3

START_TEST(a_device_is_learned)
{
  Trial trial = trial_of(0U);
  must_begin(&trial);
  train(&trial);
  printf("# ESR %.5f at update %u of %u, %u rewinds, %u restless\n",
         trial.report.best_esr,
         (unsigned)trial.report.best_update,
         (unsigned)trial.report.n_updates,
         trial.report.n_rewinds,
         trial.report.n_restless);
  ck_assert_double_lt(trial.report.best_esr, GOOD_ESR);
  ck_assert_uint_ge(trial.report.n_updates, 600U);
  ck_assert_uint_lt(trial.report.n_updates,
                    600U + lmu_trainer_round(trial.trainer));
  ck_assert_double_eq(lmu_trainer_progress(trial.trainer), 1.0);

  // What is kept is as good where plugins run it
  ck_assert(lmu_trainer_store(trial.trainer, trial.graph));
  const double esr = esr_of(trial.graph);
  printf("# as it plays %.5f\n", esr);
  ck_assert_double_eq_tol(
    esr, trial.report.best_esr, MAX_ESR_CHANGE * trial.report.best_esr);
  trial_clear(&trial);
}
END_TEST

/// A control is learned too: each recording with its own, and not with another
START_TEST(a_control_is_learned)
{
  Trial trial = trial_of(1U);
  must_begin(&trial);
  train(&trial);
  ck_assert(lmu_trainer_store(trial.trainer, trial.graph));
  for (uint32_t i = 0U; i < N_RECORDINGS; ++i) {
    LmuRecording recording = take.valid[i];
    LmuStreams   streams   = {&recording, 1U, 1U, 1.0, 1.0};
    LmuScore     own;
    LmuScore     other;
    ck_assert(!lmu_score_find(&own, trial.graph, &streams, NULL));
    recording.conditions[0] = 0.9 - recording.conditions[0];
    ck_assert(!lmu_score_find(&other, trial.graph, &streams, NULL));
    printf(
      "# control %u: ESR %.5f, of the other %.5f\n", i, own.esr, other.esr);
    ck_assert_double_lt(own.esr, CONTROL_ESR);
    ck_assert_double_gt(other.esr, 4.0 * own.esr);
  }
  trial_clear(&trial);
}
END_TEST

START_TEST(learned_windows_move_and_others_do_not)
{
  Trial trial                = trial_of(0U);
  trial.options.learns_theta = _i;
  trial.options.n_updates    = 60U;
  must_begin(&trial);
  train(&trial);
  LmuGraph* const kept = lmu_graph_copy(trial.graph);
  ck_assert_ptr_nonnull(kept);
  ck_assert(lmu_trainer_store(trial.trainer, kept));
  ck_assert(!lmu_graph_check(kept, NULL));
  for (uint32_t i = 0U; i < kept->layers[0].n_thetas; ++i) {
    const double moved =
      fabs(log(kept->layers[0].theta[i] / trial.graph->layers[0].theta[i]));
    if (_i) {
      ck_assert_double_gt(moved, 1e-3);
    } else {
      ck_assert_double_eq(moved, 0.0);
    }
  }
  ck_assert_double_eq_tol(esr_of(kept),
                          trial.report.best_esr,
                          MAX_ESR_CHANGE * trial.report.best_esr);
  lmu_graph_free(kept);
  trial_clear(&trial);
}
END_TEST

START_TEST(training_goes_on_from_a_network)
{
  Trial trial             = trial_of(0U);
  trial.options.n_updates = 80U;
  must_begin(&trial);
  train(&trial);

  Trial next          = trial_of(0U);
  next.options.is_new = false;
  next.options.rate   = 1e-12;
  ck_assert(lmu_trainer_store(trial.trainer, next.graph));
  must_begin(&next);
  (void)advance(&next);
  ck_assert_double_eq_tol(next.report.esr,
                          trial.report.best_esr,
                          MAX_ESR_CHANGE * trial.report.best_esr);

  // And what was learned again is as good outside
  ck_assert(lmu_trainer_store(next.trainer, next.graph));
  ck_assert_double_eq_tol(esr_of(next.graph),
                          trial.report.best_esr,
                          MAX_ESR_CHANGE * trial.report.best_esr);
  trial_clear(&next);
  trial_clear(&trial);
}
END_TEST

/// Rates at which a network is lost, and its numbers too
START_TEST(what_is_lost_goes_back_to_the_best)
{
  static const double rates[] = {1e3, 1e18};

  Trial  trial            = trial_of(0U);
  double best             = INFINITY;
  bool   more             = true;
  trial.options.rate      = rates[_i];
  trial.options.n_updates = 400U;
  must_begin(&trial);
  while (more) {
    more = advance(&trial);
    ck_assert_double_le(trial.report.best_esr, best);
    best = trial.report.best_esr;
  }
  printf("# rate %.0e: ESR %.5f, best %.5f at %u of %u, %u rewinds, %u "
         "restless\n",
         rates[_i],
         trial.report.esr,
         best,
         (unsigned)trial.report.best_update,
         (unsigned)trial.report.n_updates,
         trial.report.n_rewinds,
         trial.report.n_restless);
  ck_assert_uint_gt(trial.report.n_rewinds, 0U);
  ck_assert_double_lt(best, GOOD_ESR);
  ck_assert(lmu_trainer_store(trial.trainer, trial.graph));
  ck_assert(!lmu_graph_check(trial.graph, NULL));
  ck_assert_double_eq_tol(esr_of(trial.graph), best, MAX_ESR_CHANGE * best);
  trial_clear(&trial);
}
END_TEST

/* Loss */

/// Return the loss of a lane, of errors that are changed at a frame
static double
loss_of(const LmuTrainer* const trainer,
        const uint32_t          lane,
        const uint32_t          frame,
        const double            change)
{
  const LmuTrainWorker* const worker   = &trainer->workers[0];
  const LmuReal* const        y        = lmu_train_pass_output(worker->pass);
  const uint32_t              lanes    = worker->batch.lanes;
  const uint32_t              n        = trainer->options.frames;
  double                      previous = 0.0;
  double                      sum      = 0.0;
  double                      squares  = 0.0;
  for (uint32_t t = 0U; t < n; ++t) {
    const size_t i     = ((size_t)t * lanes) + lane;
    const double error = (double)y[i] - (double)worker->batch.target[i] +
                         (t == frame ? change : 0);
    const double e = error - (trainer->options.emphasis * previous);
    previous       = error;
    sum += e;
    squares += e * e;
  }
  const double mean = sum / n;
  return ((squares / n) + (trainer->options.dc * mean * mean)) /
         (trainer->variance * trainer->options.lanes);
}

START_TEST(slopes_are_those_of_the_loss)
{
  Trial trial            = trial_of(0U);
  trial.options.emphasis = 0.85;
  trial.options.dc       = 3.0;
  must_begin(&trial);
  LmuTrainer* const  trainer = trial.trainer;
  const LmuTrainTask task    = {
       1000, 128U, 0, trainer->segment, 32 * trainer->segment, true};
  trainer->task = task;
  lmu_trainer_reset(trainer);
  lmu_trainer_run(trainer, &trainer->train);
  double most = 0.0;
  double off  = 0.0;
  for (uint32_t lane = 0U; lane < 32U; lane += 7U) {
    for (uint32_t t = 0U; t < 128U; ++t) {
      const double slope =
        (loss_of(trainer, lane, t, 0.5) - loss_of(trainer, lane, t, -0.5));
      const double given = (double)trainer->workers[0].slope[(t * 32U) + lane];
      most               = fmax(most, fabs(slope));
      off                = fmax(off, fabs(slope - given));
    }
  }
  printf("# slopes are off by %.1e of the greatest\n", off / most);
  ck_assert_double_lt(off, 1e-5 * most);
  trial_clear(&trial);
}
END_TEST

/* State */

/// Bytes of a state
typedef struct {
  uint8_t* data;
  size_t   n_bytes;
} Bytes;

static Bytes
saved(const Trial* const trial)
{
  Bytes bytes = {NULL, 0U};
  ck_assert(!lmu_trainer_save(trial->trainer, &bytes.data, &bytes.n_bytes));
  return bytes;
}

static LmuStatus
load(const Trial* const trial, const Bytes bytes)
{
  return lmu_trainer_load(trial->trainer, bytes.data, bytes.n_bytes);
}

static void
expect_state(const Trial* const trial, const Bytes expected)
{
  const Bytes bytes = saved(trial);
  ck_assert_uint_eq(bytes.n_bytes, expected.n_bytes);
  ck_assert_mem_eq(bytes.data, expected.data, expected.n_bytes);
  free(bytes.data);
}

static Trial
short_trial(void)
{
  Trial trial                = trial_of(1U);
  trial.options.learns_theta = true;
  trial.options.n_updates    = 60U;
  return trial;
}

START_TEST(the_same_threads_give_the_same_bits)
{
  Trial first              = short_trial();
  Trial second             = short_trial();
  first.options.n_threads  = (uint32_t)_i;
  second.options.n_threads = (uint32_t)_i;
  must_begin(&first);
  must_begin(&second);
  for (uint32_t i = 0U; i < 3U; ++i) {
    (void)advance(&first);
    (void)advance(&second);
    const Bytes bytes = saved(&first);
    expect_state(&second, bytes);
    free(bytes.data);
  }
  trial_clear(&second);
  trial_clear(&first);
}
END_TEST

#define N_ROUNDS 6U

START_TEST(what_was_saved_goes_on_with_the_same_bits)
{
  static const uint32_t order[] = {3U, 0U, 4U, 1U, 2U, 5U};

  Trial whole = short_trial();
  Trial part  = short_trial();
  Bytes states[N_ROUNDS + 1U];
  must_begin(&whole);
  states[0] = saved(&whole);
  for (uint32_t i = 1U; i <= N_ROUNDS; ++i) {
    (void)advance(&whole);
    states[i] = saved(&whole);
  }

  // In one that was just made, and then anywhere in one that was elsewhere
  must_begin(&part);
  for (uint32_t i = 0U; i < N_ROUNDS; ++i) {
    ck_assert(!load(&part, states[order[i]]));
    (void)advance(&part);
    expect_state(&part, states[order[i] + 1U]);
  }
  for (uint32_t i = 0U; i <= N_ROUNDS; ++i) {
    free(states[i].data);
  }
  trial_clear(&part);
  trial_clear(&whole);
}
END_TEST

START_TEST(damaged_states_are_refused)
{
  Trial trial = short_trial();
  must_begin(&trial);
  (void)advance(&trial);
  const Bytes state = saved(&trial);
  (void)advance(&trial);
  const Bytes now = saved(&trial);
  for (size_t i = 0U; i < state.n_bytes; ++i) {
    state.data[i] ^= (uint8_t)(1U << (i % 8U));
    ck_assert_int_eq(load(&trial, state), LMU_BAD_FILE);
    state.data[i] ^= (uint8_t)(1U << (i % 8U));
  }

  // Each in a block of its size, for tools that see what is read behind it
  for (size_t i = 1U; i <= state.n_bytes + 40U; i += (i < 3000U) ? 99U : 1U) {
    const Bytes part = {(uint8_t*)calloc(1U, i), i};
    ck_assert_ptr_nonnull(part.data);
    memcpy(part.data, state.data, i < state.n_bytes ? i : state.n_bytes);
    if (i == state.n_bytes) {
      part.data[0] = 0U;
    }
    ck_assert_int_eq(load(&trial, part), LMU_BAD_FILE);
    free(part.data);
  }
  expect_state(&trial, now);
  ck_assert(!load(&trial, state));
  expect_state(&trial, state);
  free(now.data);
  free(state.data);
  trial_clear(&trial);
}
END_TEST

/// Change one thing of a training, and return whether there is that many
static bool
change(Trial* const trial, const int what)
{
  static Sound        sound;
  static LmuRecording other[N_RECORDINGS];

  memcpy(other, take.train, sizeof(other));
  switch (what) {
  case 0:
    trial->options.rate *= 1.0 + 1e-12;
    return true;
  case 1:
    trial->options.seed = 2U;
    return true;
  case 2:
    trial->options.n_threads = 2U;
    return true;
  case 3:
    trial->options.rest = 0.2;
    return true;
  case 4:
    trial->graph->values[7] += 1e-9;
    return true;
  case 5:
    trial->graph->layers[0].theta[1] += 1.0;
    return true;
  case 6:
    trial->graph->layers[0].activation = LMU_SOFTSIGN;
    return true;
  case 7: // One frame is another
    sound                     = take.sounds[1];
    sound.target[N_TRAIN / 2] = 0.123f;
    other[1].target           = sound.target;
    break;
  case 8: // One frame less, of the whole as many
    --other[1].n_frames;
    break;
  case 9: // A control stands elsewhere
    other[1].conditions[0] = 0.8;
    break;
  case 10: // The other way round
    other[0] = take.train[1];
    other[1] = take.train[0];
    break;
  default:
    return false;
  }
  trial->train.pairs = other;
  return true;
}

START_TEST(states_of_another_training_are_refused)
{
  Trial trial = short_trial();
  must_begin(&trial);
  (void)advance(&trial);
  const Bytes state = saved(&trial);
  for (int i = 0;; ++i) {
    Trial      other = short_trial();
    const bool is    = change(&other, i);
    must_begin(&other);
    ck_assert_msg(
      load(&other, state) == (is ? LMU_BAD_FILE : LMU_SUCCESS), "change %d", i);
    trial_clear(&other);
    if (!is) {
      break;
    }
  }
  free(state.data);
  trial_clear(&trial);
}
END_TEST

/* Stopping */

/// How often one is asked whether to stop, and when it says so
typedef struct {
  uint32_t n_asked;
  uint32_t last;
} Patience;

static bool
is_over(void* const handle)
{
  Patience* const patience = (Patience*)handle;
  return ++patience->n_asked > patience->last;
}

START_TEST(a_round_that_is_stopped_counts_for_nothing)
{
  Patience patience    = {0U, UINT32_MAX};
  Trial    trial       = short_trial();
  trial.options.stops  = is_over;
  trial.options.handle = &patience;
  must_begin(&trial);
  (void)advance(&trial);
  const Bytes before = saved(&trial);
  patience.n_asked   = 0U;
  ck_assert(advance(&trial));
  const Bytes    after = saved(&trial);
  const uint32_t n     = patience.n_asked;
  ck_assert_uint_gt(n, lmu_trainer_round(trial.trainer) + 10U);
  for (uint32_t i = 0U; i < n; ++i) {
    const Patience less = {0U, i};
    ck_assert(!load(&trial, before));
    patience = less;
    ck_assert(!advance(&trial));
    ck_assert_uint_eq(patience.n_asked, i + 1U);
    expect_state(&trial, before);
  }

  // And on as if nothing had been
  patience.last = UINT32_MAX;
  ck_assert(advance(&trial));
  expect_state(&trial, after);
  free(after.data);
  free(before.data);
  trial_clear(&trial);
}
END_TEST

/* Refusals */

/// Begin what must be refused, for a reason with a word
static void
expect_refusal(Trial* const trial, const char* const word)
{
  ck_assert_int_eq(begin(trial), LMU_BAD_VALUE);
  ck_assert_ptr_null(trial->trainer);
  ck_assert_msg(
    strstr(trial->error.text, word), "%s: %s", word, trial->error.text);
  trial_clear(trial);
}

START_TEST(recordings_that_teach_nothing_are_refused)
{
  static float zeros[N_TRAIN];
  static float nans[N_TRAIN];

  const LmuRecording no_dry   = {zeros, take.train[0].target, N_TRAIN, {0.0}};
  const LmuRecording no_wet   = {take.train[0].input, zeros, N_TRAIN, {0.0}};
  const LmuRecording no_end   = {take.valid[0].input, zeros, N_VALID, {0.0}};
  const LmuRecording no_value = {take.train[0].input, nans, N_TRAIN, {0.0}};
  LmuRecording       little   = take.train[0];
  for (uint32_t i = 0U; i < N_TRAIN; ++i) {
    nans[i] = NAN;
  }
  Trial trial       = trial_of(0U);
  trial.train.pairs = &no_dry;
  expect_refusal(&trial, "dry recording is silent");
  trial             = trial_of(0U);
  trial.train.pairs = &no_wet;
  expect_refusal(&trial, "wet recording is silent");
  trial             = trial_of(0U);
  trial.valid.pairs = &no_end;
  expect_refusal(&trial, "silent where");
  trial             = trial_of(0U);
  trial.train.pairs = &no_value;
  expect_refusal(&trial, "wet");

  // A frame less than two chunks of each lane
  little.n_frames   = (2UL * 128U * 32U) - 1U;
  trial             = trial_of(0U);
  trial.train.pairs = &little;
  expect_refusal(&trial, "too short");
  trial               = trial_of(0U);
  trial.valid.n_pairs = 0U;
  expect_refusal(&trial, "too short");
  little.n_frames   = 2UL * 128U * 32U;
  trial             = trial_of(0U);
  trial.train.pairs = &little;
  must_begin(&trial);
  ck_assert_uint_eq(lmu_trainer_round(trial.trainer), 1U);
  trial_clear(&trial);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
  Trial trial              = trial_of(1U);
  trial.train.n_conditions = 0U;
  expect_refusal(&trial, "1 of them controls");
  trial                    = trial_of(0U);
  trial.valid.n_conditions = 1U;
  expect_refusal(&trial, "controls");
  trial                                                      = trial_of(0U);
  trial.graph->layers[trial.graph->n_layers - 1U].activation = LMU_TANH;
  expect_refusal(&trial, "linear");
  trial                                                 = trial_of(0U);
  trial.graph->layers[trial.graph->n_layers - 1U].units = 2U;
  ck_assert(!lmu_graph_allocate(trial.graph, NULL));
  expect_refusal(&trial, "2 outputs");
  trial               = trial_of(0U);
  trial.options.lanes = 33U;
  expect_refusal(&trial, "");
  trial                   = trial_of(0U);
  trial.options.n_threads = 0U;
  expect_refusal(&trial, "");
  trial                   = trial_of(0U);
  trial.options.n_threads = 17U;
  trial.options.lanes     = 16U * 17U;
  expect_refusal(&trial, "");
  trial                = trial_of(0U);
  trial.options.frames = 0U;
  expect_refusal(&trial, "");
}
END_TEST

int
main(void)
{
  record();
  TCase* const tcase = tcase_create("trainer");
  tcase_add_test(tcase, a_device_is_learned);
  tcase_add_test(tcase, a_control_is_learned);
  tcase_add_loop_test(tcase, learned_windows_move_and_others_do_not, 0, 2);
  tcase_add_test(tcase, training_goes_on_from_a_network);
  tcase_add_loop_test(tcase, what_is_lost_goes_back_to_the_best, 0, 2);
  tcase_add_test(tcase, slopes_are_those_of_the_loss);
  tcase_add_loop_test(tcase, the_same_threads_give_the_same_bits, 1, 3);
  tcase_add_test(tcase, what_was_saved_goes_on_with_the_same_bits);
  tcase_add_test(tcase, damaged_states_are_refused);
  tcase_add_test(tcase, states_of_another_training_are_refused);
  tcase_add_test(tcase, a_round_that_is_stopped_counts_for_nothing);
  tcase_add_test(tcase, recordings_that_teach_nothing_are_refused);
  tcase_add_test(tcase, what_does_not_fit_is_refused);
  return run_case("trainer", tcase);
}
