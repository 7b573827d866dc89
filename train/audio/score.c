// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/score.h"

#include "core/base/status.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "train/audio/streams.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EMPHASIS 0.85

/// Frames of a block that is quiet or not
#define BLOCK 2400U

/// Part of the loudest block's energy below which one is silence
#define SILENT 1e-8

/// Most inputs of a network: a signal and conditions
#define MAX_INPUTS (1U + LMU_MAX_CONDITIONS)

/// Energy of a block
typedef struct {
  double target;
  double error;
} Block;

static int
by_target(const void* const a, const void* const b)
{
  const double x = ((const Block*)a)->target;
  const double y = ((const Block*)b)->target;
  return (x > y) - (x < y);
}

/// Run some frames, at most LMU_NETWORK_FRAMES
static void
run_block(const LmuNetwork* const   network,
          LmuNetworkState* const    state,
          const LmuRecording* const recording,
          const size_t              first,
          const uint32_t            n_frames,
          float* const              output)
{
  const uint32_t width = lmu_network_inputs(network);
  float          x[MAX_INPUTS * LMU_NETWORK_FRAMES];
  for (uint32_t t = 0U; t < n_frames; ++t) {
    x[(size_t)t * width] =
      recording->input ? recording->input[first + t] : 0.0f;
    for (uint32_t i = 1U; i < width; ++i) {
      x[((size_t)t * width) + i] = (float)recording->conditions[i - 1U];
    }
  }
  lmu_network_process(network, state, x, n_frames, output);
}

/// Run a whole recording from the first state
static void
run(const LmuNetwork* const   network,
    LmuNetworkState* const    state,
    const LmuRecording* const recording,
    float* const              output)
{
  lmu_network_reset(network, state);
  for (size_t i = 0U; i < recording->n_frames; i += LMU_NETWORK_FRAMES) {
    const size_t left = recording->n_frames - i;
    run_block(network,
              state,
              recording,
              i,
              left < LMU_NETWORK_FRAMES ? (uint32_t)left : LMU_NETWORK_FRAMES,
              output + i);
  }
}

/// Energies of all recordings
typedef struct {
  double input;
  double target;
  double output;
  double error;
  double emphasised_target;
  double emphasised_error;
  Block* blocks;
  size_t n_blocks;
} Sums;

static void
add(Sums* const sums, const LmuRecording* const recording, const float* const y)
{
  double last_target = 0.0;
  double last_error  = 0.0;
  for (size_t i = 0U; i < recording->n_frames; ++i) {
    const double target = (double)recording->target[i];
    const double error  = (double)y[i] - target;
    const double t      = target - (EMPHASIS * last_target);
    const double e      = error - (EMPHASIS * last_error);
    Block* const block  = &sums->blocks[sums->n_blocks + (i / BLOCK)];
    last_target         = target;
    last_error          = error;
    block->target += target * target;
    block->error += error * error;
    sums->input += (double)recording->input[i] * (double)recording->input[i];
    sums->target += target * target;
    sums->output += (double)y[i] * (double)y[i];
    sums->error += error * error;
    sums->emphasised_target += t * t;
    sums->emphasised_error += e * e;
  }
  sums->n_blocks += (recording->n_frames + BLOCK - 1U) / BLOCK;
}

/// Return the ratio of the quietest tenth of blocks that are no silence
static double
quiet_ratio(const Sums* const sums)
{
  qsort(sums->blocks, sums->n_blocks, sizeof(Block), by_target);
  const double loudest = sums->blocks[sums->n_blocks - 1U].target;
  size_t       first   = 0U;
  while (first + 1U < sums->n_blocks &&
         sums->blocks[first].target < SILENT * loudest) {
    ++first;
  }

  Block        sum = {0.0, 0.0};
  const size_t end = first + 1U + ((sums->n_blocks - first) / 10U);
  for (size_t i = first; i < end && i < sums->n_blocks; ++i) {
    sum.target += sums->blocks[i].target;
    sum.error += sums->blocks[i].error;
  }
  return sum.error / fmax(sum.target, 1e-30);
}

static void
set(LmuScore* const score, const Sums* const sums, const double n_frames)
{
  score->esr = sums->error / fmax(sums->target, 1e-30);
  score->emphasised =
    sums->emphasised_error / fmax(sums->emphasised_target, 1e-30);
  score->quiet      = quiet_ratio(sums);
  score->input_rms  = sqrt(sums->input / n_frames);
  score->target_rms = sqrt(sums->target / n_frames);
  score->output_rms = sqrt(sums->output / n_frames);
}

/// Return the greatest output of a second of silence from the first state
static double
silence_peak(const LmuNetwork* const network, LmuNetworkState* const state)
{
  LmuRecording silence                    = {NULL, NULL, 48000U, {0.0}};
  float        output[LMU_NETWORK_FRAMES] = {0.0f};
  double       peak                       = 0.0;
  lmu_network_reset(network, state);
  for (size_t i = 0U; i < silence.n_frames; i += LMU_NETWORK_FRAMES) {
    run_block(network, state, &silence, i, LMU_NETWORK_FRAMES, output);
    for (uint32_t j = 0U; j < LMU_NETWORK_FRAMES; ++j) {
      peak = fmax(peak, fabs((double)output[j]));
    }
  }
  return peak;
}

/// Run all recordings
static void
find(LmuScore* const         score,
     const LmuNetwork* const network,
     LmuNetworkState* const  state,
     const LmuStreams* const streams,
     Sums* const             sums,
     float* const            output)
{
  size_t first = 0U;
  for (uint32_t i = 0U; i < streams->n_pairs; ++i) {
    run(network, state, &streams->pairs[i], output + first);
    add(sums, &streams->pairs[i], output + first);
    first += streams->pairs[i].n_frames;
  }
  set(score, sums, (double)first);
  score->silence_peak = silence_peak(network, state);
}

LmuStatus
lmu_score_find(LmuScore* const         score,
               const LmuGraph* const   graph,
               const LmuStreams* const streams,
               float* const            output)
{
  const size_t length  = lmu_streams_length(streams);
  LmuNetwork*  network = NULL;
  LmuStatus    status  = lmu_network_new(&network, graph, 1.0, NULL);
  if (status) {
    return status;
  }

  LmuNetworkState* const state = lmu_network_state_new(network);
  float* const y    = output ? output : (float*)calloc(length, sizeof(float));
  Sums         sums = {0};
  sums.blocks =
    (Block*)calloc((length / BLOCK) + streams->n_pairs + 1U, sizeof(Block));
  status = (state && y && sums.blocks) ? LMU_SUCCESS : LMU_NO_MEMORY;
  if (!status) {
    find(score, network, state, streams, &sums, y);
  }
  free(sums.blocks);
  if (!output) {
    free(y);
  }
  lmu_network_state_free(state);
  lmu_network_free(network);
  return status;
}
