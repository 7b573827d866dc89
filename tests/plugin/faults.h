// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_FAULTS_H
#define LMU_TESTS_PLUGIN_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Memory that runs out.

   For programs that are linked with --wrap for the functions that allocate
   and free.
*/

/// Let one allocation of this thread fail, after `n_good` that do not
void
faults_begin(uint32_t n_good);

/// Stop, and return whether one has failed
bool
faults_end(void);

/// Return how many blocks of memory of all threads were not freed
int
faults_blocks(void);

#endif // LMU_TESTS_PLUGIN_FAULTS_H
