// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/recipe.h"

#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "train/initialise.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Windows of a cell for distortion [s]: corners near Nyquist, filters, sag
static const double drive_windows[] = {0.0005, 0.00417, 0.0333};

/// Windows of a cell that follows the level [s]: attack, what is between, and
/// release
static const double level_windows[] = {0.01, 0.05, 0.2};

/// Windows of each cell
#define N_WINDOWS 3U

/// How much steeper than others units are that make a level of a signal, which
/// is below a tenth of its peak most of the time
#define STEEPNESS 3.0

/// How large networks are
typedef struct {
  const char* word;
  double      rate;    ///< Learning rate
  double      slowly;  ///< The same of a cell that follows the level
  uint32_t    n_cells; ///< Cells in a row
  uint32_t    units;   ///< Units of each
  uint32_t    order;   ///< Order of each window
  uint32_t    bends;   ///< Units that make a level of a signal
  uint32_t    levels;  ///< Units of the cell that follows it
  uint32_t    slow;    ///< Order of each of its windows
  uint32_t    gains;   ///< Units whose gain they make
} Size;

static const Size sizes[LMU_N_SIZES] = {
  [LMU_SIZE_NANO]  = {"nano", 0.02, 0.01, 1U, 8U, 4U, 4U, 8U, 2U, 3U},
  [LMU_SIZE_SMALL] = {"small", 0.02, 0.01, 1U, 16U, 6U, 8U, 16U, 2U, 6U},
  [LMU_SIZE_STANDARD] =
    {"standard", 0.015, 0.0075, 2U, 16U, 6U, 12U, 24U, 3U, 8U},
  [LMU_SIZE_LARGE] = {"large", 0.01, 0.005, 2U, 32U, 8U, 16U, 32U, 4U, 12U},
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

/// Append the paper's cell with several windows, recurrent through them alone
static LmuLayer*
append_cell(LmuGraph* const graph,
            const uint32_t  units,
            const uint32_t  order,
            const double    windows[N_WINDOWS])
{
  LmuLayer* const layer   = append(graph);
  const double    rate    = graph->metadata.rate;
  layer->type             = LMU_LAYER_LMU;
  layer->cell             = LMU_CELL_DENSE;
  layer->units            = units;
  layer->activation       = LMU_TANH;
  layer->cell_bias        = true;
  layer->order            = order;
  layer->memory_d         = N_WINDOWS;
  layer->n_thetas         = N_WINDOWS;
  layer->method           = LMU_ZOH;
  layer->hidden_to_memory = true;
  layer->input_to_hidden  = true;
  for (uint32_t i = 0U; i < N_WINDOWS; ++i) {
    layer->theta[i] = fmax(windows[i] * rate, 2.0);
  }
  return layer;
}

static void
build_drive(LmuGraph* const graph, const Size* const size)
{
  for (uint32_t i = 0U; i < size->n_cells; ++i) {
    LmuLayer* const cell =
      append_cell(graph, size->units, size->order, drive_windows);
    if (i) {
      see_too(graph, cell, LMU_SOURCE_INPUT);
    }
  }
  see_too(
    graph, lmu_graph_append_dense(graph, 1U, LMU_LINEAR), LMU_SOURCE_INPUT);
}

/// Build a gain that follows the level as slowly as windows are long.  What
/// rises and falls at different speeds needs a cell whose past acts on it:
/// without that the error is about 6 dB greater.
static void
build_dynamics(LmuGraph* const graph, const Size* const size)
{
  (void)lmu_graph_append_dense(graph, size->bends, LMU_TANH);
  (void)append_cell(graph, size->levels, size->slow, level_windows);
  see_too(graph,
          lmu_graph_append_dense(graph, size->gains, LMU_GATED),
          LMU_SOURCE_INPUT);
  see_too(
    graph, lmu_graph_append_dense(graph, 1U, LMU_LINEAR), LMU_SOURCE_INPUT);
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
    build_dynamics(graph, size);
  } else {
    build_drive(graph, size);
  }
  if (lmu_graph_allocate(graph, NULL)) {
    lmu_graph_free(graph);
    return NULL;
  }
  return graph;
}

void
lmu_recipe_initialise(const LmuRecipe* const recipe,
                      LmuGraph* const        graph,
                      const uint64_t         seed)
{
  lmu_initialise(graph, seed);
  if (recipe->device == LMU_DEVICE_DYNAMICS) {
    double* const  kernel = lmu_layer_values(graph, 0U, LMU_CELL_KERNEL);
    const uint32_t count  = graph->layers[0].units; // Of the signal, row 0
    for (uint32_t i = 0U; i < count; ++i) {
      kernel[i] *= STEEPNESS;
    }
  }
}

double
lmu_recipe_rate(const LmuRecipe* const recipe)
{
  const Size* const size = &sizes[recipe->size];
  return (recipe->device == LMU_DEVICE_DYNAMICS) ? size->slowly : size->rate;
}
