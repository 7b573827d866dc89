// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/forecast/dataset.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/memory/rt/memory.h" // For LMU_MAX_INPUT
#include "core/nn/rt/network.h"
#include "core/nn/setup/layer_matrix.h" // For lmu_padded()
#include "core/nn/setup/network.h"
#include "data/input.h"
#include "data/sound_reader.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/base/progress.h"
#include "tools/forecast/blocks.h"
#include "tools/forecast/forecast_network.h"
#include "tools/forecast/normal_equations.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES LMU_NORMAL_EQUATIONS_FRAMES
#define CHUNK 4096U // Frames to read at once

_Static_assert(FRAMES <= LMU_NETWORK_FRAMES, "A network takes them at once");

/// Reading of a recording
typedef struct {
  const LmuForecastNetwork* forecaster;
  const LmuBlocks*          blocks;
  const char*               path;
  LmuSoundReader*           reader;
  LmuSoundInfo              info;
  LmuNetwork*               network;
  LmuNetworkState**         states;   ///< [n_channels]
  float**                   sound;    ///< [n_channels][ahead + CHUNK]
  float**                   ends;     ///< Where to read on, [n_channels]
  uint32_t                  n_sound;  ///< Frames of it that are there
  uint32_t                  ahead;    ///< Longest horizon
  uint64_t                  position; ///< Frame that is the first of them
  float*                    outputs;  ///< [FRAMES][n_features]
  double*                   features; ///< [FRAMES][stride]
  double*                   targets;  ///< [FRAMES][n_horizons]
} Reading;

/* Opening */

static LmuExit
open_sound(Reading* const self, LmuFailure* const error)
{
  const LmuForecastSpec* const spec = &self->forecaster->spec;
  const LmuExit status = lmu_sound_reader_new(&self->reader, error, self->path);
  if (status) {
    return status;
  }

  self->info  = *lmu_sound_reader_info(self->reader);
  self->ahead = (uint32_t)spec->horizons[spec->n_horizons - 1U];
  return LMU_EXIT_SUCCESS;
}

static LmuExit
open_network(Reading* const self, LmuFailure* const error)
{
  LmuError        reason = {""};
  const LmuStatus status =
    lmu_network_new(&self->network, self->forecaster->graph, 1.0, &reason);
  return status ? lmu_failure_core(error, NULL, status, reason.text)
                : LMU_EXIT_SUCCESS;
}

static LmuExit
allocate(Reading* const self, LmuFailure* const error)
{
  const LmuForecastNetwork* const forecaster = self->forecaster;
  const uint32_t                  n_channels = self->info.n_channels;
  const size_t                    size       = (size_t)self->ahead + CHUNK;

  self->states =
    (LmuNetworkState**)lmu_allocate(n_channels, sizeof(LmuNetworkState*));
  self->sound = (float**)lmu_allocate(n_channels, sizeof(float*));
  self->ends  = (float**)lmu_allocate(n_channels, sizeof(float*));
  self->outputs =
    (float*)lmu_allocate(FRAMES, forecaster->n_features * sizeof(float));
  self->targets =
    (double*)lmu_allocate(FRAMES, forecaster->spec.n_horizons * sizeof(double));
  self->features = (double*)lmu_allocate_aligned(
    FRAMES, lmu_padded(forecaster->n_features) * sizeof(double));
  bool enough = true;
  for (uint32_t i = 0U; i < n_channels; ++i) {
    self->sound[i]  = (float*)lmu_allocate(size, sizeof(float));
    self->states[i] = lmu_network_state_new(self->network);
    enough          = enough && self->states[i];
  }
  return enough ? LMU_EXIT_SUCCESS
                : lmu_failure_core(error, NULL, LMU_NO_MEMORY, "out of memory");
}

static void
close_all(Reading* const self)
{
  for (uint32_t i = 0U; self->sound && i < self->info.n_channels; ++i) {
    lmu_network_state_free(self->states[i]);
    free(self->sound[i]);
  }
  free(self->features);
  free(self->targets);
  free(self->outputs);
  free(self->ends);
  free(self->sound);
  free(self->states);
  lmu_network_free(self->network);
  lmu_sound_reader_free(self->reader);
}

/* Learning */

/// Return the sums where the next frames count, or null.  What they predict is
/// in the same block or the next one.
static LmuNormalEquations*
find_sums(const Reading* const self, LmuDataset* const dataset)
{
  const uint64_t first = self->position;
  const uint64_t last  = first + FRAMES - 1U + self->ahead;
  const LmuUse   use   = lmu_blocks_use(self->blocks, first);
  if (first < self->forecaster->spec.n_skipped ||
      use != lmu_blocks_use(self->blocks, last)) {
    return NULL;
  }
  return &dataset->sums[use];
}

/// Run the network on the next frames of a channel, and add them to sums
static void
learn(Reading* const            self,
      LmuNormalEquations* const sums,
      const uint32_t            channel)
{
  const LmuForecastSpec* const spec  = &self->forecaster->spec;
  const uint32_t               n     = self->forecaster->n_features;
  const float* const           sound = self->sound[channel];
  lmu_network_process(
    self->network, self->states[channel], sound, FRAMES, self->outputs);
  if (!sums) {
    return;
  }

  for (uint32_t i = 0U; i < FRAMES; ++i) {
    for (uint32_t j = 0U; j < n; ++j) {
      self->features[(i * sums->stride) + j] =
        (double)self->outputs[(i * n) + j];
    }
    for (uint32_t k = 0U; k < spec->n_horizons; ++k) {
      self->targets[(i * spec->n_horizons) + k] =
        (double)sound[i + (uint32_t)spec->horizons[k]];
    }
  }
  lmu_normal_equations_step(sums, self->features, self->targets);
}

