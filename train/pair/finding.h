// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_FINDING_H
#define LMU_TRAIN_PAIR_FINDING_H

#include "core/base/attributes.h"

#include <stddef.h>

/**
   @file
   What can be wrong with a pair of recordings, and in words.
*/

/// Greatest size of a finding as text, with its terminator [bytes]
#define LMU_FINDING_TEXT 256U

/// What was found; the figure of each is in brackets
typedef enum {
  LMU_FINDING_NOT_FINITE,       ///< NaN or infinite [number of samples]
  LMU_FINDING_TOO_SHORT,        ///< Too little to learn from [s]
  LMU_FINDING_SILENT,           ///< Nothing was recorded [peak, dBFS]
  LMU_FINDING_WRONG_PAIR,       ///< Recordings of other songs [explained, %]
  LMU_FINDING_LATENCY_DOUBTFUL, ///< Zero was taken [likeliest, frames]
  LMU_FINDING_WET_LEADS,        ///< The wet recording was cut [frames]
  LMU_FINDING_DROPPED,          ///< One side alone goes on [s]
  LMU_FINDING_UNSETTLED,        ///< What comes before any input is left out [s]
  LMU_FINDING_CLIPPED,          ///< Stays at its extreme [frames, %]
  LMU_FINDING_ABOVE_FULL_SCALE, ///< Float above 0 dBFS is kept [peak, dBFS]
  LMU_FINDING_DC,               ///< The mean is not zero [% of full scale]
  LMU_FINDING_INVERTED,         ///< Polarity is the other [0]
  LMU_FINDING_NOISE,            ///< Best ESR that noise allows [dB]
  LMU_FINDING_GATED,            ///< Nothing comes out of soft input [dBFS]
  LMU_FINDING_NOT_REPEATABLE,   ///< Best ESR that differences allow [dB]
} LmuFindingCode;

/// Whether training makes sense
typedef enum {
  LMU_SEVERITY_NOTE,    ///< Good to know
  LMU_SEVERITY_WARNING, ///< The model will be worse for it
  LMU_SEVERITY_ERROR,   ///< Nothing can be learned
} LmuSeverity;

/// Which recording is meant
typedef enum {
  LMU_SIDE_BOTH,
  LMU_SIDE_DRY,
  LMU_SIDE_WET,
} LmuSide;

/// One thing that was found
typedef struct {
  LmuFindingCode code;
  LmuSeverity    severity;
  LmuSide        side;
  double         figure; ///< See LmuFindingCode
  size_t         frame;  ///< First place of it in its recording, or 0
} LmuFinding;

/// Write a finding as one sentence for users, which says what to do
LMU_SETUP void
lmu_finding_text(char text[LMU_FINDING_TEXT], const LmuFinding* finding);

#endif // LMU_TRAIN_PAIR_FINDING_H
