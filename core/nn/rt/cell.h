// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_RT_CELL_H
#define LMU_CORE_NN_RT_CELL_H

/**
   @file
   Hidden cells and activations that a network may have, equations as in
   Keras 3.
*/

/// Hidden cells of an LMU, i is their input
typedef enum {
  LMU_CELL_NONE,       ///< h is m
  LMU_CELL_DENSE,      ///< activation(i @ kernel + bias)
  LMU_CELL_SIMPLE_RNN, ///< activation(i @ kernel + bias + h @ recurrent)
  LMU_CELL_LSTM,       ///< Gates in the order i, f, c, o; its state is [h, c]
  LMU_CELL_GRU,        ///< Gates in the order z, r, h
} LmuCell;

/// Functions of one number
typedef enum {
  LMU_LINEAR,
  LMU_TANH,
  LMU_SIGMOID,
  LMU_RELU,
  LMU_SOFTSIGN,     ///< x / (1 + |x|)
  LMU_HARD_SIGMOID, ///< x / 6 + 1/2 between 0 and 1
} LmuActivation;

/// Number of activations
#define LMU_N_ACTIVATIONS 6U

#endif // LMU_CORE_NN_RT_CELL_H
