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
  LMU_GELU,         ///< x (1 + erf(x / sqrt(2))) / 2
  LMU_GELU_TANH,    ///< The same with tanh(sqrt(2 / pi) (x + 0.044715 x^3))
  LMU_ELU,          ///< x, or exp(x) - 1 below zero
  LMU_SELU,         ///< Scaled so that layers keep mean 0 and variance 1
  LMU_LEAKY_RELU,   ///< x, or slope x below zero
  LMU_SOFTPLUS,     ///< log(1 + exp(x))
  LMU_GATED,        ///< tanh(x) sigmoid(y), of two columns a unit: all x, all y
} LmuActivation;

/// Number of activations
#define LMU_N_ACTIVATIONS 13U

/// Scale and alpha of LMU_SELU, the fixed point of Klambauer, Unterthiner,
/// Mayr, Hochreiter, "Self-Normalizing Neural Networks", NeurIPS 2017
#define LMU_SELU_SCALE 1.0507009873554805
#define LMU_SELU_ALPHA 1.6732632423543772

#endif // LMU_CORE_NN_RT_CELL_H
