// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_NAM_H
#define LMU_TOOLS_FOREIGN_NAM_H

#include "core/nn/setup/graph.h"
#include "tools/foreign/json_value.h"

#include <jansson.h>

/**
   @file
   Networks of Neural Amp Modeler, files .nam of version 0.5 and later.

   An LSTM of L layers of h units has its weights in one list.  For each layer,
   which hears x signals: the matrix of all gates, [4 h][x + h], gates in the
   order i, f, c, o; the bias [4 h]; and h and c to start with, [h] each.  Then
   the head: its matrix [outputs][h] and its bias [outputs].

   What it starts with is left out, as networks here start with zeros; see
   doc/weights.md.

   Source: the specification of .nam files in the documentation of
   neural-amp-modeler, and what the reader of NeuralAmpModelerCore takes.
*/

/**
   Read a network.

   @param graph Graph to write layers to, it owns their weights.
   @param place The file.
   @return LMU_EXIT_BAD_INPUT on error, and for other architectures.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_nam_load(LmuGraph* graph, const LmuJsonPlace* place, const json_t* model);

#endif // LMU_TOOLS_FOREIGN_NAM_H
