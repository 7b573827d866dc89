// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/network.h"

#include "core/base/setup/aligned.h"
#include "core/base/setup/arena.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"
#include "core/memory/setup/tables.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/network.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/affine.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/layer_matrix.h"
#include "core/nn/setup/network_forms.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/sources.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// What belongs to a network
typedef struct {
  LmuArena         arena;
  const LmuTables* tables[LMU_MAX_LAYERS];
} Owner;

static uint32_t
greater(const uint32_t x, const uint32_t y)
{
  return x > y ? x : y;
}

/// Return a new offset in the state for so many numbers
static uint32_t
place(LmuNetwork* const network, const uint32_t count)
{
  const uint32_t offset = network->state_size;
  network->state_size += lmu_padded(count);
  return offset;
}

/// Copy what the plan needs to know of a layer's cell
static void
describe_cell(LmuLayerPlan* const plan, const LmuLayer* const layer)
{
  plan->cell            = lmu_layer_cell(layer);
  plan->activation      = layer->activation;
  plan->gate_activation = layer->recurrent_activation;
  plan->slope           = (float)layer->slope;
  plan->reset_after     = layer->reset_after;
  plan->units           = layer->units;
  plan->unit_blocks     = lmu_padded(layer->units) / LMU_LANES;
  plan->n_gates         = lmu_row_groups(layer);
}

/// Copy what the plan needs to know of a layer
static void
describe(LmuLayerPlan* const   plan,
         const LmuLayer* const layer,
         const double          theta_factor,
         LmuArena* const       arena)
{
  describe_cell(plan, layer);
  plan->n_inputs  = layer->n_inputs;
  plan->n_outputs = layer->n_outputs;
  if (layer->type != LMU_LAYER_LMU) {
    return;
  }

  plan->feedback = layer->hidden_to_memory || layer->memory_to_memory;
  plan->order    = layer->order;
  plan->channels = layer->memory_d;
  plan->n_steps  = layer->n_thetas ? layer->memory_d : 1U;
  for (uint32_t i = 0U; i < plan->n_steps; ++i) {
    plan->theta[i] = lmu_layer_theta(layer, i) * theta_factor;
  }
  plan->steps =
    (LmuAffine*)lmu_arena_take(arena, plan->n_steps, sizeof(LmuAffine));
  plan->drives =
    (LmuAffine*)lmu_arena_take(arena, plan->n_steps, sizeof(LmuAffine));
}

/// Set where a source is, and count its width
static LmuSource
find_source(const LmuGraph* const graph,
            const uint32_t* const slots,
            const uint32_t        source)
{
  const LmuSource found = {(source == LMU_SOURCE_INPUT) ? LMU_SLOT_INPUT
                                                        : slots[source],
                           lmu_source_width(graph, source)};
  return found;
}

/// Give outputs of layers their slots, and layers their sources
static void
connect(LmuNetwork* const network, const LmuGraph* const graph)
{
  uint32_t slots[LMU_MAX_LAYERS];
  network->n_slots = lmu_sources_assign(graph, slots);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    const LmuLayer* const layer = &graph->layers[i];
    LmuLayerPlan* const   plan  = &network->layers[i];
    plan->slot                  = slots[i];
    plan->n_sources             = lmu_layer_n_sources(layer);
    plan->n_adds                = layer->n_adds;
    for (uint32_t j = 0U; j < plan->n_sources; ++j) {
      plan->sources[j] =
        find_source(graph, slots, lmu_layer_source(graph, i, j));
    }
    for (uint32_t j = 0U; j < layer->n_adds; ++j) {
      plan->adds[j] = find_source(graph, slots, layer->adds[j]);
    }
    if (plan->n_sources > 1U) {
      network->gathered =
        greater(network->gathered, lmu_padded(layer->n_inputs));
    }
  }
}

/// Give a layer its places in the state
static void
place_layer(LmuNetwork* const network, LmuLayerPlan* const plan)
{
  const uint32_t memory = plan->order * plan->channels;
  const uint32_t spaced = plan->channels * lmu_padded(plan->order);
  const uint32_t padded = plan->unit_blocks * LMU_LANES;

  // Blocks are copied whole, so there is room for one more behind
  plan->vector =
    place(network, memory + plan->n_inputs + padded + (2U * LMU_LANES));
  plan->hidden  = place(network, 2U * padded);
  plan->history = place(network, plan->channels * 2U * LMU_BLOCKED_FRAMES);
  plan->memory  = plan->vector;

  plan->memory_size = memory;
  if (plan->form == LMU_FORM_BLOCKED) {
    plan->memory_size = LMU_BLOCKED_FRAMES * spaced;
    plan->memory      = place(network, plan->memory_size);
  } else if (plan->form == LMU_FORM_MODAL) {
    plan->memory_size =
      plan->channels * (LMU_LANES + (plan->modes->n_blocks * LMU_BLOCK));
    plan->memory = place(network, plan->memory_size);
  }

  const uint32_t gates   = plan->n_gates * padded;
  const uint32_t sizes[] = {
    spaced + lmu_padded(plan->channels),
    lmu_padded(memory) + gates, // A gated Dense layer puts out as many first
    lmu_padded(plan->n_outputs),
    plan->n_readouts,
  };
  for (uint32_t i = 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    network->wide = greater(network->wide, lmu_padded(sizes[i]));
  }
}

