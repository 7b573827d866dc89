// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/rest.h"

#include "core/base/status.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "train/random.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The burst [s], then silence up to where it is looked at, and for how long,
/// in addition to windows
#define BURST_S 0.25
#define SILENCE_S 0.75
#define LOOK_S 0.1

/// Longest windows of silence after which a network must be at rest
#define SILENT_WINDOWS 4.0

/// Frames after which it is asked whether to stop
#define FRAMES_TO_ASK 4096U

/// Amplitude of the burst
#define LOUD 1.5

/// Quietest peak that differences are compared with
#define LEAST_PEAK 1e-3

#define LEAST_FACTOR 0.25
static const double rest_factors[LMU_N_REST_FACTORS] =
  {1.0, LEAST_FACTOR, 0.35, 0.5, 0.7, 1.4, 2.0, 2.8, 4.0};

/// What is tried
typedef struct {
  double noise;     ///< Part of noise in the burst, the rest are tones
  float  condition; ///< Where all controls are
} Try;

/// Bursts, by part of noise in them, and where controls are; the first of these
/// are for networks without.  What a chord leaves at rest noise may not.
#define N_TRIES 4U
#define N_PLAIN_TRIES 2U
static const Try tries[N_TRIES] = {{0.25, 0.5f},
                                   {0.6, 0.5f},
                                   {0.6, 0.0f},
                                   {0.6, 1.0f}};

/// Networks that run side by side: one in silence, one through a burst
typedef struct {
  LmuNetwork*      network;
  LmuNetworkState* states[2];
  uint32_t         n_inputs;
  const Try*       what;
} Pair;

/// What is seen of a pair
typedef struct {
  double peak;  ///< Greatest output in the burst
  double apart; ///< Greatest difference at the end
  double least; ///< Of what the burst left
  double most;  ///< The same
  bool   stopped;
} Seen;

/// Return what a burst sounds like: a chord that swells, and noise
static double
burst_at(const double seconds, const double noise, uint64_t* const random)
{
  const double phase = 2.0 * 3.14159265358979323846 * seconds;
  const double tones = sin(82.0 * phase) + sin(311.0 * phase) +
                       sin(1250.0 * phase * (1.0 + seconds));
  return LOUD *
         (((1.0 - noise) * tones / 3.0) + lmu_random_between(random, noise));
}

/// Frames at which parts end
typedef struct {
  uint32_t burst;
  uint32_t quiet;
  uint32_t end;
} Parts;

static Parts
parts_of(const double rate, const double window)
{
  Parts parts = {(uint32_t)(rate * BURST_S), 0U, 0U};
  parts.quiet =
    parts.burst + (uint32_t)((rate * SILENCE_S) + (SILENT_WINDOWS * window));
  parts.end = parts.quiet + (uint32_t)(rate * LOOK_S);
  return parts;
}

/// What both put out for some frames, at most LMU_NETWORK_FRAMES
typedef struct {
  uint32_t n_frames;
  float    input[LMU_NETWORK_FRAMES]; ///< Of that which hears the burst
  float    silent[LMU_NETWORK_FRAMES];
  float    loud[LMU_NETWORK_FRAMES];
} Block;

/// Run both
static void
play(const Pair* const pair, Block* const block)
{
  const uint32_t width = pair->n_inputs;
  float          x[LMU_NETWORK_FRAMES * (1U + LMU_MAX_CONDITIONS)];
  for (uint32_t i = 0U; i < block->n_frames * width; ++i) {
    x[i] = (i % width) ? pair->what->condition : 0.0f;
  }
  lmu_network_process(
    pair->network, pair->states[0], x, block->n_frames, block->silent);
  for (uint32_t i = 0U; i < block->n_frames; ++i) {
    x[(size_t)i * width] = block->input[i];
  }
  lmu_network_process(
    pair->network, pair->states[1], x, block->n_frames, block->loud);
}

/// Look at what both put out from a frame on
static void
see(Seen* const        seen,
    const Parts* const parts,
    const Block* const block,
    const uint32_t     first)
{
  for (uint32_t i = 0U; i < block->n_frames; ++i) {
    const double loud = (double)block->loud[i];
    if (first + i < parts->burst) {
      seen->peak = fmax(seen->peak, fabs(loud));
    } else if (first + i >= parts->quiet) {
      seen->apart = fmax(seen->apart, fabs(loud - (double)block->silent[i]));
      seen->least = fmin(seen->least, loud);
      seen->most  = fmax(seen->most, loud);
    }
  }
}

