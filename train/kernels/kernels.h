// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_KERNELS_KERNELS_H
#define LMU_TRAIN_KERNELS_KERNELS_H

#include "core/base/attributes.h"
#include "core/nn/rt/cell.h"
#include "train/real.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Inner loops of training, one set for each kind of CPU.

   A vector of n units is n rows of `lanes` numbers, one for each of the streams
   that are trained on side by side: the product of a matrix and a vector is one
   of small matrices.  Lanes are a multiple of LMU_TRAIN_LANES, and all vectors
   are aligned to LMU_ALIGNMENT.  Each sum is in the same order every time.
*/

/// What numbers of lanes are a multiple of
#define LMU_TRAIN_LANES 16U

/// A matrix in memory by any order
typedef struct {
  const LmuReal* values;
  uint32_t       n_rows;
  uint32_t       n_columns;
  uint32_t       row_stride;    ///< From a row to the next
  uint32_t       column_stride; ///< From a column to the next
} LmuTrainMatrix;

/// A vector of units in each of a number of frames
typedef struct {
  const LmuReal* values;
  uint32_t       n_units; ///< Rows of lanes
  size_t         stride;  ///< From a frame to the next
} LmuTrainFrames;

/// Products of two vectors that are summed over frames and lanes
typedef struct {
  LmuReal*       sums;     ///< Added to, [rows.n_units], `stride` apart
  uint32_t       stride;   ///< From a row of sums to the next
  LmuTrainFrames rows;     ///< One row of sums for each unit
  LmuTrainFrames columns;  ///< One column of sums for each unit
  uint32_t       n_frames; ///< Number of frames
  uint32_t       lanes;    ///< Number of lanes
} LmuTrainProducts;

/// An activation, by value
typedef struct {
  LmuActivation function; ///< Not LMU_GATED
  LmuReal       slope;    ///< Of LMU_LEAKY_RELU
} LmuTrainFunction;

/// Loops for one kind of CPU
typedef struct {
  const char* name; ///< As in LmuKernels, or "plain"

  /// Add a matrix times a vector: y += matrix x
  void (*multiply)(const LmuTrainMatrix* matrix,
                   const LmuReal*        x,
                   LmuReal*              y,
                   uint32_t              lanes);

  /// Set a vector to a matrix times another, which it is not: y = matrix x
  void (*product)(const LmuTrainMatrix* matrix,
                  const LmuReal*        x,
                  LmuReal*              y,
                  uint32_t              lanes);

  /// Add products of rows and columns to sums
  void (*outer)(const LmuTrainProducts* products);

  /// Set y to an activation of x, which may be the same
  void (*activate)(LmuTrainFunction function,
                   const LmuReal*   x,
                   LmuReal*         y,
                   size_t           count);

  /**
     Multiply a gradient by the derivative of an activation.

     @param x What it was of, only read if lmu_train_needs_input().
     @param y What it became.
  */
  void (*differentiate)(LmuTrainFunction function,
                        const LmuReal*   x,
                        const LmuReal*   y,
                        LmuReal*         gradient,
                        size_t           count);
} LmuTrainKernels;

/// Simple loops, which all others are compared with
extern const LmuTrainKernels lmu_train_kernels_plain;

extern const LmuTrainKernels lmu_train_kernels_generic;
extern const LmuTrainKernels lmu_train_kernels_avx2;
extern const LmuTrainKernels lmu_train_kernels_avx512;

/// Return a table that this CPU can run, the best is 0, or null if there are
/// no more
LMU_SETUP const LmuTrainKernels*
lmu_train_kernels(uint32_t index);

/// Return whether the derivative of an activation is no function of its value
static inline int
lmu_train_needs_input(const LmuActivation function)
{
  return function == LMU_GELU || function == LMU_GELU_TANH;
}

#endif // LMU_TRAIN_KERNELS_KERNELS_H