/// Check the frames that were read last
static LmuExit
check_sound(const Reading* const self,
            LmuFailure* const    error,
            const uint32_t       n_read)
{
  for (uint32_t i = 0U; i < self->info.n_channels; ++i) {
    for (uint32_t j = 0U; j < n_read; ++j) {
      const float sample = self->ends[i][j];
      if (!(fabsf(sample) <= LMU_MAX_INPUT)) {
        const uint64_t frame = self->position + self->n_sound + j;
        return lmu_failure_set(error,
                               LMU_EXIT_BAD_INPUT,
                               "%s has a sample of %g at %.6g s; repair it, or "
                               "give another recording",
                               self->path,
                               (double)sample,
                               (double)frame / self->info.rate);
      }
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Read as much sound as there is room for
static LmuExit
read_sound(Reading* const self, LmuFailure* const error, uint32_t* const n_read)
{
  for (uint32_t i = 0U; i < self->info.n_channels; ++i) {
    self->ends[i] = self->sound[i] + self->n_sound;
  }
  LmuExit status = lmu_sound_reader_read(self->reader,
                                         error,
                                         self->ends,
                                         self->ahead + CHUNK - self->n_sound,
                                         n_read);
  if (!status) {
    status = check_sound(self, error, *n_read);
    self->n_sound += *n_read;
  }
  return status;
}

/// Learn from all frames whose future is there, and forget them
static void
use_sound(Reading* const self, LmuDataset* const dataset)
{
  const uint32_t n_channels = self->info.n_channels;
  const uint64_t start      = self->position;
  const uint32_t n_known =
    self->n_sound > self->ahead ? self->n_sound - self->ahead : 0U;
  for (uint32_t n = 0U; n + FRAMES <= n_known; n += FRAMES) {
    LmuNormalEquations* const sums = find_sums(self, dataset);
    for (uint32_t i = 0U; i < n_channels; ++i) {
      learn(self, sums, i);
      self->sound[i] += FRAMES;
    }
    self->position += FRAMES;
  }

  const uint32_t n_used = (uint32_t)(self->position - start);
  self->n_sound -= n_used;
  for (uint32_t i = 0U; i < n_channels; ++i) {
    self->sound[i] -= n_used;
    memmove(
      self->sound[i], self->sound[i] + n_used, self->n_sound * sizeof(float));
  }
}

static LmuExit
read_all(Reading* const       self,
         LmuFailure* const    error,
         LmuDataset* const    dataset,
         const LmuWork* const work)
{
  uint32_t n_read = 0U;
  LmuExit  status = LMU_EXIT_SUCCESS;
  do {
    status = read_sound(self, error, &n_read);
    if (!status) {
      use_sound(self, dataset);
      const double part = (double)self->position / (double)self->info.n_frames;
      lmu_progress_set(work->progress, (work->index + part) / work->n_parts);
    }
  } while (!status && n_read);
  return status;
}

/// Check that there is something to learn from, and to judge by
static LmuExit
check_dataset(const LmuDataset* const dataset,
              LmuFailure* const       error,
              const char* const       path)
{
  static const char* const names[LMU_N_USES] = {
    "training", "validation", "the test"};
  for (uint32_t i = 0U; i < LMU_N_USES; ++i) {
    const LmuNormalEquations* const sums = &dataset->sums[i];
    for (uint32_t k = 0U; k < sums->n_targets; ++k) {
      if (!(sums->energies[k] > 0.0)) {
        return lmu_failure_set(error,
                               LMU_EXIT_BAD_INPUT,
                               "%s is silent in all of its parts for %s; give "
                               "a recording with more sound in it",
                               lmu_input_name(path),
                               names[i]);
      }
    }
  }
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_dataset_read(LmuDataset* const               dataset,
                 LmuFailure* const               error,
                 const char* const               path,
                 const LmuBlocks* const          blocks,
                 const LmuForecastNetwork* const forecaster,
                 const LmuWork* const            work)
{
  LmuExit (*const steps[])(Reading*,
                           LmuFailure*) = {open_sound, open_network, allocate};
  Reading self                          = {0};
  self.forecaster                       = forecaster;
  self.blocks                           = blocks;
  self.path                             = path;
  for (uint32_t i = 0U; i < LMU_N_USES; ++i) {
    lmu_normal_equations_init(
      &dataset->sums[i], forecaster->n_features, forecaster->spec.n_horizons);
  }

  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](&self, error);
  }
  status = status ? status : read_all(&self, error, dataset, work);
  close_all(&self);
  return status ? status : check_dataset(dataset, error, path);
}

void
lmu_dataset_reset(LmuDataset* const dataset)
{
  for (uint32_t i = 0U; i < LMU_N_USES; ++i) {
    lmu_normal_equations_reset(&dataset->sums[i]);
  }
}
