// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SEQUENCE_H
#define LMU_DATA_SEQUENCE_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   What signals of any kind in files are: NPY arrays, CSV text, sounds.

   NAME.npy has shape [frames], [frames][signals], or [rows][frames][signals];
   NAME.csv has a line a frame with commas between signals, lines that are empty
   or begin with # are skipped; anything else is a sound.  Without an ending, as
   in "-", the first bytes of an input tell, and an output is what the input is.
*/

/// What a file is
typedef enum {
  LMU_SEQUENCE_NPY,
  LMU_SEQUENCE_CSV,
  LMU_SEQUENCE_SOUND,
} LmuSequenceKind;

/// Signals over time, in some rows that have nothing to do with each other
typedef struct {
  uint32_t        rank;     ///< 1 [frames], 2 [frames][signals], or 3 with rows
  size_t          n_rows;   ///< Number of rows
  size_t          n_frames; ///< Frames of a row
  uint32_t        n_signals; ///< Signals of a frame
  double          rate;      ///< Sample rate of a sound [Hz], or zero
  LmuSequenceKind kind;      ///< What file it comes from
} LmuSequence;

/// Return what the ending of a path says, or `fallback` without one
LMU_SETUP LmuSequenceKind
lmu_sequence_kind(const char* path, LmuSequenceKind fallback);

/// Return what the first bytes of a file say, a sound if there are none
LMU_SETUP LmuSequenceKind
lmu_sequence_look(const uint8_t* bytes, size_t n_bytes);

/// Return whether a path ends so, in any case, such as ".npy"
LMU_SETUP bool
lmu_path_ends(const char* path, const char* ending);

#endif // LMU_DATA_SEQUENCE_H
