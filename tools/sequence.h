// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_SEQUENCE_H
#define LMU_TOOLS_SEQUENCE_H

#include "tools/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Signals of any kind in files: NPY arrays, CSV text, sounds.
*/

/// Signals over time, in some rows that have nothing to do with each other
typedef struct {
  uint32_t rank;      ///< 1 [frames], 2 [frames][signals], or 3 with rows
  size_t   n_rows;    ///< Number of rows
  size_t   n_frames;  ///< Frames of a row
  uint32_t n_signals; ///< Signals of a frame
  double   rate;      ///< Sample rate of a sound [Hz], or zero
  float*   values;    ///< Finite, [n_rows][n_frames][n_signals]
} LmuSequence;

/**
   Read signals.

   NAME.npy has shape [frames], [frames][signals], or [rows][frames][signals];
   NAME.csv has a line a frame with commas between signals, lines that are empty
   or begin with # are skipped; anything else is a sound.

   @param sequence Set to the signals, free with lmu_sequence_reset().
   @return LMU_EXIT_BAD_INPUT on error, also if a value is not finite.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_load(LmuSequence* sequence, LmuFailure* error, const char* path);

/// Return LMU_EXIT_USAGE if no file of this name could be written
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_check(const LmuSequence* sequence,
                   LmuFailure*        error,
                   const char*        path);

/**
   Write signals, in the same forms, a sound as WAV only.

   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_save(const LmuSequence* sequence,
                  LmuFailure*        error,
                  const char*        path);

/// Free what lmu_sequence_load() set
LMU_SETUP void
lmu_sequence_reset(LmuSequence* sequence);

/// Return whether a path ends so, in any case, such as ".npy"
LMU_SETUP bool
lmu_path_ends(const char* path, const char* ending);

#endif // LMU_TOOLS_SEQUENCE_H
