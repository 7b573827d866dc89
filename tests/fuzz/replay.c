// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Runs a fuzz target without a fuzzer, on files or on made-up bytes.
// usage: fuzz_atoms [FILE...]

#include "tests/plugin/instance.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES 65536U
#define N_INPUTS 3000U

// The name that libFuzzer calls
// NOLINTBEGIN(readability-identifier-naming)
int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// NOLINTEND(readability-identifier-naming)

static uint8_t
random_byte(uint32_t* const seed)
{
  *seed = (*seed * 1664525U) + 1013904223U; // Numerical Recipes
  return (uint8_t)(*seed >> 24U);
}

/// A sequence's body with one tempo
static const uint32_t tempo[] = {
  0U,
  0U,
  0U, // Time of the event
  0U,
  32U,
  URI_ATOM_OBJECT,
  0U,
  URI_TIME_POSITION,
  URI_TIME_BEATS_PER_MINUTE,
  0U,
  4U,
  URI_ATOM_FLOAT,
  0x43160000U, // 150
  0U,
};

/// Write a control, a block of 64 frames and a tempo, and return their size
static size_t
put_good(uint8_t* const bytes, const uint8_t port)
{
  const uint8_t head[] = {port, 0U, 0U, 0U, 0x40U, 64U, (uint8_t)sizeof(tempo)};
  memcpy(bytes, head, sizeof(head));
  memcpy(bytes + sizeof(head), tempo, sizeof(tempo));
  return sizeof(head) + sizeof(tempo);
}

/// Write good blocks with some wrong bytes, or nothing but random ones
static size_t
make_input(uint8_t* const bytes, uint32_t* const seed)
{
  const uint32_t n_blocks = 1U + (random_byte(seed) % 8U);
  const uint32_t n_faults = random_byte(seed) % 16U;
  size_t         size     = 0U;
  for (uint32_t i = 0U; i < n_blocks; ++i) {
    size += put_good(bytes + size, random_byte(seed));
  }
  for (size_t i = 0U; i < size && !n_faults; ++i) {
    bytes[i] = random_byte(seed);
  }
  for (uint32_t i = 0U; i < n_faults; ++i) {
    const uint32_t place = (uint32_t)random_byte(seed) * 256U;
    bytes[(place + random_byte(seed)) % size] = random_byte(seed);
  }
  return size;
}

static int
replay(const char* const path)
{
  static uint8_t bytes[MAX_BYTES];
  FILE* const    file = fopen(path, "rb");
  if (!file) {
    perror(path);
    return EXIT_FAILURE;
  }

  const size_t size = fread(bytes, 1U, sizeof(bytes), file);
  (void)fclose(file);
  return LLVMFuzzerTestOneInput(bytes, size);
}

int
main(int argc, char** argv)
{
  static uint8_t bytes[MAX_BYTES];
  uint32_t       seed   = 1U;
  int            status = EXIT_SUCCESS;
  for (int i = 1; i < argc && !status; ++i) {
    status = replay(argv[i]);
  }
  for (uint32_t i = 0U; i < N_INPUTS && argc == 1; ++i) {
    const size_t size = make_input(bytes, &seed);
    (void)LLVMFuzzerTestOneInput(bytes, size);
  }
  return status;
}
