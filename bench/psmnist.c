// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/mnist.h"
#include "bench/permutation.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "core/nn/setup/weight_file.h"

#include <pthread.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/**
   @file
   Permuted sequential MNIST by stream: handwritten digits, pixel by pixel in a
   scrambled order, through a trained network as the audio thread runs it.

   The task of Voelker, Kajic, Eliasmith, "Legendre Memory Units", NeurIPS 2019,
   section 3.2, with the order of pixels of its code.
*/

#define MAX_THREADS 64U

/// What pixels would be if they were sound [Hz]
#define SAMPLE_RATE 48000.0

/// Frames of progress
#define N_REPORTS 100U

static const char usage[] =
  "Usage: psmnist --data FOLDER --evaluate FILE [--limit N] [--threads T]\n"
  "               [--block N]\n\n"
  "Streams the test digits of MNIST through a network, each pixel by pixel in\n"
  "the order of numpy.random.RandomState(0).permutation(784), and prints how\n"
  "many it knows, and what that costs.\n\n"
  "  --data FOLDER    Where t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte\n"
  "                   are, or the same with .gz\n"
  "  --evaluate FILE  Network of one input and ten outputs, see "
  "doc/weights.md\n"
  "  --limit N        Take the first N digits only\n"
  "  --threads T      Share the work among T threads, 1 as default\n"
  "  --block N        Give the network N pixels at once, from 1 to 16, 1 as\n"
  "                   default; the result is the same\n";

/// What is asked for
typedef struct {
  const char* folder;
  const char* file;
  uint32_t    limit;
  uint32_t    n_threads;
  uint32_t    block;
} Options;

/// What all threads share
typedef struct {
  const Options*    options;
  const LmuNetwork* network;
  const Mnist*      digits;
  uint32_t          count; ///< Digits to take
  uint32_t          order[MNIST_PIXELS];
} Task;

/// One thread
typedef struct {
  pthread_t        thread;
  const Task*      task;
  uint32_t         index;
  LmuNetworkState* state;
  uint32_t         n_digits; ///< Digits taken
  uint32_t         n_right;  ///< Of those, known
  double           seconds;  ///< Time that the network took
} Worker;

static double
now_s(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (1e-9 * (double)t.tv_nsec);
}

/// Return what a network takes a digit for
static uint32_t
recognise(const Worker* const worker, const uint8_t* const pixels)
{
  const Task* const task  = worker->task;
  const uint32_t    block = task->options->block;
  float             y[LMU_NETWORK_FRAMES * MNIST_LABELS];
  const float*      last = y;
  lmu_network_reset(task->network, worker->state);
  for (uint32_t i = 0U; i < MNIST_PIXELS; i += block) {
    const uint32_t rest = MNIST_PIXELS - i;
    const uint32_t n    = rest < block ? rest : block;
    float          x[LMU_NETWORK_FRAMES];
    for (uint32_t j = 0U; j < n; ++j) {
      x[j] = (float)pixels[task->order[i + j]] / 255.0f;
    }
    lmu_network_process(task->network, worker->state, x, n, y);
    last = y + ((size_t)(n - 1U) * MNIST_LABELS);
  }

  uint32_t best = 0U;
  for (uint32_t i = 1U; i < MNIST_LABELS; ++i) {
    best = last[i] > last[best] ? i : best;
  }
  return best;
}

static void
report(const Worker* const worker, const uint32_t digit)
{
  const uint32_t count = worker->task->count;
  const uint32_t every = (count / N_REPORTS) + 1U;
  if (worker->index == 0U && (worker->n_digits % every) == 0U) {
    (void)fprintf(stderr,
                  "\rpsmnist: %u of %u digits, %.2f %% right so far",
                  digit,
                  count,
                  100.0 * worker->n_right / (worker->n_digits + 1U));
  }
}

/// Take every n_threads-th digit
static void*
work(void* const data)
{
  Worker* const      worker = (Worker*)data;
  const Task* const  task   = worker->task;
  const Mnist* const digits = task->digits;
  for (uint32_t i = worker->index; i < task->count;
       i += task->options->n_threads) {
    const double   start = now_s();
    const uint32_t label =
      recognise(worker, digits->pixels + ((size_t)i * MNIST_PIXELS));
    worker->seconds += now_s() - start;
    worker->n_right += label == digits->labels[i];
    report(worker, i);
    ++worker->n_digits;
  }
  return NULL;
}

