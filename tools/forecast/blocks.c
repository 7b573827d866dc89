// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/forecast/blocks.h"

#include "data/input.h"
#include "data/sound_reader.h"
#include "tools/base/allocate.h"
#include "tools/forecast/normal_equations.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES LMU_NORMAL_EQUATIONS_FRAMES
#define CHUNK 4096U            // Frames to read at once
#define BLOCK_S 1.0            // Longest block
#define N_BLOCKS 10U           // In a recording, if they are no longer
#define LEAST_BLOCKS 5U        // Fewer are too short a recording
#define CYCLE 10U              // Blocks of which two are not for training
#define LEAST_CYCLE 3U         // One for each use
#define FRAMES_PER_FEATURE 20U // Fewer are fitted by chance

/// Less energy than this part of the loudest block is silence, -60 dB
#define SILENCE 1e-6

/// Reading of a recording
typedef struct {
  LmuSoundReader* reader;
  LmuSoundInfo    info;
  uint64_t        ahead;    ///< Longest horizon
  uint64_t        position; ///< Next frame
  double*         early; ///< Energy of what can be heard in a block, [n_blocks]
  double*         late;  ///< Energy of what is to predict in it, [n_blocks]
  float**         chunk; ///< [n_channels][CHUNK]
} Reading;

static LmuExit
set_length(LmuBlocks* const             blocks,
           LmuFailure* const            error,
           const char* const            path,
           const Reading* const         reading,
           const LmuForecastSpec* const spec,
           const uint32_t               n_features)
{
  const uint64_t n        = reading->info.n_frames;
  const uint64_t least    = 2U * (reading->ahead + FRAMES);
  const uint64_t by_block = LEAST_BLOCKS * least;
  const uint64_t by_count = (uint64_t)FRAMES_PER_FEATURE * n_features;
  const uint64_t needed =
    (by_block > by_count ? by_block : by_count) + spec->n_skipped;
  if (n < needed) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s has %.4g s of sound, %.4g s are needed; give a "
                           "longer recording, a shorter --horizon or --theta, "
                           "or a lower --order",
                           lmu_input_name(path),
                           (double)n / reading->info.rate,
                           (double)needed / reading->info.rate);
  }

  const uint64_t longest = (uint64_t)(BLOCK_S * reading->info.rate);
  const uint64_t usual   = n / N_BLOCKS < longest ? n / N_BLOCKS : longest;
  blocks->length         = usual > least ? usual : least;
  blocks->n_blocks       = n / blocks->length;
  blocks->uses           = (uint8_t*)lmu_allocate(blocks->n_blocks, 1U);
  return LMU_EXIT_SUCCESS;
}

/// Add the energy of a frame that was read to that of its block
static void
add_frame(const Reading* const   self,
          const LmuBlocks* const blocks,
          const uint32_t         i)
{
  const uint64_t frame  = self->position + i;
  const uint64_t block  = frame / blocks->length;
  const uint64_t offset = frame % blocks->length;
  if (block >= blocks->n_blocks) {
    return;
  }

  double energy = 0.0;
  for (uint32_t j = 0U; j < self->info.n_channels; ++j) {
    const double sample = (double)self->chunk[j][i];
    energy += isfinite(sample) ? sample * sample : 0.0;
  }
  self->early[block] += offset + self->ahead < blocks->length ? energy : 0.0;
  self->late[block] += offset >= self->ahead ? energy : 0.0;
}

static LmuExit
read_energies(Reading* const         self,
              LmuFailure* const      error,
              const LmuBlocks* const blocks)
{
  uint32_t n_read = CHUNK;
  LmuExit  status = LMU_EXIT_SUCCESS;
  self->early     = (double*)lmu_allocate(blocks->n_blocks, sizeof(double));
  self->late      = (double*)lmu_allocate(blocks->n_blocks, sizeof(double));
  self->chunk = (float**)lmu_allocate(self->info.n_channels, sizeof(float*));
  for (uint32_t i = 0U; i < self->info.n_channels; ++i) {
    self->chunk[i] = (float*)lmu_allocate(CHUNK, sizeof(float));
  }
  while (!status && n_read == CHUNK) {
    status =
      lmu_sound_reader_read(self->reader, error, self->chunk, CHUNK, &n_read);
    for (uint32_t i = 0U; !status && i < n_read; ++i) {
      add_frame(self, blocks, i);
    }
    self->position += n_read;
  }
  return status;
}

