// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_TAP_DESIGN_H
#define LMU_CORE_MEMORY_SETUP_TAP_DESIGN_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   How to read the ends of the window without colour.

   The sum of polynomials at one position passes what is far above the
   bandwidth, up to 6 dB too strong at the new end, and what is held for a frame
   folds it back.  So near the ends a reading is a weighted sum of the
   polynomials at some positions around, by least squares: a delay where the
   memory holds what it hears, nothing far above, and nowhere more than it
   heard.

   All of it is in terms of windows: it depends on the order alone.
*/

/// Frequency up to which readings are delays [cycles per window / order]
#define LMU_FLAT_CYCLES 0.2

/// Readings of one order, owned by the heap
typedef struct LmuTapDesignImpl LmuTapDesign;

/**
   Prepare for readings of an order.

   @param design Set to a new design, or to null on error.
   @param order Number of Legendre coefficients.
   @return LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_tap_design_new(LmuTapDesign** design, uint32_t order);

/// Free a design, or do nothing if it is null
LMU_SETUP void
lmu_tap_design_free(LmuTapDesign* design);

/// Return the number of positions that readings are made of
LMU_SETUP uint32_t
lmu_tap_design_count(const LmuTapDesign* design);

/// Return the number of degrees that readings are made of
LMU_SETUP uint32_t
lmu_tap_design_degrees(const LmuTapDesign* design);

/**
   Read solutions of the recurrence at those positions.

   @param design Design.
   @param kept As many degrees of solutions as lmu_tap_design_degrees() says,
   see core/memory/rt/recurrence.h.
   @param values Set to what the new and the old end read of them,
   [2][count][2][LMU_LANES].
*/
LMU_SETUP void
lmu_tap_design_values(const LmuTapDesign* design,
                      const double*       kept,
                      double*             values);

/**
   Design a reading.

   Readings of one end are asked for from the greatest distance to the least, in
   small steps, as each starts from what the one before has learned.

   @param design Design.
   @param end 0 for the new end, 1 for the old.
   @param is_first Whether this is the first of that end.
   @param distance From that end [windows].
   @param weights Set to weights of the positions, [count].
*/
LMU_SETUP void
lmu_tap_design_read(LmuTapDesign* design,
                    uint32_t      end,
                    bool          is_first,
                    double        distance,
                    double*       weights);

#endif // LMU_CORE_MEMORY_SETUP_TAP_DESIGN_H
