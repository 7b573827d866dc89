// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/measure.h"

#include "core/base/status.h"
#include "core/nn/rt/limits.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "tools/base/failure.h"
#include "train/audio/score.h"
#include "train/audio/streams.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/// Frames by which the speed of a model is measured, and how often
#define SPEED_FRAMES 38400U
#define N_SPEEDS 5U

double
lmu_cpu_s(void)
{
  struct timespec now = {0, 0};
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (1e-9 * (double)now.tv_nsec);
}

/// Return the time that frames take [s]
static double
time_of(const LmuNetwork* const network, LmuNetworkState* const state)
{
  float        x[LMU_NETWORK_FRAMES * (1U + LMU_MAX_CONDITIONS)] = {0.1f};
  float        y[LMU_NETWORK_FRAMES]                             = {0.0f};
  const double start_s                                           = lmu_cpu_s();
  for (uint32_t i = 0U; i < SPEED_FRAMES; i += LMU_NETWORK_FRAMES) {
    lmu_network_process(network, state, x, LMU_NETWORK_FRAMES, y);
  }
  return lmu_cpu_s() - start_s;
}

double
lmu_measure_speed(const LmuGraph* const graph)
{
  LmuNetwork* network = NULL;
  if (lmu_network_new(&network, graph, 1.0, NULL)) {
    return 0.0;
  }
  LmuNetworkState* const state = lmu_network_state_new(network);
  double                 least = state ? INFINITY : 0.0;
  for (uint32_t i = 0U; state && i < N_SPEEDS; ++i) {
    least = fmin(least, time_of(network, state));
  }
  lmu_network_state_free(state);
  lmu_network_free(network);
  return 1e9 * least / SPEED_FRAMES;
}

LmuExit
lmu_measure_play(float* const            output,
                 LmuFailure* const       error,
                 const LmuGraph* const   graph,
                 const LmuStreams* const streams)
{
  LmuScore        score;
  const LmuStatus status = lmu_score_find(&score, graph, streams, output);
  return status ? lmu_failure_core(error, NULL, status, lmu_status_text(status))
                : LMU_EXIT_SUCCESS;
}

double
lmu_measure_volume(const LmuStreams* const streams)
{
  double xx = 1e-30;
  double xy = 0.0;
  double yy = 1e-30;
  for (uint32_t i = 0U; i < streams->n_pairs; ++i) {
    const LmuRecording* const r = &streams->pairs[i];
    for (size_t j = 0U; j < r->n_frames; ++j) {
      xx += (double)r->input[j] * (double)r->input[j];
      xy += (double)r->input[j] * (double)r->target[j];
      yy += (double)r->target[j] * (double)r->target[j];
    }
  }
  return 1.0 - (xy * xy / (xx * yy));
}
