// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_RANDOM_H
#define LMU_TRAIN_RANDOM_H

#include <stdint.h>

/**
   @file
   Pseudo-random numbers that are the same on every machine.

   Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
   OOPSLA 2014 (SplitMix64).
*/

/// Return the next number of a state, all of whose values are good
static inline uint64_t
lmu_random_bits(uint64_t* const state)
{
  uint64_t z = *state += 0x9E3779B97F4A7C15U;
  z          = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z          = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

/// Return a number from 0 up to 1
static inline double
lmu_random_unit(uint64_t* const state)
{
  return (double)(lmu_random_bits(state) >> 11U) / 9007199254740992.0;
}

/// Return a number between plus and minus `most`
static inline double
lmu_random_between(uint64_t* const state, const double most)
{
  return most * ((2.0 * lmu_random_unit(state)) - 1.0);
}

#endif // LMU_TRAIN_RANDOM_H
