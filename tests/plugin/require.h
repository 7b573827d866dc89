// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_REQUIRE_H
#define LMU_TESTS_PLUGIN_REQUIRE_H

#include <stdio.h>
#include <stdlib.h>

/**
   @file
   Assertions for code that programs without Check use too, and any thread.
*/

/// Print what is wrong and abort unless a condition is true
#define REQUIRE(condition)                                          \
  do {                                                              \
    if (!(condition)) {                                             \
      (void)fprintf(                                                \
        stderr, "%s:%d: not %s\n", __FILE__, __LINE__, #condition); \
      abort();                                                      \
    }                                                               \
  } while (0)

#endif // LMU_TESTS_PLUGIN_REQUIRE_H
