// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_FUZZ_FOREIGN_CHECK_H
#define LMU_TESTS_FUZZ_FOREIGN_CHECK_H

#include "tools/foreign/foreign.h"

#include <stdbool.h>

/**
   @file
   What must be true of any file of another program: a network or a message.
*/

/**
   Convert a file, and require that what comes of it makes sense.

   @param confined Whether to do so in a process of its own, as `lmu import`
   does, because libhdf5 crashes on some files.  Then coverage of that process
   counts, it must stay below 512 MiB and 20 s, and it may not do anything
   wrong outside of libhdf5.
*/
void
check_foreign(const LmuForeign* file, bool confined);

#endif // LMU_TESTS_FUZZ_FOREIGN_CHECK_H
