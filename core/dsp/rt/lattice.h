// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_LATTICE_H
#define LMU_CORE_DSP_RT_LATTICE_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Linear predictors of a high order, found over and over while a sound plays.

   Burg's method (Kay, "Modern Spectral Estimation", chapter 7) passes over a
   window of sound once for each order.  Each pass leaves the errors of
   predicting forwards and backwards by one sample more, so what is found never
   rings for ever.  An impulse that is sent through the same lattice leaves the
   weights.  A pass takes some frames, and copying the window as many, so that
   all frames have about the same work, whatever the sound.

   Made by lmu_lattice_new() off the audio thread, then used by one thread.
*/

/// Greatest number of channels, which have one predictor
#define LMU_LATTICE_CHANNELS 2U

/// Orders are multiples of this
#define LMU_LATTICE_STEP 32U

/// Predictor that is found over and over, do not copy
typedef struct {
  const LmuKernels* kernels;
  uint32_t          n_channels;
  uint32_t          order;   ///< A multiple of LMU_LATTICE_STEP
  uint32_t          window;  ///< Frames to learn from
  uint32_t          n_parts; ///< Frames that a pass takes

  uint32_t          pass;  ///< 0 while the window is copied, then 1 to order
  uint32_t          part;  ///< Frames of the pass
  float             by;    ///< Reflection of this pass
  double            first; ///< Power of the window
  LmuReflectionSums sums;  ///< Of this pass

  float*  forward[LMU_LATTICE_CHANNELS]; ///< Errors, a zero first, [window + 1]
  float*  backward[LMU_LATTICE_CHANNELS]; ///< [window]
  double* rising;     ///< What an impulse at the end leaves, [order + 2]
  double* falling;    ///< The same backwards, [order + 2]
  double* weights[2]; ///< Of samples, oldest first, [order]
  uint32_t now;       ///< Weights in use
  bool     is_fresh;  ///< Whether the others are newer
  double   left[2];   ///< Mean square of what each left of its window
} LmuLattice;

/// Forget all, and predict silence
LMU_RT void
lmu_lattice_reset(LmuLattice* lattice);

/**
   Do a share of the work.

   @param lattice Lattice.
   @param ends Ends of all channels' sound, [n_channels]: as many samples as
   `window` and `n_parts` together lie before them.
*/
LMU_RT void
lmu_lattice_step(LmuLattice* lattice, const float* const* ends);

/// Use the newest weights from now on
LMU_RT void
lmu_lattice_take(LmuLattice* lattice);

/// Return the next sample of a sound, which ends before `end`
LMU_RT double
lmu_lattice_predict(const LmuLattice* lattice, const float* end);

/// Return what the weights in use left of what they learned from [mean square]
LMU_RT double
lmu_lattice_left(const LmuLattice* lattice);

#endif // LMU_CORE_DSP_RT_LATTICE_H
