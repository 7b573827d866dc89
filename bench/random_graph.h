// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_RANDOM_GRAPH_H
#define LMU_BENCH_RANDOM_GRAPH_H

#include "core/nn/setup/graph.h"

#include <stdint.h>

/**
   @file
   Networks with pseudo-random weights, which are the same on every machine.
*/

/// Give all layers of a graph weights that neither die away nor saturate, or
/// end the program
void
random_graph_fill(LmuGraph* graph, uint32_t seed);

/**
   Return a graph of one to six layers of any type, connection, and activation,
   of up to three inputs, whose recurrent cells saturate.
*/
LmuGraph*
random_graph_any(uint32_t seed);

/// Return the paper's cell of one input: all feedback, a SimpleRNN, tanh
LmuLayer
paper_cell(uint32_t units, uint32_t order);

/// Return a graph of one layer and a Dense layer with one output
LmuGraph*
random_graph_new(const LmuLayer* layer);

#endif // LMU_BENCH_RANDOM_GRAPH_H
