// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_BASE_PRINT_H
#define LMU_TOOLS_BASE_PRINT_H

#include "core/base/attributes.h"

/**
   @file
   Printing what files hold, and their names, for people.
*/

/**
   Print to standard output as printf() does, with "?" in the place of what
   would move a terminal's cursor: names and files may come from anyone.

   @param format As for printf(): only newlines that it begins or ends with are
   printed.
*/
LMU_SETUP void
lmu_print(const char* format, ...) __attribute__((format(printf, 1, 2)));

#endif // LMU_TOOLS_BASE_PRINT_H
