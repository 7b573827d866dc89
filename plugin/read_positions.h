// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_READ_POSITIONS_H
#define LMU_PLUGIN_READ_POSITIONS_H

#include "core/base/attributes.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Where the delay reads its window: scanning it while it is held.

   Positions are from 0 (newest) to 1 (oldest).
*/

/// Greatest part of the window that a loop fades over
#define MAX_SEAM 0.25

/// One or two positions to read, with gains
typedef struct {
  double r[2];    ///< Positions
  double gain[2]; ///< Zero if a position is not to be read
} ReadPositions;

/**
   Return what to read.

   @param scan How to scan.
   @param travel How far the scan went since it began [windows].
   @param start Position of the tap, where a single scan begins.
   @param seam Part of the window that a loop fades over, above zero.
*/
LMU_RT ReadPositions
read_positions_at(ScanChoice scan, double travel, double start, double seam);

#endif // LMU_PLUGIN_READ_POSITIONS_H
