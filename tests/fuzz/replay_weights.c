// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Runs a fuzz target without a fuzzer, on all files of a folder and on many
// more that are the same but for a few bytes.
// usage: fuzz_weights FOLDER, or another target

#include "tests/plugin/require.h"

#include <dirent.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef MAX_BYTES
#  define MAX_BYTES 8192U
#  define N_CHANGED 100U ///< Inputs made of one file
#endif
#define MAX_PATH_BYTES 4096U

// The name that libFuzzer calls
// NOLINTBEGIN(readability-identifier-naming)
int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// NOLINTEND(readability-identifier-naming)

static uint32_t
next_random(uint32_t* const seed)
{
  *seed = (*seed * 1664525U) + 1013904223U; // Numerical Recipes
  return *seed >> 8U;
}

/// Change a byte to what JSON means something by, or to any
static void
change(uint8_t* const bytes, const size_t size, uint32_t* const seed)
{
  static const char signs[] = "{}[]:,\"\\u0019 -.e";

  const size_t place = next_random(seed) % size;
  bytes[place]       = next_random(seed) % 4U
                         ? (uint8_t)signs[next_random(seed) % (sizeof(signs) - 1U)]
                         : (uint8_t)next_random(seed);
}

/// Give the target bytes with no room behind them, so that it cannot read on
static void
run(const uint8_t* const bytes, const size_t size)
{
  uint8_t* const copy = (uint8_t*)malloc(size ? size : 1U);
  REQUIRE(copy);
  memcpy(copy, bytes, size);
  (void)LLVMFuzzerTestOneInput(copy, size);
  free(copy);
}

static void
replay(const char* const path)
{
  uint8_t     bytes[MAX_BYTES];
  uint8_t     changed[MAX_BYTES];
  uint32_t    seed = 1U;
  FILE* const file = fopen(path, "rb");
  REQUIRE(file);
  const size_t size = fread(bytes, 1U, sizeof(bytes), file);
  (void)fclose(file);

  run(bytes, size);
  for (uint32_t i = 0U; i < N_CHANGED && size; ++i) {
    memcpy(changed, bytes, size);
    for (uint32_t n = next_random(&seed) % 4U + 1U; n > 0U; --n) {
      change(changed, size, &seed);
    }
    run(changed, size - ((i % 8U) ? 0U : next_random(&seed) % size));
  }
}

int
main(int argc, char** argv)
{
  REQUIRE(argc == 2);
  DIR* const folder  = opendir(argv[1]);
  unsigned   n_files = 0U;
  REQUIRE(folder);
  for (const struct dirent* entry = readdir(folder); entry;
       entry                      = readdir(folder)) {
    if (entry->d_name[0] != '.') {
      char path[MAX_PATH_BYTES];
      (void)snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
      replay(path);
      ++n_files;
    }
  }
  (void)closedir(folder);
  (void)printf("%u files\n", n_files);
  return n_files ? EXIT_SUCCESS : EXIT_FAILURE;
}
