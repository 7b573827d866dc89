// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/permutation.h"

#include <stdint.h>

/// Size and middle of the Mersenne Twister MT19937
#define SIZE 624U
#define MIDDLE 397U

typedef struct {
  uint32_t words[SIZE];
  uint32_t index;
} Twister;

static void
seed_twister(Twister* const twister, const uint32_t seed)
{
  uint32_t word = seed;
  for (uint32_t i = 0U; i < SIZE; ++i) {
    twister->words[i] = word;
    word              = (1812433253U * (word ^ (word >> 30U))) + i + 1U;
  }
  twister->index = SIZE;
}

static void
turn(uint32_t* const words)
{
  for (uint32_t i = 0U; i < SIZE; ++i) {
    const uint32_t next = words[(i + 1U) % SIZE];
    const uint32_t both = (words[i] & 0x80000000U) | (next & 0x7FFFFFFFU);
    words[i]            = words[(i + MIDDLE) % SIZE] ^ (both >> 1U) ^
               ((both & 1U) ? 0x9908B0DFU : 0U);
  }
}

static uint32_t
next_word(Twister* const twister)
{
  if (twister->index == SIZE) {
    turn(twister->words);
    twister->index = 0U;
  }
  uint32_t word = twister->words[twister->index++];
  word ^= word >> 11U;
  word ^= (word << 7U) & 0x9D2C5680U;
  word ^= (word << 15U) & 0xEFC60000U;
  return word ^ (word >> 18U);
}

/// Return a number from 0 to `max`, from as many words as it takes
static uint32_t
next_number(Twister* const twister, const uint32_t max)
{
  uint32_t mask = max;
  for (uint32_t shift = 1U; shift < 32U; shift *= 2U) {
    mask |= mask >> shift;
  }
  uint32_t number = next_word(twister) & mask;
  while (number > max) {
    number = next_word(twister) & mask;
  }
  return number;
}

void
permutation(uint32_t* const order, const uint32_t count, const uint32_t seed)
{
  Twister twister;
  seed_twister(&twister, seed);
  for (uint32_t i = 0U; i < count; ++i) {
    order[i] = i;
  }
  for (uint32_t i = count - 1U; i; --i) {
    const uint32_t j    = next_number(&twister, i);
    const uint32_t last = order[i];
    order[i]            = order[j];
    order[j]            = last;
  }
}
