// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_EMULATE_NETWORKS_H
#define LMU_TESTS_EMULATE_NETWORKS_H

#include "core/kernels/rt/kernels.h"

/// Return how much networks on some kernels differ from those on the generic
/// ones, in parts of the greatest output
double
compare_networks(const LmuKernels* kernels);

#endif // LMU_TESTS_EMULATE_NETWORKS_H