/// Write the rows of a Dense layer, each gate apart, and the base behind them
static void
fill_dense(const LmuGraph* const graph,
           const uint32_t        index,
           const uint32_t        n_rows,
           double* const         rows)
{
  const LmuLayer* const layer = &graph->layers[index];
  const double* const kernel  = lmu_layer_values(graph, index, LMU_CELL_KERNEL);
  const double* const bias    = lmu_layer_values(graph, index, LMU_CELL_BIAS);
  const size_t        n_inputs  = layer->n_inputs;
  const uint32_t      n_columns = lmu_layer_gates(layer) * layer->units;
  double* const       base      = rows + (n_rows * n_inputs);
  for (uint32_t i = 0U; i < n_columns; ++i) {
    const size_t row = ((size_t)(i / layer->units) * lmu_padded(layer->units)) +
                       (i % layer->units);
    base[row] = bias ? bias[i] : 0.0;
    for (size_t j = 0U; j < n_inputs; ++j) {
      rows[(row * n_inputs) + j] = kernel[(j * n_columns) + i];
    }
  }
}

static LmuStatus
build_dense(LmuLayerPlan* const   plan,
            const LmuGraph* const graph,
            const uint32_t        index,
            LmuArena* const       arena)
{
  const LmuLayer* const layer = &graph->layers[index];
  const uint32_t        n     = layer->n_inputs;
  const uint32_t        n_rows =
    layer->units + ((lmu_layer_gates(layer) - 1U) * lmu_padded(layer->units));
  double* const rows = (double*)calloc(n_rows * (n + 1UL), sizeof(double));
  if (!rows) {
    return LMU_NO_MEMORY;
  }

  fill_dense(graph, index, n_rows, rows);
  const LmuPart part = {rows, n_rows, n, 0U, n, rows + ((size_t)n_rows * n)};
  lmu_affine_pack(&plan->gates, &part, arena);
  free(rows);
  return LMU_SUCCESS;
}

/// Make the modes of a layer, and its steps at its windows
static LmuStatus
build_modes(LmuLayerPlan* const     plan,
            const LmuLayer* const   layer,
            const LmuKernels* const kernels,
            const LmuTables** const tables,
            LmuArena* const         arena)
{
  const LmuStatus status =
    lmu_tables_take(tables, layer->order, LMU_TABLES_MODES);
  if (status) {
    return status;
  }

  plan->modes = lmu_tables_modes(*tables);
  plan->tunings =
    (LmuTuning*)lmu_arena_take(arena, plan->n_steps, sizeof(LmuTuning));
  for (uint32_t i = 0U; plan->tunings && i < plan->n_steps; ++i) {
    LmuTuning* const tuning = &plan->tunings[i];
    tuning->stages          = layer->stages;
    tuning->numbers         = (float*)lmu_arena_take(
      arena, lmu_tuning_size(plan->modes, layer->stages), sizeof(float));
    if (tuning->numbers) {
      lmu_tuning_set(tuning, plan->modes, plan->theta[i], kernels);
    }
  }

  // The fourth gate of a GRU does not see m
  plan->n_readouts = (lmu_layer_gates(layer) * layer->units) +
                     (plan->feedback ? layer->memory_d : 0U);
  return arena->failed ? LMU_NO_MEMORY : LMU_SUCCESS;
}

/// Make what runs a memory or a cell that recurs
static LmuStatus
build_steps(LmuNetwork* const     network,
            const LmuGraph* const graph,
            const uint32_t        index,
            const double          theta_factor,
            const bool            stored)
{
  const LmuLayer* const layer = &graph->layers[index];
  LmuLayerPlan* const   plan  = &network->layers[index];
  Owner* const          owner = (Owner*)network->owner;
  LmuArena* const       arena = &owner->arena;
  LmuLayerMatrix        matrix;

  LmuStatus status =
    lmu_layer_matrix_init(&matrix, graph, index, theta_factor, stored);
  plan->n_past = matrix.hidden;
  if (!status && plan->form == LMU_FORM_MODAL) {
    status =
      build_modes(plan, layer, network->kernels, &owner->tables[index], arena);
    if (!status) {
      status = lmu_form_fill_modal(
        plan, &matrix, lmu_tables_modal(owner->tables[index]), arena);
    }
  }
  if (!status) {
    status      = lmu_form_fill(plan, &matrix, arena);
    plan->scale = lmu_floats(matrix.scale, matrix.memory, arena);
  }
  lmu_layer_matrix_clear(&matrix);
  return status;
}

