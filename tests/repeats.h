// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_REPEATS_H
#define LMU_TESTS_REPEATS_H

/**
   @file
   How often sweeps of pseudo-random cases repeat.

   Builds with sanitizers take five to twenty times as long, and watch the same
   lines in all cases: they repeat a quarter, other builds all.
*/

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  define REPEATS(count) (((count) + 3U) / 4U)
#else
#  define REPEATS(count) (count)
#endif

#endif // LMU_TESTS_REPEATS_H
