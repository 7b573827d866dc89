// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// A trainer as bytes: a head, values, and a digest of both

#include "core/base/setup/sha256.h"
#include "core/base/status.h"
#include "core/nn/rt/limits.h"
#include "core/nn/setup/graph.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/audio/trainer_parts.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Arrays of values that are saved
#define N_ARRAYS 5U

/// What all files begin with, for this machine's order of bytes
#define MAGIC 0x4C4D555F54303031U

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

/// Return the arrays that are saved
static void
arrays_of(const LmuTrainer* const trainer, LmuReal* arrays[N_ARRAYS])
{
  arrays[0] = trainer->network->values;
  arrays[1] = trainer->adam->scales;
  arrays[2] = trainer->adam->first;
  arrays[3] = trainer->adam->second;
  arrays[4] = trainer->best;
}

/// Return the size of the whole without its digest
static size_t
size_of(const LmuTrainer* const trainer)
{
  return sizeof(Head) +
         (N_ARRAYS * trainer->network->n_values * sizeof(LmuReal));
}

LmuStatus
lmu_trainer_save(const LmuTrainer* const trainer,
                 uint8_t** const         data,
                 size_t* const           n_bytes)
{
  const size_t size  = size_of(trainer);
  const size_t array = trainer->network->n_values * sizeof(LmuReal);
  LmuReal*     arrays[N_ARRAYS];
  Head         head;
  memset(&head, 0, sizeof(head)); // Padding too
  head.magic        = MAGIC;
  head.data_id      = trainer->data_id;
  head.n_values     = trainer->network->n_values;
  head.n_updates    = trainer->options.n_updates;
  head.adam_updates = trainer->adam->n_updates;
  head.random       = trainer->random;
  head.slowing      = trainer->slowing;
  head.report       = trainer->report;

  *n_bytes = size + LMU_SHA256_SIZE;
  *data    = (uint8_t*)malloc(*n_bytes);
  if (!*data) {
    return LMU_NO_MEMORY;
  }
  memcpy(*data, &head, sizeof(head));
  arrays_of(trainer, arrays);
  for (size_t i = 0U; i < N_ARRAYS; ++i) {
    memcpy(*data + sizeof(Head) + (i * array), arrays[i], array);
  }
  lmu_sha256(*data + size, *data, size);
  return LMU_SUCCESS;
}

/// Return whether bytes are whole, and of this training
static bool
is_ours(const LmuTrainer* const trainer,
        const uint8_t* const    data,
        const size_t            n_bytes,
        Head* const             head)
{
  const size_t size = size_of(trainer);
  uint8_t      digest[LMU_SHA256_SIZE];
  if (n_bytes != size + LMU_SHA256_SIZE) {
    return false;
  }
  lmu_sha256(digest, data, size);
  memcpy(head, data, sizeof(*head));
  return !memcmp(digest, data + size, sizeof(digest)) && head->magic == MAGIC &&
         head->data_id == trainer->data_id &&
         head->n_values == trainer->network->n_values;
}

LmuStatus
lmu_trainer_load(LmuTrainer* const    trainer,
                 const uint8_t* const data,
                 const size_t         n_bytes)
{
  const size_t array = trainer->network->n_values * sizeof(LmuReal);
  LmuReal*     arrays[N_ARRAYS];
  Head         head;
  if (!is_ours(trainer, data, n_bytes, &head)) {
    return LMU_BAD_FILE;
  }

  arrays_of(trainer, arrays);
  for (size_t i = 0U; i < N_ARRAYS; ++i) {
    memcpy(arrays[i], data + sizeof(Head) + (i * array), array);
  }
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

/// Mix a word into a number, as FNV-1a does with bytes
static uint64_t
mix_word(const uint64_t hash, const uint32_t word)
{
  return (hash ^ word) * 0x100000001B3U;
}

static uint64_t
mix_numbers(uint64_t hash, const uint64_t* const numbers, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    hash = mix_word(hash, (uint32_t)numbers[i]);
    hash = mix_word(hash, (uint32_t)(numbers[i] >> 32U));
  }
  return hash;
}

static uint64_t
mix_reals(uint64_t hash, const double* const reals, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    uint64_t bits = 0U;
    memcpy(&bits, reals + i, sizeof(bits));
    hash = mix_numbers(hash, &bits, 1U);
  }
  return hash;
}

static uint64_t
mix_samples(uint64_t hash, const float* const samples, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    uint32_t bits = 0U;
    memcpy(&bits, samples + i, sizeof(bits));
    hash = mix_word(hash, bits);
  }
  return hash;
}

static uint64_t
mix_streams(uint64_t hash, const LmuStreams* const streams)
{
  for (uint32_t i = 0U; i < streams->n_pairs; ++i) {
    const LmuRecording* const pair   = &streams->pairs[i];
    const uint64_t            length = pair->n_frames;
    hash                             = mix_numbers(hash, &length, 1U);
    hash = mix_samples(hash, pair->input, pair->n_frames);
    hash = mix_samples(hash, pair->target, pair->n_frames);
    hash = mix_reals(hash, pair->conditions, LMU_MAX_CONDITIONS);
  }
  return hash;
}

/// Mix what a layer is, of which no byte is between fields
static uint64_t
mix_layer(uint64_t hash, const LmuLayer* const layer)
{
  const uint64_t words[] = {layer->type,
                            layer->n_inputs,
                            layer->n_outputs,
                            layer->n_sources,
                            layer->n_adds,
                            layer->cell,
                            layer->units,
                            layer->activation,
                            layer->recurrent_activation,
                            layer->reset_after,
                            layer->order,
                            layer->memory_d,
                            layer->n_thetas,
                            layer->method,
                            layer->stages,
                            layer->stored,
                            layer->hidden_to_memory,
                            layer->memory_to_memory,
                            layer->input_to_hidden};
  hash = mix_numbers(hash, words, sizeof(words) / sizeof(words[0]));
  hash = mix_reals(hash, &layer->slope, 1U);
  hash = mix_reals(hash, layer->theta, LMU_MAX_MEMORY_CHANNELS);
  for (uint32_t i = 0U; i < LMU_MAX_SOURCES; ++i) {
    hash = mix_word(mix_word(hash, layer->sources[i]), layer->adds[i]);
  }
  return hash;
}

uint64_t
lmu_trainer_identity(const LmuTrainer* const trainer)
{
  const LmuTrainerOptions* const o = &trainer->options;
  const double   reals[]           = {o->rate, o->emphasis, o->dc, o->rest};
  const uint64_t words[]           = {o->lanes,
                                      o->n_threads,
                                      o->frames,
                                      o->seed,
                                      o->learns_theta,
                                      o->is_new,
                                      o->may_unrest};
  uint64_t       hash =
    mix_numbers(0xCBF29CE484222325U, words, sizeof(words) / sizeof(words[0]));
  hash = mix_reals(hash, reals, sizeof(reals) / sizeof(reals[0]));
  hash = mix_streams(hash, &trainer->train);
  hash = mix_streams(hash, &trainer->valid);
  for (uint32_t i = 0U; i < trainer->graph->n_layers; ++i) {
    hash = mix_layer(hash, &trainer->graph->layers[i]);
  }
  return mix_reals(hash, trainer->graph->values, trainer->graph->n_values);
}
