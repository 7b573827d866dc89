// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/sequence.h"

#include "tools/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

bool
lmu_path_ends(const char* const path, const char* const ending)
{
  const size_t length = strlen(path);
  const size_t part   = strlen(ending);
  return length > part && lmu_text_equal(path + length - part, ending);
}
