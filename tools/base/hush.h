// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_BASE_HUSH_H
#define LMU_TOOLS_BASE_HUSH_H

#include "core/base/attributes.h"

/**
   @file
   What libraries print to standard error, kept for when somebody asks.
*/

/// Keep what is printed to standard error from now on, one at a time
LMU_SETUP void
lmu_hush_start(void);

/// Print again, and return what was kept since then, for free()
LMU_SETUP LMU_NODISCARD char*
lmu_hush_stop(void);

#endif // LMU_TOOLS_BASE_HUSH_H
