// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_SAFETENSORS_H
#define LMU_CORE_NN_SETUP_SAFETENSORS_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/tensor.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   The safetensors format: eight bytes with the size of a header, the header in
   JSON, and the values of all tensors, without holes.

   Stricter than other readers: no key may be there twice, none may be unknown,
   and the sizes below hold.  They are checked before anything is allocated.

   Source: https://github.com/huggingface/safetensors, README and tensor.rs.
*/

#define LMU_MAX_HEADER (1UL << 20U) ///< Size of a header [bytes]
#define LMU_MAX_TENSORS 256U        ///< Tensors in a file
#define LMU_MAX_TENSOR_NAME 128U    ///< Name, with its terminator [bytes]
#define LMU_MAX_METADATA 1024U      ///< Pairs of metadata

/// One text about a file
typedef struct {
  const char* key;
  const char* value;
} LmuPair;

/// What is in a file, owned by the heap.  Values stay where the file is.
typedef struct {
  uint32_t  n_tensors;
  uint32_t  n_metadata;
  LmuTensor tensors[LMU_MAX_TENSORS];   ///< By place, [n_tensors]
  LmuPair   metadata[LMU_MAX_METADATA]; ///< [n_metadata]
  char*     text;                       ///< All names, keys and texts
} LmuSafetensors;

/**
   Read the header of a file in memory.

   @param file Set to what is in it, or to null on error.
   @param data The whole file, which must outlive `file`.
   @param n_bytes Its size.
   @return LMU_BAD_FILE if it breaks a rule of the format, LMU_TOO_LARGE if it
   breaks one of ours, or LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_safetensors_new(LmuSafetensors** file,
                    const void*      data,
                    size_t           n_bytes,
                    LmuError*        error);

/// Free what is known of a file, or do nothing if it is null
LMU_SETUP void
lmu_safetensors_free(LmuSafetensors* file);

/// Return a tensor by its name, or null
LMU_SETUP const LmuTensor*
lmu_safetensors_tensor(const LmuSafetensors* file, const char* name);

/// Return a text by its key, or null
LMU_SETUP const char*
lmu_safetensors_metadata(const LmuSafetensors* file, const char* key);

#endif // LMU_CORE_NN_SETUP_SAFETENSORS_H
