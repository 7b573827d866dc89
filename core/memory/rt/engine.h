// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_ENGINE_H
#define LMU_CORE_MEMORY_RT_ENGINE_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/taps.h"
#include "core/memory/rt/tuning.h"

#include <stdint.h>

/**
   @file
   Memories of one or two channels, with all that it takes to run them.

   Made by lmu_engine_new() off the audio thread, then used by one thread.
*/

/// Greatest number of channels of an engine
#define LMU_MAX_CHANNELS 2U

/// Engine, do not copy
typedef struct LmuEngineImpl {
  const LmuModes*   modes;
  const LmuTaps*    taps;
  const LmuKernels* kernels;
  uint32_t          n_channels;
  uint32_t          n_readouts;

  LmuTuning  tuning;                  ///< Step at the present theta
  float*     weights;                 ///< Readouts, [n_readouts] of modes
  LmuMemory* live[LMU_MAX_CHANNELS];  ///< What hears the input
  LmuMemory* held[LMU_MAX_CHANNELS];  ///< Copies that stand still
  const struct LmuTablesImpl* tables; ///< Shared, what modes and taps are of
} LmuEngine;

/// Forget all input, also what is held
LMU_RT void
lmu_engine_reset(LmuEngine* engine);

/// Set the window [frames], 1 or more; the window's content stretches with it
LMU_RT void
lmu_engine_set_theta(LmuEngine* engine, double theta);

/**
   Advance one channel.

   @param engine Engine.
   @param channel Channel.
   @param input Samples that lmu_sane() returned, [n_frames].
   @param n_frames Number of frames.
*/
LMU_RT void
lmu_engine_process(LmuEngine*   engine,
                   uint32_t     channel,
                   const float* input,
                   uint32_t     n_frames);

/// Advance one channel, and read it after each frame
LMU_RT void
lmu_engine_read(LmuEngine* engine, uint32_t channel, const LmuFrames* frames);

/// Return the input of a channel r windows ago, r from 0 to 1
LMU_RT float
lmu_engine_tap(const LmuEngine* engine, uint32_t channel, double r);

/// Return the same of the window that is held
LMU_RT float
lmu_engine_held_tap(const LmuEngine* engine, uint32_t channel, double r);

/// Set readout `index` to the input r windows ago
LMU_RT void
lmu_engine_set_readout(LmuEngine* engine, uint32_t index, double r);

/// Set readout `index` to nothing
LMU_RT void
lmu_engine_clear_readout(LmuEngine* engine, uint32_t index);

/// Add gain times readout `other` to readout `index`
LMU_RT void
lmu_engine_add_readout(LmuEngine* engine,
                       uint32_t   index,
                       uint32_t   other,
                       float      gain);

/// Return readout `index` of a channel as it is
LMU_RT float
lmu_engine_readout(const LmuEngine* engine, uint32_t channel, uint32_t index);

/// Copy what is live to what is held, for all channels
LMU_RT void
lmu_engine_hold(LmuEngine* engine);

#endif // LMU_CORE_MEMORY_RT_ENGINE_H
