// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_BASE_NOTICE_H
#define LMU_TOOLS_BASE_NOTICE_H

#include "core/base/attributes.h"

#include <stdbool.h>

/**
   @file
   What a user should know though the work went on.
*/

/// Print no notices from now on, or print them
LMU_SETUP void
lmu_notice_set_quiet(bool is_quiet);

/// Print a line to standard error, unless quiet: "what is so; what to do"
LMU_SETUP void
lmu_notice(const char* format, ...) __attribute__((format(printf, 1, 2)));

#endif // LMU_TOOLS_BASE_NOTICE_H