/// Mark blocks that have sound, and all of which counts; return how many
static uint64_t
mark_sound(const Reading* const   self,
           const LmuBlocks* const blocks,
           bool* const            has_sound,
           const uint64_t         n_skipped)
{
  double greatest = 0.0;
  for (uint64_t i = 0U; i < blocks->n_blocks; ++i) {
    greatest = fmax(greatest, fmin(self->early[i], self->late[i]));
  }

  uint64_t count = 0U;
  for (uint64_t i = 0U; i < blocks->n_blocks; ++i) {
    const double energy = fmin(self->early[i], self->late[i]);
    has_sound[i]        = i * blocks->length >= n_skipped && energy > 0.0 &&
                   energy >= SILENCE * greatest;
    count += has_sound[i] ? 1U : 0U;
  }
  return count;
}

/// Deal out the blocks that have sound
static void
set_uses(LmuBlocks* const  blocks,
         const bool* const has_sound,
         const uint64_t    count)
{
  const uint64_t cycle      = count < CYCLE ? count : CYCLE;
  const uint64_t validation = cycle / 4U;
  const uint64_t test       = 3U * cycle / 4U;
  uint64_t       n          = 0U;
  for (uint64_t i = 0U; i < blocks->n_blocks; ++i) {
    const uint64_t index = n % cycle;
    const LmuUse   use   = !has_sound[i]         ? LMU_TRAINING
                           : index == validation ? LMU_VALIDATION
                           : index == test       ? LMU_TEST
                                                 : LMU_TRAINING;
    blocks->uses[i]      = (uint8_t)use;
    ++blocks->count[use];
    n += has_sound[i] ? 1U : 0U;
  }
}

static LmuExit
choose_uses(LmuBlocks* const     blocks,
            LmuFailure* const    error,
            const char* const    path,
            const Reading* const reading,
            const uint64_t       n_skipped)
{
  const double length_s  = (double)blocks->length / reading->info.rate;
  bool* const  has_sound = (bool*)lmu_allocate(blocks->n_blocks, sizeof(bool));
  const uint64_t count   = mark_sound(reading, blocks, has_sound, n_skipped);
  LmuExit        status  = LMU_EXIT_SUCCESS;
  if (!count) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s is silent; give a recording with sound in it",
                             lmu_input_name(path));
  } else if (count < LEAST_CYCLE) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s has sound in %u of its %u parts of %.3g s, to "
                             "train, choose and judge takes %u; give a "
                             "recording with more sound in it",
                             lmu_input_name(path),
                             (unsigned)count,
                             (unsigned)blocks->n_blocks,
                             length_s,
                             LEAST_CYCLE);
  } else {
    set_uses(blocks, has_sound, count);
  }
  free(has_sound);
  return status;
}

static void
close_all(Reading* const self)
{
  for (uint32_t i = 0U; self->chunk && i < self->info.n_channels; ++i) {
    free(self->chunk[i]);
  }
  free(self->chunk);
  free(self->late);
  free(self->early);
  lmu_sound_reader_free(self->reader);
}

/// Open a sound, once it is known how long it really is
static LmuExit
open_sound(Reading* const    reading,
           LmuFailure* const error,
           const char* const path)
{
  uint64_t        n_frames = 0U;
  LmuSoundReader* reader   = NULL;
  LmuExit         status   = lmu_sound_reader_new(&reader, error, path);
  if (!status) {
    status = lmu_sound_reader_measure(reader, error, &n_frames);
  }
  lmu_sound_reader_free(reader);
  if (!status) {
    status = lmu_sound_reader_new(&reading->reader, error, path);
  }
  if (!status) {
    reading->info          = *lmu_sound_reader_info(reading->reader);
    reading->info.n_frames = n_frames;
  }
  return status;
}

LmuExit
lmu_blocks_init(LmuBlocks* const             blocks,
                LmuFailure* const            error,
                const char* const            path,
                const LmuForecastSpec* const spec,
                const uint32_t               n_features)
{
  Reading reading = {0};
  memset(blocks, 0, sizeof(*blocks));

  LmuExit status = open_sound(&reading, error, path);
  if (!status) {
    reading.ahead = (uint64_t)spec->horizons[spec->n_horizons - 1U];
    status        = set_length(blocks, error, path, &reading, spec, n_features);
  }
  if (!status) {
    status = read_energies(&reading, error, blocks);
  }
  if (!status) {
    status = choose_uses(blocks, error, path, &reading, spec->n_skipped);
  }
  close_all(&reading);
  return status;
}

LmuUse
lmu_blocks_use(const LmuBlocks* const blocks, const uint64_t frame)
{
  const uint64_t block = frame / blocks->length;
  return block < blocks->n_blocks ? (LmuUse)blocks->uses[block] : LMU_TRAINING;
}

void
lmu_blocks_reset(LmuBlocks* const blocks)
{
  free(blocks->uses);
  *blocks = (LmuBlocks){0};
}
