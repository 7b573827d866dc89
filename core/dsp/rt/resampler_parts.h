// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_RESAMPLER_PARTS_H
#define LMU_CORE_DSP_RT_RESAMPLER_PARTS_H

#include "core/dsp/rt/resampler.h"

#include <stdint.h>

/**
   @file
   What a resampler consists of, for its two sources alone.

   Host frame k is at time k, inner frame j at j * inner_step / host_step.  Put
   of frame k gives the inner frames after k - 1 and up to k, and get of frame k
   reads all inner frames up to k: nothing is ever waited for.
*/

/// Taps are a multiple of this, and sums run in as many lanes
#define LMU_RESAMPLER_LANES 16U

/**
   Filter from one rate to the other, and what it has heard.

   Row i of the weights is for the phase i / n_rows, and the last for 1.  Phases
   between rows, where they have too many, are on a line from row to row.
*/
typedef struct {
  float*   rows;      ///< Weights, oldest first, [n_rows + 1][n_taps]
  float*   history;   ///< Input twice in a ring, [n_signals][2][n_taps]
  uint32_t n_rows;    ///< Rows for one frame of the input
  uint32_t n_phases;  ///< What a phase is a multiple of 1 / n_phases of
  uint32_t n_taps;    ///< Length of a row
  uint32_t n_signals; ///< Signals that it filters
  uint32_t position;  ///< Where the next input goes, below n_taps
} LmuRateFilter;

/// Both filters, and the time
struct LmuResamplerImpl {
  LmuRateFilter inward;     ///< From the host's rate
  LmuRateFilter outward;    ///< To the host's rate
  uint32_t      host_step;  ///< Time of a host frame
  uint32_t      inner_step; ///< Time of an inner frame
  int64_t       time;       ///< Newest host frame's, since the next inner frame
  uint32_t      latency;    ///< [host frames]
};

#endif // LMU_CORE_DSP_RT_RESAMPLER_PARTS_H
