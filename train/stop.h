// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_STOP_H
#define LMU_TRAIN_STOP_H

#include <stdbool.h>
#include <stddef.h>

/**
   @file
   Work that somebody else may end: it asks every few milliseconds whether to go
   on, and what it returns then means nothing.
*/

/// Samples that are looked at between two questions, a power of two
#define LMU_STOP_SAMPLES ((size_t)1U << 16U)

/// Whom to ask
typedef struct {
  bool (*stops)(void* handle); ///< Whether to stop, or null for never
  void* handle;                ///< What it is given
} LmuStop;

/// Return whether work is to end
static inline bool
lmu_stop_asked(const LmuStop* const stop)
{
  return stop->stops && stop->stops(stop->handle);
}

/// Return the same of work on the i-th sample, which rarely asks
static inline bool
lmu_stop_asked_at(const LmuStop* const stop, const size_t i)
{
  return !(i & (LMU_STOP_SAMPLES - 1U)) && lmu_stop_asked(stop);
}

#endif // LMU_TRAIN_STOP_H
