// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_TENSOR_H
#define LMU_CORE_NN_SETUP_TENSOR_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"

#include <stdint.h>

/**
   @file
   Arrays of numbers in a file in memory.
*/

#define LMU_MAX_RANK 8U ///< Dimensions of a tensor

/// A kind of numbers
typedef struct {
  const char* name;   ///< As in a file, such as F32
  uint32_t    n_bits; ///< Size of a number [bits]

  double (*read)(const uint8_t* bytes); ///< Null if we do not compute with it
} LmuDtype;

/// An array of numbers
typedef struct {
  const char*     name;                ///< UTF-8
  const LmuDtype* dtype;               ///< Kind of its numbers
  uint32_t        rank;                ///< Dimensions, zero for a scalar
  uint64_t        shape[LMU_MAX_RANK]; ///< Sizes of the dimensions, [rank]
  uint64_t        begin;               ///< Values of others before it [bytes]
  uint64_t        n_bytes;             ///< Size of its values [bytes]
  const uint8_t*  data;                ///< Its values, not aligned
} LmuTensor;

/// Return a kind of numbers by its name, or null
LMU_SETUP const LmuDtype*
lmu_dtype(const char* name);

/// Return how many numbers a tensor has
LMU_SETUP uint64_t
lmu_tensor_count(const LmuTensor* tensor);

/**
   Read all numbers of a tensor of F64, F32, F16 or BF16.

   @param tensor Tensor.
   @param values Set to its numbers by rows, which may be infinite or NaN,
   [lmu_tensor_count()].
   @return LMU_BAD_MODEL if they are of another kind.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_tensor_read(const LmuTensor* tensor, double* values, LmuError* error);

#endif // LMU_CORE_NN_SETUP_TENSOR_H
