// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_HDF5_H
#define LMU_TOOLS_HDF5_H

#include "tools/failure.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Reading arrays of numbers from HDF5, by libhdf5.
*/

/// An open HDF5 file, it owns the heap
typedef struct LmuHdf5Impl LmuHdf5;

/// Shape of an array with at most two dimensions
typedef struct {
  uint32_t rank;          ///< Number of dimensions, 0 to 2
  uint32_t dimensions[2]; ///< Sizes, [rank]
} LmuShape;

/**
   Open a file.

   @param hdf5 Set to the open file, or to null on error.
   @param path Path, or where `data` came from, for messages.
   @param data Contents of the file, copied, or null to read `path`.
   @param n_bytes Size of `data`.
   @return LMU_EXIT_BAD_INPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_hdf5_new(LmuHdf5**      hdf5,
             LmuFailure*    error,
             const char*    path,
             const uint8_t* data,
             size_t         n_bytes);

/// Close a file, or do nothing if it is null
LMU_SETUP void
lmu_hdf5_free(LmuHdf5* hdf5);

/// Return how many things are in a group, or zero if there is no such group
LMU_SETUP uint32_t
lmu_hdf5_count(const LmuHdf5* hdf5, const char* group);

/**
   Read an array of floats.

   @param values Set to its numbers, [all dimensions].
   @param name Path inside the file.
   @param shape What its shape must be.
   @return LMU_EXIT_BAD_INPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_hdf5_read(const LmuHdf5*  hdf5,
              LmuFailure*     error,
              double*         values,
              const char*     name,
              const LmuShape* shape);

#endif // LMU_TOOLS_HDF5_H
