// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_NPY_H
#define LMU_DATA_NPY_H

#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
   @file
   Arrays in NumPy's NPY format: float32, float64, and where labels may be whole
   numbers, in C order, of either byte order.
*/

/// Greatest number of dimensions of an array
#define LMU_NPY_MAX_RANK 3U

/// What values are
typedef enum {
  LMU_NPY_FLOAT,    ///< float32 or float64
  LMU_NPY_SIGNED,   ///< Whole numbers of 1 to 8 bytes
  LMU_NPY_UNSIGNED, ///< The same, 0 or more
} LmuNpyKind;

/// What an array is, as its header says
typedef struct {
  uint32_t   rank;                    ///< Number of dimensions
  size_t     shape[LMU_NPY_MAX_RANK]; ///< Sizes, [rank]
  size_t     n_values;                ///< Product of the sizes
  uint32_t   n_bytes;                 ///< Of a value
  bool       is_big; ///< The first byte of a value is the greatest
  LmuNpyKind kind;   ///< What values are
} LmuNpyHeader;

/// An array, it owns the heap
typedef struct {
  uint32_t rank;                    ///< Number of dimensions
  size_t   shape[LMU_NPY_MAX_RANK]; ///< Sizes, [rank]
  size_t   n_values;                ///< Product of the sizes
  double*  values;                  ///< By rows, [n_values]
  bool     is_whole;                ///< Whether they are of whole numbers
} LmuNpy;

/**
   Read a header, up to the first value.

   @param header Set to what the array is.
   @param file Stands at the start of a regular file, which is checked to hold
   all values and nothing else.
   @return LMU_EXIT_BAD_INPUT if it is damaged, or of another type.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_npy_read_header(LmuNpyHeader* header,
                    LmuFailure*   error,
                    const char*   path,
                    FILE*         file);

/// Read the next values; return how many there were
LMU_SETUP size_t
lmu_npy_read(const LmuNpyHeader* header,
             FILE*               file,
             double*             values,
             size_t              n_values);

/**
   Read an array.

   @param npy Set to the array, free with lmu_npy_reset().
   @return LMU_EXIT_BAD_INPUT if it is missing, damaged, or of another type.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_npy_load(LmuNpy* npy, LmuFailure* error, const char* path);

/// Do the same with an array of whole numbers too, which are exact up to 2^53
LMU_SETUP LMU_NODISCARD LmuExit
lmu_npy_load_any(LmuNpy* npy, LmuFailure* error, const char* path);

/// Size of the header that is written [bytes]
#define LMU_NPY_HEADER_SIZE 128U

/// Set bytes to the header of an array of float32
LMU_SETUP void
lmu_npy_set_header(char          bytes[LMU_NPY_HEADER_SIZE],
                   uint32_t      rank,
                   const size_t* shape);

/// Set bytes to a value, as it follows the header
LMU_SETUP void
lmu_npy_set_value(uint8_t bytes[4], float value);

/// Free what lmu_npy_load() set
LMU_SETUP void
lmu_npy_reset(LmuNpy* npy);

#endif // LMU_DATA_NPY_H
