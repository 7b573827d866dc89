// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_EMULATE_ARRAYS_H
#define LMU_TESTS_EMULATE_ARRAYS_H

#include "core/kernels/rt/kernels.h"
#include "tests/emulate/report.h"

/// Compare loops over arrays: affine, activate, gram, synthesise, outline,
/// reflect, unfold, foretell
void
compare_arrays(const LmuKernels* kernels, Report* report);

#endif // LMU_TESTS_EMULATE_ARRAYS_H
