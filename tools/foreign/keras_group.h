// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_GROUP_H
#define LMU_TOOLS_FOREIGN_KERAS_GROUP_H

#include "tools/foreign/hdf5.h"
#include "tools/foreign/keras_layers.h"
#include "tools/foreign/keras_legacy.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Variables of a layer of Keras in HDF5: by their numbers, or by their names as
   Keras 2 has them.
*/

#define LMU_MAX_KERAS_VARIABLES 4U // Of one part of a layer

/// How to read the variables of a layer
typedef struct {
  LmuKerasPlace place;
  char group[LMU_KERAS_GROUP_SIZE];  ///< Variables of the memory or the Dense
  char hidden[LMU_KERAS_GROUP_SIZE]; ///< Variables of the hidden cell
  LmuKerasLegacy legacy;     ///< Where they are by name, or its root is null
  bool           has_kernel; ///< Else the memory's kernel is an identity
  bool           has_theta;  ///< Whether 1/theta was trained
  bool           has_hidden; ///< Else the hidden cell's kernel is an identity
  bool no_bias; ///< Whether the cell has a bias that is not in the file
  const LmuKerasLayer* affine; ///< What scales and adds behind it, or null
} LmuKerasPlan;

/// One variable in a group
typedef struct {
  double*     values; ///< Where it goes
  LmuShape    shape;
  const char* role; ///< What it is, where variables have names
} LmuKerasVariable;

/// Variables in a group, in the order of their numbers
typedef struct {
  uint32_t         n_variables;
  uint32_t         n_ignored; ///< How many come after them
  LmuKerasVariable variables[LMU_MAX_KERAS_VARIABLES];
} LmuKerasGroup;

/**
   Read all variables of a group.

   @param plan Where they are.
   @param name Group in the plan, for the memory or the hidden cell.
   @param group What to read, and where to.
   @return LMU_EXIT_BAD_INPUT if there are fewer or more, or others.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_group_read(const LmuKerasPlan*  plan,
                     const LmuHdf5*       hdf5,
                     const char*          name,
                     const LmuKerasGroup* group);

#endif // LMU_TOOLS_FOREIGN_KERAS_GROUP_H
