// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_SETUP_ARENA_H
#define LMU_CORE_BASE_SETUP_ARENA_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>

/**
   @file
   Memory that is freed at once.

   Who frees what, everywhere in core: a type with _new() owns the heap, and its
   _free() gives back all of it.  What has more than a few blocks takes them all
   from an arena, and frees that alone: so they are listed once.  What an arena
   gave is never freed by itself, and nobody who is lent a pointer into it may
   keep it for longer than its owner.  A buffer that does not outlive a function
   is that function's own, from calloc() to free().
*/

/// Blocks of one owner, zero is empty
typedef struct {
  void* last;   ///< Block that was taken last, or null
  bool  failed; ///< Whether memory was short at any time
} LmuArena;

/**
   Return zeroed memory that belongs to an arena, or null.

   As a failure is remembered, an owner may take all that it needs and look at
   `failed` once.

   @param count Number of elements, zero too.
   @param size Size of one [bytes].
   @return Memory aligned to LMU_ALIGNMENT.
*/
LMU_SETUP void*
lmu_arena_take(LmuArena* arena, size_t count, size_t size);

/// Free all that was taken, the arena is empty then
LMU_SETUP void
lmu_arena_clear(LmuArena* arena);

#endif // LMU_CORE_BASE_SETUP_ARENA_H
