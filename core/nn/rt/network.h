// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_RT_NETWORK_H
#define LMU_CORE_NN_RT_NETWORK_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   A trained network, frame by frame.

   A constant plan, made by lmu_network_new() off the audio thread and shared by
   any number of threads, and a plain state for each signal.  The time a frame
   takes depends on the plan alone.
*/

/// Most frames that lmu_network_process() takes at once
#define LMU_NETWORK_FRAMES 16U

/// Plan of a network
typedef struct LmuNetworkImpl LmuNetwork;

/**
   State of a network, one per signal.

   Plain data of lmu_network_state_size() bytes, aligned to 128 bytes: memcpy
   copies it.
*/
typedef struct LmuNetworkStateImpl LmuNetworkState;

/// Return the size of a state [bytes]
LMU_RT size_t
lmu_network_state_size(const LmuNetwork* network);

/// Return the number of inputs
LMU_RT uint32_t
lmu_network_inputs(const LmuNetwork* network);

/// Return the number of outputs
LMU_RT uint32_t
lmu_network_outputs(const LmuNetwork* network);

/// What the first memory of a network holds of its first channel
typedef struct {
  uint32_t     order;     ///< 0 if there is no memory
  double       theta;     ///< Window [frames of the network]
  uint32_t     n_numbers; ///< Of the memory
  const float* numbers;   ///< Modes, or coefficients, [n_numbers]
  const float* scale;     ///< What makes coefficients those of the paper,
                          ///< [n_numbers], or null for modes
} LmuNetworkMemory;

/// Return the first memory, with numbers that change as the state does
LMU_RT LmuNetworkMemory
lmu_network_memory(const LmuNetwork* network, const LmuNetworkState* state);

/// Forget all input, also start a state from any memory
LMU_RT void
lmu_network_reset(const LmuNetwork* network, LmuNetworkState* state);

/**
   Advance a state.

   A state that grows beyond all reason, as only bad weights make it, is reset.

   @param network Plan.
   @param state State to advance.
   @param input Finite samples, [n_frames][n_inputs].
   @param n_frames Number of frames, at most LMU_NETWORK_FRAMES.
   @param output Set to finite samples, [n_frames][n_outputs].
*/
LMU_RT void
lmu_network_process(const LmuNetwork* network,
                    LmuNetworkState*  state,
                    const float*      input,
                    uint32_t          n_frames,
                    float*            output);

/**
   Take over the memories of another network's state, layer by layer, of layers
   with the same place, order, theta, and form.

   @return Whether any was taken.
*/
LMU_RT bool
lmu_network_adopt(const LmuNetwork*      network,
                  LmuNetworkState*       state,
                  const LmuNetwork*      source,
                  const LmuNetworkState* source_state);

#endif // LMU_CORE_NN_RT_NETWORK_H
