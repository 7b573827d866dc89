// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Compare the kernels that this CPU can run with the generic ones.

   Calls every function of a table of kernels, but for few sizes and frames, as
   an emulated CPU is a hundred times slower: test_kernels, test_layers and
   their like do the rest, on CPUs that have the instructions.  Needs nothing
   except core, so that it can be the only program of an emulated computer.

   Usage: kernels [NAME], where NAME is what the best kernels must be called,
   which are then the only ones to be compared.
*/

#include "core/kernels/rt/kernels.h"
#include "tests/emulate/arrays.h"
#include "tests/emulate/memories.h"
#include "tests/emulate/networks.h"
#include "tests/emulate/report.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Compare kernels, and return whether they equal the generic ones
static bool
test(const LmuKernels* const kernels)
{
  Report report = {{0.0}};
  compare_memories(kernels, &report);
  compare_networks(kernels, &report);
  compare_arrays(kernels, &report);
  printf("kernels: %s\n", kernels->name);
  return print_report(&report);
}

int
main(const int argc, char** const argv)
{
  const char* const best = lmu_kernels(0U)->name;
  if (argc > 1 && strcmp(best, argv[1]) != 0) {
    printf("kernels: the best are %s, not %s\n", best, argv[1]);
    return EXIT_FAILURE;
  }
  if (argc > 1) {
    return test(lmu_kernels(0U)) ? EXIT_SUCCESS : EXIT_FAILURE;
  }

  bool equal = true;
  for (uint32_t k = 0U; lmu_kernels(k) != &lmu_kernels_generic; ++k) {
    equal = test(lmu_kernels(k)) && equal;
  }
  return equal ? EXIT_SUCCESS : EXIT_FAILURE;
}
