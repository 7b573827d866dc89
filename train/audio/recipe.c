// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/recipe.h"

#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Windows of a cell for distortion [s]: corners near Nyquist, filters, sag
static const double drive_windows[] = {0.0005, 0.00417, 0.0333};

#define N_DRIVE_WINDOWS 3U

/// Windows that follow the level, the shortest and the longest [s]
#define SHORTEST_LEVEL 0.021
#define LONGEST_LEVEL 0.25

/// Order of memories that follow the level
#define LEVEL_ORDER 4U

/// How large networks are
typedef struct {
  const char* word;
  double      rate;    ///< Learning rate
  uint32_t    n_cells; ///< Cells in a row
  uint32_t    units;   ///< Units of each
  uint32_t    order;   ///< Order of each window
  uint32_t    levels;  ///< Windows that follow the level
  uint32_t    hidden;  ///< Units that look at them
  uint32_t    gains;   ///< Units whose gain they make
} Size;

static const Size sizes[LMU_N_SIZES] = {
  [LMU_SIZE_NANO]     = {"nano", 0.02, 1U, 8U, 4U, 4U, 8U, 3U},
  [LMU_SIZE_SMALL]    = {"small", 0.02, 1U, 16U, 6U, 6U, 12U, 4U},
  [LMU_SIZE_STANDARD] = {"standard", 0.015, 2U, 16U, 6U, 8U, 20U, 8U},
  [LMU_SIZE_LARGE]    = {"large", 0.01, 2U, 32U, 8U, 12U, 32U, 12U},
};

static const char* const device_words[LMU_N_DEVICES] = {
  [LMU_DEVICE_DRIVE]    = "drive",
  [LMU_DEVICE_DYNAMICS] = "dynamics",
  [LMU_DEVICE_TIME]     = "time",
};

const char*
lmu_device_word(const uint32_t device)
{
  return (device < LMU_N_DEVICES) ? device_words[device] : NULL;
}

const char*
lmu_size_word(const uint32_t size)
{
  return (size < LMU_N_SIZES) ? sizes[size].word : NULL;
}

/// Return a new layer at the end
static LmuLayer*
append(LmuGraph* const graph)
{
  return &graph->layers[graph->n_layers++];
}

/// Have a layer see the one before and an earlier one
static void
see_too(LmuGraph* const graph, LmuLayer* const layer, const uint32_t source)
{
  layer->n_sources  = 2U;
  layer->sources[0] = graph->n_layers - 2U;
  layer->sources[1] = source;
}

static LmuLayer*
append_dense(LmuGraph* const     graph,
             const uint32_t      units,
             const LmuActivation activation)
{
  LmuLayer* const layer = append(graph);
  layer->type           = LMU_LAYER_DENSE;
  layer->units          = units;
  layer->activation     = activation;
  layer->cell_bias      = true;
  return layer;
}

/// Append the paper's cell with several windows, recurrent through them alone
static LmuLayer*
append_cell(LmuGraph* const graph, const Size* const size, const double rate)
{
  LmuLayer* const layer   = append(graph);
  layer->type             = LMU_LAYER_LMU;
  layer->cell             = LMU_CELL_DENSE;
  layer->units            = size->units;
  layer->activation       = LMU_TANH;
  layer->cell_bias        = true;
  layer->order            = size->order;
  layer->memory_d         = N_DRIVE_WINDOWS;
  layer->n_thetas         = N_DRIVE_WINDOWS;
  layer->method           = LMU_ZOH;
  layer->hidden_to_memory = true;
  layer->input_to_hidden  = true;
  for (uint32_t i = 0U; i < N_DRIVE_WINDOWS; ++i) {
    layer->theta[i] = fmax(drive_windows[i] * rate, 2.0);
  }
  return layer;
}

static void
build_drive(LmuGraph* const graph, const Size* const size, const double rate)
{
  for (uint32_t i = 0U; i < size->n_cells; ++i) {
    LmuLayer* const cell = append_cell(graph, size, rate);
    if (i) {
      see_too(graph, cell, LMU_SOURCE_INPUT);
    }
  }
  see_too(graph, append_dense(graph, 1U, LMU_LINEAR), LMU_SOURCE_INPUT);
}

/// Append windows of many lengths, one for each input
static void
append_levels(LmuGraph* const graph, const uint32_t count, const double rate)
{
  LmuLayer* const layer = append(graph);
  layer->type           = LMU_LAYER_LMU;
  layer->cell           = LMU_CELL_NONE;
  layer->order          = LEVEL_ORDER;
  layer->memory_d       = count;
  layer->n_thetas       = count;
  layer->method         = LMU_ZOH;
  for (uint32_t i = 0U; i < count; ++i) {
    const double part = (count > 1U) ? (double)i / (count - 1.0) : 0.0;
    layer->theta[i] =
      rate * SHORTEST_LEVEL * pow(LONGEST_LEVEL / SHORTEST_LEVEL, part);
  }
}

/// Build a gain that is a function of windows behind a nonlinearity
static void
build_dynamics(LmuGraph* const graph, const Size* const size, const double rate)
{
  (void)append_dense(graph, size->levels, LMU_TANH);
  append_levels(graph, size->levels, rate);
  see_too(graph, append_dense(graph, size->hidden, LMU_TANH), 0U);
  see_too(graph, append_dense(graph, size->gains, LMU_GATED), LMU_SOURCE_INPUT);
  see_too(graph, append_dense(graph, 1U, LMU_LINEAR), LMU_SOURCE_INPUT);
}

LmuGraph*
lmu_recipe_graph(const LmuRecipe* const recipe)
{
  LmuGraph* const   graph = lmu_graph_new();
  const Size* const size  = &sizes[recipe->size];
  if (!graph) {
    return NULL;
  }

  graph->layers[0].n_inputs    = 1U + recipe->n_conditions;
  graph->metadata.rate         = recipe->rate;
  graph->metadata.n_conditions = recipe->n_conditions;
  if (recipe->device == LMU_DEVICE_DYNAMICS) {
    build_dynamics(graph, size, recipe->rate);
  } else {
    build_drive(graph, size, recipe->rate);
  }
  if (lmu_graph_allocate(graph, NULL)) {
    lmu_graph_free(graph);
    return NULL;
  }
  return graph;
}

double
lmu_recipe_rate(const LmuRecipe* const recipe)
{
  return sizes[recipe->size].rate;
}
