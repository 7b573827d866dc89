// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Networks in JSON of any bytes, in this process: of Neural Amp Modeler, and of
// RTNeural and AIDA-X.

#include "tests/fuzz/foreign_check.h"
#include "tools/foreign/json_model.h"

#include <stdbool.h>
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
  const bool       logits = size % 2U == 0U;
  const LmuForeign file   = {"fuzz", data, size, NULL, NULL, 0U, logits};
  if (lmu_json_is(data, size)) {
    check_foreign(&file, false);
  }
  return 0;
}
