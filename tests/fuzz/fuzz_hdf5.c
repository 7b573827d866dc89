// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Weights in HDF5 of any bytes, for a configuration that fits those that the
// fuzzer starts from.

#include "tests/fuzz/foreign_check.h"
#include "tools/foreign/hdf5.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Of the weights that tests/interop/make_hostile.py makes
static const char config[] =
  "{\"class_name\": \"Sequential\", \"config\": {\"layers\": ["
  "{\"class_name\": \"InputLayer\", \"config\": {\"name\": \"in\", "
  "\"batch_shape\": [null, null, 4]}}, "
  "{\"class_name\": \"Dense\", \"config\": {\"name\": \"dense\", "
  "\"units\": 5, \"activation\": \"linear\", \"use_bias\": false}}]}}";

// The name that libFuzzer calls
// NOLINTBEGIN(readability-identifier-naming)
int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// NOLINTEND(readability-identifier-naming)

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  const LmuForeign file = {"fuzz",
                           data,
                           size,
                           "config",
                           (const uint8_t*)config,
                           sizeof(config) - 1U,
                           false};
  if (lmu_hdf5_is(data, size)) {
    check_foreign(&file, true);
  }
  return 0;
}
