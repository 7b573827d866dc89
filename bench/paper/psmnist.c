// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/digit_stream.h"
#include "bench/mnist.h"
#include "bench/now.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/weight_file.h"
#include "train/end_features.h"
#include "train/initialise.h"
#include "train/sequence.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/**
   @file
   Permuted sequential MNIST: know a handwritten digit whose pixels come one by
   one, in an order that is the same for all and makes no sense.

   The task of Voelker, Kajic, Eliasmith, "Legendre Memory Units", NeurIPS 2019,
   section 3.2; the network is that of Chilkuri and Eliasmith, "Parallelizing
   Legendre Memory Unit training", ICML 2021, with one more layer.  The order is
   numpy.random.RandomState(0).permutation(784), as in the paper's code.

   Digits are learned as they are and moved to where they are most easily taken
   for others; no picture is shifted, turned, or bent.  What was tried to find
   this was judged by 10 000 of the 60 000 digits to train on, with --validate,
   which does not open the digits to test on.

   Usage: bench_psmnist FOLDER FILE [EPOCHS [SEED]]
          bench_psmnist FOLDER --validate [EPOCHS [SEED]]
*/

/* What was found with --validate */

#define ORDER 468U
#define STAGES 3U // Of a Pade approximant, which modes are stepped by
#define UNITS_1 280U
#define UNITS_2 110U
#define N_EPOCHS 40U
#define LANES 192U
#define RATE 0.002
#define AVERAGING 0.999

/// How far pixels are moved, the root of the sum of squares
#define ADVERSARY 0.9

/// RMS of pixels about their mean, which makes features about one
#define PIXEL_RMS 0.3

/// Digits that are held out, the last ones
#define N_HELD_OUT 10000U

#define N_THREADS 2U

/// What is asked for
typedef struct {
  const char* folder;
  const char* file; ///< To write, or null to validate
  uint64_t    epochs;
  uint64_t    seed;
} Request;

/// Digits as features
typedef struct {
  uint32_t  n;
  float*    features; ///< [n][ORDER]
  uint32_t* classes;  ///< [n]
} Set;

/// End if something is short or wrong
static void
require(const bool condition, const char* const what)
{
  if (!condition) {
    (void)fprintf(stderr, "bench_psmnist: %s\n", what);
    abort();
  }
}

/* Networks */

static void
set_dense(LmuLayer* const     layer,
          const uint32_t      units,
          const LmuActivation activation)
{
  layer->type       = LMU_LAYER_DENSE;
  layer->units      = units;
  layer->activation = activation;
  layer->cell_bias  = true;
}

/// Return what is trained: the layers behind the memory, of features
static LmuGraph*
head_new(void)
{
  LmuGraph* const graph = lmu_graph_new();
  require(graph, "no memory");
  graph->n_layers           = 3U;
  graph->layers[0].n_inputs = ORDER;
  set_dense(&graph->layers[0], UNITS_1, LMU_GELU);
  set_dense(&graph->layers[1], UNITS_2, LMU_GELU);
  set_dense(&graph->layers[2], MNIST_LABELS, LMU_LINEAR);
  require(!lmu_graph_allocate(graph, NULL), "no memory");
  return graph;
}

/// Return the same behind a memory of all pixels
static LmuGraph*
whole_new(void)
{
  LmuGraph* const graph  = head_new();
  LmuLayer* const memory = &graph->layers[0];
  memory->type           = LMU_LAYER_LMU;
  memory->n_inputs       = 1U;
  memory->order          = ORDER;
  memory->memory_d       = 1U;
  memory->theta[0]       = MNIST_PIXELS;
  memory->method         = LMU_PADE;
  memory->stages         = STAGES;
  memory->cell           = LMU_CELL_DENSE;
  require(!lmu_graph_allocate(graph, NULL), "no memory");
  *lmu_layer_values(graph, 0U, LMU_KERNEL) = 1.0;
  return graph;
}

/// Copy the values of a role in all layers
static void
copy_role(const LmuGraph* const from, const LmuGraph* const to, LmuRole role)
{
  for (uint32_t i = 0U; i < from->n_layers; ++i) {
    memcpy(lmu_layer_values(to, i, role),
           lmu_layer_values(from, i, role),
           lmu_parameter_count(&from->layers[i].parameters[role]) *
             sizeof(double));
  }
}

/// Have the first layer of a head take features as they come
static void
take_plain_features(const LmuGraph* const head, const float* const mean)
{
  double* const kernel = lmu_layer_values(head, 0U, LMU_CELL_KERNEL);
  double* const bias   = lmu_layer_values(head, 0U, LMU_CELL_BIAS);
  for (size_t i = 0U; i < ORDER; ++i) {
    for (size_t j = 0U; j < UNITS_1; ++j) {
      double* const weight = &kernel[(i * UNITS_1) + j];
      *weight /= PIXEL_RMS;
      bias[j] -= *weight * (double)mean[i];
    }
  }
}

