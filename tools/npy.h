// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_NPY_H
#define LMU_TOOLS_NPY_H

#include "tools/failure.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
   @file
   Arrays in NumPy's NPY format: float32 and float64, in C order.
*/

/// Greatest number of dimensions of an array
#define LMU_NPY_MAX_RANK 3U

/// An array, it owns the heap
typedef struct {
  uint32_t rank;                    ///< Number of dimensions
  size_t   shape[LMU_NPY_MAX_RANK]; ///< Sizes, [rank]
  size_t   n_values;                ///< Product of the sizes
  double*  values;                  ///< By rows, [n_values]
} LmuNpy;

/**
   Read an array.

   @param npy Set to the array, free with lmu_npy_reset().
   @return LMU_EXIT_BAD_INPUT if it is missing, damaged, or of another type.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_npy_load(LmuNpy* npy, LmuFailure* error, const char* path);

/// Write the header of an array of float32, whose values are to follow
LMU_SETUP void
lmu_npy_write_header(FILE* file, uint32_t rank, const size_t* shape);

/// Free what lmu_npy_load() set
LMU_SETUP void
lmu_npy_reset(LmuNpy* npy);

#endif // LMU_TOOLS_NPY_H
