// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PASS_H
#define LMU_TRAIN_PASS_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/real.h"

#include <stdint.h>

/**
   @file
   A network forward over some frames of lanes, and backward for gradients.

   Numbers are [frames][units][lanes].  States carry on from one pass to the
   next, gradients do not: truncated back-propagation through time (Williams and
   Peng, 1990), or all of it if a pass is as long as its sequences.

   A pass is used by one thread at a time.  Passes of one network may run in
   parallel while its values stay.
*/

/// What passes over, owned by the heap
typedef struct LmuTrainPassImpl LmuTrainPass;

/// How large passes are
typedef struct {
  uint32_t               frames;  ///< Most frames at once
  uint32_t               lanes;   ///< A multiple of LMU_TRAIN_LANES
  const LmuTrainKernels* kernels; ///< Loops, or null for the best
} LmuTrainPassSpec;

/// Return a pass in its first state, or null.  The network outlives it.
LMU_SETUP LmuTrainPass*
lmu_train_pass_new(const LmuTrainNetwork*  network,
                   const LmuTrainPassSpec* spec);

/// Free a pass, or do nothing if it is null
LMU_SETUP void
lmu_train_pass_free(LmuTrainPass* pass);

/// Set all states to zero
LMU_SETUP void
lmu_train_pass_reset(LmuTrainPass* pass);

/**
   Set all states to noise, as loud as the network itself may be.

   @param level Greatest magnitude.
   @param seed The same noise for the same seed.
*/
LMU_SETUP void
lmu_train_pass_disturb(LmuTrainPass* pass, double level, uint64_t seed);

/**
   Run on from the states.

   @param input [n_frames][n_inputs][lanes], aligned, which backward passes read
   too.
   @param n_frames Up to the most.
*/
LMU_SETUP void
lmu_train_pass_forward(LmuTrainPass*  pass,
                       const LmuReal* input,
                       uint32_t       n_frames);

/// Return what the last layer put out, [n_frames][n_outputs][lanes]
LMU_SETUP const LmuReal*
lmu_train_pass_output(const LmuTrainPass* pass);

/// Return what the memory of a layer was after each frame, [n_frames][memory_d
/// * order][lanes], or null
LMU_SETUP const LmuReal*
lmu_train_pass_memory(const LmuTrainPass* pass, uint32_t layer);

/**
   Find the gradient of a loss by the frames of the last forward pass.

   @param slope What a change of each output does to the loss,
   [n_frames][n_outputs][lanes].
   @param gradient Added to, as the network's values, [n_values].
*/
LMU_SETUP void
lmu_train_pass_backward(LmuTrainPass*  pass,
                        const LmuReal* slope,
                        LmuReal*       gradient);

/**
   Find the gradient, and what a change of each input does to the loss.

   @param slope As above.
   @param gradient As above.
   @param input_slope Set for the frames of the last forward pass,
   [n_frames][n_inputs][lanes], aligned.
*/
LMU_SETUP void
lmu_train_pass_backward_to_input(LmuTrainPass*  pass,
                                 const LmuReal* slope,
                                 LmuReal*       gradient,
                                 LmuReal*       input_slope);

#endif // LMU_TRAIN_PASS_H
