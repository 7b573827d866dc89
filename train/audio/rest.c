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

/// Bursts that a network is tried with at most
#define N_BURSTS 2U

/// What is tried: bursts that differ in the part of noise in them, the rest are
/// tones, for what a chord leaves at rest noise may not
typedef struct {
  float    condition; ///< Where all controls are
  uint32_t n_bursts;
  double   noises[N_BURSTS];
} Try;

/// The first is for networks without controls
#define N_TRIES 3U
static const Try tries[N_TRIES] = {{0.5f, 2U, {0.25, 0.6}},
                                   {0.0f, 1U, {0.6, 0.0}},
                                   {1.0f, 1U, {0.6, 0.0}}};

/// A network that hears silence, and bursts
typedef struct {
  LmuNetwork*      network;
  LmuNetworkState* silent;
  LmuNetworkState* loud[N_BURSTS];
  uint32_t         n_inputs;
  const Try*       what;
} Listener;

/// What is seen of a burst
typedef struct {
  double   peak;   ///< Greatest output in the burst
  double   apart;  ///< Greatest difference from what heard silence, at the end
  double   least;  ///< Of what the burst left
  double   most;   ///< The same
  uint64_t random; ///< Of the next noise
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

/// What goes in and comes out for some frames, at most LMU_NETWORK_FRAMES
typedef struct {
  uint32_t n_frames;
  float    burst[LMU_NETWORK_FRAMES]; ///< What is heard
  float    silent[LMU_NETWORK_FRAMES];
  float    loud[LMU_NETWORK_FRAMES];
} Block;

/// Run one state through what is heard, or through silence if that is null
static void
play(const Listener* const  listener,
     LmuNetworkState* const state,
     const Block* const     block,
     const float* const     heard,
     float* const           output)
{
  const uint32_t width = listener->n_inputs;
  float          x[LMU_NETWORK_FRAMES * (1U + LMU_MAX_CONDITIONS)];
  for (uint32_t i = 0U; i < block->n_frames * width; ++i) {
    x[i] = (i % width) ? listener->what->condition : 0.0f;
  }
  for (uint32_t i = 0U; heard && i < block->n_frames; ++i) {
    x[(size_t)i * width] = heard[i];
  }
  lmu_network_process(listener->network, state, x, block->n_frames, output);
}

/// Fill in what is heard of a burst
static void
fill(Block* const       block,
     const Parts* const parts,
     const uint32_t     first,
     const double       rate,
     const double       noise,
     uint64_t* const    random)
{
  for (uint32_t i = 0U; i < block->n_frames; ++i) {
    block->burst[i] = (first + i < parts->burst)
                        ? (float)burst_at((first + i) / rate, noise, random)
                        : 0.0f;
  }
}

/// Look at what is put out from a frame on
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

/// Run through bursts and the silence behind them, and return whether nobody
/// stopped that
static bool
listen(const Listener* const    listener,
       Seen                     seen[N_BURSTS],
       const LmuRestSpec* const spec,
       const double             window)
{
  const Parts parts = parts_of(spec->rate, window);
  for (uint32_t i = 0U; i < parts.end; i += LMU_NETWORK_FRAMES) {
    const uint32_t left  = parts.end - i;
    Block          block = {.n_frames =
                     left < LMU_NETWORK_FRAMES ? left : LMU_NETWORK_FRAMES};
    if (spec->stops && i % FRAMES_TO_ASK == 0U && spec->stops(spec->handle)) {
      return false;
    }
    play(listener, listener->silent, &block, NULL, block.silent);
    for (uint32_t j = 0U; j < listener->what->n_bursts; ++j) {
      fill(&block,
           &parts,
           i,
           spec->rate,
           listener->what->noises[j],
           &seen[j].random);
      play(listener, listener->loud[j], &block, block.burst, block.loud);
      see(&seen[j], &parts, &block, i);
    }
  }
  return true;
}

/// Return whether windows are too short for a network, so that nobody hears it
static bool
is_impossible(const LmuStatus status)
{
  return status == LMU_BAD_THETA || status == LMU_UNSTABLE;
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

static void
listener_clear(Listener* const listener)
{
  lmu_network_state_free(listener->silent);
  for (uint32_t i = 0U; i < N_BURSTS; ++i) {
    lmu_network_state_free(listener->loud[i]);
  }
}

/// Give a listener states that heard nothing yet
static LmuStatus
listener_reset(Listener* const listener, const Try* const what)
{
  listener_clear(listener);
  listener->what   = what;
  listener->silent = lmu_network_state_new(listener->network);
  bool works       = listener->silent;
  for (uint32_t i = 0U; i < N_BURSTS; ++i) {
    listener->loud[i] = lmu_network_state_new(listener->network);
    works             = works && listener->loud[i];
  }
  return works ? LMU_SUCCESS : LMU_NO_MEMORY;
}

/// Try one window factor with controls at one place
static LmuStatus
try_bursts(LmuRest* const           rest,
           Listener* const          listener,
           const LmuRestSpec* const spec,
           const Try* const         what,
           const uint32_t           index,
           const double             window)
{
  const Seen      none           = {LEAST_PEAK, 0.0, INFINITY, -INFINITY, 1U};
  Seen            seen[N_BURSTS] = {none, none};
  const LmuStatus status         = listener_reset(listener, what);
  if (status) {
    return status;
  }

  rest->stopped = !listen(listener, seen, spec, window);
  for (uint32_t i = 0U; i < what->n_bursts && !rest->stopped; ++i) {
    const double  peak   = seen[i].peak;
    double* const apart  = &rest->apart_db[index];
    double* const moving = &rest->moving_db[index];
    *apart               = fmax(*apart, decibels(seen[i].apart / peak));
    *moving = fmax(*moving, decibels((seen[i].most - seen[i].least) / peak));
  }
  return LMU_SUCCESS;
}

/// Try one window factor, with controls at a few places if there are any
static LmuStatus
try_factor(LmuRest* const           rest,
           const LmuGraph* const    graph,
           const LmuRestSpec* const spec,
           const uint32_t           index)
{
  const double   factor   = rest->factors[index];
  const double   window   = factor * lmu_graph_longest(graph);
  const uint32_t n        = graph->metadata.n_conditions ? N_TRIES : 1U;
  Listener       listener = {.n_inputs = graph->n_inputs};
  LmuStatus status = lmu_network_new(&listener.network, graph, factor, NULL);
  for (uint32_t i = 0U; i < n && !status && !rest->stopped; ++i) {
    status = try_bursts(rest, &listener, spec, &tries[i], index, window);
  }
  listener_clear(&listener);
  lmu_network_free(listener.network);
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
    if (!status && i < n && !rest->stopped &&
        rest_factors[i] >= graph->metadata.least_scale) {
      status = try_factor(rest, graph, spec, i);
    }
  }
  rest->least = least_of(rest);
  rest->rests = rest->least <= LEAST_FACTOR && !rest->stopped;
  return status;
}
