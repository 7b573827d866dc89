// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_ASYMPTOTIC_H
#define LMU_CORE_MEMORY_SETUP_ASYMPTOTIC_H

#include "core/base/attributes.h"
#include "core/memory/rt/modes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Where the modes of an order nearly are.

   Modes below |s| = 2d do not reach the old end, so that s = i pi (2k + 1),
   which is exact to rounding for most of them.  Above it w is a wave, by
   Debye's asymptotic form of Bessel functions (NIST Digital Library of
   Mathematical Functions, 10.19.6), which the old end reflects in part.  With
   s = i d (t + 1 / t) all that a mode has to fulfil is

       2d (t - 2 atan t) + i log t = pi (2k + 3/2 - d)

   It errs by 0.2 of the distance between modes at most, near |s| = 2d, and by
   0.07 / d of it for most others.  The derivation is in doc/lmu.md.
*/

/// Tell whether a mode is at i pi (2k + 1) to rounding
LMU_SETUP bool
lmu_asymptotic_is_exact(uint32_t mode, uint32_t order);

/**
   Write where modes are.

   @param s Set to rates, [n_blocks][2][LMU_LANES], real for the last mode of an
   odd order.
   @param order Number of coefficients.
*/
LMU_SETUP void
lmu_asymptotic_rates(double* s, uint32_t order);

#endif // LMU_CORE_MEMORY_SETUP_ASYMPTOTIC_H
