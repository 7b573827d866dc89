// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_ENGINE_H
#define LMU_CORE_MEMORY_SETUP_ENGINE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/memory/rt/engine.h"

#include <stdint.h>

/**
   @file
   Making engines, and moving a window from one to another.
*/

/// What an engine is to be
typedef struct {
  uint32_t order;      ///< Legendre coefficients, 1 to LMU_MAX_ORDER
  uint32_t stages;     ///< Stages of the step, 3 is right for most
  uint32_t n_channels; ///< 1 to LMU_MAX_CHANNELS
  uint32_t n_readouts; ///< Readouts, set to the first coefficients
} LmuEngineSpec;

/**
   Make an engine with an empty memory and a window of 1000 frames.

   Takes 8 ms at order 1024, 30 ms at 4096.

   @param engine Set to a new engine, or to null on error.
   @param spec What it is to be.
   @return LMU_BAD_ORDER, LMU_BAD_STAGE, LMU_NO_MEMORY, or LMU_DIVERGED on
   error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_engine_new(LmuEngine** engine, const LmuEngineSpec* spec);

/// Free an engine, or do nothing if it is null
LMU_SETUP void
lmu_engine_free(LmuEngine* engine);

/**
   Write the coefficients of a channel as the paper and keras-lmu scale them.

   @param engine Engine.
   @param channel Channel.
   @param m Set to coefficients, [order].
   @return LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_engine_coefficients(const LmuEngine* engine, uint32_t channel, double* m);

/**
   Write the same of states that its memories had, much faster than one by one.

   @param engine Engine.
   @param n_states Number of states.
   @param states Copies of LmuMemory::z, [n_states][n_blocks][2][LMU_LANES].
   @param m Set to coefficients, [n_states][order].
   @return LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_engine_coefficients_of(const LmuEngine* engine,
                           uint32_t         n_states,
                           const float*     states,
                           double*          m);

/**
   Give an engine the window that another had.

   Coefficients that both have are kept, others become zero.

   @param engine Engine to change, live and held.
   @param source Engine that the states are of, not changed.
   @param live States to take, [n_channels].
   @param held States to take, [n_channels].
   @return LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_engine_adopt(LmuEngine*              engine,
                 const LmuEngine*        source,
                 const LmuMemory* const* live,
                 const LmuMemory* const* held);

#endif // LMU_CORE_MEMORY_SETUP_ENGINE_H
