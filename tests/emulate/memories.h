// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_EMULATE_MEMORIES_H
#define LMU_TESTS_EMULATE_MEMORIES_H

#include "core/kernels/rt/kernels.h"
#include "tests/emulate/report.h"

/// Compare what runs, reads, and tunes memories: tune, rows, run, dot, tap,
/// tap_weights
void
compare_memories(const LmuKernels* kernels, Report* report);

#endif // LMU_TESTS_EMULATE_MEMORIES_H
