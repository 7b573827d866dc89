// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_EMULATE_NETWORKS_H
#define LMU_TESTS_EMULATE_NETWORKS_H

#include "core/kernels/rt/kernels.h"
#include "tests/emulate/report.h"

/// Compare networks in all forms: fused, split, and recur, with what these need
void
compare_networks(const LmuKernels* kernels, Report* report);

#endif // LMU_TESTS_EMULATE_NETWORKS_H
