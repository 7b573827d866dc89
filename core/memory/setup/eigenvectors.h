// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_EIGENVECTORS_H
#define LMU_CORE_MEMORY_SETUP_EIGENVECTORS_H

#include "core/base/attributes.h"

#include <complex.h>
#include <stdint.h>

/**
   @file
   Eigenvectors of the tridiagonal matrix of the memory, two at a time.

   They come from a factorisation of the matrix from both ends that meets where
   the vector is large (Parlett and Dhillon 1997), at a cost of O(d) each.  Each
   row waits for a division of the row before, so that a processor makes two
   vectors in the time of one.  More would not be in registers everywhere.
*/

/// Eigenvectors that are made at a time
#define LMU_EIGENVECTORS 2U

/// Vectors of the size of the order that this takes as a buffer
#define LMU_EIGENVECTORS_WORK (3U * LMU_EIGENVECTORS)

/// Matrix H = inv(A) in the orthonormal basis, see core/memory/rt/modes.h
typedef struct {
  uint32_t order;
  double*  b;      ///< Off-diagonal, below it with the other sign, [order]
  double   corner; ///< The last diagonal entry is -corner, all others zero
} LmuTridiagonal;

/**
   Make vectors for numbers that are nearly eigenvalues of H.

   @param h Matrix.
   @param z Near eigenvalues, [LMU_EIGENVECTORS].
   @param errors Set to how far they are from eigenvalues, the error of z +
   error is the square of it, [LMU_EIGENVECTORS].
   @param work Buffer, [LMU_EIGENVECTORS_WORK][order].
   @return Vectors of any scale in `work`, [LMU_EIGENVECTORS][order].
*/
LMU_SETUP double complex*
lmu_eigenvectors(const LmuTridiagonal* h,
                 const double complex* z,
                 double complex*       errors,
                 double complex*       work);

#endif // LMU_CORE_MEMORY_SETUP_EIGENVECTORS_H
