// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_HDF5_H
#define LMU_TOOLS_FOREIGN_HDF5_H

#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Reading arrays of numbers from HDF5 in memory, by libhdf5.

   What leads out of the file is refused by name: external storage, virtual
   datasets, and links other than hard ones.  The library crashes on some files,
   so read those of others in a confined process only.
*/

/// An open HDF5 file, it owns the heap
typedef struct LmuHdf5Impl LmuHdf5;

/// Shape of an array with at most two dimensions
typedef struct {
  uint32_t rank;          ///< Number of dimensions, 0 to 2
  uint32_t dimensions[2]; ///< Sizes, [rank]
} LmuShape;

/// Texts of an attribute, they own the heap
typedef struct {
  uint32_t count;
  char**   texts; ///< [count]
} LmuTexts;

/// Return whether bytes are HDF5, whatever is before it
LMU_SETUP bool
lmu_hdf5_is(const uint8_t* data, size_t n_bytes);

/**
   Open a file.

   @param hdf5 Set to the open file, or to null on error.
   @param path Where `data` came from, for messages.
   @param data Contents of the file, copied.
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

/**
   Count what is in a group.

   @param count Set to the number, zero if there is no such group.
   @return LMU_EXIT_BAD_INPUT if the way to it is not to be taken.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_hdf5_count(uint32_t*      count,
               const LmuHdf5* hdf5,
               LmuFailure*    error,
               const char*    group);

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

/**
   Read the texts of an attribute.

   @param texts Set to them, none if there is no such attribute; free with
   lmu_texts_reset().
   @param object Path of the object inside the file, empty for the root.
   @return LMU_EXIT_BAD_INPUT if it is something else than texts, or damaged.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_hdf5_texts(LmuTexts*      texts,
               const LmuHdf5* hdf5,
               LmuFailure*    error,
               const char*    object,
               const char*    attribute);

/// Free texts
LMU_SETUP void
lmu_texts_reset(LmuTexts* texts);

#endif // LMU_TOOLS_FOREIGN_HDF5_H
