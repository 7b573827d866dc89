// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UNIT_PLAIN_NETWORK_H
#define LMU_TESTS_UNIT_PLAIN_NETWORK_H

#include "core/nn/setup/graph.h"

#include <stdint.h>

/**
   @file
   Networks by plain loops in float64, which all others must equal.

   It follows the order of operations of keras-lmu, layer by layer and frame by
   frame, with m as the paper scales it.
*/

/// Network that runs, owned by the heap
typedef struct PlainNetworkImpl PlainNetwork;

/// Return a network in its first state, its windows times a factor
PlainNetwork*
plain_network_new(const LmuGraph* graph, double theta_factor);

/// Free a network
void
plain_network_free(PlainNetwork* network);

/// Advance by one frame, from [n_inputs] to [n_outputs]
void
plain_network_step(PlainNetwork* network, const double* input, double* output);

#endif // LMU_TESTS_UNIT_PLAIN_NETWORK_H
