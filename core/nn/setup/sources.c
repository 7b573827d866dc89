// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/sources.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/limits.h"
#include "core/nn/setup/graph.h"

#include <stdbool.h>
#include <stdint.h>

uint32_t
lmu_layer_n_sources(const LmuLayer* const layer)
{
  return layer->n_sources ? layer->n_sources : 1U;
}

uint32_t
lmu_layer_source(const LmuGraph* const graph,
                 const uint32_t        layer,
                 const uint32_t        index)
{
  const LmuLayer* const l = &graph->layers[layer];
  if (l->n_sources) {
    return l->sources[index];
  }
  return layer ? layer - 1U : LMU_SOURCE_INPUT;
}

uint32_t
lmu_source_width(const LmuGraph* const graph, const uint32_t source)
{
  return source == LMU_SOURCE_INPUT ? graph->n_inputs
                                    : graph->layers[source].n_outputs;
}

/* Checks */

/// Check that a list is short, and that all in it are there before its layer
static LmuStatus
check_list(const uint32_t* const sources,
           const uint32_t        count,
           const uint32_t        layer,
           const char* const     key,
           LmuError* const       error)
{
  if (count > LMU_MAX_SOURCES) {
    return lmu_error_set(error,
                         LMU_TOO_LARGE,
                         "key \"layers.%u.%s\": lists %u sources, at most %u "
                         "are supported; put some together in a layer before",
                         layer,
                         key,
                         count,
                         LMU_MAX_SOURCES);
  }
  for (uint32_t i = 0U; i < count; ++i) {
    if (sources[i] != LMU_SOURCE_INPUT && sources[i] >= layer) {
      return lmu_error_set(error,
                           LMU_BAD_MODEL,
                           "key \"layers.%u.%s\": layer %u is no earlier one, "
                           "and layers run in order; list earlier ones alone",
                           layer,
                           key,
                           sources[i]);
    }
  }
  return LMU_SUCCESS;
}

LmuStatus
lmu_sources_check(LmuGraph* const graph,
                  const uint32_t  layer,
                  LmuError* const error)
{
  LmuLayer* const l = &graph->layers[layer];
  const LmuStatus status =
    check_list(l->sources, l->n_sources, layer, "inputs", error);
  if (status) {
    return status;
  }
  if (!layer && l->n_sources > 1U) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "key \"layers.0.inputs\": must be input, once; export "
                         "it again");
  }

  l->n_inputs = 0U;
  for (uint32_t i = 0U; i < lmu_layer_n_sources(l); ++i) {
    l->n_inputs += lmu_source_width(graph, lmu_layer_source(graph, layer, i));
  }
  return LMU_SUCCESS;
}

LmuStatus
lmu_adds_check(const LmuGraph* const graph,
               const uint32_t        layer,
               LmuError* const       error)
{
  const LmuLayer* const l = &graph->layers[layer];
  const LmuStatus status  = check_list(l->adds, l->n_adds, layer, "add", error);
  for (uint32_t i = 0U; !status && i < l->n_adds; ++i) {
    const uint32_t width = lmu_source_width(graph, l->adds[i]);
    if (width != l->n_outputs) {
      return lmu_error_set(error,
                           LMU_BAD_MODEL,
                           "key \"layers.%u.add\": number %u is %u wide, but "
                           "this layer's output %u; add what is as wide",
                           layer,
                           i + 1U,
                           width,
                           l->n_outputs);
    }
  }
  return status;
}

/* Slots */

static bool
lists(const uint32_t* const sources, const uint32_t count, const uint32_t layer)
{
  bool found = false;
  for (uint32_t i = 0U; i < count; ++i) {
    found = found || sources[i] == layer;
  }
  return found;
}

/// Return the last layer that needs the output of one, or n_layers if it is
/// what the network puts out
static uint32_t
find_last_use(const LmuGraph* const graph, const uint32_t layer)
{
  uint32_t last = (layer + 1U == graph->n_layers) ? graph->n_layers : layer;
  for (uint32_t i = layer + 1U; i < graph->n_layers; ++i) {
    const LmuLayer* const l = &graph->layers[i];
    const bool            takes =
      l->n_sources ? lists(l->sources, l->n_sources, layer) : layer + 1U == i;
    if (takes || lists(l->adds, l->n_adds, layer)) {
      last = i;
    }
  }
  return last;
}

uint32_t
lmu_sources_assign(const LmuGraph* const graph, uint32_t slots[LMU_MAX_LAYERS])
{
  uint32_t n_slots                   = 0U;
  uint32_t free_from[LMU_MAX_LAYERS] = {0U}; // Layer that may use a slot anew
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    uint32_t slot = 0U;
    while (slot < n_slots && free_from[slot] > i) {
      ++slot;
    }
    slots[i]        = slot;
    free_from[slot] = find_last_use(graph, i) + 1U;
    n_slots         = (slot == n_slots) ? n_slots + 1U : n_slots;
  }
  return n_slots;
}
