// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UNIT_GOLDEN_H
#define LMU_TESTS_UNIT_GOLDEN_H

#include <stdint.h>

/**
   @file
   Numbers that tests/golden/make_memory.py wrote.
*/

/// Read a record of exactly `count` numbers, or fail the test
void
golden_read(const char* name, double* values, uint32_t count);

/// Say where the records are
void
golden_open(const char* path);

#endif // LMU_TESTS_UNIT_GOLDEN_H
