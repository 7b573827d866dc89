// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Files of Keras of any bytes, whole: an archive with its configuration and
// weights, or HDF5 that has both.

#include "tests/fuzz/foreign_check.h"

#include <stddef.h>
#include <stdint.h>

// The name that libFuzzer calls
// NOLINTBEGIN(readability-identifier-naming)
int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// NOLINTEND(readability-identifier-naming)

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  const LmuForeign file = {"fuzz", data, size, NULL, NULL, 0U, true};
  if (size) {
    check_foreign(&file, true);
  }
  return 0;
}
