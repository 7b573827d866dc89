// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/plugins.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>

const bool plugins_are_held = true;

LV2_Descriptor_Function
plugins_open(const char* const path)
{
  (void)path;
  return lv2_descriptor;
}
