// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/network.h"

#include "core/base/setup/arena.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/paper_scale.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "train/real.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Change of log(theta) whose central difference is the slope of a step
#define THETA_CHANGE 1e-5

/// Shortest window [frames], and shortest that is learned, of which one that is
/// shorter by THETA_CHANGE can be discretised too
#define LEAST_THETA 1.0
#define LEAST_LEARNED 1.001

LmuTrainGroup
lmu_train_network_group(const LmuTrainNetwork* const network,
                        const uint32_t               layer,
                        const LmuRole                role)
{
  const LmuParameter* const p = &network->graph->layers[layer].parameters[role];
  const LmuTrainGroup       group = {p->offset, p->rows, p->columns};
  return group;
}

/// Return the number of windows of a layer
static uint32_t
n_windows(const LmuLayer* const layer)
{
  return layer->n_thetas ? layer->n_thetas : 1U;
}

/// Return whether the window of a layer is learned
static bool
learns_theta(const LmuTrainNetwork* const network, const LmuLayer* const layer)
{
  return network->options.theta && layer->type == LMU_LAYER_LMU &&
         !layer->stored;
}

/// Set where what windows are learned by is, behind all parameters
static void
place_windows(LmuTrainNetwork* const network)
{
  const LmuGraph* const graph = network->graph;
  network->n_values           = graph->n_values;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    network->steps[i].theta = network->n_values;
    network->n_values += learns_theta(network, &graph->layers[i])
                           ? n_windows(&graph->layers[i])
                           : 0U;
  }
}

/// Give the memory of a layer its room
static void
allocate_steps(LmuTrainNetwork* const network, const uint32_t index)
{
  const LmuLayer* const layer = &network->graph->layers[index];
  LmuTrainSteps* const  steps = &network->steps[index];
  const size_t          d     = layer->order;
  LmuArena* const       arena = &network->arena;
  steps->n_steps              = n_windows(layer);

  const size_t n = steps->n_steps;
  steps->ad      = (LmuReal*)lmu_arena_take(arena, n * d * d, sizeof(LmuReal));
  steps->bd      = (LmuReal*)lmu_arena_take(arena, n * d, sizeof(LmuReal));
  if (learns_theta(network, layer)) {
    steps->ad_slope = (double*)lmu_arena_take(arena, n * d * d, sizeof(double));
    steps->bd_slope = (double*)lmu_arena_take(arena, n * d, sizeof(double));
  }
}

/// Take over the values of the graph
static void
take_values(LmuTrainNetwork* const network)
{
  const LmuGraph* const graph = network->graph;
  for (size_t i = 0U; i < graph->n_values; ++i) {
    network->values[i] = (LmuReal)graph->values[i];
  }
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    const LmuLayer* const layer = &graph->layers[i];
    for (uint32_t j = 0U; learns_theta(network, layer) && j < n_windows(layer);
         ++j) {
      network->values[network->steps[i].theta + j] =
        (LmuReal)log(lmu_layer_theta(layer, j));
    }
  }
}

/// Note which values may change
static void
mark_learned(LmuTrainNetwork* const network)
{
  const LmuGraph* const graph = network->graph;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    for (uint32_t role = 0U; role < LMU_N_ROLES; ++role) {
      const LmuParameter* const p = &graph->layers[i].parameters[role];
      const size_t              n = lmu_parameter_count(p);
      for (size_t j = 0U; j < n; ++j) {
        network->learned[p->offset + j] = p->trainable || network->options.step;
      }
    }
  }
  for (size_t i = graph->n_values; i < network->n_values; ++i) {
    network->learned[i] = true;
  }
}

/// Discretise as the paper scales a step
static LmuStatus
discretise(const LmuLayer* const layer,
           const double          theta,
           double* const         ad,
           double* const         bd)
{
  const LmuStatus status =
    lmu_discretise(ad, bd, layer->order, theta, layer->method, layer->stages);
  lmu_step_to_paper(ad, bd, layer->order);
  return status;
}

/// Set the slopes of a step by central differences, and the step by their
/// middle's own
static LmuStatus
set_slopes(const LmuLayer* const layer,
           const double          theta,
           double* const         slopes[2],
           double* const         scratch)
{
  const size_t    d     = layer->order;
  double* const   lower = scratch;
  double* const   input = scratch + (d * d);
  const LmuStatus status =
    discretise(layer, theta * exp(-THETA_CHANGE), lower, input);
  const LmuStatus next =
    discretise(layer, theta * exp(THETA_CHANGE), slopes[0], slopes[1]);
  for (size_t i = 0U; i < d * d; ++i) {
    slopes[0][i] = (slopes[0][i] - lower[i]) / (2.0 * THETA_CHANGE);
  }
  for (size_t i = 0U; i < d; ++i) {
    slopes[1][i] = (slopes[1][i] - input[i]) / (2.0 * THETA_CHANGE);
  }
  return status ? status : next;
}

/// Return the window that a step has now
static double
theta_of(const LmuTrainNetwork* const network,
         const uint32_t               index,
         const uint32_t               step)
{
  const LmuLayer* const layer = &network->graph->layers[index];
  if (!learns_theta(network, layer)) {
    return fmax(lmu_layer_theta(layer, step) * network->factor, LEAST_THETA);
  }
  const LmuReal value = network->values[network->steps[index].theta + step];
  return fmax(exp((double)value) * network->factor, LEAST_LEARNED);
}

