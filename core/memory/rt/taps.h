// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_TAPS_H
#define LMU_CORE_MEMORY_RT_TAPS_H

#include "core/memory/rt/modes.h"

#include <stdint.h>

/**
   @file
   Reading the window at any position, as often as every frame.

   A mode seen r windows ago is i exp(-i pi (2k + 1) r) up to a quarter of the
   order, so a tap that moves turns these weights, and needs no table.  They are
   tapered to nothing where that stops being true: in the middle of the window
   the other modes only add error (at d = 512 the taper reads it 20 to 50 dB
   better).  Near the ends of the window the taper would blur the edge, so there
   a table of what is missing is added, interpolated in the square root of the
   distance from the end, in which the modes are smooth.  What it makes of the
   ends is flat as well, see core/memory/setup/tap_design.h.

   An input held for a frame is centred half a frame late, so a delay is at
   r = (delay + 1/2) / theta, and droops by sinc(f / rate), which
   core/dsp/rt/emphasis.h undoes.
*/

/// Rows of the table that make one reading, a quintic
#define LMU_TAP_POINTS 6U

/**
   Taps of one order, constant and independent of theta.

   Made by lmu_tap_table_new().
*/
typedef struct LmuTapsImpl {
  uint32_t     n_blocks;      ///< Blocks of modes
  uint32_t     n_band_blocks; ///< Blocks where the taper is not zero
  uint32_t     first_edge;    ///< First block that the table has
  uint32_t     n_edge_blocks; ///< Blocks that the table has
  uint32_t     n_rows;        ///< Rows of each end
  double       edge;          ///< Greatest square root in the table
  double       density;       ///< Rows per unit of the square root
  const float* taper;         ///< Weights, [n_band_blocks][LMU_LANES]
  const float* ends[2];       ///< New and old end,
                              ///< [n_rows][n_edge_blocks][2][LMU_LANES]
} LmuTaps;

#endif // LMU_CORE_MEMORY_RT_TAPS_H
