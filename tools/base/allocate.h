// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_BASE_ALLOCATE_H
#define LMU_TOOLS_BASE_ALLOCATE_H

#include "core/base/attributes.h"

#include <stdarg.h>
#include <stddef.h>

/**
   @file
   Memory for a program that cannot go on without.

   When there is none left, these say so and end the process with
   LMU_EXIT_NO_MEMORY; handlers of atexit() still run.
*/

/// Return `count` zeroed elements of `size` bytes, for free()
LMU_SETUP LMU_NODISCARD void*
lmu_allocate(size_t count, size_t size);

/// Return the same aligned to 128 bytes, as kernels of core need it
LMU_SETUP LMU_NODISCARD void*
lmu_allocate_aligned(size_t count, size_t size);

/// Return `memory` with room for `count` elements, new ones not zeroed
LMU_SETUP LMU_NODISCARD void*
lmu_reallocate(void* memory, size_t count, size_t size);

/// Return formatted text, for free()
LMU_SETUP LMU_NODISCARD char*
lmu_allocate_text(const char* format, ...)
  __attribute__((format(printf, 1, 2)));

/// Return the same, as vprintf() takes what to format
LMU_SETUP LMU_NODISCARD char*
lmu_allocate_text_list(const char* format, va_list args)
  __attribute__((format(printf, 1, 0)));

#endif // LMU_TOOLS_BASE_ALLOCATE_H
