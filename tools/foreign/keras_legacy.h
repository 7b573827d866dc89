// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_LEGACY_H
#define LMU_TOOLS_FOREIGN_KERAS_LEGACY_H

#include "tools/foreign/hdf5.h"
#include "tools/foreign/keras_layers.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Variables as Keras 2 keeps them, and Keras 3 in a NAME.h5: under the name of
   their layer, by names of their own, such as lmu/lmu_cell/gru_cell/bias:0.
*/

/// Greatest length of a path to a variable, with its terminator
#define LMU_KERAS_PATH_SIZE 512U

/// The layer that variables are of
typedef struct {
  const char* root;   ///< Group of all layers with a slash, or empty
  const char* layer;  ///< Name of the layer
  const char* cell;   ///< Name of its hidden cell, or empty
  bool        hidden; ///< Whether it is the variables of that
} LmuKerasLegacy;

/**
   Find the group of all layers.

   @param root Set to it, with a slash if it is not empty, or to null if the
   file is not of this kind.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_legacy_root(const char**   root,
                      const LmuHdf5* hdf5,
                      LmuFailure*    error);

/**
   Find a variable.

   @param path Set to its path, or to an empty text if there is none.
   @param count Set to how many the layer or its hidden cell has.
   @param role What it is, such as "kernel".
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_legacy_find(char                  path[LMU_KERAS_PATH_SIZE],
                      uint32_t*             count,
                      const LmuHdf5*        hdf5,
                      LmuFailure*           error,
                      const LmuKerasLegacy* legacy,
                      const char*           role);

#endif // LMU_TOOLS_FOREIGN_KERAS_LEGACY_H
