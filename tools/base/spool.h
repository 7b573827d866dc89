// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_BASE_SPOOL_H
#define LMU_TOOLS_BASE_SPOOL_H

#include "core/base/attributes.h"

#include <stdbool.h>

/**
   @file
   Files without a name, which are gone when they are closed, and moving bytes.

   Errors are in errno.
*/

/// Return a new empty file without a name, in TMPDIR or /tmp, or -1
LMU_SETUP int
lmu_spool_new(void);

/// Copy from where a file stands to its end, or return false
LMU_SETUP LMU_NODISCARD bool
lmu_spool_copy(int to, int from);

#endif // LMU_TOOLS_BASE_SPOOL_H
