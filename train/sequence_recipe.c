// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/sequence_recipe.h"

#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/limits.h"
#include "core/nn/setup/graph.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// Windows where every frame is asked for, the longer the more
#define N_WINDOWS 3U
#define SHORTEST 2.0 // In orders
#define TIMES 4.0    // From one to the next

/// Most coefficients of all channels
#define MOST_COEFFICIENTS 1024U

/// What sizes are
static const struct {
  uint32_t units;      ///< Of each Dense layer
  uint32_t order;      ///< Where every frame is asked for
  uint32_t last_order; ///< Where only the last is
} sizes[LMU_N_SEQUENCE_SIZES] = {{16U, 8U, 16U},
                                 {48U, 12U, 48U},
                                 {96U, 24U, 96U},
                                 {192U, 32U, 256U}};

static uint32_t
least(const uint32_t a, const uint32_t b)
{
  return a < b ? a : b;
}

/// Return an order that sequences are long enough for, and channels few enough
static uint32_t
fit_order(const LmuSequenceRecipe* const recipe,
          const uint32_t                 order,
          const uint32_t                 channels)
{
  const uint32_t fits =
    least(least(order, recipe->n_frames), MOST_COEFFICIENTS / channels);
  return fits ? fits : 1U;
}

/// Give a memory one window as long as a sequence for each input
static void
set_whole_window(LmuLayer* const layer, const LmuSequenceRecipe* const recipe)
{
  layer->memory_d = least(recipe->n_inputs, LMU_MAX_MEMORY_CHANNELS);
  layer->order =
    fit_order(recipe, sizes[recipe->size].last_order, layer->memory_d);
  layer->theta[0] = fmax(recipe->n_frames, 1.0);
}

/// Give a memory windows of several lengths for each input
static void
set_windows(LmuLayer* const layer, const LmuSequenceRecipe* const recipe)
{
  const uint32_t most = LMU_MAX_MEMORY_CHANNELS / N_WINDOWS;
  layer->memory_d     = N_WINDOWS * least(recipe->n_inputs, most);
  layer->n_thetas     = layer->memory_d;
  layer->order = fit_order(recipe, sizes[recipe->size].order, layer->memory_d);
  for (uint32_t i = 0U; i < layer->memory_d; ++i) {
    const double theta = SHORTEST * layer->order * pow(TIMES, i % N_WINDOWS);
    layer->theta[i]    = fmax(fmin(theta, recipe->n_frames), 1.0);
  }
}

LmuGraph*
lmu_sequence_recipe_graph(const LmuSequenceRecipe* const recipe)
{
  const uint32_t  units = sizes[recipe->size].units;
  LmuGraph* const graph = lmu_graph_new();
  if (!graph) {
    return NULL;
  }

  LmuLayer* const memory = &graph->layers[graph->n_layers++];
  memory->type           = LMU_LAYER_LMU;
  memory->n_inputs       = recipe->n_inputs;
  memory->method         = LMU_ZOH;
  memory->memory_bias    = true;
  if (recipe->is_last) {
    set_whole_window(memory, recipe);
  } else {
    set_windows(memory, recipe);
  }
  LmuLayer* const first = lmu_graph_append_dense(graph, units, LMU_TANH);
  first->n_sources      = 2U;
  first->sources[0]     = 0U;
  first->sources[1]     = LMU_SOURCE_INPUT;
  (void)lmu_graph_append_dense(graph, units, LMU_TANH);
  (void)lmu_graph_append_dense(graph, recipe->n_outputs, LMU_LINEAR);
  if (lmu_graph_allocate(graph, NULL)) {
    lmu_graph_free(graph);
    return NULL;
  }
  return graph;
}
