// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_HDF5_CHUNKS_H
#define LMU_TOOLS_FOREIGN_HDF5_CHUNKS_H

#include "core/base/attributes.h"

#include <hdf5.h>

/**
   @file
   Arrays that HDF5 keeps in chunks, which may be compressed.

   libhdf5 inflates a chunk to whatever it becomes, so this measures them all
   before, with memory of a fixed size.
*/

/**
   Say why chunks of an array are not read: they are too large or too many, by
   another filter than shuffle and one deflate, or become more than they say.

   @param dataset Array of at most two dimensions.
   @param properties Those it was made with.
   @return What is wrong with it and what to do, or null.
*/
LMU_SETUP const char*
lmu_hdf5_chunks_refusal(hid_t dataset, hid_t properties);

#endif // LMU_TOOLS_FOREIGN_HDF5_CHUNKS_H
