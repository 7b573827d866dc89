// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/path_cell.h"

#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

void
path_request_init(PathRequest* const request)
{
  memset(request, 0, sizeof(*request));
}

// A sequence lock, see Boehm, "Can seqlocks get along with programming language
// memory models?", 2012.  Words are released and acquired one by one, which
// takes no fences, and nothing at all on x86: a reader that sees one word of a
// new path also sees that its version is odd, or newer still.

uint64_t
path_request_set(PathRequest* const request,
                 const PathWriter   writer,
                 const char* const  path,
                 const uint32_t     length)
{
  assert(length < PATH_BYTES);

  PathCell* const cell = &request->cells[writer];
  const uint64_t  version =
    atomic_load_explicit(&cell->version, memory_order_relaxed);
  const uint64_t stamp = atomic_fetch_add(&request->clock, 1U) + 1U;

  atomic_store_explicit(&cell->version, version + 1U, memory_order_relaxed);
  for (uint32_t begin = 0U; begin <= length; begin += 8U) {
    const uint32_t left = length - begin;
    uint64_t       word = 0U; // The terminator, too
    memcpy(&word, path + begin, left < 8U ? left : 8U);
    atomic_store_explicit(&cell->words[begin / 8U], word, memory_order_release);
  }
  atomic_store_explicit(&cell->stamp, stamp, memory_order_release);
  atomic_store_explicit(&cell->version, version + 2U, memory_order_release);
  return stamp;
}

/// Return the cell with the newest stamp
LMU_RT static PathCell*
newest(PathRequest* const request)
{
  PathCell* const run     = &request->cells[PATH_FROM_RUN];
  PathCell* const restore = &request->cells[PATH_FROM_RESTORE];
  return atomic_load(&run->stamp) > atomic_load(&restore->stamp) ? run
                                                                 : restore;
}

uint64_t
path_request_stamp(PathRequest* const request)
{
  return atomic_load(&newest(request)->stamp);
}

/// Return whether one of eight bytes is zero
LMU_RT static bool
has_zero(const uint64_t word)
{
  return ((word - 0x0101010101010101U) & ~word & 0x8080808080808080U) != 0U;
}

bool
path_request_try(PathRequest* const request,
                 char* const        path,
                 uint64_t* const    stamp)
{
  PathCell* const cell = newest(request);
  const uint64_t  before =
    atomic_load_explicit(&cell->version, memory_order_acquire);

  // Up to the word with the terminator
  *stamp       = atomic_load_explicit(&cell->stamp, memory_order_acquire);
  bool is_done = false;
  for (uint32_t i = 0U; i < PATH_WORDS && !is_done; ++i) {
    const uint64_t word =
      atomic_load_explicit(&cell->words[i], memory_order_acquire);
    memcpy(path + (i * sizeof(word)), &word, sizeof(word));
    is_done = has_zero(word);
  }

  const uint64_t after =
    atomic_load_explicit(&cell->version, memory_order_relaxed);
  return is_done && before == after && !(before & 1U);
}

uint64_t
path_request_get(PathRequest* const request, char* const path)
{
  uint64_t stamp = 0U;
  while (!path_request_try(request, path, &stamp)) {
    (void)sched_yield();
  }
  return stamp;
}
