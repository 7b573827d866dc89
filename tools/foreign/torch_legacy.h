// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_TORCH_LEGACY_H
#define LMU_TOOLS_FOREIGN_TORCH_LEGACY_H

#include "tools/base/failure.h"
#include "tools/foreign/pickle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   The form of files of PyTorch before 1.6, which is no archive: pickles of a
   magic number, a version, and the machine; the pickle of what was saved; a
   pickle of the names of all storages; then the numbers of each, after how many
   there are.

   Source: PyTorch, torch/serialization.py, _legacy_save().
*/

/// Greatest number of storages in a file
#define LMU_MAX_LEGACY_STORAGES 4096U

/// Where the numbers of a storage are
typedef struct {
  const LmuPickleValue* key;
  const uint8_t*        data;
  size_t                n_bytes;
} LmuLegacyStorage;

/// A file, which owns the heap
typedef struct {
  const char*       path;    ///< For messages
  const uint8_t*    data;    ///< All of it
  size_t            n_bytes; ///< Its size
  size_t            offset;  ///< Where the pickle of what was saved begins
  uint32_t          n_storages;
  LmuLegacyStorage* storages;
} LmuTorchLegacy;

/// Return whether bytes begin as such a file
LMU_SETUP bool
lmu_torch_legacy_is(const uint8_t* data, size_t n_bytes);

/**
   Read what is before the pickle of what was saved.

   @param legacy Set to the file, free with lmu_torch_legacy_reset().
   @param data All of it, which must outlive it.
   @return LMU_EXIT_BAD_INPUT if it is damaged, or of a machine of another kind.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_torch_legacy_init(LmuTorchLegacy* legacy,
                      LmuFailure*     error,
                      const char*     path,
                      const uint8_t*  data,
                      size_t          n_bytes);

/**
   Find all storages.

   @param pickle What was saved, which must outlive it.
   @return LMU_EXIT_BAD_INPUT if they are not all there.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_torch_legacy_index(LmuTorchLegacy*  legacy,
                       LmuFailure*      error,
                       const LmuPickle* pickle);

/// Return the storage of that name, or null
LMU_SETUP const LmuLegacyStorage*
lmu_torch_legacy_find(const LmuTorchLegacy* legacy,
                      const LmuPickle*      pickle,
                      const LmuPickleValue* key);

/// Free what lmu_torch_legacy_index() found
LMU_SETUP void
lmu_torch_legacy_reset(LmuTorchLegacy* legacy);

#endif // LMU_TOOLS_FOREIGN_TORCH_LEGACY_H
