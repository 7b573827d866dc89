// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_BASE_CLOCK_H
#define LMU_TOOLS_BASE_CLOCK_H

#include "core/base/attributes.h"

/// Return the seconds of a clock that never goes back
LMU_SETUP double
lmu_clock_s(void);

#endif // LMU_TOOLS_BASE_CLOCK_H
