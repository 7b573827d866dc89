// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_NOW_H
#define LMU_BENCH_NOW_H

#include <time.h>

/// Return the time since any start [ns]
static inline double
now_ns(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (1e9 * (double)t.tv_sec) + (double)t.tv_nsec;
}

#endif // LMU_BENCH_NOW_H