/// Set one step of a memory
static LmuStatus
set_step(LmuTrainNetwork* const network,
         const uint32_t         index,
         const uint32_t         step,
         double* const          scratch)
{
  const LmuLayer* const layer  = &network->graph->layers[index];
  LmuTrainSteps* const  steps  = &network->steps[index];
  const size_t          d      = layer->order;
  double* const         ad     = scratch;
  double* const         bd     = scratch + (d * d);
  const double          theta  = theta_of(network, index, step);
  LmuStatus             status = discretise(layer, theta, ad, bd);
  for (size_t i = 0U; i < d * d; ++i) {
    steps->ad[(step * d * d) + i] = (LmuReal)ad[i];
  }
  for (size_t i = 0U; i < d; ++i) {
    steps->bd[(step * d) + i] = (LmuReal)bd[i];
  }
  if (!status && steps->ad_slope) {
    double* const slopes[] = {steps->ad_slope + (step * d * d),
                              steps->bd_slope + (step * d)};
    status                 = set_slopes(layer, theta, slopes, scratch);
  }
  return status;
}

/// Set the steps of a layer's memory, those that are stored by values
static LmuStatus
set_steps(LmuTrainNetwork* const network,
          const uint32_t         index,
          double* const          scratch)
{
  const LmuLayer* const layer = &network->graph->layers[index];
  LmuTrainSteps* const  steps = &network->steps[index];
  const size_t          d     = layer->order;
  const bool trained = !(network->factor < 1.0 || network->factor > 1.0);
  if (layer->stored && trained) {
    memcpy(steps->ad,
           network->values + layer->parameters[LMU_AD].offset,
           d * d * sizeof(LmuReal));
    memcpy(steps->bd,
           network->values + layer->parameters[LMU_BD].offset,
           d * sizeof(LmuReal));
    return LMU_SUCCESS;
  }

  LmuStatus status = LMU_SUCCESS;
  for (uint32_t i = 0U; !status && i < steps->n_steps; ++i) {
    status = set_step(network, index, i, scratch);
  }
  return status;
}

/// Set the steps of memories, all of them or those that training changes
static LmuStatus
set_all_steps(LmuTrainNetwork* const network, const bool all)
{
  const LmuGraph* const graph  = network->graph;
  LmuStatus             status = LMU_SUCCESS;
  for (uint32_t i = 0U; !status && i < graph->n_layers; ++i) {
    const LmuLayer* const layer = &graph->layers[i];
    const size_t          d     = layer->order;
    const bool changes          = layer->stored || learns_theta(network, layer);
    if (layer->type == LMU_LAYER_LMU && (all || changes)) {
      double* const scratch = (double*)calloc((d + 1U) * d, sizeof(double));
      status = scratch ? set_steps(network, i, scratch) : LMU_NO_MEMORY;
      free(scratch);
    }
  }
  return status;
}

LmuStatus
lmu_train_network_update(LmuTrainNetwork* const network)
{
  return set_all_steps(network, false);
}

/// Give a network its room
static LmuStatus
allocate(LmuTrainNetwork* const network)
{
  LmuArena* const arena = &network->arena;
  network->factor       = 1.0;
  place_windows(network);
  if (!network->values) {
    network->values =
      (LmuReal*)lmu_arena_take(arena, network->n_values, sizeof(LmuReal));
    network->learned =
      (bool*)lmu_arena_take(arena, network->n_values, sizeof(bool));
  }
  for (uint32_t i = 0U; i < network->graph->n_layers; ++i) {
    if (network->graph->layers[i].type == LMU_LAYER_LMU) {
      allocate_steps(network, i);
    }
  }
  return arena->failed ? LMU_NO_MEMORY : LMU_SUCCESS;
}

LmuStatus
lmu_train_network_new(LmuTrainNetwork** const      network,
                      const LmuGraph* const        graph,
                      const LmuTrainOptions* const options,
                      LmuError* const              error)
{
  LmuTrainNetwork* const self =
    (LmuTrainNetwork*)calloc(1U, sizeof(LmuTrainNetwork));
  LmuStatus status = LMU_NO_MEMORY;
  if (self) {
    self->graph   = graph;
    self->options = *options;
    status        = allocate(self);
  }
  if (!status) {
    take_values(self);
    mark_learned(self);
    status = set_all_steps(self, true);
  }

  *network = status ? NULL : self;
  if (status) {
    lmu_train_network_free(self);
    return lmu_error_status(error, status);
  }
  return LMU_SUCCESS;
}

LmuTrainNetwork*
lmu_train_network_view(const LmuTrainNetwork* const network)
{
  LmuTrainNetwork* const view =
    (LmuTrainNetwork*)calloc(1U, sizeof(LmuTrainNetwork));
  if (view) {
    view->graph   = network->graph;
    view->options = network->options;
    view->values  = network->values;
    view->learned = network->learned;
  }
  if (view && (allocate(view) || set_all_steps(view, true))) {
    lmu_train_network_free(view);
    return NULL;
  }
  return view;
}

LmuStatus
lmu_train_network_scale(LmuTrainNetwork* const network, const double factor)
{
  network->factor = factor;
  return set_all_steps(network, true);
}

void
lmu_train_network_free(LmuTrainNetwork* const network)
{
  if (network) {
    lmu_arena_clear(&network->arena);
    free(network);
  }
}

void
lmu_train_network_store(const LmuTrainNetwork* const network,
                        LmuGraph* const              graph)
{
  for (size_t i = 0U; i < graph->n_values; ++i) {
    graph->values[i] = (double)network->values[i];
  }
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    LmuLayer* const layer = &graph->layers[i];
    for (uint32_t j = 0U; learns_theta(network, layer) && j < n_windows(layer);
         ++j) {
      layer->theta[j] = theta_of(network, i, j);
    }
  }
}