/* Digits */

/// Return the features of all digits of a part
static Set
set_new(const LmuEndFeatures* const features, const Mnist* const digits)
{
  uint32_t  order[MNIST_PIXELS];
  float     pixels[MNIST_PIXELS];
  const Set set = {digits->count,
                   (float*)calloc((size_t)digits->count * ORDER, sizeof(float)),
                   (uint32_t*)calloc(digits->count, sizeof(uint32_t))};
  require(set.features && set.classes, "no memory");
  digit_order(order);
  for (size_t i = 0U; i < set.n; ++i) {
    for (uint32_t t = 0U; t < MNIST_PIXELS; ++t) {
      pixels[t] = digit_pixel(digits->pixels + (i * MNIST_PIXELS), order, t);
    }
    lmu_end_features_find(features, pixels, set.features + (i * ORDER));
    set.classes[i] = digits->labels[i];
  }
  return set;
}

static void
set_clear(Set* const set)
{
  free(set->classes);
  free(set->features);
}

/// Write the mean features of the first digits
static void
find_mean(float mean[ORDER], const Set* const set, const uint32_t count)
{
  double sums[ORDER] = {0.0};
  for (size_t i = 0U; i < count; ++i) {
    for (size_t j = 0U; j < ORDER; ++j) {
      sums[j] += (double)set->features[(i * ORDER) + j];
    }
  }
  for (size_t j = 0U; j < ORDER; ++j) {
    mean[j] = (float)(sums[j] / count);
  }
}

/// Make features about one, without a mean
static void
normalise(const Set* const set, const float mean[ORDER])
{
  for (size_t i = 0U; i < set->n; ++i) {
    for (size_t j = 0U; j < ORDER; ++j) {
      float* const x = &set->features[(i * ORDER) + j];
      *x             = (*x - mean[j]) / (float)PIXEL_RMS;
    }
  }
}

/// Return some digits as sequences of one frame
static LmuSequences
some(const Set* const set, const uint32_t first, const uint32_t count)
{
  const LmuSequences sequences = {.input =
                                    set->features + ((size_t)first * ORDER),
                                  .classes  = set->classes + first,
                                  .n        = count,
                                  .n_frames = 1U};
  return sequences;
}

/* The experiment */

static double
cpu_s(void)
{
  return (double)clock() / CLOCKS_PER_SEC;
}

/// Train a head
static LmuSequenceTrainer*
train(LmuGraph* const      head,
      const Request* const request,
      const LmuSequences   sequences)
{
  LmuSequenceTrainer*      trainer = NULL;
  const LmuSequenceOptions options = {.lanes  = LANES,
                                      .frames = 1U,
                                      .rate   = RATE,
                                      .n_updates =
                                        request->epochs * (sequences.n / LANES),
                                      .seed      = request->seed,
                                      .averaging = AVERAGING,
                                      .adversary = ADVERSARY / PIXEL_RMS,
                                      .n_threads = N_THREADS,
                                      .is_new    = true};
  lmu_initialise(head, request->seed);
  require(!lmu_sequence_trainer_new(&trainer, head, &sequences, &options, NULL),
          "cannot train");
  uint64_t epoch = 1U;
  while (lmu_sequence_trainer_advance(trainer)) {
    (void)fprintf(stderr,
                  "\rbench_psmnist: %u of %u epochs, %.0f CPU s",
                  (unsigned)epoch++,
                  (unsigned)request->epochs,
                  cpu_s());
  }
  (void)fprintf(stderr, "\r%60s\r", "");
  return trainer;
}

/// Print a row of the table, and return how many digits are known
static uint32_t
print_row(const char* const         name,
          LmuSequenceTrainer* const trainer,
          const LmuSequences        sequences)
{
  LmuSequenceScore score;
  require(!lmu_sequence_trainer_try(trainer, &score, &sequences, 0U),
          "no memory");
  const double n_right = round(score.accuracy * (double)sequences.n);
  printf("  %-10s %.2f %%, %.0f of %zu digits\n",
         name,
         100.0 * score.accuracy,
         n_right,
         sequences.n);
  return (uint32_t)n_right;
}

