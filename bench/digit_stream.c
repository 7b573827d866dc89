// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/digit_stream.h"

#include "bench/mnist.h"
#include "bench/now.h"
#include "bench/permutation.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "core/nn/setup/weight_file.h"

#include <pthread.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/// Frames of progress
#define N_REPORTS 100U

/// What all threads share
typedef struct {
  const DigitStream* stream;
  uint32_t           order[MNIST_PIXELS];
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

/// Seconds of a nanosecond
#define SECONDS 1e-9

float
digit_pixel(const uint8_t* const  pixels,
            const uint32_t* const order,
            const uint32_t        frame)
{
  return (float)pixels[order[frame]] / 255.0f;
}

void
digit_order(uint32_t order[MNIST_PIXELS])
{
  permutation(order, MNIST_PIXELS, 0U);
}

/// Return what a network takes a digit for
static uint32_t
recognise(const Worker* const worker, const uint8_t* const pixels)
{
  const Task* const task  = worker->task;
  const uint32_t    block = task->stream->block;
  float             y[LMU_NETWORK_FRAMES * MNIST_LABELS];
  const float*      last = y;
  lmu_network_reset(task->stream->network, worker->state);
  for (uint32_t i = 0U; i < MNIST_PIXELS; i += block) {
    const uint32_t rest = MNIST_PIXELS - i;
    const uint32_t n    = rest < block ? rest : block;
    float          x[LMU_NETWORK_FRAMES];
    for (uint32_t j = 0U; j < n; ++j) {
      x[j] = digit_pixel(pixels, task->order, i + j);
    }
    lmu_network_process(task->stream->network, worker->state, x, n, y);
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
  const uint32_t count = worker->task->stream->count;
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
  Worker* const            worker = (Worker*)data;
  const DigitStream* const stream = worker->task->stream;
  const Mnist* const       digits = stream->digits;
  for (uint32_t i = worker->index; i < stream->count; i += stream->n_threads) {
    const double   start = now_ns();
    const uint32_t label =
      recognise(worker, digits->pixels + ((size_t)i * MNIST_PIXELS));
    worker->seconds += SECONDS * (now_ns() - start);
    worker->n_right += label == digits->labels[i];
    report(worker, i);
    ++worker->n_digits;
  }
  return NULL;
}

LmuNetwork*
digit_network_load(const char* const path)
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

/// Add up what threads found
static void
add_up(const Worker* const      workers,
       const uint32_t           count,
       DigitStreamResult* const result)
{
  (void)fprintf(stderr, "\r%60s\r", "");
  for (uint32_t i = 0U; i < count; ++i) {
    result->n_right += workers[i].n_right;
    result->network_s += workers[i].seconds;
  }
}

bool
digit_stream_run(const DigitStream* const stream,
                 DigitStreamResult* const result)
{
  Worker       workers[DIGIT_STREAM_THREADS] = {{0}};
  Task         task                          = {stream, {0U}};
  uint32_t     n_started                     = 0U;
  const double start                         = now_ns();
  digit_order(task.order);
  for (uint32_t i = 0U; i < stream->n_threads; ++i) {
    workers[i].task  = &task;
    workers[i].index = i;
    workers[i].state = lmu_network_state_new(stream->network);
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
  *result = (DigitStreamResult){0U, 0.0, SECONDS * (now_ns() - start)};
  add_up(workers, n_started, result);
  if (n_started < stream->n_threads) {
    (void)fputs("psmnist: no memory for so many threads\n", stderr);
  }
  return n_started == stream->n_threads;
}
