// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_NETWORK_H
#define LMU_TRAIN_NETWORK_H

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/limits.h"
#include "core/nn/setup/graph.h"
#include "train/real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   A network whose parameters can be trained.

   Its values are those of the graph in their order, and behind them what
   windows are learned by.  All passes over lanes share them.  Source of the
   memory: Voelker, Kajic, Eliasmith, NeurIPS 2019, equations 1 to 4; that theta
   can be learned: section 2.2.
*/

/// What is learned beside kernels and biases
typedef struct {
  bool theta; ///< Windows of memories, by their logarithms
  bool step;  ///< Ad and Bd of memories that store theirs
} LmuTrainOptions;

/// Steps of the memory of a layer, as the paper scales them
typedef struct {
  uint32_t n_steps;  ///< One, or one for each channel
  LmuReal* ad;       ///< [n_steps][order][order]
  LmuReal* bd;       ///< [n_steps][order]
  double*  ad_slope; ///< What a change of log(theta) does to ad, or null
  double*  bd_slope; ///< The same of bd
  size_t   theta;    ///< Index of the first log(theta) in values, if learned
} LmuTrainSteps;

/// A network, owned by the heap
typedef struct {
  LmuArena        arena;
  const LmuGraph* graph;    ///< Its layers, whose values are not read again
  LmuTrainOptions options;  ///< What is learned
  double          factor;   ///< Of all windows
  size_t          n_values; ///< Number of values
  LmuReal*        values;   ///< Parameters, [n_values]
  bool*           learned;  ///< Which of them training may change, [n_values]
  LmuTrainSteps   steps[LMU_MAX_LAYERS]; ///< Of LMU layers
} LmuTrainNetwork;

/// Where a group of values is
typedef struct {
  size_t   offset;    ///< Of the first in the network's values
  uint32_t n_rows;    ///< Inputs
  uint32_t n_columns; ///< Units
} LmuTrainGroup;

/**
   Make a network of the values of a graph.

   @param network Set to a new network, or to null on error.
   @param graph Graph that passes lmu_graph_check(), and outlives the network.
   @return Also what lmu_discretise() does.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_train_network_new(LmuTrainNetwork**      network,
                      const LmuGraph*        graph,
                      const LmuTrainOptions* options,
                      LmuError*              error);

/**
   Make a network that shares the values of another, at windows of its own.

   @return A network that does not outlive the other, or null.
*/
LMU_SETUP LmuTrainNetwork*
lmu_train_network_view(const LmuTrainNetwork* network);

/// Set the factor of all windows, 1 at first, and their steps by it
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_train_network_scale(LmuTrainNetwork* network, double factor);

/// Free a network, or do nothing if it is null
LMU_SETUP void
lmu_train_network_free(LmuTrainNetwork* network);

/**
   Have memories step by what the values are now.

   @return What lmu_discretise() does, if windows are learned.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_train_network_update(LmuTrainNetwork* network);

/// Return where a parameter of a layer is, no rows if the layer has it not
LMU_SETUP LmuTrainGroup
lmu_train_network_group(const LmuTrainNetwork* network,
                        uint32_t               layer,
                        LmuRole                role);

/// Write values and windows to a graph of the same layers
LMU_SETUP void
lmu_train_network_store(const LmuTrainNetwork* network, LmuGraph* graph);

#endif // LMU_TRAIN_NETWORK_H
