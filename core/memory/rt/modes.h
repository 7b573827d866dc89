// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_MODES_H
#define LMU_CORE_MEMORY_RT_MODES_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   Modes of the Legendre memory: what its engine needs to know of an order.

   In the orthonormal basis inv(A) is a skew tridiagonal matrix with two corner
   entries, -1/2 at the start and -1/(4d - 2) at the end.  Keep the end corner
   and take away the start: what is left, H, has eigenvectors of moderate
   condition (10 at d = 64, 100 at d = 1024), while those of A itself are
   useless (1e15 at d = 32).  So H V = V diag(1/s), the start corner is a
   coupling of rank one, and a step of any rational approximation costs O(d).

   Up to a quarter of the order s[k] is i pi (2k + 1) to machine precision, and
   mode k seen r windows ago is i exp(-s[k] r): a Fourier series of half-integer
   frequencies.  The start corner is what joins the two ends of the window.

   The derivation is in doc/lmu.md.
*/

/// Greatest order of a memory
#define LMU_MAX_ORDER 4096U

/// Modes are stored in blocks of this many, so that any vector size divides it
#define LMU_LANES 16U

/// Greatest number of blocks of modes, one mode for a pair of coefficients
#define LMU_MAX_BLOCKS (LMU_MAX_ORDER / 2U / LMU_LANES)

/// Numbers in one block of complex modes: real parts, then imaginary parts
#define LMU_BLOCK (2U * LMU_LANES)

/**
   Modes of one order, constant and independent of theta.

   One mode stands for itself and its conjugate.  An odd order has one real
   mode, scaled so that it may be counted twice too.  Filled by
   lmu_modal_new(), then shared by any number of memories and threads.
*/
typedef struct {
  uint32_t      order;    ///< d, 1 to LMU_MAX_ORDER
  uint32_t      n_modes;  ///< Modes, (order + 1) / 2
  uint32_t      n_blocks; ///< Blocks of modes, the last padded with zeros
  const double* s;        ///< Rates per window, [n_blocks][2][LMU_LANES]
  const double* p;        ///< First row of inv(V), [n_blocks][2][LMU_LANES]
} LmuModes;

/// Return the index of the real part of a mode in blocks, LMU_LANES before the
/// other
LMU_RT static inline uint32_t
lmu_mode_index(const uint32_t mode)
{
  return ((mode / LMU_LANES) * LMU_BLOCK) + (mode % LMU_LANES);
}

#endif // LMU_CORE_MEMORY_RT_MODES_H
