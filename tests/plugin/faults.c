// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/faults.h"

#include <errno.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static _Thread_local bool     is_on;
static _Thread_local bool     has_failed;
static _Thread_local uint32_t n_left;

static atomic_int n_blocks;

void
faults_begin(const uint32_t n_good)
{
  is_on      = true;
  has_failed = false;
  n_left     = n_good;
}

bool
faults_end(void)
{
  is_on = false;
  return has_failed;
}

int
faults_blocks(void)
{
  return atomic_load(&n_blocks);
}

/// Count a block that was allocated, if it was
static void*
counted(void* const block)
{
  (void)atomic_fetch_add(&n_blocks, block ? 1 : 0);
  return block;
}

/// Return whether this allocation is to fail
static bool
fails(void)
{
  if (!is_on || has_failed || n_left--) {
    return false;
  }
  has_failed = true;
  errno      = ENOMEM;
  return true;
}

// The names that the linker gives
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)

void*
__real_malloc(size_t size);
void*
__real_calloc(size_t count, size_t size);
void*
__real_realloc(void* memory, size_t size);
void*
__real_aligned_alloc(size_t alignment, size_t size);
char*
__real_strdup(const char* text);
void
__real_free(void* memory);

void*
__wrap_malloc(size_t size);
void*
__wrap_calloc(size_t count, size_t size);
void*
__wrap_realloc(void* memory, size_t size);
void*
__wrap_aligned_alloc(size_t alignment, size_t size);
char*
__wrap_strdup(const char* text);
void
__wrap_free(void* memory);

void*
__wrap_malloc(const size_t size)
{
  return fails() ? NULL : counted(__real_malloc(size));
}

void*
__wrap_calloc(const size_t count, const size_t size)
{
  return fails() ? NULL : counted(__real_calloc(count, size));
}

void*
__wrap_realloc(void* const memory, const size_t size)
{
  void* const result = fails() ? NULL : __real_realloc(memory, size);
  return memory ? result : counted(result);
}

void*
__wrap_aligned_alloc(const size_t alignment, const size_t size)
{
  return fails() ? NULL : counted(__real_aligned_alloc(alignment, size));
}

char*
__wrap_strdup(const char* const text)
{
  return fails() ? NULL : (char*)counted(__real_strdup(text));
}

void
__wrap_free(void* const memory)
{
  (void)atomic_fetch_sub(&n_blocks, memory ? 1 : 0);
  __real_free(memory);
}

// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
