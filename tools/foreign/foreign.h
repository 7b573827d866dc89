// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_FOREIGN_H
#define LMU_TOOLS_FOREIGN_FOREIGN_H

#include "tools/base/failure.h"
#include "tools/foreign/confine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Files of other programs, turned into safetensors in a confined process.

   What a file is follows from its bytes, not from its name.
*/

/// A file of another program
typedef struct {
  const char*    path;        ///< For messages
  const uint8_t* data;        ///< All of it
  size_t         n_bytes;     ///< Its size
  const char*    config_path; ///< Where `config` comes from
  const uint8_t* config;      ///< Configuration of a Keras model, or null
  size_t         n_config;    ///< Its size [bytes]
  bool           logits;      ///< Whether to leave out a softmax at the end
} LmuForeign;

/// What became of it
typedef enum {
  LMU_FOREIGN_NETWORK, ///< Bytes that lmu_weights_parse() reads
  LMU_FOREIGN_STATE,   ///< Tensors of PyTorch that lmu_torch_load() reads
} LmuForeignKind;

/// Return whether bytes look like safetensors, which needs no such care
LMU_SETUP bool
lmu_foreign_is_safetensors(const uint8_t* data, size_t n_bytes);

/**
   Turn a file into safetensors, wherever this process may be.

   @param answer Set to the bytes, with an LmuForeignKind.
   @return LMU_EXIT_BAD_INPUT or LMU_EXIT_USAGE on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_foreign_convert(LmuAnswer*        answer,
                    LmuFailure*       error,
                    const LmuForeign* file);

/// Return the work of converting a file that outlives it
LMU_SETUP LmuConfined
lmu_foreign_work(const LmuForeign* file);

/// Do the same in a confined process, so that nothing in a file can do harm
LMU_SETUP LMU_NODISCARD LmuExit
lmu_foreign_read(LmuAnswer* answer, LmuFailure* error, const LmuForeign* file);

#endif // LMU_TOOLS_FOREIGN_FOREIGN_H
