// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_SETUP_NUMBER_H
#define LMU_CORE_BASE_SETUP_NUMBER_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Numbers as text with a decimal point, whatever the locale.
*/

/// Greatest size of a number as text, with its terminator [bytes]
#define LMU_NUMBER_SIZE 32U

/**
   Read a number such as -12.5 or 1e-3.

   It is the nearest one of up to 15 digits and an exponent of up to 22, and
   within one unit of the last place otherwise.

   @return False if the text is anything else, or the number is not finite.
*/
LMU_SETUP bool
lmu_number_read(double* value, const char* text);

/// Read a number of digits alone, up to UINT32_MAX, with no zero in front
LMU_SETUP bool
lmu_number_read_integer(uint32_t* value, const char* text);

/**
   Write a finite number, with as few digits as it takes to read it again, at
   most 17.
*/
LMU_SETUP void
lmu_number_write(char text[LMU_NUMBER_SIZE], double value);

#endif // LMU_CORE_BASE_SETUP_NUMBER_H
