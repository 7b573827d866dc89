// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UNIT_RANDOM_GRAPH_H
#define LMU_TESTS_UNIT_RANDOM_GRAPH_H

#include "core/setup/graph.h"

#include <stdint.h>

/**
   @file
   Networks with pseudo-random weights, which are the same on every machine.
*/

/// Give all layers of a graph weights that neither die away nor saturate
void
random_graph_fill(LmuGraph* graph, uint32_t seed);

/**
   Return a graph of one LMU layer and a Dense layer with one output.

   @param order Order of the memory.
   @param units Units of the hidden cell, ignored if there is none.
   @param cell Hidden cell.  Feeds h and m back, and x forward, if there is one.
*/
LmuGraph*
random_graph_new(uint32_t order, uint32_t units, LmuCell cell);

#endif // LMU_TESTS_UNIT_RANDOM_GRAPH_H