/// Run through the burst and the silence behind it
static Seen
listen(const Pair* const        pair,
       const LmuRestSpec* const spec,
       const double             window)
{
  const Parts parts  = parts_of(spec->rate, window);
  Seen        seen   = {LEAST_PEAK, 0.0, INFINITY, -INFINITY, false};
  uint64_t    random = 1U;
  for (uint32_t i = 0U; i < parts.end && !seen.stopped;
       i += LMU_NETWORK_FRAMES) {
    const uint32_t left  = parts.end - i;
    Block          block = {.n_frames =
                     left < LMU_NETWORK_FRAMES ? left : LMU_NETWORK_FRAMES};
    for (uint32_t j = i; j < i + block.n_frames && j < parts.burst; ++j) {
      block.input[j - i] =
        (float)burst_at(j / spec->rate, pair->what->noise, &random);
    }
    seen.stopped =
      spec->stops && i % FRAMES_TO_ASK == 0U && spec->stops(spec->handle);
    play(pair, &block);
    see(&seen, &parts, &block, i);
  }
  return seen;
}

/// Return whether windows are too short for a network, so that nobody hears it
static bool
is_impossible(const LmuStatus status)
{
  return status == LMU_BAD_THETA || status == LMU_UNSTABLE;
}

/// Look at one window factor
static LmuStatus
look(Seen* const              seen,
     const LmuGraph* const    graph,
     const LmuRestSpec* const spec,
     const Try* const         what,
     const double             factor)
{
  Pair      pair   = {NULL, {NULL, NULL}, graph->n_inputs, what};
  LmuStatus status = lmu_network_new(&pair.network, graph, factor, NULL);
  if (!status) {
    pair.states[0] = lmu_network_state_new(pair.network);
    pair.states[1] = lmu_network_state_new(pair.network);
    status = (pair.states[0] && pair.states[1]) ? LMU_SUCCESS : LMU_NO_MEMORY;
  }
  if (!status) {
    *seen = listen(&pair, spec, factor * lmu_graph_longest(graph));
  }
  lmu_network_state_free(pair.states[0]);
  lmu_network_state_free(pair.states[1]);
  lmu_network_free(pair.network);
  return status;
}

static double
decibels(const double ratio)
{
  return 20.0 * log10(fmax(ratio, 1e-12));
}

/// Return whether a network rests at a factor
static bool
rests_at(const LmuRest* const rest, const uint32_t index)
{
  return rest->apart_db[index] < LMU_REST_DB &&
         rest->moving_db[index] < LMU_REST_DB;
}

/// Return the least factor from which on all rest, infinity if that is above 1
static double
least_of(const LmuRest* const rest)
{
  double least = 1.0;
  double fails = 0.0;
  for (uint32_t i = 0U; i < LMU_N_REST_FACTORS; ++i) {
    fails = rests_at(rest, i) ? fails : fmax(fails, rest->factors[i]);
  }
  for (uint32_t i = 0U; i < LMU_N_REST_FACTORS; ++i) {
    if (rest->factors[i] > fails) {
      least = fmin(least, rest->factors[i]);
    }
  }
  return fails < 1.0 ? least : (double)INFINITY;
}

/// Look at one window factor, with controls at a few places if there are any
static LmuStatus
try_factor(LmuRest* const           rest,
           const LmuGraph* const    graph,
           const LmuRestSpec* const spec,
           const uint32_t           index)
{
  const uint32_t n = graph->metadata.n_conditions ? N_TRIES : N_PLAIN_TRIES;
  LmuStatus      status = LMU_SUCCESS;
  for (uint32_t i = 0U; i < n && !status && !rest->stopped; ++i) {
    Seen seen = {1.0, 0.0, 0.0, 0.0, false};
    status    = look(&seen, graph, spec, &tries[i], rest->factors[index]);

    double* const apart  = &rest->apart_db[index];
    double* const moving = &rest->moving_db[index];
    rest->stopped        = rest->stopped || seen.stopped;
    *apart               = fmax(*apart, decibels(seen.apart / seen.peak));
    *moving = fmax(*moving, decibels((seen.most - seen.least) / seen.peak));
  }
  return (index && is_impossible(status)) ? LMU_SUCCESS : status;
}

LmuStatus
lmu_rest_find(LmuRest* const           rest,
              const LmuGraph* const    graph,
              const LmuRestSpec* const spec)
{
  const uint32_t n      = spec->quick ? 1U : LMU_N_REST_FACTORS;
  LmuStatus      status = LMU_SUCCESS;
  rest->stopped         = false;
  for (uint32_t i = 0U; i < LMU_N_REST_FACTORS; ++i) {
    rest->factors[i]   = rest_factors[i];
    rest->apart_db[i]  = decibels(0.0);
    rest->moving_db[i] = decibels(0.0);
    if (!status && i < n && rest_factors[i] >= graph->metadata.least_scale) {
      status = try_factor(rest, graph, spec, i);
    }
  }
  rest->least = least_of(rest);
  rest->rests = rest->least <= LEAST_FACTOR && !rest->stopped;
  return status;
}
