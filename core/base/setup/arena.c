// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/arena.h"

#include "core/base/setup/aligned.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// What stands in front of a block, as large as its alignment
typedef union Link {
  union Link* before;
  char        room[LMU_ALIGNMENT];
} Link;

void*
lmu_arena_take(LmuArena* const arena, const size_t count, const size_t size)
{
  // One byte is left for a block of nothing, and a whole alignment to round up
  const size_t most = SIZE_MAX - sizeof(Link) - LMU_ALIGNMENT;
  Link* const  link = (count <= most / size)
                        ? (Link*)lmu_aligned_zeros(sizeof(Link) + (count * size))
                        : NULL;
  if (!link) {
    arena->failed = true;
    return NULL;
  }

  link->before = (Link*)arena->last;
  arena->last  = link;
  return link + 1;
}

void
lmu_arena_clear(LmuArena* const arena)
{
  while (arena->last) {
    Link* const link = (Link*)arena->last;
    arena->last      = link->before;
    free(link);
  }
  arena->failed = false;
}
