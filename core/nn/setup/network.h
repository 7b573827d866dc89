// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_NETWORK_H
#define LMU_CORE_NN_SETUP_NETWORK_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/nn/rt/network.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/graph.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Making the plan of a network.
*/

/**
   Make the plan of a network.

   @param network Set to a new plan, or to null on error.
   @param graph Graph that passes lmu_graph_check(), not used after this.
   @param theta_factor Factor of all windows, 1 as trained.  Others discretise
   stored steps anew, by their method.
   @return LMU_BAD_THETA, LMU_UNSTABLE, LMU_NO_MEMORY, or LMU_DIVERGED on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_network_new(LmuNetwork**    network,
                const LmuGraph* graph,
                double          theta_factor,
                LmuError*       error);

/// Choices that tests and benchmarks make
typedef struct {
  double            theta_factor; ///< As above
  const LmuKernels* kernels;      ///< Null for the best of this CPU
  bool              force_form;   ///< Whether layers that can take this form do
  LmuForm           form;
} LmuNetworkOptions;

/// Do the same with choices of our own
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_network_new_with(LmuNetwork**             network,
                     const LmuGraph*          graph,
                     const LmuNetworkOptions* options,
                     LmuError*                error);

/// Free a plan, or do nothing if it is null
LMU_SETUP void
lmu_network_free(LmuNetwork* network);

/// Return a state for a plan, reset, for lmu_network_state_free(), or null
LMU_SETUP LmuNetworkState*
lmu_network_state_new(const LmuNetwork* network);

/// Free a state, or do nothing if it is null
LMU_SETUP void
lmu_network_state_free(LmuNetworkState* state);

/// Return how layer `index` runs, a word for users: fused, split, blocked,
/// modal, or dense
LMU_SETUP const char*
lmu_network_form(const LmuNetwork* network, uint32_t index);

#endif // LMU_CORE_NN_SETUP_NETWORK_H
