// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_SETUP_ALIGNED_H
#define LMU_CORE_BASE_SETUP_ALIGNED_H

#include "core/base/attributes.h"

#include <stddef.h>

/// Alignment of all that kernels read or write [bytes]
#define LMU_ALIGNMENT 128U

/// Return zeroed memory for free(), or null
LMU_SETUP void*
lmu_aligned_zeros(size_t size);

#endif // LMU_CORE_BASE_SETUP_ALIGNED_H
