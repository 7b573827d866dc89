// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/identity.h"

#include "core/nn/rt/limits.h"
#include "core/nn/setup/graph.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Mix a word into a number, as FNV-1a does with bytes
static uint64_t
mix_word(const uint64_t hash, const uint32_t word)
{
  return (hash ^ word) * 0x100000001B3U;
}

uint64_t
lmu_identity_words(uint64_t              hash,
                   const uint64_t* const words,
                   const size_t          count)
{
  for (size_t i = 0U; i < count; ++i) {
    hash = mix_word(hash, (uint32_t)words[i]);
    hash = mix_word(hash, (uint32_t)(words[i] >> 32U));
  }
  return hash;
}

uint64_t
lmu_identity_reals(uint64_t hash, const double* const reals, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    uint64_t bits = 0U;
    memcpy(&bits, reals + i, sizeof(bits));
    hash = lmu_identity_words(hash, &bits, 1U);
  }
  return hash;
}

uint64_t
lmu_identity_samples(uint64_t           hash,
                     const float* const samples,
                     const size_t       count)
{
  for (size_t i = 0U; i < count; ++i) {
    uint32_t bits = 0U;
    memcpy(&bits, samples + i, sizeof(bits));
    hash = mix_word(hash, bits);
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
  hash = lmu_identity_words(hash, words, sizeof(words) / sizeof(words[0]));
  hash = lmu_identity_reals(hash, &layer->slope, 1U);
  hash = lmu_identity_reals(hash, layer->theta, LMU_MAX_MEMORY_CHANNELS);
  for (uint32_t i = 0U; i < LMU_MAX_SOURCES; ++i) {
    hash = mix_word(mix_word(hash, layer->sources[i]), layer->adds[i]);
  }
  return hash;
}

uint64_t
lmu_identity_graph(uint64_t hash, const LmuGraph* const graph)
{
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    hash = mix_layer(hash, &graph->layers[i]);
  }
  return lmu_identity_reals(hash, graph->values, graph->n_values);
}
