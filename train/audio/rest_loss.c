// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/rest_loss.h"

#include "core/base/setup/aligned.h"
#include "core/nn/setup/graph.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/pass.h"
#include "train/random.h"
#include "train/real.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Frames and lanes of a step
#define FRAMES 128U
#define LANES LMU_TRAIN_LANES

/// Ranges of window factors, each with silence of its own
#define N_RANGES 3U

/// Windows after which nothing of the start is left
#define EMPTY_WINDOWS 2.0

/// Steps that count then, before another start
#define N_COUNTED 8U

/// Least and greatest start, as powers of ten
#define LEAST_START (-1.5)
#define GREATEST_START 0.5

static const double ranges[N_RANGES][2] = {{0.22, 0.45},
                                           {0.45, 1.0},
                                           {1.0, 4.4}};

/// Silence at some windows
typedef struct {
  LmuTrainNetwork* network;
  LmuTrainPass*    pass;
  uint64_t         n_silent; ///< Steps until what is left counts
  uint64_t         n_left;   ///< Steps until another start
  LmuReal*         input;    ///< [FRAMES][n_inputs][LANES], silent but for
                             ///< conditions
} Silence;

struct LmuRestLossImpl {
  Silence  silences[N_RANGES];
  uint32_t next; ///< Whose turn it is
  uint64_t random;
  LmuReal* slope; ///< [FRAMES][n_outputs][LANES]
};

LmuRestLoss*
lmu_rest_loss_new(const LmuTrainNetwork* const network, const uint64_t seed)
{
  const LmuGraph* const  graph = network->graph;
  const LmuTrainPassSpec spec  = {FRAMES, LANES, NULL};
  const size_t           row   = (size_t)FRAMES * LANES * sizeof(LmuReal);
  LmuRestLoss* const     loss  = (LmuRestLoss*)calloc(1U, sizeof(LmuRestLoss));
  if (!loss) {
    return NULL;
  }

  bool works  = true;
  loss->slope = (LmuReal*)lmu_aligned_zeros(graph->n_outputs * row);
  for (uint32_t i = 0U; i < N_RANGES; ++i) {
    Silence* const silence = &loss->silences[i];
    silence->network       = lmu_train_network_view(network);
    silence->pass =
      silence->network ? lmu_train_pass_new(silence->network, &spec) : NULL;
    silence->input = (LmuReal*)lmu_aligned_zeros(graph->n_inputs * row);
    works          = works && silence->pass && silence->input;
  }
  if (!works || !loss->slope) {
    lmu_rest_loss_free(loss);
    return NULL;
  }
  lmu_rest_loss_reset(loss, seed);
  return loss;
}

void
lmu_rest_loss_free(LmuRestLoss* const loss)
{
  if (loss) {
    for (uint32_t i = 0U; i < N_RANGES; ++i) {
      free(loss->silences[i].input);
      lmu_train_pass_free(loss->silences[i].pass);
      lmu_train_network_free(loss->silences[i].network);
    }
    free(loss->slope);
    free(loss);
  }
}

void
lmu_rest_loss_reset(LmuRestLoss* const loss, const uint64_t seed)
{
  loss->random = seed;
  loss->next   = 0U;
  for (uint32_t i = 0U; i < N_RANGES; ++i) {
    loss->silences[i].n_left = 0U;
  }
}

/// Have conditions be the same in all lanes
static void
set_conditions(LmuRestLoss* const loss, const uint32_t index)
{
  const Silence* const silence  = &loss->silences[index];
  const uint32_t       n_inputs = silence->network->graph->n_inputs;
  for (uint32_t i = 1U; i < n_inputs; ++i) {
    const LmuReal value = (LmuReal)lmu_random_unit(&loss->random);
    for (size_t t = 0U; t < FRAMES; ++t) {
      for (size_t j = 0U; j < LANES; ++j) {
        silence->input[(((t * n_inputs) + i) * LANES) + j] = value;
      }
    }
  }
}

/// Start from noise, at other windows
static void
start(LmuRestLoss* const loss, const uint32_t index)
{
  Silence* const        silence = &loss->silences[index];
  const LmuGraph* const graph   = silence->network->graph;
  const double* const   range   = ranges[index];
  const double          part    = lmu_random_unit(&loss->random);
  const double          factor  = range[0] * pow(range[1] / range[0], part);
  const double          power = LEAST_START + ((GREATEST_START - LEAST_START) *
                                      lmu_random_unit(&loss->random));
  // What cannot be discretised leaves the windows before
  if (lmu_train_network_scale(silence->network, factor)) {
    (void)!lmu_train_network_scale(silence->network, 1.0);
  }
  silence->n_silent =
    (uint64_t)ceil(EMPTY_WINDOWS * factor * lmu_graph_longest(graph) / FRAMES);
  silence->n_left = silence->n_silent + N_COUNTED;
  set_conditions(loss, index);
  lmu_train_pass_disturb(
    silence->pass, pow(10.0, power), lmu_random_bits(&loss->random));
}

/// Set slopes to those of the variance of outputs
static void
set_slopes(const LmuRestLoss* const loss,
           const LmuReal* const     y,
           const size_t             count,
           const double             weight)
{
  double sum = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    sum += (double)y[i];
  }
  const double mean  = sum / (double)count;
  const double scale = 2.0 * weight / (double)count;
  for (size_t i = 0U; i < count; ++i) {
    loss->slope[i] = (LmuReal)(scale * ((double)y[i] - mean));
  }
}

void
lmu_rest_loss_add(LmuRestLoss* const loss,
                  const double       weight,
                  LmuReal* const     gradient)
{
  Silence* const        silence = &loss->silences[loss->next];
  const LmuGraph* const graph   = silence->network->graph;
  if (!silence->n_left) {
    start(loss, loss->next);
  }
  lmu_train_pass_forward(silence->pass, silence->input, FRAMES);
  if (silence->n_silent) {
    --silence->n_silent;
  } else {
    set_slopes(loss,
               lmu_train_pass_output(silence->pass),
               (size_t)FRAMES * graph->n_outputs * LANES,
               weight);
    lmu_train_pass_backward(silence->pass, loss->slope, gradient);
  }
  --silence->n_left;
  loss->next = (loss->next + 1U) % N_RANGES;
}
