// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_ARRAYS_H
#define LMU_TOOLS_TRAIN_ARRAYS_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Sequences to train on, in two NPY files: what a network is given, and what it
   is to make of that.

   X has shape [sequences][steps][inputs], or [steps][inputs] or [steps] for one
   long series.  Y has numbers or, if it is of whole numbers, classes: at every
   step, or one for each sequence, at its last step.
*/

/// Most classes
#define LMU_MAX_CLASSES 1024U

/// A pair of arrays, it owns the heap
typedef struct {
  const char* x_path;
  const char* y_path;
  float*      input;     ///< [n][n_frames][n_inputs]
  float*      target;    ///< [n][n_scored][n_outputs], or null
  uint32_t*   classes;   ///< [n][n_scored], where there is no target
  size_t      n;         ///< Sequences
  uint32_t    n_frames;  ///< Steps of each
  uint32_t    n_scored;  ///< All of them, or one: the last
  uint32_t    n_inputs;  ///< Numbers of a step
  uint32_t    n_outputs; ///< Numbers of a target, or classes
  bool        is_series; ///< Whether X is one series and has no sequences
} LmuArrays;

/**
   Read a pair of arrays.

   @param arrays Set to what is in them, free with lmu_arrays_clear().
   @return LMU_EXIT_BAD_INPUT, whose text has both shapes if they do not fit.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_arrays_read(LmuArrays*  arrays,
                LmuFailure* error,
                const char* x_path,
                const char* y_path);

/// See that a pair is of the same signals as another, or return
/// LMU_EXIT_BAD_INPUT
LMU_SETUP LMU_NODISCARD LmuExit
lmu_arrays_match(LmuArrays* arrays, LmuFailure* error, const LmuArrays* other);

/// Free what was read
LMU_SETUP void
lmu_arrays_clear(LmuArrays* arrays);

#endif // LMU_TOOLS_TRAIN_ARRAYS_H