/// Write what was trained, behind its memory, as a file for plugins
static void
write_file(const LmuSequenceTrainer* const trainer,
           const LmuEndFeatures* const     features,
           const float* const              mean,
           const char* const               path)
{
  LmuError        error = {""};
  LmuGraph* const head  = head_new();
  LmuGraph* const whole = whole_new();
  lmu_sequence_trainer_store(trainer, head);
  take_plain_features(head, mean);
  copy_role(head, whole, LMU_CELL_BIAS);
  copy_role(head, whole, LMU_CELL_KERNEL);
  require(!lmu_end_features_fold(
            features, lmu_layer_values(whole, 0U, LMU_CELL_KERNEL), UNITS_1),
          "no memory");
  (void)snprintf(whole->metadata.name, LMU_MAX_NAME, "psMNIST");
  require(!lmu_weights_save(whole, path, &error), error.text);
  lmu_graph_free(whole);
  lmu_graph_free(head);
}

/// Stream the digits through a file, and print whether as many are known
static void
print_stream(const char* const  path,
             const Mnist* const digits,
             const uint32_t     n_expected)
{
  LmuNetwork* const network = digit_network_load(path);
  require(network, "the file is not as it was written");
  const DigitStream stream = {network, digits, digits->count, N_THREADS, 1U};
  DigitStreamResult result;
  require(digit_stream_run(&stream, &result), "no memory");
  printf(
    "  by stream  %.2f %%, %u of %u digits, %s, pixel by pixel in %s form, "
    "%.1f us each\n",
    100.0 * result.n_right / digits->count,
    result.n_right,
    digits->count,
    (result.n_right == n_expected) ? "as many" : "NOT as many",
    lmu_network_form(network, 0U),
    1e6 * result.network_s / MNIST_PIXELS / digits->count);
  lmu_network_free(network);
}

/// Look at the digits to test on
static void
test(LmuSequenceTrainer* const   trainer,
     const LmuEndFeatures* const features,
     const float* const          mean,
     const Request* const        request)
{
  Mnist digits = {0U, NULL, NULL};
  require(mnist_load(&digits, request->folder, MNIST_TEST), "no digits");
  Set set = set_new(features, &digits);
  normalise(&set, mean);
  const uint32_t n_right = print_row("test", trainer, some(&set, 0U, set.n));
  print_stream(request->file, &digits, n_right);
  set_clear(&set);
  mnist_clear(&digits);
}

static void
run(const Request* const request)
{
  const double    start = now_ns();
  float           mean[ORDER];
  Mnist           digits   = {0U, NULL, NULL};
  LmuEndFeatures* features = NULL;
  LmuGraph* const head     = head_new();
  LmuGraph* const whole    = whole_new();
  require(!lmu_end_features_new(&features, &whole->layers[0], MNIST_PIXELS),
          "no memory");
  require(mnist_load(&digits, request->folder, MNIST_TRAIN), "no digits");
  require(digits.count > N_HELD_OUT, "too few digits");
  const uint32_t n_train = digits.count - (request->file ? 0U : N_HELD_OUT);
  Set            set     = set_new(features, &digits);
  find_mean(mean, &set, n_train);
  normalise(&set, mean);

  LmuSequenceTrainer* const trainer =
    train(head, request, some(&set, 0U, n_train));
  printf("psMNIST, %u weights, %u epochs of %u digits, %.0f CPU s\n",
         lmu_graph_n_trainable(whole),
         (unsigned)request->epochs,
         n_train,
         cpu_s());
  (void)print_row("training", trainer, some(&set, 0U, n_train));
  if (request->file) {
    write_file(trainer, features, mean, request->file);
    test(trainer, features, mean, request);
  } else {
    (void)print_row("held out", trainer, some(&set, n_train, N_HELD_OUT));
  }
  printf(
    "  in all %.0f s, %.0f CPU s, %u threads\n"
    "  published: LMU 97.15 %%, parallel LMU 98.49 %%, HiPPO-LegS 98.3 %%, "
    "S4 98.70 %%, LSSL 98.76 %%, LSTM 89.86 %%\n",
    1e-9 * (now_ns() - start),
    cpu_s(),
    N_THREADS);
  lmu_sequence_trainer_free(trainer);
  set_clear(&set);
  mnist_clear(&digits);
  lmu_end_features_free(features);
  lmu_graph_free(whole);
  lmu_graph_free(head);
}

int
main(const int argc, char** const argv)
{
  if (argc < 3) {
    (void)fputs("Usage: bench_psmnist FOLDER FILE [EPOCHS [SEED]]\n"
                "       bench_psmnist FOLDER --validate [EPOCHS [SEED]]\n",
                stderr);
    return EXIT_FAILURE;
  }

  const bool    validates = !strcmp(argv[2], "--validate");
  const Request request   = {argv[1],
                           validates ? NULL : argv[2],
                           (argc > 3) ? strtoull(argv[3], NULL, 10) : N_EPOCHS,
                           (argc > 4) ? strtoull(argv[4], NULL, 10) : 1U};
  run(&request);
  return EXIT_SUCCESS;
}
