// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_AFFINE_H
#define LMU_CORE_NN_SETUP_AFFINE_H

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/nn/rt/network_plan.h"

#include <stdint.h>

/**
   @file
   Matrices in the layout that kernels want.
*/

/// Part of a matrix in float64
typedef struct {
  const double* values;  ///< By rows
  uint32_t      rows;    ///< Rows to take, padded with zeros
  uint32_t      stride;  ///< Numbers from row to row
  uint32_t      first;   ///< First column to take
  uint32_t      columns; ///< Columns to take
  const double* base;    ///< [rows], or null
} LmuPart;

/// Set a product to a part of a matrix, memory may be short
LMU_SETUP void
lmu_affine_pack(LmuAffine* affine, const LmuPart* part, LmuArena* arena);

/// Return numbers as floats that belong to the arena, or null
LMU_SETUP const float*
lmu_floats(const double* values, uint32_t count, LmuArena* arena);

#endif // LMU_CORE_NN_SETUP_AFFINE_H
