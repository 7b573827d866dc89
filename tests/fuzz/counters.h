// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_FUZZ_COUNTERS_H
#define LMU_TESTS_FUZZ_COUNTERS_H

#include <stdint.h>

/**
   @file
   Coverage of another process: what clang counts there is copied to memory that
   both share, and taken from it here.  Without clang there is nothing to count.
*/

#define MAX_COUNTERS 1048576U

/// Copy this process's counters to memory
void
counters_keep(uint8_t counters[MAX_COUNTERS]);

/// Raise this process's counters to those in memory, and clear the memory
void
counters_take(uint8_t counters[MAX_COUNTERS]);

#endif // LMU_TESTS_FUZZ_COUNTERS_H
