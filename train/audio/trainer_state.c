// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// A trainer as bytes

#include "core/base/status.h"
#include "core/nn/rt/limits.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/audio/trainer_parts.h"
#include "train/identity.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/real.h"
#include "train/snapshot.h"
#include "train/stop.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Parts that are saved
#define N_BLOCKS 7U

/// What all files begin with, for this machine's order of bytes
#define MAGIC 0x4C4D555F54303032U

/// What is before the arrays
typedef struct {
  uint64_t         magic;
  uint64_t         data_id;
  uint64_t         n_values;
  uint64_t         n_updates; ///< Of the whole training
  uint64_t         adam_updates;
  uint64_t         random;
  double           slowing;
  LmuTrainerReport report;
} Head;

/// Set what is saved
static void
set_blocks(const LmuTrainer* const trainer,
           Head* const             head,
           LmuBlock                blocks[N_BLOCKS])
{
  const size_t   array           = trainer->network->n_values * sizeof(LmuReal);
  const LmuBlock these[N_BLOCKS] = {{head, sizeof(*head)},
                                    {trainer->network->values, array},
                                    {trainer->adam->scales, array},
                                    {trainer->adam->first, array},
                                    {trainer->adam->second, array},
                                    {trainer->best, array},
                                    {trainer->spare, array}};
  memcpy(blocks, these, sizeof(these));
}

LmuStatus
lmu_trainer_save(const LmuTrainer* const trainer,
                 uint8_t** const         data,
                 size_t* const           n_bytes)
{
  LmuBlock blocks[N_BLOCKS];
  Head     head;
  memset(&head, 0, sizeof(head)); // Padding too
  head.magic        = MAGIC;
  head.data_id      = trainer->data_id;
  head.n_values     = trainer->network->n_values;
  head.n_updates    = trainer->options.n_updates;
  head.adam_updates = trainer->adam->n_updates;
  head.random       = trainer->random;
  head.slowing      = trainer->slowing;
  head.report       = trainer->report;
  set_blocks(trainer, &head, blocks);
  return lmu_snapshot_write(data, n_bytes, blocks, N_BLOCKS);
}

LmuStatus
lmu_trainer_load(LmuTrainer* const    trainer,
                 const uint8_t* const data,
                 const size_t         n_bytes)
{
  LmuBlock blocks[N_BLOCKS];
  Head     head;
  set_blocks(trainer, &head, blocks);
  if (lmu_snapshot_read_first(blocks, N_BLOCKS, data, n_bytes) ||
      head.magic != MAGIC || head.data_id != trainer->data_id ||
      head.n_values != trainer->network->n_values) {
    return LMU_BAD_FILE;
  }

  lmu_snapshot_read_rest(blocks, N_BLOCKS, data);
  trainer->options.n_updates = head.n_updates;
  trainer->adam->n_updates   = head.adam_updates;
  trainer->random            = head.random;
  trainer->slowing           = head.slowing;
  trainer->report            = head.report;
  return lmu_train_network_update(trainer->network);
}

/* Rounds that are not whole */

void
lmu_trainer_mark(LmuTrainer* const trainer)
{
  const size_t          n      = trainer->network->n_values;
  LmuTrainerMark* const mark   = &trainer->mark;
  const LmuReal* const  from[] = {
     trainer->network->values, trainer->adam->first, trainer->adam->second};
  for (size_t i = 0U; i < 3U; ++i) {
    memcpy(mark->values + (i * n), from[i], n * sizeof(LmuReal));
  }
  mark->report       = trainer->report;
  mark->random       = trainer->random;
  mark->adam_updates = trainer->adam->n_updates;
}

void
lmu_trainer_undo(LmuTrainer* const trainer)
{
  const size_t                n    = trainer->network->n_values;
  const LmuTrainerMark* const mark = &trainer->mark;
  LmuReal* const              to[] = {
                 trainer->network->values, trainer->adam->first, trainer->adam->second};
  for (size_t i = 0U; i < 3U; ++i) {
    memcpy(to[i], mark->values + (i * n), n * sizeof(LmuReal));
  }
  trainer->report          = mark->report;
  trainer->random          = mark->random;
  trainer->adam->n_updates = mark->adam_updates;
  // What could be discretised before still can
  (void)!lmu_train_network_update(trainer->network);
}

/* Identity */

/// Mix samples, unless somebody stops that
static uint64_t
mix_samples(LmuTrainer* const  trainer,
            uint64_t           hash,
            const float* const x,
            const size_t       n)
{
  for (size_t i = 0U; i < n && !lmu_trainer_is_cut(trainer, i);
       i += LMU_STOP_SAMPLES) {
    const size_t left = n - i;
    hash              = lmu_identity_samples(
      hash, x + i, (left < LMU_STOP_SAMPLES) ? left : LMU_STOP_SAMPLES);
  }
  return hash;
}

static uint64_t
mix_streams(LmuTrainer* const       trainer,
            uint64_t                hash,
            const LmuStreams* const streams)
{
  for (uint32_t i = 0U; i < streams->n_pairs; ++i) {
    const LmuRecording* const pair   = &streams->pairs[i];
    const uint64_t            length = pair->n_frames;
    hash                             = lmu_identity_words(hash, &length, 1U);
    hash = mix_samples(trainer, hash, pair->input, pair->n_frames);
    hash = mix_samples(trainer, hash, pair->target, pair->n_frames);
    hash = lmu_identity_reals(hash, pair->conditions, LMU_MAX_CONDITIONS);
  }
  return hash;
}

uint64_t
lmu_trainer_identity(LmuTrainer* const trainer)
{
  const LmuTrainerOptions* const o = &trainer->options;
  const double   reals[]           = {o->rate, o->emphasis, o->dc, o->rest};
  const uint64_t words[]           = {o->lanes,
                                      o->n_threads,
                                      o->frames,
                                      o->seed,
                                      o->learns_theta,
                                      o->learns_step,
                                      o->is_new,
                                      o->may_unrest};
  uint64_t       hash =
    lmu_identity_words(LMU_IDENTITY, words, sizeof(words) / sizeof(words[0]));
  hash = lmu_identity_reals(hash, reals, sizeof(reals) / sizeof(reals[0]));
  hash = mix_streams(trainer, hash, &trainer->train);
  hash = mix_streams(trainer, hash, &trainer->valid);
  return lmu_identity_graph(hash, trainer->graph);
}
