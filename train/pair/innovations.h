// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_INNOVATIONS_H
#define LMU_TRAIN_PAIR_INNOVATIONS_H

#include "core/base/attributes.h"

#include <stddef.h>

/**
   @file
   Innovations of a signal: what its own past does not predict.

   Each block is predicted by linear prediction of its own surroundings
   (autocorrelation method) and the error is scaled to unit power, so that a
   quiet note counts as much as a loud one.  Innovations depend on nothing that
   comes later, which makes them the signal to time a device by: what a device
   does cannot hang together with innovations that it has not heard yet, however
   nonlinear it is.

   Source: Box, Jenkins and Reinsel, "Time Series Analysis", chapter 12
   (prewhitening), with a model per block.
*/

/// Frames of a block, for each of which there is a predictor
#define LMU_INNOVATIONS_BLOCK 2048U

/// Coefficients of a predictor
#define LMU_INNOVATIONS_ORDER 32U

/// Room for the surroundings of a block, as they are and windowed, and for the
/// predictor; plain data, of any content
typedef struct {
  double x[2U * LMU_INNOVATIONS_BLOCK];
  double windowed[(2U * LMU_INNOVATIONS_BLOCK) + LMU_INNOVATIONS_ORDER + 1U];
  double error[LMU_INNOVATIONS_BLOCK];
  double correlation[LMU_INNOVATIONS_ORDER + 1U];
  double predictor[LMU_INNOVATIONS_ORDER];
  double solver[2U * LMU_INNOVATIONS_ORDER];
} LmuInnovationsWork;

/**
   Set e to the innovations of one block.

   @param work Room.
   @param e Set to the innovations, of power 1, or to zeros where the block is
   silent, [LMU_INNOVATIONS_BLOCK].
   @param x Signal, finite, zero before it begins and after it ends, [n_x].
   @param n_x Number of frames.
   @param from First frame of the block, which may lie outside of the signal.
   @param min_power Mean square below which a block counts as silent.
*/
LMU_SETUP void
lmu_innovations_block(LmuInnovationsWork* work,
                      float*              e,
                      const float*        x,
                      size_t              n_x,
                      ptrdiff_t           from,
                      double              min_power);

#endif // LMU_TRAIN_PAIR_INNOVATIONS_H
