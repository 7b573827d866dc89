// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_TORCH_FILE_H
#define LMU_TOOLS_FOREIGN_TORCH_FILE_H

#include "tools/base/failure.h"
#include "tools/foreign/archive.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Files that torch.save() wrote: tensors by name in a pickle, with their
   numbers beside it in an archive.

   Nothing in a file runs: see tools/foreign/pickle.h.
*/

/// A file of PyTorch
typedef struct {
  const char*       path;    ///< Where it comes from, for messages
  const LmuArchive* archive; ///< The file, or null if it is none
  const uint8_t*    data;    ///< A file of PyTorch before 1.6, or null
  size_t            n_bytes; ///< Its size
} LmuTorchSource;

/**
   Turn the state dict in a file of PyTorch into safetensors.

   @param data Set to the bytes for free(), or to null on error.
   @param n_bytes Set to their number.
   @return LMU_EXIT_BAD_INPUT if there is anything else than tensors in it.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_torch_file_convert(uint8_t**             data,
                       size_t*               n_bytes,
                       LmuFailure*           error,
                       const LmuTorchSource* source);

/// Refuse an archive of TorchScript, which is a program
LMU_SETUP LmuExit
lmu_torch_file_refuse_script(LmuFailure* error, const char* path);

#endif // LMU_TOOLS_FOREIGN_TORCH_FILE_H
