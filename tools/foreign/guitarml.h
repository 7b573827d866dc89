// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_GUITARML_H
#define LMU_TOOLS_FOREIGN_GUITARML_H

#include "core/nn/setup/graph.h"
#include "tools/foreign/json_value.h"

#include <jansson.h>

/**
   @file
   Networks in the JSON of Automated-GuitarAmpModelling, which Proteus and
   NeuralPi of GuitarML play.

   "model_data" has the sizes of an LSTM or a GRU of h units in PyTorch, whose
   weights are in "state_dict": rec.weight_ih_lN [gates h][inputs],
   rec.weight_hh_lN [gates h][h], rec.bias_ih_lN and rec.bias_hh_lN [gates h],
   and those of the head, lin.weight [outputs][h] and lin.bias.  With a skip of
   1 the first input is added to the output.  Files say no rate; Proteus plays
   them at 44.1 kHz.

   Source: the readers of Proteus and of Automated-GuitarAmpModelling.
*/

/**
   Read a network.

   @param graph Graph to write layers to, it owns their weights.
   @param place The file.
   @return LMU_EXIT_BAD_INPUT on error, and for networks of another kind.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_guitarml_load(LmuGraph*           graph,
                  const LmuJsonPlace* place,
                  const json_t*       model);

#endif // LMU_TOOLS_FOREIGN_GUITARML_H
