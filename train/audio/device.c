// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/device.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/audio/echo.h"
#include "train/audio/recipe.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/stop.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Orders of memories that are fitted to echoes, by size, and in a race
static const uint32_t echo_orders[LMU_N_SIZES] = {128U, 256U, 512U, 1024U};

#define RACE_ORDER 128U

/// ESR in a race at which a device is no echo, which takes long to fit
#define LEARNED 1e-3

/// Shortest time that a round is taken for [s]
#define LEAST_ROUND_S 1e-4

LmuTrainerOptions
lmu_device_options(const LmuRecipe* const recipe, const uint32_t n_threads)
{
  LmuTrainerOptions options = lmu_trainer_defaults();
  options.n_threads         = n_threads;
  options.lanes             = (n_threads > 2U) ? 16U * n_threads : 32U;
  options.rate              = lmu_recipe_rate(recipe);
  return options;
}

uint32_t
lmu_device_echo_order(const LmuSize size)
{
  return echo_orders[size];
}

uint64_t
lmu_device_updates(const double   seconds,
                   const double   round_s,
                   const uint64_t round)
{
  const double rounds = ceil(seconds / fmax(round_s, LEAST_ROUND_S));
  return (uint64_t)fmax(rounds, 2.0) * round;
}

void
lmu_device_describe(LmuGraph* const         graph,
                    const LmuStreams* const train,
                    const double            rate)
{
  const double power          = lmu_streams_power(train);
  graph->metadata.rate        = rate;
  graph->metadata.loudness_db = 10.0 * log10(fmax(power, 1e-30));
}

/// Make a trainer of a kind of network
static LmuStatus
start(LmuTrainer** const   trainer,
      const LmuRace* const race,
      const LmuDevice      device,
      LmuError* const      error)
{
  LmuRecipe         recipe  = race->recipe;
  LmuTrainerOptions options = race->options;
  recipe.device             = device;
  LmuGraph* const graph     = lmu_recipe_graph(&recipe);
  LmuStatus       status    = LMU_NO_MEMORY;
  *trainer                  = NULL;
  if (graph) {
    lmu_recipe_initialise(&recipe, graph, race->seed);
    options.rate =
      (options.rate > 0.0) ? options.rate : lmu_recipe_rate(&recipe);
    status = lmu_trainer_new(
      trainer, graph, race->train, race->valid, &options, error);
  }
  lmu_graph_free(graph);
  return status;
}

/// Train a kind of network for a while, and set its ESR
static LmuStatus
race_one(double* const        esr,
         const LmuRace* const race,
         const LmuDevice      device,
         LmuError* const      error)
{
  LmuTrainer*      trainer = NULL;
  LmuTrainerReport report;
  const LmuStatus  status = start(&trainer, race, device, error);
  *esr                    = INFINITY;
  if (trainer) {
    race->plan(race->handle, trainer);
    while (!lmu_stop_asked(&race->stop) &&
           lmu_trainer_advance(trainer, &report)) {
    }
    *esr = lmu_trainer_report(trainer)->esr;
  }
  lmu_trainer_free(trainer);
  return status;
}

/// Fit a small echo, and set its ESR
static LmuStatus
race_echo(double* const esr, const LmuRace* const race, LmuError* const error)
{
  const LmuEchoSpec spec = {
    race->recipe.rate, RACE_ORDER, race->seed, race->stop};
  LmuGraph*       graph = NULL;
  const LmuStatus status =
    lmu_echo_fit(&graph, esr, race->train, race->valid, &spec);
  lmu_graph_free(graph);
  return status ? lmu_error_status(error, status) : LMU_SUCCESS;
}

/// Keep a kind if it is the best
static void
compare(LmuDevice* const     device,
        double* const        best,
        const LmuRace* const race,
        const LmuDevice      kind,
        const double         esr)
{
  if (race->tell) {
    race->tell(race->handle, kind, esr);
  }
  if (esr < *best) {
    *best   = esr;
    *device = kind;
  }
}

LmuStatus
lmu_device_race(LmuDevice* const     device,
                const LmuRace* const race,
                LmuError* const      error)
{
  static const LmuDevice kinds[] = {LMU_DEVICE_DRIVE, LMU_DEVICE_DYNAMICS};
  LmuStatus              status  = LMU_SUCCESS;
  double                 esr     = INFINITY;
  double                 best    = INFINITY;
  *device                        = LMU_DEVICE_DRIVE;
  for (uint32_t i = 0U; i < 2U && !status && !lmu_stop_asked(&race->stop);
       ++i) {
    status = race_one(&esr, race, kinds[i], error);
    if (!status && !lmu_stop_asked(&race->stop)) {
      compare(device, &best, race, kinds[i], esr);
    }
  }
  if (!status && !lmu_stop_asked(&race->stop) && !race->recipe.n_conditions &&
      best > LEARNED) {
    status = race_echo(&esr, race, error);
    if (!status && !lmu_stop_asked(&race->stop)) {
      compare(device, &best, race, LMU_DEVICE_TIME, esr);
    }
  }
  return status;
}
