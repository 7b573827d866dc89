// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_REFERENCE_CELL_H
#define LMU_CORE_NN_SETUP_REFERENCE_CELL_H

#include "core/base/attributes.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"

/**
   @file
   Cells by plain loops in float64, equations and order of gates as in Keras 3.
*/

/// What a cell is made of, by rows
typedef struct {
  const LmuLayer* layer;     ///< What it is
  const double*   recurrent; ///< [units][gates * units], or null
  const double*   bias;      ///< [gates * units], or twice that, or null
} LmuReferenceCell;

/// Return an activation of a number, linear if it is one of two
LMU_SETUP double
lmu_reference_activate(LmuActivation function, double slope, double x);

/**
   Advance a cell by one frame.

   @param cell Cell.
   @param gates What inputs add to gates, without bias, and then spoilt,
   [2][gates * units], the second half is room.
   @param h Set to h from h of the frame before, [units].
   @param c State of an LSTM, [units].
*/
LMU_SETUP void
lmu_reference_cell_step(const LmuReferenceCell* cell,
                        double*                 gates,
                        double*                 h,
                        double*                 c);

#endif // LMU_CORE_NN_SETUP_REFERENCE_CELL_H
