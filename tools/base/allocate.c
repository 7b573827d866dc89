// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/base/allocate.h"

#include "tools/base/failure.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 128U // Of all that kernels read or write

static _Noreturn void
fail(void)
{
  fputs("lmu: out of memory; close other programs or use a shorter file\n",
        stderr);
  exit(LMU_EXIT_NO_MEMORY);
}

void*
lmu_allocate(const size_t count, const size_t size)
{
  void* const memory = calloc(count ? count : 1U, size);
  if (!memory) {
    fail();
  }
  return memory;
}

void*
lmu_allocate_aligned(const size_t count, const size_t size)
{
  const size_t room   = SIZE_MAX - ALIGNMENT;
  void*        memory = NULL;
  if (count <= room / size) {
    const size_t whole = (((count * size) / ALIGNMENT) + 1U) * ALIGNMENT;
    memory             = aligned_alloc(ALIGNMENT, whole);
  }
  if (!memory) {
    fail();
  }
  memset(memory, 0, count * size);
  return memory;
}

void*
lmu_reallocate(void* const memory, const size_t count, const size_t size)
{
  void* const bigger =
    (count > SIZE_MAX / size) ? NULL : realloc(memory, count * size);
  if (!bigger) {
    fail();
  }
  return bigger;
}

char*
lmu_allocate_text_list(const char* const format, va_list args)
{
  va_list again;
  va_copy(again, args);
  const int length = vsnprintf(NULL, 0U, format, args);

  const size_t size = (length < 0) ? 1U : (size_t)length + 1U;
  char* const  text = (char*)lmu_allocate(size, 1U);
  vsnprintf(text, size, format, again);
  va_end(again);
  return text;
}

char*
lmu_allocate_text(const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  char* const text = lmu_allocate_text_list(format, args);
  va_end(args);
  return text;
}
