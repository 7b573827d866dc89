// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_DISCRETISE_H
#define LMU_CORE_MEMORY_SETUP_DISCRETISE_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdint.h>

/**
   @file
   The memory as dense matrices, in continuous and in discrete time.

   All are float64 in the orthonormal basis; core/memory/setup/paper_scale.h
   makes it the paper's.  Its equations 1, 2, and 4, and its section 2.1 for
   Euler and zero-order hold.
*/

/// Ways to turn theta dm/dt = A m + B u into m' = Ad m + Bd u
typedef enum {
  LMU_ZOH,   ///< Exact for an input held for a frame, what keras-lmu does
  LMU_EULER, ///< keras-lmu's other option, unstable unless theta is long
  LMU_PADE,  ///< [s/s] Pade approximant, as the modal engine does
} LmuMethod;

/**
   Write the continuous memory.

   @param a Set to A, [order][order].
   @param b Set to B, [order].
   @param order Number of coefficients.
*/
LMU_SETUP void
lmu_continuous(double* a, double* b, uint32_t order);

/**
   Write one step of the memory.

   @param a Set to Ad, [order][order].
   @param b Set to Bd, [order].
   @param order Number of coefficients, 1 to LMU_MAX_ORDER.
   @param theta Window [frames], 1 or more.
   @param method How to discretise.
   @param stages s of LMU_PADE, 1 to 4, others ignore it.
   @return LMU_BAD_ORDER, LMU_BAD_THETA, LMU_BAD_STAGE, LMU_NO_MEMORY,
   LMU_UNSTABLE if the method is Euler and the step grows, or LMU_DIVERGED if
   rounding made a matrix singular that is not.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_discretise(double*   a,
               double*   b,
               uint32_t  order,
               double    theta,
               LmuMethod method,
               uint32_t  stages);

#endif // LMU_CORE_MEMORY_SETUP_DISCRETISE_H
