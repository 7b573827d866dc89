// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_LIVE_H
#define LMU_UI_LIVE_H

#include "core/memory/setup/decoder.h"
#include "plugin/view.h"
#include "ui/view.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What is drawn of a memory that is at work: plain, finite numbers.
*/

/// Times in the strip of coefficients over time
#define LMU_LIVE_COLUMNS 300U

/// Rows of that strip, and bars beside it
#define LMU_LIVE_ROWS 64U

/// Picture of the memory, zero is the reset state
typedef struct {
  bool     has_view; ///< Whether a View came, else the rest means nothing
  int32_t  sequence; ///< Of the newest View
  double   theta_s;  ///< Window
  double   rate_hz;  ///< Frames of the plugin per second
  uint32_t order;    ///< Order of the memory, 0 if there is none

  uint32_t n_input;  ///< Pairs of input
  uint32_t n_output; ///< Pairs of output
  float    input[VIEW_COLUMNS][2];
  float    output[VIEW_COLUMNS][2];

  uint32_t n_estimate; ///< Places read, from the old end on, 0 for none
  float    estimate[LMU_DECODER_POINTS];
  float    error[VIEW_COLUMNS][2]; ///< Outline of estimate less input

  uint32_t n_shown; ///< Coefficients that rows stand for, from the first on
  uint32_t n_rows;  ///< Rows of coefficients, each the strongest of some
  float    bars[LMU_LIVE_ROWS]; ///< Rows of now

  /// Strength of rows over time, oldest first, the n_rows first are used
  float history[LMU_LIVE_COLUMNS][LMU_LIVE_ROWS];

  uint32_t n_times;  ///< Columns of the strip that came, round and round
  uint32_t n_silent; ///< Views in turn of which nothing can be seen

  double peak;         ///< Recent, of the sound
  double error_peak;   ///< Recent, of the error
  double bars_peak;    ///< Recent, of the coefficients
  double history_peak; ///< Greatest in the strip
} LmuLive;

/// Forget all but the memory's kind
void
lmu_live_reset(LmuLive* live);

/**
   Take in a complete View.

   @param live Picture to change.
   @param decoder Decoder.
   @param view View.
   @return Whether the picture looks different now, which it no longer does
   after some seconds of silence.
*/
bool
lmu_live_step(LmuLive* live, LmuDecoder* decoder, const LmuView* view);

/// Round up to a number that is easily read
double
lmu_live_round(double peak);

#endif // LMU_UI_LIVE_H
