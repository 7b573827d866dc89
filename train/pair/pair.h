// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_PAIR_H
#define LMU_TRAIN_PAIR_PAIR_H

#include "train/stop.h"

#include <stddef.h>

/// What went into a device and what came out, one channel each, lent
typedef struct {
  const float* dry;   ///< Recording of the input, [n_dry]
  size_t       n_dry; ///< Frames of it
  const float* wet;   ///< Recording of the output, [n_wet]
  size_t       n_wet; ///< Frames of it
  double       rate;  ///< Of both, more than 0 [Hz]
  LmuStop      stop;  ///< Who may end looking at them
} LmuCapture;

#endif // LMU_TRAIN_PAIR_PAIR_H
