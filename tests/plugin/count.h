// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_COUNT_H
#define LMU_TESTS_PLUGIN_COUNT_H

/**
   @file
   Where callgrind counts instructions, for callgrind.sh.

   What is not counted runs ten times as fast, which is most of what makes an
   instance and fills its windows.  Without the header of valgrind all runs as
   slowly.
*/

#if defined(LMU_HAS_CALLGRIND_H) && LMU_HAS_CALLGRIND_H

#  include <valgrind/callgrind.h>

/// Look at instructions from here on
static inline void
count_begin(void)
{
  CALLGRIND_START_INSTRUMENTATION;
}

/// Look at none any more
static inline void
count_end(void)
{
  CALLGRIND_STOP_INSTRUMENTATION;
}

#else

static inline void
count_begin(void)
{
}

static inline void
count_end(void)
{
}

#endif

#endif // LMU_TESTS_PLUGIN_COUNT_H
