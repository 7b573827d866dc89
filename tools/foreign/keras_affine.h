// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_AFFINE_H
#define LMU_TOOLS_FOREIGN_KERAS_AFFINE_H

#include "core/nn/setup/graph.h"
#include "tools/foreign/keras_group.h"

/**
   @file
   Layers of Keras that multiply each number and add to it: Rescaling,
   Normalization, and BatchNormalization, which uses the mean and the variance
   it saw in training.  Each is folded into a linear Dense cell before it, or
   into a Dense layer that changes nothing.

   Source: Ioffe, Szegedy, "Batch Normalization", ICML 2015, algorithm 2.
*/

/**
   Fold such a layer into the Dense cell before it.

   @param graph Graph with the weights of that layer.
   @param layer Index of the layer whose cell is Dense, linear, and has a bias.
   @param before Plan of that layer, which has what to fold, and the root of a
   file that has its variables by name.
   @param file For messages, the file.
   @return LMU_EXIT_BAD_INPUT if it works along another axis than the last, or
   its numbers are not there.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_affine_fold(const LmuGraph*      graph,
                      uint32_t             layer,
                      const LmuKerasPlan*  before,
                      const LmuKerasPlace* file,
                      const LmuHdf5*       hdf5);

#endif // LMU_TOOLS_FOREIGN_KERAS_AFFINE_H