static LmuStatus
build_layer(LmuNetwork* const              network,
            const LmuGraph* const          graph,
            const uint32_t                 index,
            const LmuNetworkOptions* const options)
{
  const LmuLayer* const layer  = &graph->layers[index];
  LmuLayerPlan* const   plan   = &network->layers[index];
  Owner* const          owner  = (Owner*)network->owner;
  const double          factor = options->theta_factor;
  const bool stored = layer->stored && !(factor < 1.0) && !(factor > 1.0);

  describe(plan, layer, factor, &owner->arena);
  if (owner->arena.failed) {
    return LMU_NO_MEMORY;
  }

  plan->form = lmu_form_best(layer, stored);
  if (options->force_form && lmu_form_fits(options->form, layer, stored)) {
    plan->form = options->form;
  }

  const LmuStatus status =
    (plan->form == LMU_FORM_DENSE)
      ? build_dense(plan, graph, index, &owner->arena)
      : build_steps(network, graph, index, factor, stored);
  if (status) {
    return status;
  }

  place_layer(network, plan);
  return owner->arena.failed ? LMU_NO_MEMORY : LMU_SUCCESS;
}

/// Return the best loops of this CPU for networks: where there are three kinds,
/// AVX2 takes less time than AVX-512, for small cells a third of it, as
/// bench/cell.c measures
static const LmuKernels*
best_kernels(void)
{
  return lmu_kernels(2U) ? lmu_kernels(1U) : lmu_kernels(0U);
}

/// Say which layer it was
static LmuStatus
complain(LmuError* const       error,
         const LmuStatus       status,
         const uint32_t        index,
         const LmuLayer* const layer)
{
  return lmu_error_set(error,
                       status,
                       "layer %u%s%s: %s",
                       index,
                       layer->name[0] ? " " : "",
                       layer->name,
                       lmu_status_text(status));
}

LmuStatus
lmu_network_new_with(LmuNetwork** const             network,
                     const LmuGraph* const          graph,
                     const LmuNetworkOptions* const options,
                     LmuError* const                error)
{
  *network = NULL;
  if (!(options->theta_factor > 0.0 && isfinite(options->theta_factor))) {
    return lmu_error_status(error, LMU_BAD_THETA);
  }

  LmuNetwork* const self = (LmuNetwork*)calloc(1, sizeof(LmuNetwork));
  if (!self) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }
  self->owner  = calloc(1, sizeof(Owner));
  self->layers = (LmuLayerPlan*)calloc(graph->n_layers, sizeof(LmuLayerPlan));
  if (!self->owner || !self->layers) {
    lmu_network_free(self);
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  self->kernels   = options->kernels ? options->kernels : best_kernels();
  self->n_inputs  = graph->n_inputs;
  self->n_outputs = graph->n_outputs;
  self->n_layers  = graph->n_layers;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    const LmuStatus status = build_layer(self, graph, i, options);
    if (status) {
      lmu_network_free(self);
      return complain(error, status, i, &graph->layers[i]);
    }
  }

  connect(self, graph);
  self->scratch    = self->state_size;
  self->total_size = self->scratch + LMU_LANES +
                     ((self->n_slots + 3U) * LMU_NETWORK_FRAMES * self->wide) +
                     (LMU_NETWORK_FRAMES * self->gathered);
  *network = self;
  return LMU_SUCCESS;
}

LmuStatus
lmu_network_new(LmuNetwork** const    network,
                const LmuGraph* const graph,
                const double          theta_factor,
                LmuError* const       error)
{
  const LmuNetworkOptions options = {theta_factor, NULL, false, LMU_FORM_FUSED};

  return lmu_network_new_with(network, graph, &options, error);
}

void
lmu_network_free(LmuNetwork* const network)
{
  if (!network) {
    return;
  }

  Owner* const owner = (Owner*)network->owner;
  for (uint32_t i = 0U; owner && i < LMU_MAX_LAYERS; ++i) {
    lmu_tables_give(owner->tables[i]);
  }
  if (owner) {
    lmu_arena_clear(&owner->arena);
  }
  free(owner);
  free(network->layers);
  free(network);
}

LmuNetworkState*
lmu_network_state_new(const LmuNetwork* const network)
{
  return (LmuNetworkState*)lmu_aligned_zeros(lmu_network_state_size(network));
}

void
lmu_network_state_free(LmuNetworkState* const state)
{
  free(state);
}

const char*
lmu_network_form(const LmuNetwork* const network, const uint32_t index)
{
  static const char* const names[LMU_N_FORMS] = {
    "fused", "split", "blocked", "modal", "dense"};

  return names[network->layers[index].form];
}
