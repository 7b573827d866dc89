// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_RECORDING_H
#define LMU_BENCH_RECORDING_H

#include <stddef.h>

/**
   @file
   The first channel of a sound file, owned by the caller.
*/

/// A recording
typedef struct {
  float* sound; ///< [n_frames], for free()
  size_t n_frames;
  double rate; ///< [Hz]
} Recording;

/// Read a file, or print why that cannot be and return no sound
Recording
recording_read(const char* path);

#endif // LMU_BENCH_RECORDING_H
