// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_AFFINE_H
#define LMU_CORE_NN_SETUP_AFFINE_H

#include "core/base/attributes.h"
#include "core/nn/rt/network_plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Matrices in the layout that kernels want, and who owns them.
*/

/// Greatest number of blocks of memory that a network takes
#define LMU_MAX_HOLDINGS 512U

/// Memory that is freed at once
typedef struct {
  void*    blocks[LMU_MAX_HOLDINGS];
  uint32_t n_blocks;
  bool     failed; ///< Whether memory was short at any time
} LmuHoldings;

/// Return zeroed floats that belong to the holdings, or null
LMU_SETUP float*
lmu_holdings_take(LmuHoldings* holdings, size_t count);

/// Free all
LMU_SETUP void
lmu_holdings_clear(LmuHoldings* holdings);

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
lmu_affine_pack(LmuAffine* affine, const LmuPart* part, LmuHoldings* holdings);

/// Return numbers as floats that belong to the holdings, or null
LMU_SETUP const float*
lmu_floats(const double* values, uint32_t count, LmuHoldings* holdings);

#endif // LMU_CORE_NN_SETUP_AFFINE_H
