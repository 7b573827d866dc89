// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/fuzz/counters.h"

#include <stddef.h>
#include <string.h>

// A file that clang counts in has symbols of these names already, so that ours
// would be others
#ifdef __clang__
#  define NOT_COUNTED __attribute__((no_sanitize("coverage")))
#else
#  define NOT_COUNTED
#endif

// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier)
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));
// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)

/// Return how many counters there are
NOT_COUNTED static size_t
count(void)
{
  const uintptr_t start = (uintptr_t)__start___sancov_cntrs;
  const uintptr_t stop  = (uintptr_t)__stop___sancov_cntrs;
  return stop - start < MAX_COUNTERS ? (size_t)(stop - start) : MAX_COUNTERS;
}

NOT_COUNTED void
counters_keep(uint8_t counters[MAX_COUNTERS])
{
  if (count()) {
    memcpy(counters, __start___sancov_cntrs, count());
  }
}

NOT_COUNTED void
counters_take(uint8_t counters[MAX_COUNTERS])
{
  for (size_t i = 0U; i < count(); ++i) {
    if (counters[i] > __start___sancov_cntrs[i]) {
      __start___sancov_cntrs[i] = counters[i];
    }
  }
  memset(counters, 0, count());
}
