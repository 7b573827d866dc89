// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_REFERENCE_MEMORY_H
#define LMU_CORE_NN_SETUP_REFERENCE_MEMORY_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"

#include <stdint.h>

/**
   @file
   The memory of a layer by plain loops in float64, as the paper scales it.
*/

/// Steps of a memory, m' = Ad m + Bd u, owned by the heap
typedef struct {
  uint32_t order;    ///< d
  uint32_t channels; ///< memory_d
  uint32_t n_steps;  ///< Steps, channels, or one that all have
  double*  ad;       ///< [n_steps][order][order]
  double*  bd;       ///< [n_steps][order]
  double*  next;     ///< m of one channel, [order]
} LmuReferenceMemory;

/**
   Make the steps of a layer's memory.

   @param memory Set to steps, call lmu_reference_memory_clear() in any case.
   @param layer Index of an LMU layer.
   @param theta_factor Factor of the windows.
   @return LMU_BAD_THETA, LMU_UNSTABLE, or LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_reference_memory_init(LmuReferenceMemory* memory,
                          const LmuGraph*     graph,
                          uint32_t            layer,
                          double              theta_factor);

/// Free steps
LMU_SETUP void
lmu_reference_memory_clear(LmuReferenceMemory* memory);

/// Advance m, [channels][order], by an input, [channels]
LMU_SETUP void
lmu_reference_memory_step(const LmuReferenceMemory* memory,
                          double*                   m,
                          const double*             u);

/// Add x @ kernel to y, where a null kernel is one of zeros, [rows][columns]
LMU_SETUP void
lmu_reference_multiply(double*       y,
                       const double* x,
                       uint32_t      rows,
                       const double* kernel,
                       uint32_t      columns);

#endif // LMU_CORE_NN_SETUP_REFERENCE_MEMORY_H