static void
print_result(const Worker* const all, const Task* const task, const double wall)
{
  uint32_t right   = 0U;
  double   seconds = 0.0;
  for (uint32_t i = 0U; i < task->options->n_threads; ++i) {
    right += all[i].n_right;
    seconds += all[i].seconds;
  }
  const double digit = seconds / task->count;
  (void)fprintf(stderr, "\r%60s\r", "");
  printf("Accuracy          %.2f %%, %u of %u digits\n"
         "Time per digit    %.3f ms in one thread\n"
         "Time per pixel    %.1f ns, %u at once\n"
         "Real-time factor  %.2f, were pixels samples at %.0f Hz\n"
         "Time in all       %.2f s, %u threads\n",
         100.0 * right / task->count,
         right,
         task->count,
         1e3 * digit,
         1e9 * digit / MNIST_PIXELS,
         task->options->block,
         MNIST_PIXELS / SAMPLE_RATE / digit,
         SAMPLE_RATE,
         wall,
         task->options->n_threads);
}

static bool
evaluate(const Task* const task)
{
  Worker       workers[MAX_THREADS] = {{0}};
  uint32_t     n_started            = 0U;
  const double start                = now_s();
  for (uint32_t i = 0U; i < task->options->n_threads; ++i) {
    workers[i].task  = task;
    workers[i].index = i;
    workers[i].state = lmu_network_state_new(task->network);
    if (!workers[i].state ||
        pthread_create(&workers[i].thread, NULL, work, &workers[i])) {
      lmu_network_state_free(workers[i].state);
      break;
    }
    ++n_started;
  }
  for (uint32_t i = 0U; i < n_started; ++i) {
    pthread_join(workers[i].thread, NULL);
    lmu_network_state_free(workers[i].state);
  }
  if (n_started < task->options->n_threads) {
    (void)fputs("\npsmnist: no memory for so many threads\n", stderr);
    return false;
  }
  print_result(workers, task, now_s() - start);
  return true;
}

/// Make a network of a file, or say what is wrong
static LmuNetwork*
load_network(const char* const path)
{
  LmuError    error   = {""};
  LmuGraph*   graph   = NULL;
  LmuNetwork* network = NULL;
  LmuStatus   status  = lmu_weights_load(&graph, path, &error);
  if (!status && (graph->n_inputs != 1U || graph->n_outputs != MNIST_LABELS)) {
    status = lmu_error_set(&error,
                           LMU_BAD_MODEL,
                           "%s: has %u inputs and %u outputs, psMNIST needs 1 "
                           "and %u",
                           path,
                           graph->n_inputs,
                           graph->n_outputs,
                           MNIST_LABELS);
  }
  if (!status) {
    status = lmu_network_new(&network, graph, 1.0, &error);
  }
  if (status) {
    (void)fprintf(stderr, "psmnist: %s\n", error.text);
  }
  lmu_graph_free(graph);
  return network;
}

static bool
run(const Options* const options)
{
  Mnist       digits  = {0U, NULL, NULL};
  LmuNetwork* network = NULL;
  bool        done    = mnist_load(&digits, options->folder);
  if (done) {
    network = load_network(options->file);
    done    = network;
  }
  if (done) {
    const uint32_t limit = options->limit;
    Task           task  = {options, network, &digits, digits.count, {0U}};
    task.count           = limit < digits.count ? limit : digits.count;
    permutation(task.order, MNIST_PIXELS, 0U);
    done = evaluate(&task);
  }
  lmu_network_free(network);
  mnist_clear(&digits);
  return done;
}

/// Read a whole number from 1 to `max`
static bool
read_number(uint32_t* const value, const char* const word, const uint32_t max)
{
  char* end                  = NULL;
  errno                      = 0;
  const unsigned long number = strtoul(word, &end, 10);
  if (errno || end == word || *end || word[0] == '-' || !number ||
      number > max) {
    return false;
  }
  *value = (uint32_t)number;
  return true;
}

/// Take an option and its word
static bool
read_option(Options* const    options,
            const char* const name,
            const char* const word)
{
  if (!strcmp(name, "--data")) {
    options->folder = word;
    return true;
  }
  if (!strcmp(name, "--evaluate")) {
    options->file = word;
    return true;
  }
  if (!strcmp(name, "--limit")) {
    return read_number(&options->limit, word, UINT32_MAX);
  }
  if (!strcmp(name, "--threads")) {
    return read_number(&options->n_threads, word, MAX_THREADS);
  }
  return !strcmp(name, "--block") &&
         read_number(&options->block, word, LMU_NETWORK_FRAMES);
}

int
main(const int argc, char* const* const argv)
{
  Options options = {NULL, NULL, UINT32_MAX, 1U, 1U};
  for (int i = 1; i < argc; i += 2) {
    if (!strcmp(argv[i], "--help")) {
      (void)fputs(usage, stdout);
      return 0;
    }
    const char* const word = i + 1 < argc ? argv[i + 1] : "";
    if (!read_option(&options, argv[i], word)) {
      (void)fprintf(stderr,
                    "psmnist: cannot take \"%s %s\"; see psmnist --help\n",
                    argv[i],
                    word);
      return 2;
    }
  }
  if (!options.folder || !options.file) {
    (void)fputs(usage, stderr);
    return 2;
  }
  return run(&options) ? 0 : 1;
}
