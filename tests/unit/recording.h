// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UNIT_RECORDING_H
#define LMU_TESTS_UNIT_RECORDING_H

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Recordings of instruments and devices, made up.
*/

/// Write plucked strings of random pitch, level, and length, after half a
/// second of silence, [count]
void
play_strings(float* x, size_t count, double rate, uint32_t seed);

/// Add white noise of a peak level [dB] to what was recorded, [count]
void
add_noise(float* x, size_t count, double level_db, uint32_t seed);

/// Shift a recording by some frames to later, or earlier if they are less than
/// zero, zeros come in, [count]
void
shift(float* x, size_t count, ptrdiff_t by);

#endif // LMU_TESTS_UNIT_RECORDING_H
