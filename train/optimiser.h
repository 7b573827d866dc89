// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_OPTIMISER_H
#define LMU_TRAIN_OPTIMISER_H

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "train/network.h"
#include "train/real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   AdamW on the values of a network.

   Source: Kingma, Ba, "Adam", ICLR 2015, algorithm 1; Loshchilov, Hutter,
   "Decoupled weight decay regularization", ICLR 2019; averages of weights:
   Polyak, Juditsky, 1992, with exponential forgetting.

   A value has a scale: what is optimised is the value divided by it.  So what
   reads a coefficient of small size learns as fast as what reads a large one.
*/

/// Constants of training
typedef struct {
  double beta_1;       ///< Forgetting of the gradient's mean, 0.9
  double beta_2;       ///< Forgetting of its square, 0.999
  double epsilon;      ///< Least root of that, 1e-8
  double weight_decay; ///< Part of a value that each unit of rate takes away
  double clip;         ///< Greatest norm of a gradient, or zero for any
  double averaging;    ///< Forgetting of averages, or zero for none
} LmuAdamOptions;

/// What an optimiser knows of values, owned by the heap
typedef struct {
  LmuArena         arena;
  LmuAdamOptions   options;
  LmuTrainNetwork* network;
  LmuReal*         scales;    ///< Above zero, [n_values]
  LmuReal*         first;     ///< Mean of the gradient, [n_values]
  LmuReal*         second;    ///< Mean of its square, [n_values]
  LmuReal*         average;   ///< Of values, [n_values], or null
  uint64_t         n_updates; ///< Updates since moments were zero
} LmuAdam;

/// Return what most networks are trained with
LMU_SETUP LmuAdamOptions
lmu_adam_defaults(void);

/// Return an optimiser, or null.  Scales are one, but those of stored Ad and Bd
/// one over theta: of theta dm/dt = A m + B u, A and B are learned.
LMU_SETUP LmuAdam*
lmu_adam_new(LmuTrainNetwork* network, const LmuAdamOptions* options);

/// Free an optimiser, or do nothing if it is null
LMU_SETUP void
lmu_adam_free(LmuAdam* adam);

/**
   Change all values that are learned.

   @param gradient Gradient, [n_values].
   @param rate Learning rate.
   @return Whether the gradient is finite; if not nothing has changed.
*/
LMU_SETUP LMU_NODISCARD bool
lmu_adam_update(LmuAdam* adam, const LmuReal* gradient, double rate);

/// Forget all gradients, as after values were replaced
LMU_SETUP void
lmu_adam_reset(LmuAdam* adam);

/**
   Return a learning rate that warms up, then falls by half a cosine to a part
   of its peak (Loshchilov, Hutter, "SGDR", ICLR 2017).

   @param progress Part of the training that is done, 0 to 1.
   @param n_updates Updates that were made.
   @param n_warm Updates to warm up in.
*/
LMU_SETUP double
lmu_cosine_rate(double   peak,
                double   progress,
                uint64_t n_updates,
                uint64_t n_warm);

#endif // LMU_TRAIN_OPTIMISER_H
